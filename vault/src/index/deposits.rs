//! `[deposits]`: the keys that values can be left under by whoever has no data key, and what waits to be accepted.

use std::borrow::Cow;

use super::shape::{
    Table, bad_form, bad_name, date_of, number_of, sealed_text, text_of, unknown_key,
};
use super::unknown_environment;
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};
use crate::error::{Fault, ReadError};
use crate::limits::{
    CODE, DEPOSIT_BYTES, DEPOSIT_PRIVATE, DEPOSITS, OLDER_DEPOSIT_KEYS, STRING_BYTES,
};
use crate::name::{check_secret_name, fold};

/// The deposit keys, and the deposits that wait.
#[derive(Debug, Default)]
pub struct Deposits<'t> {
    keys: [Option<DepositKey<'t>>; 4],
    older: Vec<DepositKey<'t>>,
    waiting: Vec<Deposit<'t>>,
}

impl<'t> Deposits<'t> {
    /// The key that deposits for a type are left under.
    #[must_use]
    pub fn key(&self, kind: EnvironmentType) -> Option<&DepositKey<'t>> {
        self.keys[kind as usize].as_ref()
    }

    /// Earlier deposit keys, of any type: what waits may still be sealed to one of them.
    #[must_use]
    pub fn older(&self) -> &[DepositKey<'t>] {
        &self.older
    }

    /// Whether a deposit key stands among the earlier ones as well: then somebody put it back.
    #[must_use]
    pub fn is_earlier(&self, key: &DepositKey<'_>) -> bool {
        self.older.iter().any(|older| older.public == key.public)
    }

    /// What waits to be accepted, sorted by code.
    #[must_use]
    pub fn waiting(&self) -> &[Deposit<'t>] {
        &self.waiting
    }

    /// What waits for a secret, in any spelling, in an environment; in that of its type too where it is a named one.
    pub fn waiting_for<'a>(
        &'a self,
        name: &str,
        environment: &'a Environment,
    ) -> impl Iterator<Item = &'a Deposit<'t>> {
        let folded = fold(name);
        let fits = move |deposit: &&Deposit<'_>| {
            (deposit.environment == environment.name()
                || deposit.environment == environment.kind().as_str())
                && fold(&deposit.name) == folded
        };
        self.waiting.iter().filter(fits)
    }
}

/// An age key whose private half lies under a type's data key.
#[derive(Debug, Clone)]
pub struct DepositKey<'t> {
    kind: EnvironmentType,
    public: Cow<'t, str>,
    private: Cow<'t, str>,
}

impl DepositKey<'_> {
    /// The type whose holders can open what is left under it.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// The age recipient.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The age identity, sealed, as base64url text.
    #[must_use]
    pub fn private(&self) -> &str {
        &self.private
    }
}

/// A value that somebody left for the holders of a type to accept. Nothing loads it.
#[derive(Debug, Clone)]
pub struct Deposit<'t> {
    code: Cow<'t, str>,
    name: Cow<'t, str>,
    environment: Cow<'t, str>,
    kind: EnvironmentType,
    replaces: u32,
    left: Date,
    sealed: Cow<'t, str>,
}

impl Deposit<'_> {
    /// What the depositor was shown, and may tell a holder: it fits these very bytes.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The secret that it is for, as the depositor spelled it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The environment that it is for, as spelled in the vault.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The environment's type.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// The version that it is to replace; 0 where there was none.
    #[must_use]
    pub fn replaces(&self) -> u32 {
        self.replaces
    }

    /// The day on which it was left; not authenticated.
    #[must_use]
    pub fn left(&self) -> Date {
        self.left
    }

    /// The age file as base64url text.
    #[must_use]
    pub fn sealed(&self) -> &str {
        &self.sealed
    }
}

pub(super) fn read<'t>(
    root: Table<'_, 't>,
    environments: &[Environment],
) -> Result<Deposits<'t>, ReadError> {
    let mut deposits = Deposits::default();
    let Some(value) = root.get("deposits") else {
        return Ok(deposits);
    };
    let known = ["production", "development", "preview", "local", "older", "waiting"];
    for (key, value) in Table::of(root.text, value)?.entries() {
        let table = Table { at: key.span().start, ..Table::of(root.text, value)? };
        match (EnvironmentType::from_full(key.get_ref()), key.get_ref().as_ref()) {
            (Some(kind), _) => {
                table.only(&format!("deposits.{kind}"), &["public", "private"])?;
                let public = table.need_text("public")?;
                if !is_public_half(&public) {
                    let place = table.need("public")?.span().start;
                    return Err(bad_form(root.text, &public, PUBLIC_HALF, place));
                }
                deposits.keys[kind as usize] = Some(read_key(table, kind, public)?);
            }
            (None, "older") => deposits.older = read_older(table)?,
            (None, "waiting") => deposits.waiting = read_waiting(table, environments)?,
            (None, _) => return Err(unknown_key(root.text, key, "deposits", &known)),
        }
    }
    Ok(deposits)
}

/// Whether it may be the public half of a deposit key, as far as its characters tell.
fn is_public_half(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

const PUBLIC_HALF: &str = "an age public key";

fn read_key<'t>(
    table: Table<'_, 't>,
    kind: EnvironmentType,
    public: Cow<'t, str>,
) -> Result<DepositKey<'t>, ReadError> {
    let private =
        sealed_text(table.text, table.need("private")?, "a sealed deposit key", |bytes| {
            bytes == DEPOSIT_PRIVATE
        })?;
    Ok(DepositKey { kind, public, private })
}

fn read_older<'t>(table: Table<'_, 't>) -> Result<Vec<DepositKey<'t>>, ReadError> {
    let mut older = Vec::new();
    for (key, value) in table.entries() {
        let public = key.get_ref();
        let at = key.span().start;
        if older.len() == OLDER_DEPOSIT_KEYS {
            return Err(Fault::TooMany("older deposit keys", OLDER_DEPOSIT_KEYS).at(table.text, at));
        }
        if !is_public_half(public) {
            return Err(bad_form(table.text, public, PUBLIC_HALF, at));
        }
        let entry = Table { at, ..Table::of(table.text, value)? };
        entry.only("deposits.older", &["type", "private"])?;
        let word = entry.need_text("type")?;
        let kind = EnvironmentType::from_full(&word).ok_or_else(|| {
            Fault::UnknownType(word.into_owned()).at(table.text, value.span().start)
        })?;
        older.push(read_key(entry, kind, public.clone())?);
    }
    Ok(older)
}

fn read_waiting<'t>(
    table: Table<'_, 't>,
    environments: &[Environment],
) -> Result<Vec<Deposit<'t>>, ReadError> {
    let mut waiting = Vec::new();
    for (key, value) in table.entries() {
        let code = key.get_ref();
        let at = key.span().start;
        if waiting.len() == DEPOSITS {
            return Err(Fault::TooMany("deposits", DEPOSITS).at(table.text, at));
        }
        if code.len() != CODE || !code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')) {
            return Err(bad_form(table.text, code, "the code of a deposit", at));
        }
        waiting.push(read_deposit(table.text, value, code.clone(), at, environments)?);
    }
    Ok(waiting)
}

fn read_deposit<'t>(
    text: &'t str,
    value: &super::shape::Value<'t>,
    code: Cow<'t, str>,
    at: usize,
    environments: &[Environment],
) -> Result<Deposit<'t>, ReadError> {
    let table = Table { at, ..Table::of(text, value)? };
    table.only(
        &format!("deposits.waiting.{code}"),
        &["name", "environment", "replaces", "left", "sealed"],
    )?;
    let name = text_of(text, table.need("name")?, STRING_BYTES)?;
    check_secret_name(&name).map_err(|fault| bad_name(text, &name, fault, at))?;
    let place = table.need("environment")?;
    let environment = text_of(text, place, STRING_BYTES)?;
    let declared = || environments.iter().find(|known| known.name() == environment);
    let kind = EnvironmentType::from_full(&environment)
        .or_else(|| declared().map(Environment::kind))
        .ok_or_else(|| {
            unknown_environment(&environment, environments).at(text, place.span().start)
        })?;
    let replaces = table.get("replaces").map(|value| number_of(text, value)).transpose()?;
    let left = date_of(text, table.need("left")?)?;
    let sealed = table.need("sealed")?;
    let sealed = sealed_text(text, sealed, "a deposit", |bytes| {
        (1..=DEPOSIT_BYTES / 4 * 3).contains(&bytes)
    })?;
    let replaces = replaces.unwrap_or(0);
    Ok(Deposit { code, name, environment, kind, replaces, left, sealed })
}
