//! Changes to a vault's text at the reader's spans: every byte that is not meant to change stays as it is.

mod same;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

pub(super) use self::same::same;
use self::same::same_but_for;
use crate::error::{Fault, ReadError};
use crate::index::{Document, Index};

type Key<'t> = Spanned<DeString<'t>>;

/// The changes to make, by table and key.
#[derive(Default)]
pub(super) struct Changes {
    tables: BTreeMap<Vec<String>, BTreeMap<String, Option<String>>>,
    removed_tables: BTreeSet<Vec<String>>,
    /// Tables that get another name: the path, and what replaces its last part.
    renamed_tables: BTreeMap<Vec<String>, String>,
}

impl Changes {
    /// Sets a key of a table to a value, given as TOML text on one line.
    pub(super) fn put(&mut self, table: &[&str], key: &str, value: String) {
        self.removed_tables.remove(&owned(table));
        self.tables.entry(owned(table)).or_default().insert(key.to_owned(), Some(value));
    }

    /// Removes a key of a table.
    pub(super) fn remove(&mut self, table: &[&str], key: &str) {
        self.tables.entry(owned(table)).or_default().insert(key.to_owned(), None);
    }

    /// Removes a table whose keys are all removed, unless something is put into it.
    pub(super) fn remove_table(&mut self, table: &[&str]) {
        let keys = self.tables.get(&owned(table));
        if keys.is_none_or(|keys| keys.values().all(Option::is_none)) {
            self.removed_tables.insert(owned(table));
        }
    }

    /// Gives a table another name, where it stands. Other changes name it as it was before.
    pub(super) fn rename_table(&mut self, table: &[&str], name: &str) {
        self.renamed_tables.insert(owned(table), name.to_owned());
    }

    /// Whether a key is to be removed.
    pub(super) fn removes(&self, table: &[&str], key: &str) -> bool {
        self.tables.get(&owned(table)).is_some_and(|keys| keys.get(key) == Some(&None))
    }

    /// The tables directly below a path that get another name, each with that.
    fn renamed_in(&self, path: &[String]) -> BTreeMap<&str, &str> {
        let renamed = self.renamed_tables.iter();
        let below = renamed.filter_map(|(table, name)| match table.split_last() {
            Some((last, parents)) if parents == path => Some((last.as_str(), name.as_str())),
            _ => None,
        });
        below.collect()
    }

    fn touches(&self, path: &[String]) -> bool {
        // Sorted, so what begins with this path stands together, from the path itself on.
        let from = (Bound::Included(path), Bound::Unbounded);
        let changed = self.tables.range::<[String], _>(from).next().map(|(table, _)| table);
        let removed = self.removed_tables.range::<[String], _>(from).next();
        let renamed = self.renamed_tables.range::<[String], _>(from).next().map(|(table, _)| table);
        changed.into_iter().chain(removed).chain(renamed).any(|table| table.starts_with(path))
    }
}

/// The document's text with the changes made, read back and compared with what was meant.
///
/// # Errors
///
/// A table that is written in a form that cannot be changed in place (dotted keys), with its line; or a text that reads
/// otherwise than meant, which is never saved.
pub(super) fn apply(document: &Document<'_>, changes: &Changes) -> Result<String, ReadError> {
    apply_to(document, changes, |read_back| Index::of(read_back).map(drop))
}

/// As [`apply`], for a text that another reader must accept.
pub(super) fn apply_to(
    document: &Document<'_>,
    changes: &Changes,
    accept: impl FnOnce(&Document<'_>) -> Result<(), ReadError>,
) -> Result<String, ReadError> {
    let splices = splices(document, changes)?;
    let mut text = String::with_capacity(document.text.len() + 256);
    let mut copied = 0;
    for (range, replacement) in splices {
        text.push_str(&document.text[copied..range.start.max(copied)]);
        text.push_str(&replacement);
        copied = range.end.max(copied);
    }
    text.push_str(&document.text[copied..]);
    // Where the last table went, so does the blank line before it.
    while text.ends_with("\n\n") && !document.text.ends_with("\n\n") {
        text.pop();
    }
    let read_back = Document::parse(&text)?;
    accept(&read_back)?;
    let mut path = Vec::new();
    if same_but_for(changes, &mut path, &document.root, &read_back.root) {
        Ok(text)
    } else {
        Err(Fault::WrongShape("a vault with one line for each value").of_file())
    }
}

/// Where the text changes, and what stands there then; sorted, no two overlap.
pub(super) fn splices(
    document: &Document<'_>,
    changes: &Changes,
) -> Result<Vec<(Range<usize>, String)>, ReadError> {
    let layout = Layout::of(document);
    let mut splices: Vec<(Range<usize>, String)> = Vec::new();
    for path in &changes.removed_tables {
        if let Some((key, value)) = find_written(&document.root, path) {
            layout.remove(key, value, &mut splices)?;
        }
    }
    for (path, name) in &changes.renamed_tables {
        if let Some(key) = find_key(&document.root, path) {
            splices.push((key, key_text(name)));
        }
    }
    let mut new_tables: BTreeMap<(usize, usize, &[String]), String> = BTreeMap::new();
    let kept = |path: &[String]| !changes.removed_tables.contains(path);
    for (path, keys) in changes.tables.iter().filter(|(path, _)| kept(path)) {
        let found = find(&document.root, path);
        if let Some((table, at)) = found.filter(|(_, at)| {
            // Where only tables within it have headers, it gets one for what is put into it.
            layout.form(*at) != Form::Above || keys.values().all(Option::is_none)
        }) {
            for (key, value) in keys {
                layout.change(table, at, key, value.as_deref(), &mut splices)?;
            }
        } else if keys.values().any(Option::is_some) {
            let at = layout.place_of_new(path);
            new_tables.insert((at, rank(path), path), table_text(path, keys));
        }
    }
    for ((at, ..), table) in new_tables {
        let text = if at == document.text.len() {
            let end =
                if document.text.is_empty() || document.text.ends_with('\n') { "" } else { "\n" };
            format!("{end}\n{table}")
        } else {
            format!("{table}\n")
        };
        splices.push((at..at, text));
    }
    // Stable: insertions at one place keep the order in which they were made.
    splices.sort_by_key(|(range, _)| range.start);
    Ok(splices)
}

/// A name as a TOML key: bare where that is possible.
pub(super) fn key_text(name: &str) -> String {
    if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') && !name.is_empty()
    {
        name.to_owned()
    } else {
        string_text(name)
    }
}

/// Text without control characters as a TOML basic string.
pub(super) fn string_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// How a table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With a header of its own.
    Header,
    /// In braces.
    Inline,
    /// By the keys of its entries: `table.key = …`.
    Dotted,
    /// Only by the headers of tables within it.
    Above,
}

/// Where headers stand in a text.
struct Layout<'d> {
    text: &'d str,
    root: &'d DeTable<'d>,
    /// Start of every header, and the path of its table, in the order of the text; known once a new table needs a place.
    headers: OnceCell<Vec<(usize, Vec<String>)>>,
}

impl<'d> Layout<'d> {
    fn of(document: &'d Document<'_>) -> Self {
        Self { text: document.text, root: &document.root, headers: OnceCell::new() }
    }

    fn headers(&self) -> &[(usize, Vec<String>)] {
        self.headers.get_or_init(|| {
            let mut headers = Vec::new();
            collect_headers(self.text, self.root, &mut Vec::new(), &mut headers);
            headers.sort();
            headers
        })
    }

    /// Where a new table belongs: before the first table of its kind that sorts after it, else after the last of its kind,
    /// else where its kind belongs.
    fn place_of_new(&self, path: &[String]) -> usize {
        let kind = path.first();
        let mut siblings = self.headers().iter().filter(|(_, other)| other.first() == kind);
        if let Some((at, _)) = siblings.clone().find(|(_, other)| other.as_slice() > path) {
            return self.with_comments_above(*at);
        }
        let last = siblings.next_back().map(|(at, _)| *at);
        let next = match last {
            Some(last) => self.headers().iter().find(|(at, _)| *at > last),
            None => self.headers().iter().find(|(_, other)| rank(other) > rank(path)),
        };
        next.map_or(self.text.len(), |(at, _)| self.with_comments_above(*at))
    }

    /// The start of the block of comment lines directly above a line, or of the line itself.
    fn with_comments_above(&self, at: usize) -> usize {
        let mut start = self.line_start(at);
        while start > 0 {
            let above = self.line_start(start - 1);
            if !self.text[above..start].trim_start().starts_with('#') {
                break;
            }
            start = above;
        }
        start
    }

    fn change(
        &self,
        table: &DeTable<'_>,
        at: usize,
        key: &str,
        value: Option<&str>,
        splices: &mut Vec<(Range<usize>, String)>,
    ) -> Result<(), ReadError> {
        let existing = table.get_key_value(key);
        match (existing, value) {
            (Some((_, old)), Some(value)) if self.end_in_line(old).is_some() => {
                splices.push((old.span(), value.to_owned()));
            }
            (None, None) => {}
            (Some((old_key, old)), None) if self.form(at) != Form::Inline => {
                self.remove(old_key, old, splices)?;
            }
            (_, Some(value)) if self.form(at) == Form::Header => {
                if let Some((old_key, old)) = existing {
                    self.remove(old_key, old, splices)?;
                }
                let before = table.iter().take_while(|(other, _)| other.get_ref().as_ref() < key);
                let after = before.filter_map(|(_, value)| self.end(value)).max();
                let at = self.line_end(after.unwrap_or(at));
                let newline = if self.text[..at].ends_with('\n') { "" } else { "\n" };
                splices.push((at..at, format!("{newline}{} = {value}\n", key_text(key))));
            }
            (None, Some(value)) if self.form(at) == Form::Inline => {
                let last = table.iter().map(|(_, value)| value.span().end).max();
                let (at, comma) = last.map_or((at + 1, ""), |end| (end, ","));
                splices.push((at..at, format!("{comma} {} = {value}", key_text(key))));
            }
            (None, Some(value)) if self.form(at) == Form::Dotted => {
                // Behind the last of its lines, and named as that names it.
                let ends = table.iter().filter_map(|(other, value)| {
                    Some((self.end_in_line(value)?, other.span().start))
                });
                let (end, named) = ends.max().ok_or_else(|| self.unusual_form(at))?;
                let above = &self.text[self.line_start(named)..named];
                let at = self.line_end(end);
                let newline = if self.text[..at].ends_with('\n') { "" } else { "\n" };
                splices.push((at..at, format!("{newline}{above}{} = {value}\n", key_text(key))));
            }
            _ => return Err(self.unusual_form(at)),
        }
        Ok(())
    }

    /// Takes out what stands under a key: its lines, and the blank line after a table; those of tables within it as well.
    fn remove(
        &self,
        key: &Key<'_>,
        value: &Spanned<DeValue<'_>>,
        splices: &mut Vec<(Range<usize>, String)>,
    ) -> Result<(), ReadError> {
        if self.end_in_line(value).is_some() {
            let lines = self.line_start(key.span().start)..self.line_end(value.span().end);
            splices.push((lines, String::new()));
            return Ok(());
        }
        let at = value.span().start;
        // An array of tables has many headers, and the reader tells one of them.
        let DeValue::Table(table) = value.get_ref() else { return Err(self.unusual_form(at)) };
        if self.form(at) == Form::Header {
            let end = table.iter().filter_map(|(_, value)| self.end(value)).max();
            let mut end = self.line_end(end.unwrap_or(at).max(at));
            if self.text[end..].starts_with('\n') {
                end += 1;
            }
            splices.push((self.line_start(at)..end, String::new()));
        }
        for (key, value) in table {
            if self.form(at) != Form::Header || self.end(value).is_none() {
                self.remove(key, value, splices)?;
            }
        }
        Ok(())
    }

    /// Where a value ends that is written behind its key.
    fn end_in_line(&self, value: &Spanned<DeValue<'_>>) -> Option<usize> {
        let at = value.span().start;
        let is_written = match value.get_ref() {
            DeValue::Table(_) => self.form(at) == Form::Inline,
            // Not one of those with headers.
            DeValue::Array(_) => !self.text[self.line_start(at)..at].trim().is_empty(),
            _ => true,
        };
        is_written.then(|| value.span().end)
    }

    /// Where something ends among the lines below the header above it; none for what has headers of its own.
    fn end(&self, value: &Spanned<DeValue<'_>>) -> Option<usize> {
        match value.get_ref() {
            DeValue::Table(table) if self.form(value.span().start) == Form::Dotted => {
                table.iter().filter_map(|(_, value)| self.end(value)).max()
            }
            _ => self.end_in_line(value),
        }
    }

    /// How a table is written, by where it begins.
    fn form(&self, at: usize) -> Form {
        match self.text.as_bytes().get(at) {
            Some(b'[') => Form::Header,
            Some(b'{') => Form::Inline,
            // Neither: it begins where a key first names it.
            _ if self.text[self.line_start(at)..at].trim_start().starts_with('[') => Form::Above,
            _ => Form::Dotted,
        }
    }

    fn unusual_form(&self, at: usize) -> ReadError {
        Fault::WrongShape("a table with a header of its own, which can be changed in place,")
            .at(self.text, at)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }
}

fn collect_headers(
    text: &str,
    table: &DeTable<'_>,
    path: &mut Vec<String>,
    headers: &mut Vec<(usize, Vec<String>)>,
) {
    for (key, value) in table {
        if let DeValue::Table(inner) = value.get_ref() {
            path.push(key.get_ref().to_string());
            let at = value.span().start;
            if text.as_bytes().get(at) == Some(&b'[') {
                headers.push((at, path.clone()));
            }
            collect_headers(text, inner, path, headers);
            path.pop();
        }
    }
}

/// The order in which kinds of tables stand in a vault.
fn rank(path: &[String]) -> usize {
    const ORDER: [&str; 5] = ["strongroom", "build", "environments", "holders", "keys"];
    let kind = path.first().map(String::as_str);
    match ORDER.iter().position(|known| Some(*known) == kind) {
        Some(rank) => rank,
        None if kind == Some("secrets") => usize::MAX,
        None => ORDER.len(),
    }
}

fn table_text(path: &[String], keys: &BTreeMap<String, Option<String>>) -> String {
    let path: Vec<String> = path.iter().map(|part| key_text(part)).collect();
    let mut text = format!("[{}]\n", path.join("."));
    let mut keys: Vec<_> = keys.iter().collect();
    keys.sort_by_key(|(key, _)| match key.as_str() {
        "about" | "format" | "kind" => 0,
        "since" => 1,
        "kept" => 3,
        _ => 2,
    });
    for (key, value) in keys {
        if let Some(value) = value {
            text.push_str(&key_text(key));
            text.push_str(" = ");
            text.push_str(value);
            text.push('\n');
        }
    }
    text
}

/// The table of a path and where it begins.
fn find<'d, 't>(root: &'d DeTable<'t>, path: &[String]) -> Option<(&'d DeTable<'t>, usize)> {
    let (mut table, mut at) = (root, 0);
    for part in path {
        let value = table.get(part.as_str())?;
        at = value.span().start;
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => return None,
        }
    }
    Some((table, at))
}

/// Where the last part of a table's path is written: in its header, or before its braces.
fn find_key(root: &DeTable<'_>, path: &[String]) -> Option<Range<usize>> {
    find_written(root, path).map(|(key, _)| key.span())
}

/// The last part of a path, and what stands there.
fn find_written<'d, 't>(
    root: &'d DeTable<'t>,
    path: &[String],
) -> Option<(&'d Key<'t>, &'d Spanned<DeValue<'t>>)> {
    let (last, parents) = path.split_last()?;
    let (parent, _) = find(root, parents)?;
    parent.get_key_value(last.as_str())
}

/// Whether a value is a table in braces, which stands in one line with its key.
pub(super) fn is_in_line(text: &str, value: &Spanned<DeValue<'_>>) -> bool {
    text.as_bytes().get(value.span().start) == Some(&b'{')
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|part| (*part).to_owned()).collect()
}
