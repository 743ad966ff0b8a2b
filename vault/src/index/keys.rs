//! `[keys]`: who can open which data key, and which data key is current, both readable without any key.

use std::borrow::Cow;

use super::holders::Holder;
use super::shape::{Table, base64url_digit, sealed_text, unknown_key};
use crate::environment::EnvironmentType;
use crate::error::{Fault, ReadError};
use crate::limits::GRANT;

/// The grants of a vault: a table for each environment type, and the roster's.
#[derive(Debug, Default)]
pub struct KeyTables<'t> {
    types: [KeyTable<'t>; 4],
    roster: KeyTable<'t>,
}

impl<'t> KeyTables<'t> {
    /// The grants of one type's data key.
    #[must_use]
    pub fn of_type(&self, kind: EnvironmentType) -> &KeyTable<'t> {
        &self.types[kind as usize]
    }

    /// The grants of the roster key.
    #[must_use]
    pub fn roster(&self) -> &KeyTable<'t> {
        &self.roster
    }

    /// The grants of one type, and the names of those who have the roster key.
    #[cfg(feature = "crypto")]
    pub(super) fn of_one_type(
        kind: EnvironmentType,
        table: KeyTable<'t>,
        roster: &'static [&'static str],
    ) -> Self {
        let mut tables = Self::default();
        tables.types[kind as usize] = table;
        tables.roster.others = roster;
        tables
    }
}

/// The grants of one key.
#[derive(Debug, Default)]
pub struct KeyTable<'t> {
    pub(super) grants: Vec<Grant<'t>>,
    pub(super) current: Option<Current>,
    /// Holders whose grants are not at hand: a program carries the roster's names only.
    pub(super) others: &'static [&'static str],
}

impl<'t> KeyTable<'t> {
    /// One grant per holder, sorted by name.
    #[must_use]
    pub fn grants(&self) -> &[Grant<'t>] {
        &self.grants
    }

    /// The holders who have a grant, also where only their names are known.
    pub fn holders(&self) -> impl Iterator<Item = &str> {
        self.grants.iter().map(Grant::holder).chain(self.others.iter().copied())
    }

    /// The grant of a holder, by the name as spelled in the vault.
    #[must_use]
    pub fn grant(&self, holder: &str) -> Option<&Grant<'t>> {
        self.grants.iter().find(|grant| grant.holder == holder)
    }

    /// The current key: that of the highest generation.
    #[must_use]
    pub fn current(&self) -> Option<&Current> {
        self.current.as_ref()
    }
}

/// A data key, sealed under one holder's key.
#[derive(Debug, Clone)]
pub struct Grant<'t> {
    holder: Cow<'t, str>,
    sealed: Cow<'t, str>,
    generation: u32,
}

impl<'t> Grant<'t> {
    /// A grant whose text begins with a header.
    pub(super) fn new(holder: Cow<'t, str>, sealed: Cow<'t, str>) -> Self {
        let digits = sealed.bytes().skip(FINGERPRINT_TEXT).take(4);
        let generation =
            digits.fold(0, |bits, b| bits << 6 | u32::from(base64url_digit(b).unwrap_or(0)));
        Self { holder, sealed, generation }
    }

    /// The holder, as spelled in the vault.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// The grant's bytes as base64url text.
    #[must_use]
    pub fn sealed(&self) -> &str {
        &self.sealed
    }

    /// The generation that its header states.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Version and fingerprint as text: what every value under this key begins with.
    #[must_use]
    pub fn fingerprint_text(&self) -> &str {
        self.sealed.get(..FINGERPRINT_TEXT).unwrap_or_default()
    }
}

/// Which data key a type has now, as far as that shows without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    fingerprint_text: String,
    generation: u32,
}

impl Current {
    /// The key of the highest generation among these grants.
    pub(super) fn of(grants: &[Grant<'_>]) -> Option<Self> {
        let newest = grants.iter().max_by_key(|grant| grant.generation)?;
        let fingerprint_text = newest.fingerprint_text().to_owned();
        Some(Self { fingerprint_text, generation: newest.generation })
    }

    /// Version and fingerprint as text: what every value under this key begins with.
    #[must_use]
    pub fn fingerprint_text(&self) -> &str {
        &self.fingerprint_text
    }

    /// The number of the key.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }
}

pub(super) fn read<'t>(
    root: Table<'_, 't>,
    holders: &[Holder<'t>],
) -> Result<KeyTables<'t>, ReadError> {
    let mut tables = KeyTables::default();
    let Some(keys) = root.get("keys") else {
        return Ok(tables);
    };
    let known = ["production", "development", "preview", "local", "roster"];
    for (key, value) in Table::of(root.text, keys)?.entries() {
        let table = read_table(Table::of(root.text, value)?, key.get_ref(), holders)?;
        match (EnvironmentType::from_full(key.get_ref()), key.get_ref().as_ref()) {
            (Some(kind), _) => tables.types[kind as usize] = table,
            (None, "roster") => tables.roster = table,
            (None, _) => return Err(unknown_key(root.text, key, "keys", &known)),
        }
    }
    Ok(tables)
}

fn read_table<'t>(
    table: Table<'_, 't>,
    name: &str,
    holders: &[Holder<'t>],
) -> Result<KeyTable<'t>, ReadError> {
    let mut grants: Vec<Grant<'t>> = Vec::new();
    for (key, value) in table.entries() {
        let holder = key.get_ref();
        if !holders.iter().any(|known| known.name() == holder.as_ref()) {
            return Err(Fault::UnknownHolder(holder.to_string()).at(table.text, key.span().start));
        }
        let sealed = sealed_text(table.text, value, "a grant", |bytes| bytes == GRANT)?;
        if !begins_with_version(&sealed) {
            return Err(Fault::Length("a grant").at(table.text, value.span().start));
        }
        let grant = Grant::new(holder.clone(), sealed);
        if grant.generation == 0 {
            return Err(Fault::Number.at(table.text, value.span().start));
        }
        grants.push(grant);
    }
    let current = Current::of(&grants);
    if let Some(current) = &current {
        let clashes = |grant: &Grant<'_>| {
            (grant.generation == current.generation)
                != (grant.fingerprint_text() == current.fingerprint_text)
        };
        if grants.iter().any(clashes) {
            return Err(Fault::TwoDataKeys(name.to_owned()).at(table.text, table.at));
        }
    }
    Ok(KeyTable { grants, current, others: &[] })
}

/// Whether base64url text begins with the byte `01`, the version of every entry.
pub(super) fn begins_with_version(sealed: &str) -> bool {
    let mut digits = sealed.bytes().map(base64url_digit);
    matches!((digits.next(), digits.next()), (Some(Some(0)), Some(Some(second))) if second >> 4 == 1)
}

/// Characters of the version and the fingerprint: 9 bytes.
pub(super) const FINGERPRINT_TEXT: usize = 12;
