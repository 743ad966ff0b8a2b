//! Text in a URL: what could mean something there is encoded.

use std::fmt::Write as _;

/// Adds a path to a URL's: everything but letters, digits and `-_.~/` as `%` and its bytes.
pub(crate) fn encode(path: &str, into: &mut String) {
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
    fn nothing_of_a_name_means_something_in_a_url() {
        let mut url = String::new();
        encode("a/ü b?c#d%2e%2e;+&=", &mut url);
        assert_eq!(url, "a/%C3%BC%20b%3Fc%23d%252e%252e%3B%2B%26%3D");
    }
}
