//! Whether a store is asked: seals vouch for its settings, or a person on this machine looked at them.

use strongroom_vault::search::Allowed;
use strongroom_vault::{Content, DataKey, EnvironmentType, Index, Shown, StoreEntry, flag_of};

use super::{Asker, Why, checked, shown};
use crate::error::Error;
use crate::keys::Keys;
use crate::ui::{self, Terminal};
use crate::value::Unopened;

/// Refuses to ask a store anything that is not what others sealed references to: somebody without a key may have led it
/// elsewhere, and would be told a value or a login. Where no seal vouches for it yet, a person looks at its settings once on
/// each machine; whoever declared it here has. Only seals of the types that are about to be written vouch.
///
/// Whoever seals the reference of a secret again that does not fit was told so, and is asked as well.
pub(crate) fn refuse_doubtful(
    index: &Index<'_>,
    keys: &mut Keys,
    asker: &Asker,
    store: &StoreEntry<'_>,
    kinds: &[EnvironmentType],
    repaired: Option<&str>,
) -> Result<(), Error> {
    if is_vouched(index, &mut With::Keys(keys), asker, store, kinds, repaired)? {
        return Ok(());
    }
    look_at(asker, store)
}

/// As [`refuse_doubtful`], where there is nobody to look at anything: refuses also what nobody has looked at here.
#[cfg(feature = "server")]
pub(crate) fn refuse_unseen(
    index: &Index<'_>,
    key: &DataKey,
    asker: &Asker,
    store: &StoreEntry<'_>,
) -> Result<(), Error> {
    if is_vouched(index, &mut With::One(key), asker, store, &[key.kind()], None)?
        || asker.is_allowed(&Allowed::to_ask(store))
        || runs_something(asker, store)
    {
        return Ok(());
    }
    Err(unseen(store))
}

/// What seals are looked at with.
enum With<'k> {
    /// Every key that is here.
    Keys(&'k mut Keys),
    /// One that is open.
    #[cfg(feature = "server")]
    One(&'k DataKey),
}

impl With<'_> {
    fn key(&mut self, index: &Index<'_>, kind: EnvironmentType) -> Option<&DataKey> {
        match self {
            Self::Keys(keys) => {
                // What is wrong with a key of another type is not what this is about.
                let _ = keys.try_type(index, kind);
                keys.data_key(index, kind)
            }
            #[cfg(feature = "server")]
            Self::One(key) => (key.kind() == kind).then_some(*key),
        }
    }
}

/// Whether seals vouch for the settings of a store; fails where one says that they were changed.
fn is_vouched(
    index: &Index<'_>,
    with: &mut With<'_>,
    asker: &Asker,
    store: &StoreEntry<'_>,
    kinds: &[EnvironmentType],
    repaired: Option<&str>,
) -> Result<bool, Error> {
    let (mut doubt, mut is_vouched, mut is_unclear) = (None, false, false);
    for secret in index.secrets() {
        for value in secret.values() {
            let Content::Reference { store: to, reference, .. } = value.content() else { continue };
            if to != store.name() {
                continue;
            }
            let Some(key) = with.key(index, value.kind()) else { continue };
            match checked(index, Some(key), secret, value) {
                // Whoever has the key of one type says nothing for another.
                Ok(_) => is_vouched |= kinds.contains(&value.kind()),
                // A rotation on another branch, or a fingerprint that somebody changed so that the seal is not looked at.
                Err(Unopened::OtherDataKey) => is_unclear = true,
                Err(Unopened::NotGiven { why: Why::Seal, .. })
                    if repaired != Some(secret.name()) =>
                {
                    doubt.get_or_insert((secret, value, reference));
                }
                Err(_) => {}
            }
        }
    }
    let Some((secret, value, reference)) = doubt else {
        return Ok(is_vouched && !is_unclear);
    };
    // Somebody has looked at exactly these settings here, and links its secrets again one after the other.
    if asker.is_allowed(&Allowed::to_ask(store)) {
        return Ok(true);
    }
    Err(Error::cannot(format!(
        "the store `{0}` was not asked: the seal of `{1}` for `{2}`, which is at `{3}` there, does not fit, so a setting of the \
         store may have been changed by somebody without the key\n\
         look who did it (git log -p strongroom.toml), then restore the line\n\
         or, if its settings are right, allow it: strongroom store allow {0}\n\
         and link each secret of it again: strongroom link {4} {1} {0}:{3}",
        Shown(store.name()),
        Shown(secret.name()),
        Shown(value.environment()),
        Shown(reference),
        flag_of(value.environment())
    )))
}

/// Lets a person look at a store that no seal vouches for, unless somebody did so on this machine.
fn look_at(asker: &Asker, store: &StoreEntry<'_>) -> Result<(), Error> {
    let allowed = Allowed::to_ask(store);
    if runs_something(asker, store) || asker.is_allowed(&allowed) {
        return Ok(());
    }
    let refused = Error::no(format!("nothing was asked of the store `{}`", Shown(store.name())));
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(unseen(store));
    };
    ui::say(&format!(
        "no seal vouches for the settings of {} yet, and nobody has looked at them on this machine: {}",
        store.name(),
        all_of(store)
    ));
    terminal.confirm("ask it, with what this machine logs in with?", refused)?;
    asker.set_allowed(&allowed, true)
}

/// Whether somebody is asked about a store by the words of what it runs, or it says by itself why it cannot be opened.
fn runs_something(asker: &Asker, store: &StoreEntry<'_>) -> bool {
    !matches!(asker.runs(store), Ok(lines) if lines.is_empty())
}

fn unseen(store: &StoreEntry<'_>) -> Error {
    Error::usage(format!(
        "the store `{0}` was not asked: no seal vouches for its settings yet, and nobody has looked at them on this machine: {1}\n\
         look at them, and allow it with: strongroom store allow {0}",
        Shown(store.name()),
        all_of(store)
    ))
}

/// The settings of a store with its kind.
fn all_of(store: &StoreEntry<'_>) -> String {
    format!("kind={} {}", Shown(store.kind()), shown(store))
}
