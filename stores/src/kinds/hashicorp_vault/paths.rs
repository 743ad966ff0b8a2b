//! Paths of the server's API: what of a name could lead elsewhere is refused, everything else is encoded.

use std::fmt::Write as _;

/// Checks a path of names with `/` between them; the words go on after what the path is.
pub(super) fn check(path: &str) -> Result<(), &'static str> {
    // `.` and `..` would be resolved on the way, out of the prefix and of the mount.
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err("has an empty part, `.` or `..` between its `/`");
    }
    if path.chars().any(char::is_control) {
        return Err("has a control character");
    }
    Ok(())
}

/// Adds a path to a URL's: everything but letters, digits and `-_.~/` as `%` and its bytes.
pub(super) fn encode(path: &str, into: &mut String) {
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                into.push(char::from(byte));
            }
            _ => {
                // Writing to a string does not fail.
                let _ = write!(into, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for path in ["", "..", "a/../b", "a/.", "a//b", "/a", "a/", "a\u{7f}"] {
            assert!(check(path).is_err(), "{path:?}");
        }
        for path in ["a", "a/b.c", "...", "größe/鍵", "a b", "a%2e%2e"] {
            assert_eq!(check(path), Ok(()), "{path:?}");
        }
    }

    #[test]
    fn nothing_of_a_name_means_something_in_a_url() {
        let mut url = String::new();
        encode("a/ü b?c#d%2e%2e;+&=", &mut url);
        assert_eq!(url, "a/%C3%BC%20b%3Fc%23d%252e%252e%3B%2B%26%3D");
    }
}
