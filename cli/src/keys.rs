//! Opens data keys: with the key that `search` finds, else with a passphrase typed here.

use std::env;

use strongroom_vault::search::{
    Found, HOLDER_VARIABLE, KeyError, PASSPHRASE_VARIABLE, RolledBack, Source, UserFolder, Wanted,
    find_key, unlock,
};
use strongroom_vault::{
    Credential, DataKey, EnvironmentType, HolderKind, Index, KeyRing, Passphrase, Shown,
    UnlockError, VaultId,
};

use crate::error::Error;
use crate::key_services;
use crate::session::Place;
use crate::ui::{self, Asked, Terminal};
use crate::unlocking::{self, IdentityFiles};

/// The keys that a command has opened. Those of several holders may be kept on one machine.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<Found>);

impl Keys {
    /// Opens the data keys of these types; asks for a passphrase where that can help.
    pub(crate) fn of_types(
        index: &Index<'_>,
        kinds: impl IntoIterator<Item = EnvironmentType>,
    ) -> Result<Self, Error> {
        let mut keys = Self::default();
        for kind in kinds {
            refuse_rolled_back(index, kind)?;
            if keys.data_key(index, kind).is_none() {
                keys.refuse_again(index, kind)?;
                keys.0.push(find_or_ask(index, Wanted::Type(kind))?);
            }
        }
        Ok(keys)
    }

    /// Opens the data key of a type without asking anybody; false if nobody's key for it is here.
    pub(crate) fn try_type(
        &mut self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Result<bool, Error> {
        refuse_rolled_back(index, kind)?;
        if self.data_key(index, kind).is_some() {
            return Ok(true);
        }
        let wanted = Wanted::Type(kind);
        match self.refuse_again(index, kind).and_then(|()| find(index, wanted)) {
            Ok(found) => {
                self.0.push(trusted(index, wanted, found)?);
                Ok(true)
            }
            Err(KeyError::NoKey { .. }) => Ok(false),
            Err(KeyError::NoDataKey(_, error)) if error.is_without_grant() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the data key of a type of a vault that is not the one at hand: a side of a merge, or what is staged. Nobody is
    /// asked, and its keys are not remembered; false if no key here opens it.
    pub(crate) fn try_side(&mut self, index: &Index<'_>, kind: EnvironmentType) -> bool {
        if self.data_key(index, kind).is_some() {
            return true;
        }
        let found = find(index, Wanted::Type(kind));
        found.map(|found| self.0.push(found)).is_ok()
    }

    /// As [`Keys::try_side`], and asks for a passphrase where that can help.
    pub(crate) fn ask_for_side(
        &mut self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Result<(), Error> {
        self.0.push(look(index, Wanted::Type(kind))?);
        Ok(())
    }

    /// As [`Keys::ask_for_side`], for what is sealed again with it: a key that is older than what was seen is refused, since
    /// who was removed can have put it back.
    pub(crate) fn of_side(
        &mut self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Result<(), Error> {
        if self.data_key(index, kind).is_some() {
            return Ok(());
        }
        refuse_rolled_back(index, kind)?;
        self.ask_for_side(index, kind)
    }

    /// The data key of a type, if it was opened.
    pub(crate) fn data_key(&self, index: &Index<'_>, kind: EnvironmentType) -> Option<&DataKey> {
        self.0.iter().find_map(|found| found.ring.data_key(index, kind).ok())
    }

    /// All of them as one ring.
    pub(crate) fn into_ring(self) -> KeyRing {
        let rings = self.0.into_iter().map(|found| found.ring);
        rings.reduce(KeyRing::joined).unwrap_or_else(KeyRing::empty)
    }

    /// Fails if the one place that decides was asked already and its key does not open this type:
    /// for a passphrase, asking again would cost another run of Argon2.
    fn refuse_again(&self, index: &Index<'_>, kind: EnvironmentType) -> Result<(), KeyError> {
        let is_one_of_several = |source: &Source| {
            matches!(source, Source::Kept(_) | Source::Unlocked(_) | Source::Given)
        };
        let decides = |found: &&Found| !is_one_of_several(&found.source);
        let Some(found) = self.0.iter().find(decides) else { return Ok(()) };
        match found.ring.data_key(index, kind) {
            Ok(_) => Ok(()),
            Err(error) => Err(KeyError::NoDataKey(found.source.clone(), error)),
        }
    }

    /// As [`Keys::data_key`], for a vault that was read again: the key must still be the current
    /// one.
    pub(crate) fn current_data_key(
        &self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Result<&DataKey, Error> {
        let current = index.keys().of_type(kind).current();
        let is_current = |key: &&DataKey| {
            current.is_some_and(|current| {
                current.fingerprint_text() == key.fingerprint().entry_prefix()
            })
        };
        self.data_key(index, kind).filter(is_current).ok_or_else(|| {
            Error::cannot(format!("the data key of `{kind}` changed meanwhile: try again"))
        })
    }
}

/// Opens the roster key; asks for a passphrase where that can help.
pub(crate) fn of_roster(index: &Index<'_>) -> Result<KeyRing, Error> {
    find_or_ask(index, Wanted::Roster).map(|found| found.ring)
}

/// Refuses a vault that was read again and has another roster key by now.
pub(crate) fn refuse_changed_roster(index: &Index<'_>, ring: &KeyRing) -> Result<(), Error> {
    let is_current =
        index.keys().roster().current().zip(ring.roster()).is_some_and(|(current, ours)| {
            current.fingerprint_text() == ours.fingerprint().entry_prefix()
        });
    if is_current {
        Ok(())
    } else {
        Err(Error::cannot("the roster key changed meanwhile: try again"))
    }
}

/// Remembers the generations of opened keys. Where that is impossible the command goes on: promise
/// 2 holds without it.
pub(crate) fn remember(id: VaultId, ring: &KeyRing) {
    if let Some(folder) = UserFolder::find() {
        let _ = folder.remember(id, ring);
    }
}

/// Remembers the generations of a vault that was just changed, as far as the keys here open it.
pub(crate) fn remember_current(place: &Place) {
    let Ok(found) = place.read() else { return };
    let Ok(session) = found.open() else { return };
    if let Ok(found) = find(&session.index, Wanted::Anything) {
        remember(session.index.id(), &found.ring);
    }
}

/// The key that is here, or where a line that is here says. Nobody is asked for one.
pub(crate) fn find(index: &Index<'_>, wanted: Wanted) -> Result<Found, KeyError> {
    match find_key(index, wanted, UserFolder::find().as_ref()) {
        Err(KeyError::Elsewhere(named_by, place)) => {
            key_services::unlock(index, wanted, (named_by, &place))
        }
        found => found,
    }
}

fn find_or_ask(index: &Index<'_>, wanted: Wanted) -> Result<Found, Error> {
    trusted(index, wanted, look(index, wanted)?)
}

/// Opens the roster key without asking anybody; none where it is not here.
pub(crate) fn roster_at_hand(index: &Index<'_>) -> Option<KeyRing> {
    let found = find(index, Wanted::Roster).ok()?;
    trusted(index, Wanted::Roster, found).ok().map(|found| found.ring)
}

fn look(index: &Index<'_>, wanted: Wanted) -> Result<Found, Error> {
    match find(index, wanted) {
        Ok(found) => Ok(found),
        Err(error) => {
            if wanted == Wanted::Roster
                && is_for_somebody_else(&error)
                && let Some(found) = roster_by_identity(index)?
            {
                return Ok(found);
            }
            let holders = passphrase_holders(index, wanted);
            if holders.is_empty() || !is_for_somebody_else(&error) {
                return Err(error.into());
            }
            let Some(terminal) = Terminal::of_person() else {
                // Without any key, the error says so itself.
                if matches!(error, KeyError::NoKey { .. }) {
                    return Err(error.into());
                }
                let hint = format!(
                    "or give the passphrase of {}: in {PASSPHRASE_VARIABLE}, or at a terminal",
                    Shown(&holders.join(" or "))
                );
                return Err(Error::from(error).with_hint(hint));
            };
            ask(index, wanted, &holders, terminal)
        }
    }
}

/// Whether no key is here, or only those of others who may not open what is wanted, or that open nothing any more: then
/// an identity or a passphrase can help.
fn is_for_somebody_else(error: &KeyError) -> bool {
    match error {
        KeyError::NoKey { .. }
        | KeyError::Removed(..)
        | KeyError::NoRoster { source: Source::Kept(_) | Source::Unlocked(_), .. } => true,
        KeyError::Unlock(Source::Kept(_) | Source::Unlocked(_), _) => error.opens_nothing(),
        KeyError::NoDataKey(Source::Kept(_) | Source::Unlocked(_), error) => {
            error.is_without_grant()
        }
        _ => false,
    }
}

/// Opens the roster with an identity that is here. The part of a holder key that does this is kept nowhere.
fn roster_by_identity(index: &Index<'_>) -> Result<Option<Found>, Error> {
    let mut holders = unlocking::with_public_keys(index);
    holders.retain(|holder| index.keys().roster().grant(holder.name()).is_some());
    if holders.is_empty() {
        return Ok(None);
    }
    let opened = match unlocking::by_identity(index, &holders, &IdentityFiles::new(None))? {
        unlocking::Found::Opened(opened) => opened,
        unlocking::Found::Nothing(_) => return Ok(None),
    };
    if !opened.is_trusted(index) {
        return Err(Error::cannot(format!(
            "the holder key of `{}` was not compared with its fingerprint here\n\
             who added you has it: strongroom unlock --expect FINGERPRINT",
            Shown(&opened.holder)
        )));
    }
    let credential = Credential::HolderKey(opened.key);
    unlock(index, Wanted::Roster, Source::Given, &credential, Some(&opened.holder))
        .map(Some)
        .map_err(Error::from)
}

/// Who can open it with a passphrase.
fn passphrase_holders(index: &Index<'_>, wanted: Wanted) -> Vec<String> {
    let table = match wanted {
        Wanted::Type(kind) | Wanted::OnlyType(kind) => index.keys().of_type(kind),
        Wanted::Roster | Wanted::Anything => index.keys().roster(),
    };
    let has_passphrase = |name: &str| {
        index
            .holder(name)
            .is_some_and(|holder| matches!(holder.kind(), HolderKind::Passphrase { .. }))
    };
    let holders = table.grants().iter().map(|grant| grant.holder().to_owned());
    holders.filter(|name| has_passphrase(name)).collect()
}

fn ask(
    index: &Index<'_>,
    wanted: Wanted,
    holders: &[String],
    mut terminal: Terminal,
) -> Result<Found, Error> {
    let named = env::var(HOLDER_VARIABLE).ok().filter(|name| !name.is_empty());
    let holder = named.as_deref().or(match holders {
        [only] => Some(only.as_str()),
        _ => None,
    });
    let whose = holder.map_or_else(|| holders.join(" or "), str::to_owned);
    let prompt = format!("passphrase of {}: ", Shown(&whose));
    let mut tries = 1;
    loop {
        let typed = terminal.hidden(&prompt, Asked::Passphrase)?;
        let credential = Credential::Passphrase(passphrase_of(&typed)?);
        match unlock(index, wanted, Source::Given, &credential, holder) {
            Ok(found) => return Ok(found),
            Err(KeyError::Unlock(_, UnlockError::WrongPassphrase { .. })) if tries < TRIES => {
                ui::say("wrong passphrase, try again");
                tries += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A passphrase from the bytes of a line.
pub(crate) fn passphrase_of(bytes: &[u8]) -> Result<Passphrase, Error> {
    std::str::from_utf8(bytes)
        .map(|text| Passphrase::from(text.to_owned()))
        .map_err(|_| Error::usage("the passphrase is not UTF-8 text"))
}

/// Checks that the vault's keys are not older than those seen before, and remembers them.
pub(crate) fn trusted(index: &Index<'_>, wanted: Wanted, found: Found) -> Result<Found, Error> {
    match wanted {
        Wanted::Type(kind) | Wanted::OnlyType(kind) => refuse_rolled_back(index, kind)?,
        Wanted::Roster | Wanted::Anything => {
            EnvironmentType::ALL
                .into_iter()
                .try_for_each(|kind| refuse_rolled_back(index, kind))?;
        }
    }
    crate::log::holder(found.ring.holder());
    remember(index.id(), &found.ring);
    Ok(found)
}

/// Refuses a vault whose data key of a type is older than one that was seen here.
pub(crate) fn refuse_rolled_back(
    index: &Index<'_>,
    kind: EnvironmentType,
) -> Result<(), RolledBack> {
    match UserFolder::find() {
        Some(folder) => folder.generations(index.id()).check(index, kind),
        None => Ok(()),
    }
}

/// How often a passphrase is asked for.
const TRIES: u32 = 3;
