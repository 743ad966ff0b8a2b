//! References to secrets in a text: `${secret:name}` and `{{ secret "name" }}`, and how to write one that is none.
//!
//! ```
//! use strongroom_formats::reference::{What, find_all};
//!
//! let text = r#"a=${secret:db/password} b={{ secret "token" }} c=$${secret:x}"#;
//! let found: Vec<_> = find_all(text).map(|found| found.what).collect();
//! assert_eq!(found, [What::Secret("db/password"), What::Secret("token"), What::Literal("${secret:x}")]);
//! ```

use std::ops::Range;

/// Something in a text that a reference is, or looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'t> {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// What it is.
    pub what: What<'t>,
}

/// What a [`Found`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'t> {
    /// The name of a secret, whose value stands here.
    Secret(&'t str),
    /// What stands here without the `$$` that makes it no reference.
    Literal(&'t str),
    /// The beginning of a reference without a name and an end.
    Malformed,
}

/// Everything in a text that is a reference, or looks like one, in order.
pub fn find_all(text: &str) -> impl Iterator<Item = Found<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = next(text, from)?;
        from = found.span.end;
        Some(found)
    })
}

/// The secret that `secretKeyRef: {name, key}` means: `name/key`, or `name` where that is the key too or none is said.
#[must_use]
pub fn of_key_ref(name: &str, key: Option<&str>) -> String {
    match key.filter(|key| *key != name) {
        Some(key) => format!("{name}/{key}"),
        None => name.to_owned(),
    }
}

fn next(text: &str, from: usize) -> Option<Found<'_>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'$' | b'{'))?;
        let dollars = bytes[at..].iter().take_while(|byte| **byte == b'$').count();
        let behind = at + dollars;
        let rest = &text[behind..];
        let found = if let Some(head) = head_in_braces(rest) {
            // `$${{` is no reference, `${{` a dollar and one.
            let is_literal = dollars >= ESCAPE;
            let start = if is_literal { behind - ESCAPE } else { behind };
            let skipped = if is_literal { ESCAPE } else { 0 };
            Some(found(text, start, skipped, head, in_braces(rest, head)))
        } else if dollars > 0 && rest.starts_with(HEAD) {
            let is_literal = dollars >= ESCAPE;
            let start = if is_literal { behind - ESCAPE } else { behind - 1 };
            let skipped = usize::from(is_literal);
            Some(found(text, start, skipped, 1 + HEAD.len(), after_head(rest)))
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
        at = behind.max(at + 1);
    }
}

/// What begins at `start` with so many bytes of an escape, a head, and the name, if one follows.
fn found<'t>(
    text: &'t str,
    start: usize,
    escape: usize,
    head: usize,
    name: Option<(&'t str, usize)>,
) -> Found<'t> {
    let dollar = usize::from(!text[start + escape..].starts_with('{'));
    let end = match name {
        Some((_, length)) => start + escape + dollar + length,
        None => start + escape + head,
    };
    let what = match name {
        _ if escape > 0 => What::Literal(&text[start + escape..end]),
        Some((name, _)) => What::Secret(name),
        None => What::Malformed,
    };
    Found { span: start..end, what }
}

/// The name behind `{secret:`, and the bytes of all from the brace on.
fn after_head(rest: &str) -> Option<(&str, usize)> {
    let name = name_at(&rest[HEAD.len()..])?;
    let length = HEAD.len() + name.len();
    rest[length..].starts_with('}').then_some((name, length + 1))
}

/// The bytes of `{{ secret "`, with which a template's reference begins.
fn head_in_braces(rest: &str) -> Option<usize> {
    let word = rest.strip_prefix("{{")?.trim_start_matches(BLANKS).strip_prefix("secret")?;
    let quote = word.trim_start_matches(BLANKS);
    let quoted = quote.strip_prefix("\\\"").or_else(|| quote.strip_prefix('"'))?;
    Some(rest.len() - quoted.len())
}

/// The name behind that, and the bytes of all from the braces on.
fn in_braces(rest: &str, head: usize) -> Option<(&str, usize)> {
    let name = name_at(&rest[head..])?;
    // Both quotes are escaped, as in a string of JSON, or none is.
    let quote = if rest[..head].ends_with("\\\"") { "\\\"" } else { "\"" };
    let behind = rest[head + name.len()..].strip_prefix(quote)?;
    let behind = behind.trim_start_matches(BLANKS).strip_prefix("}}")?;
    Some((name, rest.len() - behind.len()))
}

/// The name of a secret with which a text begins.
pub(crate) fn name_at(text: &str) -> Option<&str> {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || b"_.-/".contains(b);
    let length = text.bytes().take_while(is_part).count();
    let is_name = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && length <= LONGEST;
    is_name.then(|| &text[..length])
}

/// What stands before the name, behind a `$`.
const HEAD: &str = "{secret:";
/// What may stand between the parts of a template.
const BLANKS: [char; 2] = [' ', '\t'];
/// How many `$` make a reference none.
const ESCAPE: usize = 2;
/// Bytes of the longest name of a secret.
const LONGEST: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, What<'_>)> {
        find_all(text).map(|found| (&text[found.span], found.what)).collect()
    }

    #[test]
    fn both_spellings_are_found_whole() {
        let text = r#"x${secret:a}{{ secret "b/c.d-e_f" }}{{secret"g"}}{{	secret \"h\"  }}${{ secret "i" }}"#;
        assert_eq!(
            found(text),
            [
                ("${secret:a}", What::Secret("a")),
                (r#"{{ secret "b/c.d-e_f" }}"#, What::Secret("b/c.d-e_f")),
                (r#"{{secret"g"}}"#, What::Secret("g")),
                (r#"{{	secret \"h\"  }}"#, What::Secret("h")),
                (r#"{{ secret "i" }}"#, What::Secret("i")),
            ]
        );
    }

    #[test]
    fn two_dollars_make_a_reference_none() {
        assert_eq!(
            found(r#"$${secret:a} $$${secret:b} $${{ secret "c" }} $${secret:?"#),
            [
                ("$${secret:a}", What::Literal("${secret:a}")),
                ("$${secret:b}", What::Literal("${secret:b}")),
                (r#"$${{ secret "c" }}"#, What::Literal(r#"{{ secret "c" }}"#)),
                ("$${secret:", What::Literal("${secret:")),
            ]
        );
    }

    #[test]
    fn what_begins_as_a_reference_and_is_none_is_malformed() {
        let long = format!("${{secret:{}}}", "a".repeat(254));
        for text in
            ["${secret:", "${secret:}", "${secret:a b}", "${secret:/a}", "${secret:a", &long]
        {
            assert_eq!(found(text), [("${secret:", What::Malformed)], "{text}");
        }
        for text in [r#"{{ secret "a }}"#, r#"{{ secret "" }}"#, r#"{{ secret "a" | trim }}"#] {
            assert_eq!(found(text), [(r#"{{ secret ""#, What::Malformed)], "{text}");
        }
        assert_eq!(found(r#"{{ secret \"a" }}"#), [(r#"{{ secret \""#, What::Malformed)]);
    }

    #[test]
    fn other_templates_are_not_ours() {
        let others = "$ { {{ }} ${HOME} ${{ secrets.TOKEN }} {{ secret }} {{ secretName }} {secret:a} ${ secret:a} ü$";
        assert_eq!(found(others), []);
    }

    #[test]
    fn a_key_that_is_the_name_or_none_adds_nothing() {
        assert_eq!(of_key_ref("db", Some("password")), "db/password");
        assert_eq!(of_key_ref("db", Some("db")), "db");
        assert_eq!(of_key_ref("db", None), "db");
    }
}
