//! Names: which are allowed, and when two spellings are one name.

use std::fmt;

use crate::limits::{OTHER_NAME_BYTES, SECRET_NAME_BYTES};

/// Checks the name of a secret: `[A-Za-z0-9]` first, then `[A-Za-z0-9_.-]`, at most one `/` to part a group from a
/// key, 253 bytes at most.
///
/// # Errors
///
/// Says which rule the name breaks.
///
/// ```
/// # use strongroom_vault::{check_secret_name, NameFault};
/// assert_eq!(check_secret_name("api-credentials/api-key"), Ok(()));
/// assert_eq!(check_secret_name("_key"), Err(NameFault::Start));
/// ```
pub fn check_secret_name(name: &str) -> Result<(), NameFault> {
    if name.len() > SECRET_NAME_BYTES {
        return Err(NameFault::TooLong(SECRET_NAME_BYTES));
    }
    let mut parts = name.split('/');
    check_part(parts.next().unwrap_or_default())?;
    if let Some(key) = parts.next() {
        check_part(key)?;
    }
    if parts.next().is_some() {
        return Err(NameFault::Slashes);
    }
    Ok(())
}

/// Checks the name of a holder or a store: as a secret's, without `/`, 63 bytes at most.
///
/// # Errors
///
/// Says which rule the name breaks.
pub fn check_plain_name(name: &str) -> Result<(), NameFault> {
    if name.len() > OTHER_NAME_BYTES {
        return Err(NameFault::TooLong(OTHER_NAME_BYTES));
    }
    check_part(name)
}

/// Checks the name of a named environment: as a holder's, and none of the types, their short forms or the keys that a
/// secret's or a setting's table needs for itself, in any spelling.
///
/// # Errors
///
/// Says which rule the name breaks.
pub fn check_environment_name(name: &str) -> Result<(), NameFault> {
    check_plain_name(name)?;
    if RESERVED.contains(&fold(name).as_str()) {
        return Err(NameFault::Reserved);
    }
    Ok(())
}

/// Checks the name of a store: as a holder's, and neither `default` nor `vault` in any spelling, which mean something else.
///
/// # Errors
///
/// Says which rule the name breaks.
pub fn check_store_name(name: &str) -> Result<(), NameFault> {
    check_plain_name(name)?;
    if ["default", "vault"].contains(&fold(name).as_str()) {
        return Err(NameFault::ReservedStore);
    }
    Ok(())
}

/// Folds a name to what all its spellings share: ASCII lower case, without `_`, `-` and `.`; `/` stays.
///
/// ```
/// # use strongroom_vault::fold;
/// assert_eq!(fold("GitHubAPIToken"), fold("github_api-token"));
/// assert_ne!(fold("a/b"), fold("ab"));
/// ```
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars() {
        if !matches!(c, '_' | '-' | '.') {
            folded.push(c.to_ascii_lowercase());
        }
    }
    folded
}

/// Why a name is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// It, or the part after `/`, is empty.
    Empty,
    /// It has more bytes than this.
    TooLong(usize),
    /// It, or the part after `/`, does not begin with a letter or a digit.
    Start,
    /// It holds a character that names may not hold.
    Character,
    /// It has more than one `/`.
    Slashes,
    /// It is an environment type, a short form, or a key of a secret's or a setting's table.
    Reserved,
    /// It is no name of a store: `[stores.default]` says which store is meant, and `vault` is the vault itself.
    ReservedStore,
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a name cannot be empty"),
            Self::TooLong(most) => write!(f, "a name has at most {most} bytes here"),
            Self::Start => f.write_str("a name begins with a letter or a digit (A-Z, a-z, 0-9)"),
            Self::Character => f.write_str("a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)"),
            Self::Slashes => f.write_str("a name has at most one `/`, between a group and a key"),
            Self::Reserved => f.write_str(
                "reserved for a type (production, prod, ...) or a key of a secret's or a setting's table (about, default, ...)",
            ),
            Self::ReservedStore => f.write_str(
                "`default` says which store is meant where none is named, and `vault` is the vault itself",
            ),
        }
    }
}

impl std::error::Error for NameFault {}

fn check_part(part: &str) -> Result<(), NameFault> {
    let bytes = part.as_bytes();
    let Some(first) = bytes.first() else {
        return Err(NameFault::Empty);
    };
    for &b in bytes {
        if !(b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || b == b'-') {
            return Err(NameFault::Character);
        }
    }
    if first.is_ascii_alphanumeric() { Ok(()) } else { Err(NameFault::Start) }
}

/// Folded names that no environment can have.
const RESERVED: [&str; 18] = [
    "production",
    "prod",
    "development",
    "dev",
    "preview",
    "pr",
    "ephemeral",
    "local",
    "about",
    "default",
    "due",
    "expires",
    "kind",
    "note",
    "set",
    "tags",
    "type",
    "version",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_rules() {
        for good in
            ["a", "0", "github_api_token", "A.b-c_d", "api-credentials/api-key", &"x".repeat(253)]
        {
            assert_eq!(check_secret_name(good), Ok(()), "{good}");
        }
        for (bad, fault) in [
            ("", NameFault::Empty),
            ("/a", NameFault::Empty),
            ("a/", NameFault::Empty),
            ("a/b/c", NameFault::Slashes),
            ("-a", NameFault::Start),
            ("a/.b", NameFault::Start),
            ("a b", NameFault::Character),
            ("a\u{1b}", NameFault::Character),
            ("schlüssel", NameFault::Character),
            (&"x".repeat(254), NameFault::TooLong(253)),
        ] {
            assert_eq!(check_secret_name(bad), Err(fault), "{bad}");
        }
    }

    #[test]
    fn no_environment_is_called_like_a_type() {
        for bad in ["prod", "PROD", "p.r", "Local", "set", "version"] {
            assert_eq!(check_environment_name(bad), Err(NameFault::Reserved), "{bad}");
        }
        assert_eq!(check_environment_name("staging"), Ok(()));
        assert_eq!(check_environment_name("a/b"), Err(NameFault::Character));
    }
}
