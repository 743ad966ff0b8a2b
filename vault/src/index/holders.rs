//! `[holders]`: who can open data keys, and how each proves it.

use std::borrow::Cow;

use super::shape::{Table, bad_name, date_of, refuse_spellings, sealed_text, text_of};
use crate::date::Date;
use crate::error::{Fault, ReadError};
use crate::limits::{
    DELIVERED_BYTES, HOLDERS, KEPT, LANES, MEMORY_KIB, MEMORY_PASSES, PASSES, PASSPHRASE_HOLDERS,
    SALT, STRING_BYTES, VOUCH,
};
use crate::name::check_plain_name;

/// A holder: someone or something that can open data keys.
#[derive(Debug, Clone)]
pub struct Holder<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) kind: HolderKind<'t>,
    pub(super) kept: Cow<'t, str>,
    pub(super) since: Option<Date>,
    pub(super) vouch: Option<Cow<'t, str>>,
}

impl<'t> Holder<'t> {
    /// The name, as spelled in the vault.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of holder it is, with what that kind needs.
    #[must_use]
    pub fn kind(&self) -> &HolderKind<'t> {
        &self.kind
    }

    /// The holder's key, sealed under the roster key, as text.
    #[must_use]
    pub fn kept(&self) -> &str {
        &self.kept
    }

    /// The holder's word for the deposit keys, made by whoever had its key, as base64url text.
    #[must_use]
    pub fn vouch(&self) -> Option<&str> {
        self.vouch.as_deref()
    }

    /// The day on which the holder was added.
    #[must_use]
    pub fn since(&self) -> Option<Date> {
        self.since
    }
}

/// The kinds of holders.
#[derive(Debug, Clone)]
pub enum HolderKind<'t> {
    /// A random key, printed once.
    AccessKey,
    /// A passphrase, and what makes a key of it.
    Passphrase {
        /// The salt, as base64url text.
        salt: Cow<'t, str>,
        /// What Argon2id may spend.
        costs: PassphraseCosts,
    },
    /// An age or SSH public key.
    Age {
        /// The public key, without comment.
        recipient: Cow<'t, str>,
        /// The holder's key as an age file for it, as base64url text.
        delivered: Cow<'t, str>,
    },
}

impl HolderKind<'_> {
    /// The word in the vault.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AccessKey => "access-key",
            Self::Passphrase { .. } => "passphrase",
            Self::Age { .. } => "age",
        }
    }
}

/// Argon2id's costs, within the limits of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCosts {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PassphraseCosts {
    /// RFC 9106's second choice: 64 MiB, 3 passes, 4 lanes.
    fn default() -> Self {
        Self { memory_kib: 65_536, passes: 3, lanes: 4 }
    }
}

pub(super) fn read<'t>(root: Table<'_, 't>) -> Result<Vec<Holder<'t>>, ReadError> {
    let Some(value) = root.get("holders") else {
        return Ok(Vec::new());
    };
    let mut holders: Vec<Holder<'t>> = Vec::new();
    let (mut passphrases, mut places) = (0, Vec::new());
    for (key, value) in Table::of(root.text, value)?.entries() {
        let name = key.get_ref();
        let at = key.span().start;
        check_plain_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
        places.push((name.as_ref(), at));
        if holders.len() == HOLDERS {
            return Err(Fault::TooMany("holders", HOLDERS).at(root.text, at));
        }
        let table = Table { at, ..Table::of(root.text, value)? };
        let kind = read_kind(table, name)?;
        if matches!(kind, HolderKind::Passphrase { .. }) {
            passphrases += 1;
            if passphrases > PASSPHRASE_HOLDERS {
                return Err(Fault::TooMany("holders with a passphrase", PASSPHRASE_HOLDERS)
                    .at(root.text, at));
            }
        }
        let kept = sealed_text(root.text, table.need("kept")?, "a sealed holder key", |bytes| {
            bytes == KEPT
        })?;
        let since = table.get("since").map(|value| date_of(root.text, value)).transpose()?;
        let vouch = table.get("vouch");
        let vouch =
            vouch.map(|value| sealed_text(root.text, value, "a vouch", |bytes| bytes == VOUCH));
        let vouch = vouch.transpose()?;
        holders.push(Holder { name: name.clone(), kind, kept, since, vouch });
    }
    refuse_spellings(root.text, &places)?;
    Ok(holders)
}

fn read_kind<'t>(table: Table<'_, 't>, name: &str) -> Result<HolderKind<'t>, ReadError> {
    let path = || format!("holders.{name}");
    let kind = table.need_text("kind")?;
    match kind.as_ref() {
        "access-key" => {
            table.only(&path(), &["kind", "since", "vouch", "kept"])?;
            Ok(HolderKind::AccessKey)
        }
        "passphrase" => {
            table.only(
                &path(),
                &["kind", "since", "salt", "memory_kib", "passes", "lanes", "vouch", "kept"],
            )?;
            let salt =
                sealed_text(table.text, table.need("salt")?, "a salt", |bytes| bytes == SALT)?;
            Ok(HolderKind::Passphrase { salt, costs: read_costs(table)? })
        }
        "age" => {
            table.only(&path(), &["kind", "since", "recipient", "delivered", "vouch", "kept"])?;
            let recipient = text_of(table.text, table.need("recipient")?, STRING_BYTES)?;
            let delivered = table.need("delivered")?;
            text_of(table.text, delivered, DELIVERED_BYTES)?;
            let delivered = sealed_text(table.text, delivered, "an age file", |bytes| bytes > 0)?;
            Ok(HolderKind::Age { recipient, delivered })
        }
        other => {
            let at = table.need("kind")?.span().start;
            Err(Fault::UnknownKind(other.to_owned()).at(table.text, at))
        }
    }
}

fn read_costs(table: Table<'_, '_>) -> Result<PassphraseCosts, ReadError> {
    let bounded = |key: &'static str, (least, most): (u32, u32), rule| {
        let number = table.need_number(key)?;
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(Fault::Costs(rule).at(table.text, table.need(key)?.span().start))
        }
    };
    let costs = PassphraseCosts {
        memory_kib: bounded("memory_kib", MEMORY_KIB, "memory_kib is from 19,456 to 1,048,576")?,
        passes: bounded("passes", PASSES, "passes are from 2 to 64")?,
        lanes: bounded("lanes", LANES, "lanes are from 1 to 16")?,
    };
    if u64::from(costs.memory_kib) * u64::from(costs.passes) > MEMORY_PASSES {
        let at = table.need("memory_kib")?.span().start;
        return Err(Fault::Costs("memory_kib times passes is at most 4,194,304").at(table.text, at));
    }
    Ok(costs)
}
