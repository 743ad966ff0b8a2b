//! Whether a deposit key is the one that the holders made. A holder has the roster's word for it; anybody else sees its
//! fingerprint once, and it is remembered together with the generation that it belongs to.

use std::cmp::Ordering;
use std::path::Path;

use strongroom_vault::search::{Generations, KeyError, SeenDepositKey, UserFolder, Wanted};
use strongroom_vault::{
    Code, DepositKey, EnvironmentType, Index, Shown, Vouched, deposit_key_fingerprint,
};

use super::earlier::{Past, refuse_earlier};
use super::{holders_of, roster_of};
use crate::age;
use crate::error::Error;
use crate::keys::{self, refuse_rolled_back};
use crate::ui::{self, Terminal};

/// The deposit keys of these types, each trusted. `accepted` are fingerprints that a holder passed on.
pub(crate) fn trusted_keys<'i, 't>(
    path: &Path,
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
    let word = word_of_roster(index);
    if matches!(word, Word::Other) {
        return Err(other_word(index));
    }
    let is_accepted = |key: &DepositKey<'_>| accepted.contains(&fingerprint_of(index, key));
    let fits_none = |code: &&Code| keys.iter().all(|key| fingerprint_of(index, key) != **code);
    if let Some(code) = accepted.iter().find(fits_none) {
        return Err(fits_no_key(index, *code, &keys));
    }
    if matches!(word, Word::Given(_)) {
        for key in &keys {
            remember(index, folder.as_ref(), key);
        }
        return Ok(keys);
    }
    for key in &keys {
        refuse_earlier(index, key)?;
    }
    let doubtful: Vec<&DepositKey<'_>> =
        keys.iter().copied().filter(|key| !is_accepted(key)).collect();
    if let (Word::Gone(holder), false) = (&word, doubtful.is_empty()) {
        return Err(without_word(index, holder).with_hint(way_on(index, &doubtful)));
    }
    let past = (!doubtful.is_empty()).then(|| Past::of(path, index));
    for key in doubtful {
        let seen = folder.as_ref().map(|folder| folder.seen_deposit_keys(index.id(), key.kind()));
        let seen = seen.unwrap_or_default();
        let against = past.as_ref().and_then(|past| past.against(key.kind()));
        let against = against.map(|it| it.error(key.kind()));
        let unseen = || past.as_ref().filter(|_| seen.is_empty())?.doubt(key.kind());
        match against.or_else(|| doubt(index, key, &seen)).or_else(unseen) {
            Some(doubt) => agree(index, key, doubt)?,
            None if seen.is_empty() => introduce(index, key),
            None => {}
        }
    }
    for key in &keys {
        remember(index, folder.as_ref(), key);
    }
    Ok(keys)
}

fn fingerprint_of(index: &Index<'_>, key: &DepositKey<'_>) -> Code {
    deposit_key_fingerprint(index.id(), key)
}

fn remember(index: &Index<'_>, folder: Option<&UserFolder>, key: &DepositKey<'_>) {
    let generation = Some(Generations::shown_by(index).of(key.kind()));
    let seen = SeenDepositKey { fingerprint: fingerprint_of(index, key), generation };
    if let Some(folder) = folder
        && let Err(error) = folder.trust_deposit_key(index.id(), key.kind(), seen)
    {
        ui::warn(&format!("the fingerprint cannot be remembered: {error}"));
    }
}

/// What the memory of this machine tells against a key; nothing where it is the last one that was trusted, or the first.
fn doubt(index: &Index<'_>, key: &DepositKey<'_>, seen: &[SeenDepositKey]) -> Option<Error> {
    let (kind, now) = (key.kind(), fingerprint_of(index, key));
    let generation = Generations::shown_by(index).of(kind);
    let last = seen.last()?;
    let before = last.fingerprint;
    if before != now {
        return Some(if seen.iter().any(|it| it.fingerprint == now) {
            Error::cannot(format!(
                "the deposit key of `{kind}` is an earlier one: its fingerprint is {now}, and {before} took its place here\n\
                 whoever was removed may know it, and have put it back: git log -p strongroom.toml"
            ))
        } else {
            Error::cannot(format!(
                "the deposit key of `{kind}` is another one than before: its fingerprint is {now}, and was {before}\n\
                 a rotation makes a new one, and so does somebody who wants to open what you leave"
            ))
        });
    }
    match last.generation?.cmp(&generation) {
        Ordering::Equal => None,
        Ordering::Less => Some(Error::cannot(format!(
            "the deposit key of `{kind}` is an earlier one: the data key was rotated since it was seen here, and that makes a new one\n\
             whoever was removed may know it, and have put it back: git log -p strongroom.toml"
        ))),
        Ordering::Greater => Some(Error::cannot(format!(
            "the keys of `{kind}` were rolled back: the vault had a newer data key when something was left from here\n\
             whoever was removed may know this deposit key, and have put it back: git log -p strongroom.toml"
        ))),
    }
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

/// What the holder whose key is here has of the roster's word for the deposit keys.
pub(crate) enum Word {
    /// It is for these very keys, and the holder of this name has it.
    Given(String),
    /// It is for others than there are.
    Other,
    /// The holder of this name has none, although everybody gets one.
    Gone(String),
    /// No key is here, or there are no deposit keys.
    Nobody,
}

/// The roster's word for the deposit keys. Nobody is asked for a key: a deposit needs none.
pub(crate) fn word_of_roster(index: &Index<'_>) -> Word {
    let ring = match keys::find(index, Wanted::Anything) {
        Ok(found) => found.ring,
        Err(KeyError::NoKey { .. }) => return Word::Nobody,
        Err(error) => {
            let error = error.to_string();
            let first = error.lines().next().unwrap_or_default();
            ui::warn(&format!("the key that is here is not used: {first}"));
            return Word::Nobody;
        }
    };
    let has_keys = EnvironmentType::ALL.iter().any(|kind| index.deposits().key(*kind).is_some());
    match ring.vouched(index) {
        Vouched::Yes => Word::Given(ring.holder().to_owned()),
        Vouched::Nothing if has_keys => Word::Gone(ring.holder().to_owned()),
        Vouched::Nothing => Word::Nobody,
        Vouched::No => Word::Other,
    }
}

/// The error for a holder whose word is for other deposit keys than there are.
pub(crate) fn other_word(index: &Index<'_>) -> Error {
    Error::cannot(format!(
        "the roster's word is for other deposit keys than this vault has\n\
         either two branches that both made new keys were merged, or somebody swapped a deposit key and could open what is left under it\n\
         nothing was done; {} sees which, and makes the word anew, with: strongroom key deposit",
        roster_of(index)
    ))
}

/// A holder who has no word for the deposit keys: whoever swaps one of them takes the word away too.
pub(crate) fn without_word(index: &Index<'_>, holder: &str) -> Error {
    Error::cannot(format!(
        "[holders.{0}] has no `vouch` any more, by which `{0}` knows the deposit keys: somebody took it out, who may have swapped a key\n\
         nothing was done; look who did it (git log -p strongroom.toml)\n\
         {1} makes it right with: strongroom key deposit",
        Shown(holder),
        roster_of(index)
    ))
}

/// Says the fingerprint of a key that was never seen here.
fn introduce(index: &Index<'_>, key: &DepositKey<'_>) {
    let kind = key.kind();
    ui::say(&format!(
        "the deposit key of {kind} is new here: its fingerprint is {}, and is remembered\n\
         {} can compare it with: strongroom key deposit",
        fingerprint_of(index, key),
        holders_of(index, kind)
    ));
}

/// Asks whether a key that something tells against is the right one.
fn agree(index: &Index<'_>, key: &DepositKey<'_>, doubt: Error) -> Result<(), Error> {
    let doubt = doubt.with_hint(format!(
        "ask {}, who sees the right one with: strongroom key deposit",
        holders_of(index, key.kind())
    ));
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(doubt.with_hint(way_on(index, &[key])));
    };
    ui::warn(doubt.text());
    let question = format!("is it {}?", fingerprint_of(index, key));
    terminal.confirm(&question, Error::no("nothing was left"))
}

/// How to go on with keys that a holder compared.
fn way_on(index: &Index<'_>, keys: &[&DepositKey<'_>]) -> String {
    let fingerprints: Vec<String> =
        keys.iter().map(|key| fingerprint_of(index, key).to_string()).collect();
    let which = if keys.len() == 1 { "it is this one" } else { "they are these" };
    format!("if {which}: strongroom set --deposit --accept-key {} …", fingerprints.join(","))
}

fn fits_no_key(index: &Index<'_>, given: Code, keys: &[&DepositKey<'_>]) -> Error {
    let own = keys.iter().map(|key| format!("{} for {}", fingerprint_of(index, key), key.kind()));
    Error::cannot(format!(
        "no deposit key that is meant has the fingerprint {given}: it is {}\n\
         nothing was left; ask who gave you the fingerprint to compare it again: strongroom key deposit",
        own.collect::<Vec<_>>().join(", ")
    ))
}

/// Characters of an age public key behind `age1`.
const AGE_DIGITS: usize = 58;
