//! Paths of the server's API: what of a name could lead elsewhere is refused.

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
}
