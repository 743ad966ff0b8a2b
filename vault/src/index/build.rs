//! `[build]`: which environments every build checks, and what is done about values that have expired; and `[audit]`.

use toml::de::DeValue;

use super::shape::{Table, text_of};
use super::unknown_environment;
use crate::environment::{Environment, EnvironmentType};
use crate::error::{Fault, ReadError};
use crate::limits::{ENVIRONMENTS, STRING_BYTES};

/// What is done about a value that has expired. It is loaded all the same: what a program cannot do without is not taken from
/// it at midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expired {
    /// `check` says so.
    #[default]
    Warn,
    /// A build and `check` fail.
    Deny,
    /// Nothing.
    Ignore,
}

impl Expired {
    /// The word in the vault.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Deny => "deny",
            Self::Ignore => "ignore",
        }
    }
}

/// What `[build]` says.
#[derive(Debug, Default)]
pub(super) struct Build {
    pub(super) check: Vec<Environment>,
    pub(super) expired: Expired,
}

impl Build {
    pub(super) fn read(
        root: Table<'_, '_>,
        environments: &[Environment],
    ) -> Result<Self, ReadError> {
        let Some(build) = root.get("build") else {
            return Ok(Self::default());
        };
        let build = Table::of(root.text, build)?;
        build.only("build", &["check", "expired"])?;
        let check = read_check(build, environments)?;
        Ok(Self { check, expired: read_expired(build)? })
    }
}

/// `[audit] log`.
pub(super) fn read_audit(root: Table<'_, '_>) -> Result<bool, ReadError> {
    let Some(audit) = root.get("audit") else {
        return Ok(false);
    };
    let audit = Table::of(root.text, audit)?;
    audit.only("audit", &["log"])?;
    match audit.get("log") {
        None => Ok(false),
        Some(log) => match log.get_ref() {
            DeValue::Boolean(log) => Ok(*log),
            _ => Err(Fault::WrongShape("true or false").at(root.text, log.span().start)),
        },
    }
}

fn read_check(
    build: Table<'_, '_>,
    environments: &[Environment],
) -> Result<Vec<Environment>, ReadError> {
    let Some(check) = build.get("check") else {
        return Ok(Vec::new());
    };
    let DeValue::Array(words) = check.get_ref() else {
        return Err(
            Fault::WrongShape("a list such as [\"production\"]").at(build.text, check.span().start)
        );
    };
    if words.len() > ENVIRONMENTS {
        let fault = Fault::TooMany("entries in `check`", ENVIRONMENTS);
        return Err(fault.at(build.text, check.span().start));
    }
    words
        .iter()
        .map(|word| {
            let name = text_of(build.text, word, STRING_BYTES)?;
            EnvironmentType::from_word(&name)
                .map(Environment::from)
                .or_else(|| environments.iter().find(|known| known.name() == name).cloned())
                .ok_or_else(|| {
                    unknown_environment(&name, environments).at(build.text, word.span().start)
                })
        })
        .collect()
}

fn read_expired(build: Table<'_, '_>) -> Result<Expired, ReadError> {
    let Some(expired) = build.get("expired") else {
        return Ok(Expired::default());
    };
    match text_of(build.text, expired, STRING_BYTES)?.as_ref() {
        "warn" => Ok(Expired::Warn),
        "deny" => Ok(Expired::Deny),
        "ignore" => Ok(Expired::Ignore),
        _ => Err(Fault::WrongShape("\"warn\", \"deny\" or \"ignore\"")
            .at(build.text, expired.span().start)),
    }
}
