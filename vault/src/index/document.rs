//! A vault's text as a TOML tree whose depth is bounded before it is built.

use toml::de::{DeTable, DeValue};

use crate::error::{Fault, ReadError};
use crate::limits::{ENTRIES, FILE_BYTES, NESTING, TABLES, UNCOUNTED_BYTES};

/// A parsed vault: the text and the tree that borrows from it.
pub struct Document<'t> {
    pub(crate) text: &'t str,
    pub(crate) root: DeTable<'t>,
}

impl<'t> Document<'t> {
    /// Parses a vault's text.
    ///
    /// # Errors
    ///
    /// A text that is too large, nested too deep, or not TOML; one with conflict markers is told apart.
    pub fn parse(text: &'t str) -> Result<Self, ReadError> {
        if text.len() > FILE_BYTES {
            return Err(Fault::TooLarge.of_file());
        }
        check_count(text)?;
        check_dotted_depth(text)?;
        match DeTable::parse(text) {
            Ok(root) => {
                let root = root.into_inner();
                check_depth(text, &root, 1)?;
                Ok(Self { text, root })
            }
            Err(error) => Err(explain(text, &error)),
        }
    }
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Bytes of a file as text.
pub(crate) fn utf8(bytes: Vec<u8>) -> Result<String, ReadError> {
    if bytes.len() > FILE_BYTES {
        return Err(Fault::TooLarge.of_file());
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = before.matches('\n').count() + 1;
        ReadError { line, column: 0, fault: Fault::NotUtf8 }
    })
}

/// Refuses a file that would need far more memory than its size: a few bytes of TOML can be a table.
///
/// Sealed text has none of these characters, so a vault full of values stays far below.
fn check_count(text: &str) -> Result<(), ReadError> {
    if text.len() <= UNCOUNTED_BYTES {
        return Ok(());
    }
    // One look for each byte: unoptimised, as a macro runs this, more than that takes a fourth of the parsing.
    let (bytes, mut at, mut both) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        both += COUNTS_AS[bytes[at] as usize];
        at += 1;
    }
    let (tables, entries) = (both & u64::from(u32::MAX), both >> 32);
    let most = if tables > TABLES as u64 {
        ("tables", TABLES)
    } else if entries > ENTRIES as u64 {
        ("entries", ENTRIES)
    } else {
        return Ok(());
    };
    Err(Fault::TooMany(most.0, most.1).of_file())
}

/// What a byte may begin: a table in the low half, an entry in the high half. Not a constant: unoptimised, each look would
/// copy all of it.
static COUNTS_AS: [u64; 256] = {
    let mut counts_as = [0; 256];
    counts_as[b'{' as usize] = 1;
    counts_as[b'[' as usize] = 1;
    counts_as[b'.' as usize] = 1;
    counts_as[b'=' as usize] = 1 << 32;
    counts_as[b',' as usize] = 1 << 32;
    counts_as
};

/// Refuses dotted keys that are too deep, which the parser would build and drop by recursion.
///
/// The parser bounds brackets, and the parts of one key, each for itself: keys within brackets within keys are thousands of
/// levels. Dots are rare in a vault, so it is enough to look at the lines that have more of them than a key may have.
fn check_dotted_depth(text: &str) -> Result<(), ReadError> {
    let (mut in_line, mut previous, mut start) = (0, 0, 0);
    while let Some(found) = text[start..].find('.') {
        let dot = start + found;
        if text[previous..dot].contains('\n') {
            in_line = 0;
        }
        in_line += 1;
        if in_line >= NESTING {
            let line_start = text[..dot].rfind('\n').map_or(0, |newline| newline + 1);
            let line_end = text[dot..].find('\n').map_or(text.len(), |newline| dot + newline);
            if deepest_run(&text[line_start..line_end]) >= NESTING {
                return Err(Fault::TooDeep.at(text, line_start));
            }
            in_line = 0;
            start = line_end;
            previous = line_end;
            continue;
        }
        previous = dot;
        start = dot + 1;
    }
    Ok(())
}

/// The most dots of one dotted key in a line: those in strings and comments do not count, and `=`, `,`, brackets end a key.
///
/// Where a string of several lines may be involved, every dot counts: no string of a vault needs several lines, and a
/// line alone does not tell where such a string ends.
fn deepest_run(line: &str) -> usize {
    if line.contains("\"\"\"") || line.contains("'''") {
        return line.matches('.').count();
    }
    let (mut most, mut run) = (0, 0);
    let mut quote = None;
    let mut escaped = false;
    for c in line.chars() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => break,
            (None, '.') => {
                run += 1;
                most = most.max(run);
            }
            (None, '=' | ',' | '[' | ']' | '{' | '}') => run = 0,
            _ => {}
        }
    }
    if quote.is_some() { line.matches('.').count() } else { most }
}

fn check_depth(text: &str, table: &DeTable<'_>, depth: usize) -> Result<(), ReadError> {
    for (key, value) in table {
        // Nearly everything in a vault is neither.
        if matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_)) {
            check_value_depth(text, value.get_ref(), key.span().start, depth)?;
        }
    }
    Ok(())
}

fn check_value_depth(
    text: &str,
    value: &DeValue<'_>,
    at: usize,
    depth: usize,
) -> Result<(), ReadError> {
    match value {
        DeValue::Table(_) | DeValue::Array(_) if depth >= NESTING => {
            Err(Fault::TooDeep.at(text, at))
        }
        DeValue::Table(table) => check_depth(text, table, depth + 1),
        DeValue::Array(array) => {
            for value in array {
                check_value_depth(text, value.get_ref(), value.span().start, depth + 1)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn explain(text: &str, error: &toml::de::Error) -> ReadError {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if CONFLICT_MARKERS.iter().any(|marker| line.starts_with(marker)) {
            return Fault::ConflictMarkers.at(text, offset);
        }
        offset += line.len();
    }
    let at = error.span().map_or(0, |span| span.start);
    let fault = match error.message() {
        "duplicate key" => Fault::Twice,
        // The parser's own bound on brackets, far above ours.
        words if words.contains("recurs") => Fault::TooDeep,
        words => Fault::NotToml(words.to_owned()),
    };
    fault.at(text, at)
}

/// What git writes at the start of a line where both sides changed it.
const CONFLICT_MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        Document::parse(text).map_or_else(|error| error.fault.code(), |_| "fine")
    }

    #[test]
    fn deep_keys_are_refused_before_they_are_built() {
        let deep = vec!["a"; 200_000].join(".");
        assert_eq!(code(&format!("{deep} = 1")), "too-deep");
        assert_eq!(code(&format!("[{deep}]")), "too-deep");
        assert_eq!(code(&format!("x = {{ {deep} = 1 }}")), "too-deep");
        assert_eq!(code(&format!("x = {{ y = '.', \"a\\\"b\".{deep} = 1 }}")), "too-deep");
        assert_eq!(code(&format!("x = {{ y = \"\"\"\n'\"\"\", {deep} = 1, z = ' }}")), "too-deep");
        assert_eq!(code(&format!("x = {{ y = '''\n# ''', {deep} = 1 }}")), "too-deep");
        assert_eq!(code(&format!("x = {}", "[".repeat(100_000))), "too-deep");
        assert_eq!(code(&format!("x = {}1{}", "[".repeat(9), "]".repeat(9))), "too-deep");
        assert_eq!(code("a.b.c.d.e.f.g.h = 1"), "fine");
        assert_eq!(code("a.b.c.d.e.f.g.h.i = 1"), "too-deep");
    }

    #[test]
    fn a_text_above_the_limit_is_not_parsed() {
        assert_eq!(code(&" ".repeat(FILE_BYTES + 1)), "too-large");
    }

    #[test]
    fn a_text_of_very_many_tables_is_not_parsed() {
        assert_eq!(code(&format!("x = [{}]", "{a.a.a.a=1},".repeat(100_000))), "too-many");
        assert_eq!(code(&format!("x = [{}]", "1,".repeat(2_000_000))), "too-many");
    }

    #[test]
    fn dots_in_text_are_not_depth() {
        assert_eq!(code("about = \"1.2.3.4.5.6.7.8.9.10.11\" # 1.2.3.4.5.6.7.8.9.10"), "fine");
        assert_eq!(
            code("a = 1.5\nb = 1.5\nc = 1.5\nd = 1.5\ne = 1.5\nf = 1.5\ng = 1.5\nh = 1.5\ni = 1.5"),
            "fine"
        );
    }
}
