//! Deposits: values that somebody without the data key leaves for its holders.

mod earlier;
mod opening;
mod origin;
mod trust;
mod which;
mod word;

use strongroom_vault::{Code, Deposit, EnvironmentType, Grant, Index, NewDepositKey, Shown, Value};

pub(crate) use self::earlier::refuse_doubtful;
pub(crate) use self::opening::open;
pub(crate) use self::origin::{Origin, Origins};
pub(crate) use self::trust::{Word, other_word, trusted_keys, without_word, word_of_roster};
pub(crate) use self::which::Which;
pub(crate) use self::word::{check_renewable, renew, renew_words};
use crate::age;
use crate::error::Error;

/// A deposit's code as it is shown: `k7wq-3m2a-xvbn-d4ts`.
pub(crate) fn shown_code(deposit: &Deposit<'_>) -> String {
    // The reader refuses a vault with any other.
    match Code::parse(deposit.code()) {
        Some(code) => code.to_string(),
        None => deposit.code().to_owned(),
    }
}

/// The version of the value that a deposit would replace now; 0 where there is none.
pub(crate) fn version_there(index: &Index<'_>, name: &str, environment: &str) -> u32 {
    let secret = index.secret(name);
    secret.and_then(|secret| secret.value(environment)).map_or(0, Value::version)
}

/// Who can accept what is left for a type, in words: `ci or owner`.
pub(crate) fn holders_of(index: &Index<'_>, kind: EnvironmentType) -> String {
    either(index.keys().of_type(kind).grants().iter().map(Grant::holder))
}

/// Who can add holders, and so make deposit keys.
pub(crate) fn roster_of(index: &Index<'_>) -> String {
    either(index.keys().roster().holders())
}

fn either<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    if names.is_empty() {
        names.push("nobody");
    }
    Shown(&names.join(" or ")).to_string()
}

/// A new deposit key for each type that has none.
pub(crate) fn missing_keys(index: &Index<'_>) -> Result<Vec<NewDepositKey>, Error> {
    let is_missing =
        |kind: &EnvironmentType| age::IS_BUILT_IN && index.deposits().key(*kind).is_none();
    let missing = EnvironmentType::ALL.into_iter().filter(is_missing);
    missing
        .map(|kind| {
            let (recipient, identity) = age::new_identity()?;
            Ok(NewDepositKey { kind, recipient, identity })
        })
        .collect()
}
