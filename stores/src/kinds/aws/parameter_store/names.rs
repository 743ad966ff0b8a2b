//! Which names Parameter Store takes, and what a name of the store is there.

use super::super::is_arn;
use crate::failure::Failure;
use crate::settings::InvalidSettings;

/// The path that names are below: the setting with one `/` at its beginning and none at its end.
pub(super) fn prefix(text: &str) -> Result<String, InvalidSettings> {
    let text = format!("/{}", text.trim_matches('/'));
    match check(&text) {
        Ok(()) => Ok(text),
        Err(why) => Err(InvalidSettings::Refused { name: "prefix", why }),
    }
}

/// What AWS calls a parameter. One that is in no folder has no `/` at its beginning; an ARN is the whole of a name.
pub(super) fn id(prefix: Option<&str>, name: &str) -> String {
    match prefix {
        _ if is_arn(name) => name.to_owned(),
        Some(prefix) => format!("{prefix}/{name}"),
        None if name.contains('/') => format!("/{name}"),
        None => name.to_owned(),
    }
}

/// Whether two names are of one parameter: outside of folders AWS takes a name with `/` before it for the same.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.trim_start_matches('/') == other.trim_start_matches('/')
}

/// The resource that a policy names for a parameter.
pub(super) fn resource(id: &str) -> String {
    format!("parameter/{}", id.trim_start_matches('/'))
}

/// Refuses what cannot be a parameter that is to be read.
pub(super) fn readable(id: &str) -> Result<(), Failure> {
    let checked = if is_arn(id) { Ok(()) } else { check(id) };
    checked.map_err(|why| Failure::absent(format!("there is none: its name {why}")))
}

/// Refuses what cannot be a parameter that is to be written.
pub(super) fn writable(id: &str) -> Result<(), Failure> {
    if is_arn(id) {
        return Err(Failure::invalid("a parameter is written by its name, in its own account"));
    }
    check(id).map_err(|why| Failure::invalid(format!("its name {why}")))
}

/// The words go on after whose name it is.
fn check(id: &str) -> Result<(), &'static str> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/_.-".contains(&b);
    let parts = id.strip_prefix('/').unwrap_or(id);
    if id.len() > 1011 || !id.bytes().all(is_plain) || parts.split('/').any(str::is_empty) {
        return Err("must be of letters, digits and `/_.-`, 1,011 at most");
    }
    if parts.split('/').count() > 15 {
        return Err("must have 15 parts between its `/` at most");
    }
    let first: String = parts.chars().take(3).collect::<String>().to_ascii_lowercase();
    if first == "aws" || first == "ssm" {
        return Err("must not begin with `aws` or `ssm`, which AWS keeps for itself: set `prefix`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_below_the_prefix_and_an_arn_is_itself() {
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db";
        assert_eq!(id(Some("/shop"), "team/db"), "/shop/team/db");
        assert_eq!(id(None, "team/db"), "/team/db");
        assert_eq!(id(None, "db"), "db");
        assert_eq!(id(Some("/shop"), arn), arn);
        for text in ["shop/production", "/shop/production", "/shop/production/"] {
            assert_eq!(prefix(text).as_deref(), Ok("/shop/production"));
        }
        assert_eq!(resource("/shop/db"), "parameter/shop/db");
    }

    #[test]
    fn what_can_be_no_name_is_never_asked_for() {
        let deep = |parts: usize| vec!["a"; parts].join("/");
        for name in ["a", "/a/b_c.d-e", &deep(15), &format!("/{}", deep(15))] {
            assert!(readable(name).is_ok() && writable(name).is_ok(), "{name}");
        }
        let long = "a".repeat(1012);
        for name in
            ["", "/", "a b", "größe", "a:1", "a//b", "a/", "/aws/x", "SSM-x", &deep(16), &long]
        {
            assert!(readable(name).is_err() && writable(name).is_err(), "{name}");
        }
    }
}
