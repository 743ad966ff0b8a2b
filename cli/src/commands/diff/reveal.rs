//! The values before and after, for who has the keys: whether they differ, and with `--reveal` what they are.

use strongroom_vault::{
    Content, DataKey, Environment, EnvironmentType, Index, Place, Plaintext, Secret, Shown, Value,
};

use super::changes::Change;
use crate::error::Error;
use crate::keys::Keys;
use crate::value::kinds_of;
use crate::{log, reveal, ui};

/// Compares the values whose versions do not say whether they are other ones, as far as keys are at hand; nobody is asked for
/// a passphrase.
pub(super) fn compare(before: &Index<'_>, after: &Index<'_>, changes: &mut [Change]) {
    let mut keys = Keys::default();
    for change in changes.iter_mut().filter(|change| change.is_unclear()) {
        let Some(environment) = change.environments.first() else { continue };
        let Ok(kind) = after.environment(environment).map(|it| it.kind()) else { continue };
        if !keys.try_type(after, kind).unwrap_or(false) {
            continue;
        }
        let Ok(key) = keys.current_data_key(after, kind) else { continue };
        let opened = |index: &Index<'_>| {
            let secret = index.secret(&change.name)?;
            open(after, kind, key, secret, secret.value(environment)?)
        };
        if let (Some(was), Some(is)) = (opened(before), opened(after)) {
            change.compared(was == is);
        }
    }
}

/// Prints every value that is another one now, as it was and as it is.
pub(super) fn show(before: &Index<'_>, after: &Index<'_>, changes: &[Change]) -> Result<(), Error> {
    let places = changed(before, after, changes);
    let environments: Vec<Environment> =
        places.iter().filter_map(|(_, environment)| after.environment(environment).ok()).collect();
    let keys = Keys::of_types(after, kinds_of(&environments))?;
    for (name, environment) in &places {
        let Ok(kind) = after.environment(environment).map(|it| it.kind()) else { continue };
        let key = keys.current_data_key(after, kind)?;
        ui::data(&format!("`{}` {}\n", Shown(name), Shown(environment)))?;
        for (mark, index) in [("-", before), ("+", after)] {
            let found =
                index.secret(name).and_then(|secret| Some((secret, secret.value(environment)?)));
            if let Some((secret, value)) = found {
                let value = open(after, kind, key, secret, value);
                ui::exactly(&reveal::line(mark, value.as_ref()))?;
            }
        }
    }
    Ok(())
}

/// The places whose values were set, removed or added.
fn changed(before: &Index<'_>, after: &Index<'_>, changes: &[Change]) -> Vec<(String, String)> {
    let places = |index: &Index<'_>| -> Vec<(String, String)> {
        let values = index.secrets().flat_map(|secret| {
            secret.values().iter().map(|it| (secret.name().to_owned(), it.environment().to_owned()))
        });
        values.collect()
    };
    let mut all = places(before);
    all.extend(places(after));
    all.sort();
    all.dedup();
    let version = |index: &Index<'_>, (name, environment): &(String, String)| {
        let value = index.secret(name).and_then(|secret| secret.value(environment));
        value.map(Value::version)
    };
    let is_another = |(name, environment): &(String, String)| {
        let others = changes.iter().filter(|change| change.is_another_value());
        others.into_iter().any(|it| it.name == *name && it.environments.contains(environment))
    };
    all.retain(|place| version(before, place) != version(after, place) || is_another(place));
    all
}

/// Opens a value with the data key that its type has now, or with the one before.
fn open(
    after: &Index<'_>,
    kind: EnvironmentType,
    key: &DataKey,
    secret: &Secret<'_>,
    value: &Value<'_>,
) -> Option<Plaintext> {
    let Content::Sealed(sealed) = value.content() else { return None };
    if value.kind() != kind {
        return None;
    }
    log::opened(secret, value);
    let place = Place::of(secret, value);
    let retired = || key.retired(after).into_iter().find_map(|key| key.open(place, sealed).ok());
    key.open(place, sealed).ok().or_else(retired)
}
