//! What the vault has for each field: a sealed value, a reference into a store, or a reason why there is none.

use strongroom_vault::{Content, Environment, Index, Lookup, Mine, Place, Secret, Value};

use crate::report::SecretCause;
use crate::stores::Kept;
use crate::values::Values;

/// A field's sealed value.
pub(super) struct Sealed<'i> {
    pub(super) position: usize,
    pub(super) place: Place<'i>,
    pub(super) text: &'i str,
}

/// Looks every field up; notes what has no value, and gives what is to be opened and what stores keep.
pub(super) fn look_up<'i>(
    index: &'i Index<'_>,
    mine: Option<&'i Mine<'_>>,
    environment: &Environment,
    values: &mut Values,
) -> (Vec<Sealed<'i>>, Vec<Kept<'i>>) {
    let mut found = Vec::with_capacity(values.asked().len());
    let mut kept = Vec::new();
    for position in 0..values.asked().len() {
        let asked = &values.asked()[position];
        let is_optional = asked.is_optional;
        if let Some((secret, own)) =
            mine.and_then(|mine| mine.lookup(index, &asked.name, environment))
        {
            values.spelled(position, secret.name());
            values.found_mine(position);
            match own {
                Lookup::Found(value) => {
                    found.extend(sealed(position, secret, value));
                }
                _ => values.fail(position, SecretCause::OtherDataKey),
            }
            continue;
        }
        let Some(secret) = index.secret(&asked.name) else {
            if !is_optional {
                let cause = only_deposit(index, &asked.name, environment).unwrap_or_else(|| {
                    SecretCause::NoValue { near: index.near_secret(&asked.name).map(str::to_owned) }
                });
                values.fail(position, cause);
            }
            continue;
        };
        values.spelled(position, secret.name());
        let value = match index.lookup_in(secret, environment) {
            Lookup::Found(value) => value,
            // An optional secret with such a value is not missing: it was meant to be there.
            Lookup::OtherDataKey(value) => {
                values.found(position, lies_in(value, environment));
                values.fail(position, SecretCause::OtherDataKey);
                continue;
            }
            Lookup::Missing => {
                if !is_optional {
                    let cause = only_deposit(index, secret.name(), environment);
                    values.fail(position, cause.unwrap_or(SecretCause::NoValue { near: None }));
                }
                continue;
            }
        };
        values.found(position, lies_in(value, environment));
        match value.content() {
            Content::Sealed(_) => found.extend(sealed(position, secret, value)),
            Content::Reference { store, reference, seal } => {
                let place = Place::of(secret, value);
                let reference = Kept { position, place, store, reference, seal };
                values.found_kept(&reference, lies_in(value, environment));
                kept.push(reference);
            }
        }
    }
    (found, kept)
}

/// The cause of what has no value, and has a deposit that waits.
fn only_deposit(index: &Index<'_>, name: &str, environment: &Environment) -> Option<SecretCause> {
    let waiting = index.deposits().waiting_for(name, environment);
    let oldest = waiting.min_by_key(|deposit| deposit.left())?;
    Some(SecretCause::OnlyDeposit { name: oldest.name().to_owned(), since: oldest.left() })
}

/// What is to be opened for a field; none for a reference.
fn sealed<'i>(position: usize, secret: &'i Secret<'_>, value: &'i Value<'_>) -> Option<Sealed<'i>> {
    let Content::Sealed(text) = value.content() else { return None };
    Some(Sealed { position, place: Place::of(secret, value), text })
}

/// The environment that a value stands for: the one that was asked for, or its type.
fn lies_in(value: &Value<'_>, environment: &Environment) -> Environment {
    if value.environment() == environment.name() {
        environment.clone()
    } else {
        environment.kind().into()
    }
}
