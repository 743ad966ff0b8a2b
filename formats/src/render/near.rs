//! What somebody may have meant as a reference, and what stays text: told, and never filled.

use crate::position::Position;
use crate::reference::name_at;

/// Something that looks like a reference and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// Where it stands.
    pub at: Position,
    /// How the reference is written.
    pub right: String,
}

/// The places of all in a text, each with its right form. What begins a comment hides the rest of its line.
pub(super) fn near_misses(text: &str, begins_comment: Option<u8>) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut is_in_comment, mut before) = (false, b'\n');
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => is_in_comment = false,
            byte if Some(byte) == begins_comment && before.is_ascii_whitespace() => {
                is_in_comment = true;
            }
            // Two `$` are there to make something text.
            b'$' | b'{' if !is_in_comment && !is_escaped(&text.as_bytes()[..at]) => {
                found.extend(right_form(&text[at..]).map(|right| (at, right)));
            }
            _ => {}
        }
        before = byte;
    }
    found
}

fn is_escaped(before: &[u8]) -> bool {
    before.ends_with(b"$$") || before.ends_with(b"$$$")
}

/// The right form of what a text begins with.
fn right_form(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("{{") {
        let rest = word(rest)?;
        let quote = ["'", "\\\"", "\""].into_iter().find(|quote| rest.starts_with(quote))?;
        let name = name_at(&rest[quote.len()..])?;
        let behind = rest[quote.len() + name.len()..].strip_prefix(quote)?;
        behind.trim_start_matches(BLANKS).starts_with("}}").then_some(())?;
        return Some(format!("{{{{ secret \"{name}\" }}}}"));
    }
    let name = if let Some(rest) = text.strip_prefix("${") {
        let rest = word(rest)?.strip_prefix(':')?.trim_start_matches(BLANKS);
        let name = name_at(rest)?;
        rest[name.len()..].trim_start_matches(BLANKS).starts_with('}').then_some(name)?
    } else {
        name_at(text.strip_prefix("$secret:")?)?
    };
    // A shell takes `${SECRET:2}` for a part of a variable, and `$secret:80` for one and a port.
    name.contains(|c: char| c.is_ascii_alphabetic()).then(|| format!("${{secret:{name}}}"))
}

/// What is behind the word of a reference, in upper or lower case, and blanks.
fn word(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(BLANKS);
    let (word, rest) = text.split_at_checked(WORD.len())?;
    word.eq_ignore_ascii_case(WORD).then(|| rest.trim_start_matches(BLANKS))
}

const WORD: &str = "secret";
const BLANKS: [char; 2] = [' ', '\t'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_right_form() {
        for (text, right) in [
            ("{{ secret 'a/b' }}", "{{ secret \"a/b\" }}"),
            ("{{Secret \"a\"}}", "{{ secret \"a\" }}"),
            ("{{ SECRET \\\"a\\\" }}", "{{ secret \"a\" }}"),
            ("${Secret:a}", "${secret:a}"),
            ("${ secret : a-1 }", "${secret:a-1}"),
            ("$secret:a/b", "${secret:a/b}"),
        ] {
            let text = format!("x {text} # y");
            assert_eq!(near_misses(&text, Some(b'#')), [(2, right.to_owned())], "{text}");
            assert_eq!(near_misses(&format!("#{text}"), Some(b'#')), [], "{text}");
            assert_eq!(near_misses(&text.replace("{{", "$${{").replace("x $", "x $$$"), None), []);
        }
    }

    #[test]
    fn templates_of_others_are_left_in_peace() {
        let others = "{{ .Values.secret }} {{ secret }} {{ secrets 'x' }} {{ secret('x') }} {{- with secret \"a\" }} \
            {{ secret 'x' | trim }} ${{ secrets.TOKEN }} ${SECRET} ${SECRET:-x} ${SECRET:0:4} ${SECRET:1} ${SECRET:?x} \
            $secret $secret:80 $secret::a $SECRET:a $secrets:a ${secret_name:a} {secret:a} secret:a";
        assert_eq!(near_misses(others, None), []);
    }
}
