//! Names that secrets and versions can have; what none can have is not asked for.

use std::fmt;

/// A secret by its whole name, with the prefix: of characters that mean nothing else in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    /// The secret of this name below a prefix; or why there can be none, in words.
    pub(super) fn named(prefix: &str, name: &str) -> Result<Self, &'static str> {
        let whole = format!("{prefix}{name}");
        if name.is_empty() || !whole.chars().all(is_of_names) {
            return Err("no secret has such a name: it has letters, digits, `-` and `_`");
        }
        if whole.len() > NAME_BYTES {
            return Err("no secret has such a name: it has 255 characters at most");
        }
        Ok(Self(whole))
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A version as the API calls it; or why there can be none, in words.
pub(super) fn version(asked: Option<&str>) -> Result<&str, &'static str> {
    let version = asked.unwrap_or("latest");
    let is_number = version.bytes().all(|byte| byte.is_ascii_digit());
    let is_alias = version.starts_with(|first: char| first.is_ascii_alphabetic())
        && version.chars().all(is_of_names);
    if (1..=ALIAS_BYTES).contains(&version.len()) && (is_number || is_alias) {
        Ok(version)
    } else {
        Err("a version is a number, `latest` or an alias")
    }
}

/// A name of a vault, as a secret can be called.
pub(super) fn spelled(name: &str) -> String {
    name.chars().map(|c| if is_of_names(c) { c } else { '-' }).collect()
}

pub(super) fn is_of_names(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

const NAME_BYTES: usize = 255;
const ALIAS_BYTES: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_secret_can_be_called_is_refused_before_it_is_asked() {
        for name in ["", "a/b", "a.b", "a b", "größe", "a:access", "..", "a?b", &"a".repeat(256)]
        {
            assert!(Secret::named("", name).is_err(), "{name:?}");
        }
        assert!(Secret::named("shop-", &"a".repeat(250)).is_ok());
        assert!(Secret::named("shop-", &"a".repeat(251)).is_err());
        assert_eq!(
            Secret::named("shop-", "db_1").map(|it| it.to_string()),
            Ok("shop-db_1".to_owned())
        );
    }

    #[test]
    fn a_version_is_a_number_latest_or_an_alias() {
        for version in [None, Some("latest"), Some("3"), Some("live"), Some("a-1_b")] {
            assert_eq!(super::version(version), Ok(version.unwrap_or("latest")));
        }
        for version in ["", "-1", "1a", "_a", "a/b", "a:destroy", "a.b", &"1".repeat(64)] {
            assert!(super::version(Some(version)).is_err(), "{version:?}");
        }
    }

    #[test]
    fn a_name_of_a_vault_is_spelled_as_it_can_be() {
        assert_eq!(spelled("team/db.password_1"), "team-db-password_1");
    }
}
