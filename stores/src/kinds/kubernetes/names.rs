//! Which names a cluster takes. A name becomes a part of an address, so no other is ever sent.

use crate::failure::Failure;

/// Whether a Secret can have this name: a subdomain of RFC 1123.
pub(super) fn is_name(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_part)
}

/// Whether a namespace can have this name: a label of RFC 1123.
pub(super) fn is_namespace(name: &str) -> bool {
    name.len() <= 63 && is_part(name)
}

/// Whether a Secret can have this key.
pub(super) fn is_key(key: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !key.is_empty()
        && key.len() <= 253
        && key.chars().all(is_plain)
        && !key.starts_with("..")
        && key != "."
}

/// Another spelling of a vault's name, whose first part can be that of a Secret: `Stripe_Keys/api_key` is
/// `stripe-keys/api_key`. To the vault they are one name.
pub(super) fn spelled(name: &str) -> String {
    let (secret, key) = match name.rsplit_once('/') {
        Some((secret, key)) => (secret, Some(key)),
        None => (name, None),
    };
    let secret = secret.to_ascii_lowercase().replace('_', "-");
    match key {
        Some(key) => format!("{secret}/{key}"),
        None => secret,
    }
}

fn is_part(part: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !part.is_empty() && part.chars().all(is_plain) && !part.starts_with('-') && !part.ends_with('-')
}

/// Refuses what cannot be the name of a Secret that is to be read.
pub(super) fn readable(name: &str) -> Result<(), Failure> {
    if is_name(name) { Ok(()) } else { Err(Failure::absent(NAME)) }
}

/// Refuses what cannot be the name or the key of a Secret that is to be written.
pub(super) fn writable(name: &str, key: Option<&str>) -> Result<(), Failure> {
    if !is_name(name) {
        return Err(Failure::invalid(NAME));
    }
    if key.is_some_and(|key| !is_key(key)) {
        return Err(Failure::invalid(
            "the key of a Secret has letters, digits, `-`, `_` and `.`, 253 at most",
        ));
    }
    Ok(())
}

const NAME: &str = "the name of a Secret has small letters, digits, `-` and `.`, 253 at most, with a letter or digit at both ends";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_elsewhere_in_the_api() {
        for name in ["a", "api-credentials", "a.b-c.d", "1", &"a".repeat(253)] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "", ".", "..", "a/b", "../a", "a?b", "a%2fb", "a#", "A", "a_b", "-a", "a-", "a..b", "ä",
        ] {
            assert!(!is_name(name), "{name}");
            assert!(!is_namespace(name), "{name}");
        }
        assert!(!is_name(&"a".repeat(254)));
        assert!(!is_namespace("a.b"));
        assert!(!is_namespace(&"a".repeat(64)));
    }

    #[test]
    fn what_a_vault_calls_a_secret_can_be_its_name() {
        assert_eq!(spelled("SENTRY_DSN"), "sentry-dsn");
        assert_eq!(spelled("Stripe_Keys/API_KEY"), "stripe-keys/API_KEY");
        assert_eq!(spelled("api-credentials"), "api-credentials");
    }

    #[test]
    fn keys_are_those_of_the_api() {
        for key in ["a", "API_KEY", "tls.crt", ".dockerconfigjson", "-"] {
            assert!(is_key(key), "{key}");
        }
        for key in ["", ".", "..", "..data", "a b", "a/b", "ä", &"a".repeat(254)] {
            assert!(!is_key(key), "{key}");
        }
    }
}
