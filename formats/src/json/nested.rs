//! JSON read leniently: lists give their elements by position, what is null is left out, and names are joined as asked.

use zeroize::Zeroizing;

use super::tree;
use crate::entry::{Entry, refuse_twice};
use crate::error::ReadError;
use crate::text::text_of;
use crate::tree::{Field, Kind, Node};

/// A member of a JSON object, with everything below it.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub content: Nested,
}

/// What a [`Member`] holds.
#[derive(Debug)]
pub enum Nested {
    /// One value.
    One(Zeroizing<Vec<u8>>),
    /// The values of an object or a list; names are those within it.
    Several(Vec<Entry>),
}

/// Reads a JSON object as one list of values: a separator stands between the names of objects, or a position in a list,
/// and what is in them.
///
/// # Errors
///
/// What is no JSON, no object, or twice the same name; with its place.
pub fn read_nested(bytes: &[u8], separator: &str) -> Result<Vec<Entry>, ReadError> {
    let root = tree(text_of(bytes)?)?;
    let mut entries = Vec::new();
    for Field { name, at: _, node } in root.fields("")? {
        collect(name, node, separator, &mut entries);
    }
    refuse_twice(&entries)?;
    Ok(entries)
}

/// Reads a JSON object by its members; within each, names are joined as in [`read_nested`].
///
/// # Errors
///
/// What is no JSON, no object, or twice the same name; with its place.
pub fn read_members(bytes: &[u8], separator: &str) -> Result<Vec<Member>, ReadError> {
    let mut members = Vec::new();
    for Field { name, at: _, node } in tree(text_of(bytes)?)?.fields("")? {
        let content = match node.kind {
            Kind::Text(text) => Nested::One(text),
            Kind::Null => continue,
            _ => {
                let mut entries = Vec::new();
                each(node, |name, node| collect(name, node, separator, &mut entries));
                refuse_twice(&entries)?;
                Nested::Several(entries)
            }
        };
        members.push(Member { name, content });
    }
    Ok(members)
}

fn collect(name: String, node: Node, separator: &str, entries: &mut Vec<Entry>) {
    let at = node.at;
    if let Kind::Text(value) = node.kind {
        entries.push(Entry { name, value, at });
    } else {
        each(node, |part, node| {
            collect(format!("{name}{separator}{part}"), node, separator, entries);
        });
    }
}

/// What is in an object or a list, each with its name or position.
fn each(node: Node, mut take: impl FnMut(String, Node)) {
    match node.kind {
        Kind::Table(fields) => fields.into_iter().for_each(|field| take(field.name, field.node)),
        Kind::List(nodes) => {
            nodes.into_iter().enumerate().for_each(|(at, node)| take(at.to_string(), node));
        }
        Kind::Text(_) | Kind::Null => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &[u8] =
        br#"{"a": "x", "gone": null, "db": {"user": "u", "hosts": ["h", {"port": 1}, null]}}"#;

    fn shown(entries: &[Entry]) -> Vec<(&str, &str)> {
        let text = |value| std::str::from_utf8(value).expect("text");
        entries.iter().map(|entry| (entry.name.as_str(), text(&entry.value))).collect()
    }

    #[test]
    fn names_are_joined_and_lists_have_positions() {
        let entries = read_nested(JSON, ":").expect("JSON");
        let joined = [("a", "x"), ("db:user", "u"), ("db:hosts:0", "h"), ("db:hosts:1:port", "1")];
        assert_eq!(shown(&entries), joined);
        let twice = read_nested(br#"{"a:b": 1, "a": {"b": 2}}"#, ":").expect_err("twice");
        assert!(twice.to_string().contains("stands twice"), "{twice}");
        assert!(read_nested(b"[1]", ":").is_err());
    }

    #[test]
    fn members_keep_what_is_theirs() {
        let members = read_members(JSON, ":").expect("JSON");
        let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["a", "db"]);
        let Nested::Several(entries) = &members[1].content else { panic!("an object") };
        assert_eq!(shown(entries), [("user", "u"), ("hosts:0", "h"), ("hosts:1:port", "1")]);
        assert!(matches!(&members[0].content, Nested::One(value) if value.as_slice() == b"x"));
    }
}
