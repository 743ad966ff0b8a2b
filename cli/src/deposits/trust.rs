//! Whether a deposit key is the one that the holders made. A holder has the roster's word for it; anybody else sees its
//! fingerprint once, and it is remembered.

use strongroom_vault::search::{KeyError, UserFolder, Wanted, find_key};
use strongroom_vault::{
    Code, DepositKey, EnvironmentType, Index, Vouched, deposit_key_fingerprint,
};

use super::{holders_of, roster_of};
use crate::age;
use crate::error::Error;
use crate::keys::refuse_rolled_back;
use crate::ui::{self, Terminal};

/// The deposit keys of these types, each trusted. `accepted` are fingerprints that a holder passed on.
pub(crate) fn trusted_keys<'i, 't>(
    index: &'i Index<'t>,
    kinds: &[EnvironmentType],
    accepted: &[Code],
) -> Result<Vec<&'i DepositKey<'t>>, Error> {
    if !age::IS_BUILT_IN {
        return Err(age::absent());
    }
    let mut keys = Vec::with_capacity(kinds.len());
    for kind in kinds {
        refuse_rolled_back(index, *kind)?;
        keys.push(key_of(index, *kind)?);
    }
    let folder = UserFolder::find();
    let is_vouched = is_vouched(index, folder.as_ref())?;
    let fits_none =
        |code: &&Code| keys.iter().all(|key| deposit_key_fingerprint(index.id(), key) != **code);
    if let Some(code) = accepted.iter().find(fits_none) {
        return Err(fits_no_key(index, *code, &keys));
    }
    for key in &keys {
        let fingerprint = deposit_key_fingerprint(index.id(), key);
        let place = format!("deposits/{}", key.kind());
        let seen = folder.as_ref().and_then(|it| it.trusted_fingerprint(index.id(), &place));
        if seen == Some(fingerprint) {
            continue;
        }
        match seen {
            _ if is_vouched || accepted.contains(&fingerprint) => {}
            None => introduce(index, key.kind(), fingerprint),
            Some(before) => agree(index, key.kind(), before, fingerprint)?,
        }
        if let Some(folder) = &folder
            && let Err(error) = folder.trust_fingerprint(index.id(), &place, fingerprint)
        {
            ui::warn(&format!("the fingerprint cannot be remembered: {error}"));
        }
    }
    Ok(keys)
}

fn key_of<'i, 't>(
    index: &'i Index<'t>,
    kind: EnvironmentType,
) -> Result<&'i DepositKey<'t>, Error> {
    let Some(key) = index.deposits().key(kind) else {
        return Err(Error::cannot(format!(
            "nothing can be left for `{kind}` yet: the vault has no deposit key for it\n\
             a holder of the roster ({}) makes one with: strongroom key deposit",
            roster_of(index)
        )));
    };
    // What a plugin would be started for is no key that this command made.
    let digits = key.public().strip_prefix("age1").unwrap_or_default();
    if digits.len() != AGE_DIGITS || digits.contains('1') {
        return Err(Error::cannot(format!(
            "the deposit key of `{kind}` was altered: it is no age public key\n\
             restore [deposits.{kind}] from git: git log -p strongroom.toml"
        )));
    }
    Ok(key)
}

/// Whether the holder whose key is here has the roster's word for the deposit keys. Nobody is asked for a key: a deposit
/// needs none.
fn is_vouched(index: &Index<'_>, folder: Option<&UserFolder>) -> Result<bool, Error> {
    match word(index, folder) {
        Vouched::Yes => Ok(true),
        Vouched::Nothing => Ok(false),
        Vouched::No => Err(Error::cannot(format!(
            "the roster's word is for other deposit keys than this vault has\n\
             either two branches that both made new keys were merged, or somebody swapped a deposit key and could open what is left under it\n\
             nothing was done; {} sees which, and makes the word anew, with: strongroom key deposit",
            roster_of(index)
        ))),
    }
}

/// What the holder whose key is here was given the roster's word for.
pub(crate) fn word_of_own(index: &Index<'_>) -> Vouched {
    word(index, UserFolder::find().as_ref())
}

fn word(index: &Index<'_>, folder: Option<&UserFolder>) -> Vouched {
    match find_key(index, Wanted::Anything, folder) {
        Ok(found) => found.ring.vouched(index),
        Err(KeyError::NoKey { .. }) => Vouched::Nothing,
        Err(error) => {
            let error = error.to_string();
            let first = error.lines().next().unwrap_or_default();
            ui::warn(&format!("the key that is here is not used: {first}"));
            Vouched::Nothing
        }
    }
}

/// Says the fingerprint of a key that was never seen here.
fn introduce(index: &Index<'_>, kind: EnvironmentType, fingerprint: Code) {
    ui::say(&format!(
        "the deposit key of {kind} is new here: its fingerprint is {fingerprint}, and is remembered\n\
         {} can compare it with: strongroom key deposit",
        holders_of(index, kind)
    ));
}

/// Asks whether a key that took the place of another is the right one.
fn agree(index: &Index<'_>, kind: EnvironmentType, before: Code, now: Code) -> Result<(), Error> {
    let changed = format!(
        "the deposit key of `{kind}` is another one than before: its fingerprint is {now}, and was {before}\n\
         a rotation makes a new one, and so does somebody who wants to open what you leave\n\
         ask {}, who sees the right one with: strongroom key deposit",
        holders_of(index, kind)
    );
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::cannot(changed).with_hint(format!(
            "if it is this one: strongroom set --deposit --accept-key {now} …"
        )));
    };
    ui::warn(&changed);
    if terminal.agrees("is it this one?")? { Ok(()) } else { Err(Error::no("nothing was left")) }
}

fn fits_no_key(index: &Index<'_>, given: Code, keys: &[&DepositKey<'_>]) -> Error {
    let own = keys.iter().map(|key| {
        let fingerprint = deposit_key_fingerprint(index.id(), key);
        format!("{fingerprint} for {}", key.kind())
    });
    Error::cannot(format!(
        "no deposit key that is meant has the fingerprint {given}: it is {}\n\
         nothing was left; ask who gave you the fingerprint to compare it again: strongroom key deposit",
        own.collect::<Vec<_>>().join(", ")
    ))
}

/// Characters of an age public key behind `age1`.
const AGE_DIGITS: usize = 58;
