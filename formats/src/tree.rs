//! What JSON, YAML and TOML have in common: tables of names and values, with their places.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str;

use zeroize::Zeroizing;

use crate::entry::{Entry, Item, refuse_twice};
use crate::error::{ReadError, ReadFault, Unfit, WriteError};
use crate::limits::{NESTING, NODES};
use crate::position::Position;

/// A part of a file.
#[derive(Debug)]
pub struct Node {
    /// Where it begins.
    pub at: Position,
    /// What it is.
    pub kind: Kind,
}

/// What a part of a file is.
pub enum Kind {
    /// A value, as its text.
    Text(Zeroizing<Vec<u8>>),
    /// Nothing.
    Null,
    /// Several parts, one after the other.
    List(Vec<Node>),
    /// Parts with names.
    Table(Vec<Field>),
}

/// A name and what it names.
#[derive(Debug)]
pub struct Field {
    /// The name.
    pub name: String,
    /// Where the name stands.
    pub at: Position,
    /// What it names.
    pub node: Node,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("[hidden]"),
            Self::Null => f.write_str("null"),
            Self::List(nodes) => f.debug_list().entries(nodes).finish(),
            Self::Table(fields) => f.debug_list().entries(fields).finish(),
        }
    }
}

impl Node {
    /// The fields of a table; whose it is stands in the error.
    pub(crate) fn fields(self, name: &str) -> Result<Vec<Field>, ReadError> {
        match self.kind {
            Kind::Table(fields) => Ok(fields),
            _ => Err(ReadFault::NoTable(name.to_owned()).at(self.at)),
        }
    }

    /// The text of a value.
    pub(crate) fn text(self, name: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        let name = || name.to_owned();
        match self.kind {
            Kind::Text(text) => Ok(text),
            Kind::Null => Err(ReadFault::Null(name()).at(self.at)),
            Kind::List(_) => Err(ReadFault::List(name()).at(self.at)),
            Kind::Table(_) => Err(ReadFault::Table(name()).at(self.at)),
        }
    }
}

/// Takes a field out of a table.
pub(crate) fn take(fields: &mut Vec<Field>, name: &str) -> Option<Node> {
    let at = fields.iter().position(|field| field.name == name)?;
    Some(fields.swap_remove(at).node)
}

/// Counts what a tree is made of, and how deep, while it is made.
#[derive(Default)]
pub(crate) struct Budget {
    nodes: usize,
}

impl Budget {
    pub(crate) fn spend(&mut self, at: Position, depth: usize) -> Result<(), ReadError> {
        self.nodes += 1;
        if depth > NESTING {
            return Err(ReadFault::TooDeep.at(at));
        }
        if self.nodes > NODES { Err(ReadFault::TooMany.at(at)) } else { Ok(()) }
    }
}

/// Refuses two fields of one name in a table.
pub(crate) fn refuse_fields_twice(fields: &[Field]) -> Result<(), ReadError> {
    let mut seen = BTreeSet::new();
    for field in fields {
        if !seen.insert(&field.name) {
            let first = fields.iter().find(|other| other.name == field.name);
            let first = first.map_or(field.at, |first| first.at);
            return Err(ReadFault::Twice(field.name.clone(), first).at(field.at));
        }
    }
    Ok(())
}

/// The values of a tree: those in tables get the names of their tables before their own.
pub(crate) fn entries(root: Node) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    collect(root.fields("")?, None, &mut entries)?;
    refuse_twice(&entries)?;
    Ok(entries)
}

fn collect(
    fields: Vec<Field>,
    group: Option<&str>,
    entries: &mut Vec<Entry>,
) -> Result<(), ReadError> {
    for Field { name, at, node } in fields {
        let name = group.map(|group| format!("{group}/{name}")).unwrap_or(name);
        match node.kind {
            Kind::Table(fields) => collect(fields, Some(&name), entries)?,
            _ => entries.push(Entry { value: node.text(&name)?, name, at }),
        }
    }
    Ok(())
}

/// Items as a tree of two levels: the group, or nothing, and what is in it, both in order.
pub(crate) struct Groups<'a>(pub(crate) Vec<(Option<&'a str>, Vec<Text<'a>>)>);

/// A name within its group, and a value that is text.
pub(crate) type Text<'a> = (&'a str, &'a str);

impl<'a> Groups<'a> {
    /// Sorts items into groups; everything that is no text, or would be a value and a table, is refused.
    pub(crate) fn of(items: &[Item<'a>]) -> Result<Self, WriteError> {
        let mut groups: Vec<(Option<&str>, Vec<Text<'_>>)> = Vec::new();
        let mut places: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut unfit = Vec::new();
        let whole: BTreeSet<&str> = items.iter().map(|item| item.name).collect();
        for item in items {
            let (group, name) = match item.name.split_once('/') {
                Some((group, name)) => (Some(group), name),
                None => (None, item.name),
            };
            if let Some(group) = group.filter(|group| whole.contains(group)) {
                unfit.push((group.to_owned(), Unfit::Group(item.name.to_owned())));
            }
            match str::from_utf8(item.value) {
                Ok(text) => {
                    let place = *places.entry(group).or_insert(groups.len());
                    if place == groups.len() {
                        groups.push((group, Vec::new()));
                    }
                    groups[place].1.push((name, text));
                }
                Err(_) => unfit.push((item.name.to_owned(), Unfit::NotUtf8)),
            }
        }
        if unfit.is_empty() { Ok(Self(groups)) } else { Err(WriteError { unfit }) }
    }

    /// Puts the names without a group first: in TOML they must be.
    pub(crate) fn ungrouped_first(mut self) -> Self {
        self.0.sort_by_key(|(group, _)| group.is_some());
        self
    }
}
