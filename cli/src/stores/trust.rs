//! Whether a store is asked: seals vouch for its settings, or a person on this machine looked at them.

use strongroom_vault::search::Allowed;
use strongroom_vault::{Content, EnvironmentType, Index, Shown, StoreEntry, flag_of};

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
    let (mut doubt, mut is_vouched, mut is_unclear) = (None, false, false);
    for secret in index.secrets() {
        for value in secret.values() {
            let Content::Reference { store: to, reference, .. } = value.content() else { continue };
            if to != store.name() {
                continue;
            }
            // What is wrong with a key of another type is not what this is about.
            let _ = keys.try_type(index, value.kind());
            let Some(key) = keys.data_key(index, value.kind()) else { continue };
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
        return if is_vouched && !is_unclear { Ok(()) } else { look_at(asker, store) };
    };
    // Somebody has looked at exactly these settings here, and links its secrets again one after the other.
    if asker.is_allowed(&Allowed::to_ask(store)) {
        return Ok(());
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
    // What runs a command is asked about by its words; what cannot be opened says why by itself.
    let is_asked = matches!(asker.runs(store), Ok(lines) if lines.is_empty());
    if !is_asked || asker.is_allowed(&allowed) {
        return Ok(());
    }
    let refused = Error::no(format!("nothing was asked of the store `{}`", Shown(store.name())));
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::usage(format!(
            "the store `{0}` was not asked: no seal vouches for its settings yet, and nobody has looked at them on this machine: {1}\n\
             look at them, and allow it with: strongroom store allow {0}",
            Shown(store.name()),
            all_of(store)
        )));
    };
    ui::say(&format!(
        "no seal vouches for the settings of {} yet, and nobody has looked at them on this machine: {}",
        store.name(),
        all_of(store)
    ));
    terminal.confirm("ask it, with what this machine logs in with?", refused)?;
    asker.set_allowed(&allowed, true)
}

/// The settings of a store with its kind.
fn all_of(store: &StoreEntry<'_>) -> String {
    format!("kind={} {}", Shown(store.kind()), shown(store))
}
