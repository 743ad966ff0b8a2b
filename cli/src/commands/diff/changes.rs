//! What changed between two texts of a vault, as far as it is readable without a key.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, EnvironmentType, Holder, HolderKind, Index, KeyTable, PlainValue, Secret,
    Shown, StoreEntry, Value,
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The stable word for what changed.
    pub(super) what: &'static str,
    /// The name of the secret, the environment or the holder; empty for the vault itself.
    pub(super) name: String,
    /// The environments, or the type of a grant, or `roster`.
    pub(super) environments: Vec<String>,
    before: Option<Json>,
    after: Option<Json>,
    /// The stable word for a change that `before` and `after` do not show.
    note: Option<&'static str>,
}

/// Whether something is there now, was there before, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Added,
    Removed,
    Changed,
}

impl Change {
    pub(super) fn new(
        what: &'static str,
        name: &str,
        before: Option<Json>,
        after: Option<Json>,
    ) -> Self {
        Self { what, name: name.to_owned(), environments: Vec::new(), before, after, note: None }
    }

    pub(super) fn within(self, environments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { environments: environments.into_iter().map(Into::into).collect(), ..self }
    }

    pub(super) fn noting(self, note: Option<&'static str>) -> Self {
        Self { note, ..self }
    }

    /// Whether it is a value that may or may not be another one, by its version.
    pub(super) fn is_unclear(&self) -> bool {
        self.what == "value" && matches!(self.note, Some(SEALED_AGAIN | ANOTHER_VALUE))
    }

    /// Whether it is another value under the version that was there.
    pub(super) fn is_another_value(&self) -> bool {
        self.what == "value" && self.note == Some(ANOTHER_VALUE)
    }

    /// Says what keys have shown of a value that is sealed otherwise.
    pub(super) fn compared(&mut self, is_same: bool) {
        self.note = Some(if is_same { SEALED_AGAIN } else { ANOTHER_VALUE });
    }

    /// Whether there is anything to tell.
    fn is_change(&self) -> bool {
        self.before != self.after || self.note.is_some()
    }

    pub(super) fn mark(&self) -> Mark {
        match (&self.before, &self.after) {
            (None, _) => Mark::Added,
            (Some(_), None) => Mark::Removed,
            (Some(_), Some(_)) => Mark::Changed,
        }
    }

    /// Before and after, for a person.
    pub(super) fn words(&self) -> String {
        let text = |json: &Json| match json {
            Json::Number(number) if self.what == "value" => format!("version {number}"),
            Json::Number(number) => format!("generation {number}"),
            Json::String(text) => text.clone(),
            Json::Array(words) => {
                words.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        };
        let words = match (&self.before, &self.after) {
            (Some(before), Some(after)) if before == after => text(after),
            (Some(before), Some(after)) => format!("{} → {}", text(before), text(after)),
            (Some(only), None) | (None, Some(only)) if self.what != "secret" => text(only),
            _ => String::new(),
        };
        let note = match self.note {
            Some(SEALED_AGAIN) => "sealed again",
            Some(ANOTHER_VALUE) => "another value",
            Some("reference") => "another reference",
            Some("new-key") => "its key was made anew",
            Some("granted-again") => "granted again",
            Some("delivered-again") => "its key was delivered again",
            Some("vouch") => "another word for the deposit keys",
            Some("due") => "other holders whom it is due for change because of",
            Some("expires") => "another day on which it expires",
            _ => "",
        };
        if note.is_empty() || words.is_empty() { words + note } else { format!("{words}, {note}") }
    }

    /// The environments, for a person.
    pub(super) fn wheres(&self) -> String {
        let words: Vec<&str> =
            self.environments.iter().map(|it| PlainValue::scope_words(it)).collect();
        words.join(", ")
    }

    /// The change in one line, such as `~ … production: version 3 → 4`.
    pub(super) fn line(&self) -> String {
        let mark = match self.mark() {
            Mark::Added => '+',
            Mark::Removed => '-',
            Mark::Changed => '~',
        };
        let mut line = String::from(mark);
        if !matches!(self.what, "value" | "secret") {
            line = format!("{line} {}", self.what);
        }
        if !self.name.is_empty() {
            line = format!("{line} `{}`", Shown(&self.name));
        }
        if !self.environments.is_empty() {
            line = format!("{line} {}", Shown(&self.wheres()));
        }
        // The word that both numbers have is said once.
        let words = self.words().replace("→ version ", "→ ").replace("→ generation ", "→ ");
        if words.is_empty() { line } else { format!("{line}: {}", Shown(&words)) }
    }

    pub(super) fn json(&self) -> Json {
        json!({
            "change": match self.mark() {
                Mark::Added => "added",
                Mark::Removed => "removed",
                Mark::Changed => "changed",
            },
            "what": self.what,
            "name": (!self.name.is_empty()).then_some(&self.name),
            "environments": self.environments,
            "before": self.before,
            "after": self.after,
            "note": self.note,
        })
    }
}

/// Everything that changed, in the order of the file.
pub(super) fn between(before: &Index<'_>, after: &Index<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    let id = |index: &Index<'_>| Some(json!(index.id().to_string()));
    changes.push(Change::new("vault", "", id(before), id(after)));
    let check = |index: &Index<'_>| {
        let names: Vec<&str> = index.build_check().iter().map(Environment::name).collect();
        (!names.is_empty()).then(|| json!(names))
    };
    changes.push(Change::new("check", "", check(before), check(after)));
    let expired = |index: &Index<'_>| Some(json!(index.build_expired().as_str()));
    changes.push(Change::new("expired", "", expired(before), expired(after)));
    environments(before, after, &mut changes);
    holders(before, after, &mut changes);
    for kind in EnvironmentType::ALL {
        let (before, after) = (before.keys().of_type(kind), after.keys().of_type(kind));
        grants(kind.as_str(), before, after, &mut changes);
    }
    grants("roster", before.keys().roster(), after.keys().roster(), &mut changes);
    super::deposits::between(before, after, &mut changes);
    stores(before, after, &mut changes);
    super::settings::between(before, after, &mut changes);
    super::apps::between(before, after, &mut changes);
    secrets(before, after, &mut changes);
    changes.retain(Change::is_change);
    changes
}

fn environments(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    let kind = |index: &Index<'_>, name: &str| {
        let known = index.named_environments().iter().find(|it| it.name() == name);
        known.map(|known| json!(known.kind().as_str()))
    };
    let names = |index: &Index<'_>| -> Vec<String> {
        index.named_environments().iter().map(|it| it.name().to_owned()).collect()
    };
    for name in merged(names(before), names(after)) {
        changes.push(Change::new("environment", &name, kind(before, &name), kind(after, &name)));
    }
}

fn holders(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    let names = |index: &Index<'_>| -> Vec<String> {
        index.holders().iter().map(|holder| holder.name().to_owned()).collect()
    };
    let removed = |index: &Index<'_>| -> Vec<String> {
        index.removed().iter().map(|removed| removed.name().to_owned()).collect()
    };
    for name in merged(removed(before), removed(after)) {
        let on = |index: &Index<'_>| index.removal(&name).map(|it| json!(it.on().to_string()));
        changes.push(Change::new("removed", &name, on(before), on(after)));
    }
    for name in merged(names(before), names(after)) {
        let find = |holders: &'_ [Holder<'_>]| holders.iter().position(|it| it.name() == name);
        let old = find(before.holders()).map(|at| &before.holders()[at]);
        let new = find(after.holders()).map(|at| &after.holders()[at]);
        let kind = |holder: &Holder<'_>| json!(holder.kind().as_str());
        let note = match (old, new) {
            (Some(old), Some(new)) if has_new_key(old, new) => Some("new-key"),
            (Some(old), Some(new)) if is_delivered_anew(old, new) => Some("delivered-again"),
            (Some(old), Some(new)) if old.vouch() != new.vouch() => Some("vouch"),
            _ => None,
        };
        let change = Change::new("holder", &name, old.map(kind), new.map(kind));
        changes.push(change.noting(note));
    }
}

fn has_new_key(old: &Holder<'_>, new: &Holder<'_>) -> bool {
    let public = match (old.kind(), new.kind()) {
        (HolderKind::AccessKey, HolderKind::AccessKey) => false,
        (
            HolderKind::Passphrase { salt: a, costs: a_costs },
            HolderKind::Passphrase { salt: b, costs: b_costs },
        ) => a != b || a_costs != b_costs,
        (HolderKind::Age { recipient: a, .. }, HolderKind::Age { recipient: b, .. }) => a != b,
        _ => true,
    };
    public || old.kept() != new.kept()
}

fn is_delivered_anew(old: &Holder<'_>, new: &Holder<'_>) -> bool {
    match (old.kind(), new.kind()) {
        (HolderKind::Age { delivered: a, .. }, HolderKind::Age { delivered: b, .. }) => a != b,
        _ => false,
    }
}

fn grants(scope: &str, before: &KeyTable<'_>, after: &KeyTable<'_>, changes: &mut Vec<Change>) {
    let names = |table: &KeyTable<'_>| -> Vec<String> {
        table.grants().iter().map(|grant| grant.holder().to_owned()).collect()
    };
    for name in merged(names(before), names(after)) {
        let (old, new) = (before.grant(&name), after.grant(&name));
        let generation = |grant: &strongroom_vault::Grant<'_>| json!(grant.generation());
        let note = match (old, new) {
            (Some(old), Some(new)) if old.sealed() != new.sealed() => Some("granted-again"),
            _ => None,
        };
        let change = Change::new("grant", &name, old.map(generation), new.map(generation));
        changes.push(change.within([scope]).noting(note));
    }
}

/// Where values come from: what a reference's seal covers, and what is asked.
fn stores(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    let names = |index: &Index<'_>| -> Vec<String> {
        index.stores().iter().map(|store| store.name().to_owned()).collect()
    };
    for name in merged(names(before), names(after)) {
        let words = |index: &Index<'_>| index.stores().get(&name).map(|it| json!(words_of(it)));
        changes.push(Change::new("store", &name, words(before), words(after)));
    }
    let defaults = |index: &Index<'_>| -> Vec<String> {
        index.stores().defaults().map(|(environment, _)| environment.to_owned()).collect()
    };
    for environment in merged(defaults(before), defaults(after)) {
        let store = |index: &Index<'_>| {
            let mut defaults = index.stores().defaults();
            defaults.find(|it| it.0 == environment).map(|(_, store)| json!(store))
        };
        let change = Change::new("store-default", "", store(before), store(after));
        changes.push(change.within([&environment]));
    }
}

/// A store in a line: its kind, and each setting as it is typed.
pub(crate) fn words_of(store: &StoreEntry<'_>) -> String {
    format!("{} {}", store.kind(), crate::stores::shown(store)).trim_end().to_owned()
}

fn secrets(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    let names = |index: &Index<'_>| -> Vec<String> {
        index.secrets().map(|secret| secret.name().to_owned()).collect()
    };
    for name in merged(names(before), names(after)) {
        match (before.secret(&name), after.secret(&name)) {
            (Some(old), None) => changes.push(whole("removed", old)),
            (None, Some(new)) => changes.push(whole("added", new)),
            // A secret that is spelled otherwise now comes twice; it is told by its new name.
            (Some(old), Some(new)) if new.name() == name => {
                let spelled = |secret: &Secret<'_>| Some(json!(secret.name()));
                changes.push(Change::new("secret", &name, spelled(old), spelled(new)));
                let about = |secret: &Secret<'_>| secret.about().map(|about| json!(about));
                changes.push(Change::new("about", &name, about(old), about(new)));
                values(&name, old, new, changes);
            }
            _ => {}
        }
    }
}

fn whole(did: &str, secret: &Secret<'_>) -> Change {
    let there = Some(json!(secret.name()));
    let (before, after) = if did == "added" { (None, there) } else { (there, None) };
    Change::new("secret", secret.name(), before, after)
        .within(secret.values().iter().map(Value::environment))
}

fn values(name: &str, old: &Secret<'_>, new: &Secret<'_>, changes: &mut Vec<Change>) {
    let environments = |secret: &Secret<'_>| -> Vec<String> {
        secret.values().iter().map(|value| value.environment().to_owned()).collect()
    };
    for environment in merged(environments(old), environments(new)) {
        let (before, after) = (old.value(&environment), new.value(&environment));
        let version = |value: &Value<'_>| json!(value.version());
        let note = match (before, after) {
            // A name is sealed with the value, so another spelling seals it again.
            (Some(before), Some(after)) => note(before, after, old.name() == new.name()),
            _ => None,
        };
        let change = Change::new("value", name, before.map(version), after.map(version));
        changes.push(change.within([environment]).noting(note));
    }
}

/// What the versions of two values do not show.
fn note(before: &Value<'_>, after: &Value<'_>, is_name_same: bool) -> Option<&'static str> {
    // A rotation seals every value again. Under the key that it had, a value is sealed when it is set.
    let has_new_key = || before.content().fingerprint_text() != after.content().fingerprint_text();
    match (before.content(), after.content()) {
        (Content::Sealed(a), Content::Sealed(b)) if before.version() == after.version() => {
            if a != b && is_name_same && !has_new_key() {
                Some(ANOTHER_VALUE)
            } else if before.due() != after.due() {
                Some("due")
            } else if before.expires() != after.expires() {
                Some("expires")
            } else {
                (a != b).then_some(SEALED_AGAIN)
            }
        }
        (Content::Sealed(_), Content::Sealed(_)) => None,
        (
            Content::Reference { store: a_store, reference: a, seal: a_seal },
            Content::Reference { store: b_store, reference: b, seal: b_seal },
        ) => {
            if a != b || a_store != b_store {
                Some("reference")
            } else if before.version() != after.version() {
                None
            } else {
                (a_seal != b_seal).then_some(SEALED_AGAIN)
            }
        }
        _ => Some("reference"),
    }
}

/// The names of two lists, each once, sorted.
pub(super) fn merged(before: Vec<String>, after: Vec<String>) -> Vec<String> {
    let mut names = before;
    names.extend(after);
    names.sort();
    names.dedup();
    names
}

/// The stable words for a value whose version does not show what became of it.
pub(super) const SEALED_AGAIN: &str = "sealed-again";
const ANOTHER_VALUE: &str = "another-value";
