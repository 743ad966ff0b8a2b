//! Names of secrets in Azure: letters, digits and `-`, and no more; versions are 32 hexadecimal digits.

use crate::failure::Failure;

/// Whether names can begin with it.
pub(super) fn is_prefix(text: &str) -> bool {
    text.len() <= PREFIX_BYTES && is_plain(text)
}

/// The name in Azure; a failure for what none has, before anybody is asked for it.
pub(super) fn of(prefix: &str, name: &str) -> Result<String, Failure> {
    let whole = format!("{prefix}{name}");
    if name.is_empty() || !is_plain(name) {
        return Err(Failure::absent(format!(
            "a secret in Azure has letters, digits and `-` in its name: perhaps it is `{}`",
            spelled(name)
        )));
    }
    if whole.len() > NAME_BYTES {
        return Err(Failure::absent(format!(
            "the name of a secret in Azure has {NAME_BYTES} characters at most"
        )));
    }
    Ok(whole)
}

/// A version, if it can be one.
pub(super) fn version(text: &str) -> Result<&str, Failure> {
    if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text)
    } else {
        Err(Failure::absent("a version in Azure has 32 hexadecimal digits"))
    }
}

/// How a name would be spelled in Azure: `-` in place of what it does not take.
pub(super) fn spelled(name: &str) -> String {
    let spell = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    name.chars().map(spell).take(NAME_BYTES).collect()
}

/// The name and the version behind `/secrets/` of an identifier: the vault's word.
pub(super) fn of_id(id: &str) -> Option<(&str, Option<&str>)> {
    let (_, path) = id.split_once("/secrets/")?;
    let (name, version) = match path.split_once('/') {
        Some((name, version)) => (name, Some(version)),
        None => (path, None),
    };
    let is_version = |text: &&str| self::version(text).is_ok();
    (!name.is_empty() && is_plain(name)).then(|| (name, version.filter(is_version)))
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

const NAME_BYTES: usize = 127;
const PREFIX_BYTES: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_secret_can_be_called_is_not_asked_for() {
        assert_eq!(of("shop-", "Api-Key1").as_deref(), Ok("shop-Api-Key1"));
        for name in ["", "a_b", "a.b", "a/b", "..", "a b", "größe", "a?b", "a%2fb"] {
            assert!(of("", name).is_err(), "{name}");
        }
        assert!(of("", &"a".repeat(127)).is_ok());
        assert!(of("a", &"a".repeat(127)).is_err());
        assert_eq!(spelled("team/db_url.v2"), "team-db-url-v2");
    }

    #[test]
    fn an_identifier_is_read_as_far_as_it_is_one() {
        let version = "4387e9f3d6e14c459867679a90fd0f79";
        let id = format!("https://shop.vault.azure.net/secrets/app/{version}");
        assert_eq!(of_id(&id), Some(("app", Some(version))));
        assert_eq!(of_id("https://x/secrets/app"), Some(("app", None)));
        for id in ["https://x/keys/app", "https://x/secrets/", "https://x/secrets/a\u{1b}[m"] {
            assert_eq!(of_id(id), None, "{id}");
        }
        assert_eq!(of_id("https://x/secrets/app/../b"), Some(("app", None)));
    }
}
