//! Which names Secrets Manager takes, and what a name of the store is there.

use super::super::is_arn;
use crate::failure::Failure;
use crate::settings::InvalidSettings;

/// What stands before each name: the setting without `/` at its ends.
pub(super) fn prefix(text: &str) -> Result<String, InvalidSettings> {
    let text = text.trim_matches('/');
    if is_name(text) && !is_arn(text) {
        return Ok(text.to_owned());
    }
    Err(InvalidSettings::Refused { name: "prefix", why: NAME })
}

/// What AWS calls a secret. An ARN is the whole of a name.
pub(super) fn id(prefix: Option<&str>, name: &str) -> String {
    match prefix {
        Some(prefix) if !is_arn(name) => format!("{prefix}/{name}"),
        _ => name.to_owned(),
    }
}

/// The resource that a policy names for a secret. AWS adds a hyphen and six characters to each name.
pub(super) fn resource(id: &str) -> String {
    format!("secret:{id}-??????")
}

/// Refuses what cannot be a secret that is to be read.
pub(super) fn readable(id: &str) -> Result<(), Failure> {
    let is_one = is_arn(id) || is_name(id);
    if is_one { Ok(()) } else { Err(Failure::absent(format!("there is none: its name {NAME}"))) }
}

/// Refuses what cannot be a secret that is to be written.
pub(super) fn writable(id: &str) -> Result<(), Failure> {
    let is_one = is_arn(id) || is_name(id);
    if is_one { Ok(()) } else { Err(Failure::invalid(format!("its name {NAME}"))) }
}

fn is_name(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b);
    (1..=512).contains(&text.len()) && text.bytes().all(is_plain)
}

const NAME: &str = "must be of letters, digits and `/_+=.@-`, 512 at most";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_below_the_prefix_and_an_arn_is_itself() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
        assert_eq!(id(Some("shop/production"), "db"), "shop/production/db");
        assert_eq!(id(Some("shop/production"), arn), arn);
        assert_eq!(id(None, "db"), "db");
        assert!(prefix(arn).is_err() && prefix("größe").is_err() && prefix("/").is_err());
        assert_eq!(prefix("/shop/"), Ok("shop".to_owned()));
    }

    #[test]
    fn what_can_be_no_name_is_never_asked_for() {
        for name in ["a", "a/b_c+d=e.f@g-h", &"a".repeat(512)] {
            assert!(readable(name).is_ok() && writable(name).is_ok(), "{name}");
        }
        for name in ["", "größe", "a b", "a:b", &"a".repeat(513)] {
            assert!(readable(name).is_err() && writable(name).is_err(), "{name}");
        }
    }
}
