//! Compares a vault before and after an edit: what was not to change is as it was.

use std::collections::BTreeMap;

use strongroom_vault::{
    Content, Document, Index, KeyRing, Place, PlainSetting, PlainValue, Secret, SetOutcome, Value,
};

use crate::changes::Changed;

/// Everything but what was changed is the same, and that is as it was meant.
pub fn assert_same_but_for(changed: &Changed, old: &Index<'_>, new: &Index<'_>, ring: &KeyRing) {
    assert_eq!(new.id(), old.id());
    same_environments(changed, old, new);
    same_holders(changed, old, new);
    same_settings(changed, old, new);
    for secret in old.secrets() {
        let now = new.secret(secret.name());
        if !changed.described.iter().any(|name| name == secret.name())
            && let Some(now) = now
        {
            assert_eq!(now.about(), secret.about());
            assert_eq!(now.name(), secret.name());
        }
        for value in secret.values() {
            let now = now.and_then(|now| now.value(value.environment()));
            match now {
                _ if was_set(changed, secret, value) => {}
                None => assert!(was_unset(changed, secret, value), "{} is lost", secret.name()),
                Some(now) => assert_eq!(shown(now), shown(value)),
            }
        }
    }
    for secret in new.secrets() {
        for value in secret.values() {
            let before = old.secret(secret.name()).and_then(|old| old.value(value.environment()));
            assert!(before.is_some() || was_set(changed, secret, value), "a value out of nothing");
        }
    }
    for (name, environment, wanted, outcome) in &changed.set {
        let secret = new.secret(name).expect("what was set is there");
        let value = secret.value(environment.name()).expect("what was set is there");
        let before = old.secret(name).and_then(|old| old.value(environment.name()));
        let version = before.map_or(0, |before| before.version());
        match outcome {
            SetOutcome::Created => assert_eq!((value.version(), version), (1, 0)),
            SetOutcome::Updated(now) => assert_eq!((value.version(), *now), (version + 1, *now)),
            SetOutcome::Unchanged => {
                assert_eq!(shown(value), shown(before.expect("it was there")));
            }
        }
        let Content::Sealed(sealed) = value.content() else { panic!("what was set is sealed") };
        let place = Place::of(secret, value);
        let key = ring.data_key(new, environment.kind()).expect("it sealed the value");
        assert_eq!(key.open(place, sealed).expect("it opens").as_bytes(), wanted);
    }
}

/// No line is lost but those that were changed, where every entry is on one line.
pub fn assert_lines_kept(changed: &Changed, old: &str, new: &str) {
    let is_plain = |line: &str| {
        let count = |c| line.matches(c).count();
        count('{') == count('}') && count('[') == count(']')
    };
    let removes = !changed.unset.is_empty()
        || changed.setting.as_ref().is_some_and(|(.., text)| text.is_none())
        || !changed.environments.is_empty();
    if removes || !old.lines().all(is_plain) || old.contains("\"\"\"") || old.contains("'''") {
        return;
    }
    let mut left: Vec<&str> = new.lines().collect();
    left.sort_unstable();
    let lost = old.lines().filter(|line| match left.binary_search(line) {
        Ok(at) => {
            left.remove(at);
            false
        }
        Err(_) => true,
    });
    let lost = lost.count();
    // A description that is all there is takes its table along: a blank line and a header.
    let may_be =
        changed.set.len() + 3 * changed.described.len() + usize::from(changed.setting.is_some());
    assert!(lost <= may_be, "{lost} lines were lost");
}

/// The text reads, through both ways of reading.
pub fn read_back(text: &str) -> Index<'_> {
    assert!(Document::parse(text).is_ok());
    Index::read(text).expect("what a draft finished reads")
}

fn same_environments(changed: &Changed, old: &Index<'_>, new: &Index<'_>) {
    let touched = |name: &str| changed.environments.iter().any(|other| other == name);
    let rest = |index: &Index<'_>| -> Vec<_> {
        index.named_environments().iter().filter(|one| !touched(one.name())).cloned().collect()
    };
    assert_eq!(rest(new), rest(old));
    let check = |index: &Index<'_>| -> Vec<_> {
        index.build_check().iter().filter(|one| !touched(one.name())).cloned().collect()
    };
    assert_eq!(check(new), check(old));
}

fn same_holders(changed: &Changed, old: &Index<'_>, new: &Index<'_>) {
    let is_new = |name: &str| changed.holders.iter().any(|other| other == name);
    let rest = |index: &Index<'_>| -> Vec<_> {
        let old = index.holders().iter().filter(|holder| !is_new(holder.name()));
        old.map(|holder| format!("{holder:?}")).collect()
    };
    assert_eq!(rest(new), rest(old));
    for kind in strongroom_vault::EnvironmentType::ALL {
        let grants = |index: &Index<'_>| -> Vec<_> {
            let all = index.keys().of_type(kind).grants().iter();
            all.filter(|grant| !is_new(grant.holder())).map(|grant| format!("{grant:?}")).collect()
        };
        assert_eq!(grants(new), grants(old));
    }
}

fn same_settings(changed: &Changed, old: &Index<'_>, new: &Index<'_>) {
    let all = |index: &Index<'_>| -> BTreeMap<(String, String), String> {
        let settings = index.settings().iter();
        let values = settings.flat_map(|it| it.values().iter().map(move |value| (it, value)));
        let line = |(it, value): (&PlainSetting<'_>, &PlainValue<'_>)| {
            let place = (it.name().to_owned(), value.scope().to_owned());
            (place, value.text().to_owned())
        };
        values.map(line).collect()
    };
    let mut meant = all(old);
    if let Some((name, scope, text)) = &changed.setting {
        let place = (name.clone(), scope.clone());
        match text {
            Some(text) => drop(meant.insert(place, text.clone())),
            None => drop(meant.remove(&place)),
        }
    }
    let is_declared =
        |name: &str| name == PlainValue::DEFAULT || new.environments().any(|it| it.name() == name);
    meant.retain(|(_, scope), _| is_declared(scope));
    assert_eq!(all(new), meant);
    for setting in old.settings().iter() {
        let is_changed = changed.setting.as_ref().is_some_and(|it| it.0 == setting.name());
        if let Some(now) = new.settings().get(setting.name())
            && !is_changed
        {
            assert_eq!(now.about(), setting.about());
        }
    }
}

fn was_set(changed: &Changed, secret: &Secret<'_>, value: &Value<'_>) -> bool {
    changed.set.iter().any(|(name, environment, ..)| {
        name == secret.name() && environment.name() == value.environment()
    })
}

fn was_unset(changed: &Changed, secret: &Secret<'_>, value: &Value<'_>) -> bool {
    changed
        .unset
        .iter()
        .any(|(name, environment)| name == secret.name() && environment == value.environment())
}

/// All that an index says of a value.
fn shown(value: &Value<'_>) -> String {
    format!("{value:?}")
}
