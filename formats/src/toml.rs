//! TOML: a table of names and values; tables in it are groups. Numbers and dates are taken as they are written.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use crate::entry::{Entry, Item};
use crate::error::{ReadError, ReadFault, WriteError};
use crate::limits::NODES;
use crate::position::Lines;
use crate::sheet::Sheet;
use crate::text::text_of;
use crate::tree::{Budget, Field, Groups, Kind, Node, entries};

/// Reads a TOML file.
///
/// # Errors
///
/// What is no TOML, twice the same name, or a list; with its place.
pub fn read(bytes: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let text = text_of(bytes)?;
    let lines = Lines::of(text.as_bytes());
    let root = root(text)?;
    let mut builder = Builder { text, lines, budget: Budget::default() };
    let at = builder.lines.position(0);
    let fields = builder.fields(root.get_ref(), 0)?;
    entries(Node { at, kind: Kind::Table(fields) })
}

/// Writes a TOML file: a group is a table.
///
/// # Errors
///
/// Values that are not UTF-8, and names that would be a value and a table.
pub fn write(items: &[Item<'_>]) -> Result<Sheet, WriteError> {
    let mut sheet = Sheet::new();
    for (group, texts) in Groups::of(items)?.ungrouped_first().0 {
        if let Some(group) = group {
            sheet.push(if sheet.as_bytes().is_empty() { "[" } else { "\n[" });
            push_key(&mut sheet, group);
            sheet.push("]\n");
        }
        for (name, text) in texts {
            push_key(&mut sheet, name);
            sheet.push(" = ");
            sheet.push_quoted(text);
            sheet.push("\n");
        }
    }
    Ok(sheet)
}

fn push_key(sheet: &mut Sheet, name: &str) {
    if name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) && !name.is_empty() {
        sheet.push(name);
    } else {
        sheet.push_quoted(name);
    }
}

/// Checks that a text is TOML.
#[cfg(feature = "render")]
pub(crate) fn check(text: &str) -> Result<(), ReadError> {
    root(text).map(drop)
}

/// The table of a whole file.
fn root(text: &str) -> Result<Spanned<DeTable<'_>>, ReadError> {
    // The parser takes about a kilobyte for each table, and recurses along dots.
    let tables = text.bytes().filter(|b| matches!(b, b'[' | b'{' | b'.' | b'=')).count();
    if tables > NODES {
        return Err(ReadFault::TooMany.of_file());
    }
    DeTable::parse(text).map_err(|error| {
        let at = Lines::of(text.as_bytes()).position(error.span().map_or(0, |span| span.start));
        ReadFault::Syntax(error.message().lines().next().unwrap_or_default().to_owned().into())
            .at(at)
    })
}

struct Builder<'t> {
    text: &'t str,
    lines: Lines<'t>,
    budget: Budget,
}

impl Builder<'_> {
    fn fields(&mut self, table: &DeTable<'_>, depth: usize) -> Result<Vec<Field>, ReadError> {
        let mut fields: Vec<(usize, Field)> = Vec::with_capacity(table.len());
        for (key, value) in table {
            let (start, name) = (key.span().start, key.get_ref().to_string());
            let node = self.node(value, depth + 1)?;
            fields.push((start, Field { name, at: self.lines.position(start), node }));
        }
        fields.sort_by_key(|(start, _)| *start);
        Ok(fields.into_iter().map(|(_, field)| field).collect())
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, ReadError> {
        let at = self.lines.position(value.span().start);
        self.budget.spend(at, depth)?;
        let kind = match value.get_ref() {
            DeValue::String(text) => Kind::Text(Zeroizing::new(text.as_bytes().to_vec())),
            DeValue::Array(_) => Kind::List(Vec::new()),
            DeValue::Table(table) => Kind::Table(self.fields(table, depth)?),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {
                let text = self.text.get(value.span()).unwrap_or_default();
                Kind::Text(Zeroizing::new(text.as_bytes().to_vec()))
            }
        };
        Ok(Node { at, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_they_are_written() {
        let text = "hex = 0xFF\nfloat = 1_0.10\nday = 1979-05-27\non = true\n[db]\n\"pass.word\" = '''\na\nb'''\n";
        let entries = read(text.as_bytes()).expect("TOML");
        let read: Vec<(&str, &[u8], usize)> = entries
            .iter()
            .map(|entry| (entry.name.as_str(), entry.value.as_slice(), entry.at.line))
            .collect();
        assert_eq!(
            read,
            [
                ("hex", &b"0xFF"[..], 1),
                ("float", b"1_0.10", 2),
                ("day", b"1979-05-27", 3),
                ("on", b"true", 4),
                ("db/pass.word", b"a\nb", 6),
            ]
        );
    }

    #[test]
    fn faults_have_their_place_and_no_value() {
        for (text, said) in [
            ("a = \"hunter2", "line 1, column 13: invalid basic string, expected `\"`"),
            ("a = 1\na = 2", "line 2, column 1: duplicate key"),
            ("a = [\"hunter2\"]", "line 1, column 5: `a` is a list: a secret has one value"),
            (
                "a.b = 1\n\"a/b\" = 2",
                "line 2, column 1: `a/b` stands twice, first at line 1, column 3: keep one of the two",
            ),
        ] {
            assert_eq!(read(text.as_bytes()).expect_err("a fault").to_string(), said, "{text}");
        }
        let deep = format!("{}a = 1", "a.".repeat(17));
        assert_eq!(read(deep.as_bytes()).expect_err("a fault").fault, ReadFault::TooDeep);
    }
}
