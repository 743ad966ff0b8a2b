//! A deposit that was opened, and what a person is told before deciding.

use strongroom_vault::{DataKey, Deposit, Environment, Index, Plaintext, Shown};

use crate::deposits::{self, Origin, shown_code, version_there};
use crate::error::Error;
use crate::{log, reveal, ui};

/// Whether another version stands at a deposit's place than the one that it was left to replace.
pub(super) fn has_moved_on(index: &Index<'_>, deposit: &Deposit<'_>) -> bool {
    deposit.replaces() != version_there(index, deposit.name(), deposit.environment())
}

/// A deposit that was opened.
pub(super) struct Candidate<'i, 't> {
    pub(super) deposit: &'i Deposit<'t>,
    pub(super) environment: Environment,
    pub(super) value: Plaintext,
    pub(super) origin: Origin,
    /// The version that stands at its place; 0 where there is none.
    there: u32,
}

impl<'i, 't> Candidate<'i, 't> {
    pub(super) fn open(
        index: &Index<'_>,
        key: &DataKey,
        deposit: &'i Deposit<'t>,
        origin: Origin,
    ) -> Result<Self, Error> {
        let value = deposits::open(index, key, deposit)?;
        log::opened_for(deposit.name(), deposit.environment());
        let environment = index.environment(deposit.environment())?;
        let there = version_there(index, deposit.name(), deposit.environment());
        Ok(Self { deposit, environment, value, origin, there })
    }

    /// Tells everything that is known of it.
    pub(super) fn show(&self, index: &Index<'_>, reveals: bool) -> Result<(), Error> {
        let Self { deposit, environment, value, origin, there } = self;
        let mut words = format!("{} for {environment}", deposit.name());
        match index.secret(deposit.name()) {
            None => words += "\n  a secret that the vault does not have yet",
            Some(secret) if secret.name() != deposit.name() => {
                words = format!("{words}\n  spelled {} in the vault", secret.name());
            }
            Some(_) => {}
        }
        let replaces = match (deposit.replaces(), *there) {
            (0, 0) => "nothing".to_owned(),
            (was, now) if was == now => format!("version {was}"),
            (0, now) => format!("nothing, and version {now} was set since"),
            (was, 0) => format!("version {was}, which was removed since"),
            (was, now) => format!("version {was}, and version {now} is there now"),
        };
        words = format!(
            "{words}\n  code      {}\n  left      {}\n  from      {}\n  replaces  {replaces}",
            shown_code(deposit),
            deposit.left(),
            origin.words()
        );
        if let Some(doubt) = origin.doubt() {
            words = format!("{words}\n  careful   {doubt}");
        }
        ui::say(&words);
        if reveals {
            reveal::permit("the value that was left")?;
            let value = value.as_bytes();
            return match std::str::from_utf8(value) {
                Ok(text) => ui::data(&format!("{text}\n")),
                Err(_) => ui::data(&format!("{} bytes that are no text\n", value.len())),
            };
        }
        Ok(())
    }

    /// The error for a deposit that was left for another version; `unasked` where nobody is asked.
    pub(super) fn moved_on(&self, unasked: bool) -> Error {
        let Self { deposit, environment, there, .. } = self;
        let code = shown_code(deposit);
        let since = if *there == 0 { "the value was removed" } else { "another value was set" };
        let yes = if unasked { "--yes " } else { "" };
        Error::cannot(format!(
            "`{}` for `{environment}` is not as it was when this was left: {since}, or this was accepted already and put back\n\
             accept it all the same with: strongroom accept {code} {yes}--force\n\
             or drop it with: strongroom reject {code}",
            Shown(deposit.name())
        ))
    }

    /// Checks that a vault that was read again still has the deposit, and the version that was shown.
    pub(super) fn refuse_changed(&self, index: &Index<'_>) -> Result<(), Error> {
        let Self { deposit, there, .. } = self;
        let same = |other: &Deposit<'_>| {
            other.code() == deposit.code()
                && other.sealed() == deposit.sealed()
                && other.name() == deposit.name()
                && other.environment() == deposit.environment()
        };
        let version = version_there(index, deposit.name(), deposit.environment());
        if index.deposits().waiting().iter().any(same) && version == *there {
            return Ok(());
        }
        Err(Error::cannot(format!(
            "the deposit {} or what it replaces changed meanwhile: try again",
            shown_code(deposit)
        )))
    }
}
