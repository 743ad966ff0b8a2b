//! A file of another program in which references get the values of secrets, and nothing else changes.
//!
//! Comments, order, anchors and quotes stay as they are written. A value is put where its reference stands so that a reader
//! of the format gets exactly the value, as a string; a string that could not carry it is written anew in double quotes.
//! What a value says is never looked at again, so a reference in a value stays text.
//!
//! ```
//! use strongroom_formats::render::{Format, Template};
//!
//! let file = b"# ours\npassword: ${secret:db/password}\nurl: 'postgres://app:${secret:db/password}@db/shop'\n";
//! let template = Template::read(file, Format::Yaml)?;
//! let written = template.write(|_name| b"it's: #1").expect("text");
//! let yaml = "# ours\npassword: \"it's: #1\"\nurl: 'postgres://app:it''s: #1@db/shop'\n";
//! assert_eq!(written.as_bytes(), yaml.as_bytes());
//! # Ok::<(), strongroom_formats::render::TemplateError>(())
//! ```

mod document;
mod fault;
mod frame;
mod json;
mod mask;
mod near;
mod place;
mod probe;
mod toml;
mod walk;
mod yaml;

use std::fmt;
use std::path::Path;
use std::str;

pub use self::fault::{TemplateError, TemplateFault};
use self::mask::{Mask, Piece, plain};
pub use self::near::NearMiss;
use self::place::Style;
use self::walk::{Edit, Walker};
use crate::error::{ReadError, ReadFault, Unfit, WriteError};
use crate::limits::NODES;
use crate::position::{Lines, Position};
use crate::reference::{Found, What, find_all};
use crate::sheet::Sheet;
use crate::text::{MARK, text_of};

/// How a file is written, which says where a value can stand and what it looks like there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Anything: a value is put in byte for byte.
    Text,
    /// JSON.
    Json,
    /// TOML.
    Toml,
    /// YAML, several documents too; Kubernetes manifests and Dapr components.
    Yaml,
}

impl Format {
    /// The format that a file's name says; text for every other.
    #[must_use]
    pub fn of_name(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("json") => Self::Json,
            Some("toml") => Self::Toml,
            Some("yaml" | "yml") => Self::Yaml,
            _ => Self::Text,
        }
    }

    /// What begins a comment; of a text file nobody knows.
    fn begins_comment(self) -> Option<u8> {
        matches!(self, Self::Toml | Self::Yaml).then_some(b'#')
    }
}

/// A file with references, read.
pub struct Template<'t> {
    /// Without a byte order mark.
    text: &'t str,
    has_mark: bool,
    format: Format,
    items: Vec<Found<'t>>,
    mask: Option<Mask>,
    /// In the order of the file.
    edits: Vec<Edit>,
}

/// A reference in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The secret's name.
    pub name: &'a str,
    /// Where it stands.
    pub at: Position,
}

impl<'t> Template<'t> {
    /// Reads a file. References in comments are none.
    ///
    /// # Errors
    ///
    /// A file that does not follow its format, and every reference that stands where no value can; with its place.
    pub fn read(bytes: &'t [u8], format: Format) -> Result<Self, TemplateError> {
        let unreadable = TemplateError::Unreadable;
        let text = text_of(bytes).map_err(unreadable)?;
        let has_mark = bytes.starts_with(MARK);
        let items: Vec<Found<'_>> = find_all(text).take(NODES + 1).collect();
        if items.len() > NODES {
            return Err(unreadable(ReadFault::TooMany.of_file()));
        }
        if format == Format::Text {
            return text_template(text, has_mark, items);
        }
        let Some(mask) = Mask::of(text, &items) else {
            return Err(unreadable(ReadFault::TooMany.of_file()));
        };
        let mut walker = Walker::new(text, &items, format.begins_comment());
        let read = match format {
            Format::Json => {
                json::walk(mask.text(), &mut walker).and_then(|()| crate::json::check(mask.text()))
            }
            Format::Toml => {
                toml::walk(mask.text(), &mut walker);
                crate::toml::check(mask.text())
            }
            Format::Yaml | Format::Text => yaml::walk(mask.text(), &mut walker),
        };
        if read.is_ok() {
            walker.between(text.len());
        }
        let (mut edits, mut faults) = (walker.edits, walker.faults);
        if let Err(error) = read {
            faults.retain(|(_, fault)| fault.explains_syntax());
            if faults.is_empty() {
                return Err(unreadable(explained(error, text, &items)));
            }
            edits.clear();
        }
        edits.sort_by_key(|edit| edit.range().start);
        let template = Self { text, has_mark, format, items, mask: Some(mask), edits };
        if faults.is_empty()
            && let Some(at) = probe::misread(&template)
        {
            faults.push((at, TemplateFault::Misread));
        }
        template.or_faults(faults)
    }

    fn or_faults(self, mut faults: Vec<(usize, TemplateFault)>) -> Result<Self, TemplateError> {
        if faults.is_empty() {
            return Ok(self);
        }
        faults.sort_by_key(|(at, _)| *at);
        let lines = Lines::of(self.text.as_bytes());
        let faults: Vec<_> =
            faults.into_iter().map(|(at, fault)| (lines.position(at), fault)).collect();
        let is_faulty = |at| faults.binary_search_by_key(&at, |(at, _)| *at).is_ok();
        let others = self.references().into_iter().filter(|reference| !is_faulty(reference.at));
        let references = others.map(|it| (it.at, it.name.to_owned())).collect();
        Err(TemplateError::Faults { faults, references })
    }

    /// Every reference, in the order of the file; one secret may be among them several times.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let lines = Lines::of(self.text.as_bytes());
        let mut references = Vec::new();
        for edit in &self.edits {
            match edit {
                Edit::Fill { items, .. } => {
                    for item in &self.items[items.clone()] {
                        if let What::Secret(name) = item.what {
                            references
                                .push(Reference { name, at: lines.position(item.span.start) });
                        }
                    }
                }
                Edit::Replace { range, name, .. } => {
                    references.push(Reference { name, at: lines.position(range.start) });
                }
            }
        }
        references
    }

    /// What stays text, and may have been meant as a reference, in the order of the file.
    pub fn near_misses(&self) -> Vec<NearMiss> {
        let lines = Lines::of(self.text.as_bytes());
        let mut items = self.items.iter().peekable();
        let mut near = near::near_misses(self.text, self.format.begins_comment());
        near.retain(|(at, _)| {
            while items.next_if(|item| item.span.end <= *at).is_some() {}
            items.peek().is_none_or(|item| !item.span.contains(at))
        });
        near.into_iter().map(|(at, right)| NearMiss { at: lines.position(at), right }).collect()
    }

    /// Writes the file with a value for each name.
    ///
    /// # Errors
    ///
    /// Values that are not UTF-8, in any format but text.
    pub fn write<'v>(&self, value_of: impl Fn(&str) -> &'v [u8]) -> Result<Sheet, WriteError> {
        let mut sheet = Sheet::with_capacity(self.text.len() + self.text.len() / 2);
        if self.has_mark {
            sheet.push(MARK);
        }
        let mut unfit: Vec<(String, Unfit)> = Vec::new();
        let mut text_of = |name: &str| -> &'v str {
            str::from_utf8(value_of(name)).unwrap_or_else(|_| {
                if !unfit.iter().any(|(other, _)| other == name) {
                    unfit.push((name.to_owned(), Unfit::NotUtf8));
                }
                ""
            })
        };
        let mut from = 0;
        for edit in &self.edits {
            let range = edit.range();
            sheet.push(&self.text[from..range.start]);
            from = range.end;
            match edit {
                Edit::Replace { is_quoted, name, .. } => {
                    sheet.push(if *is_quoted { "\"value\": " } else { "value: " });
                    sheet.push_quoted(text_of(name));
                }
                Edit::Fill { items, .. } if self.format == Format::Text => {
                    for item in &self.items[items.clone()] {
                        match item.what {
                            What::Secret(name) => sheet.push(value_of(name)),
                            What::Literal(text) => sheet.push(text),
                            What::Malformed => {}
                        }
                    }
                }
                Edit::Fill { .. } => self.fill(edit, &mut sheet, &mut text_of),
            }
        }
        sheet.push(&self.text[from..]);
        if unfit.is_empty() { Ok(sheet) } else { Err(WriteError { unfit }) }
    }

    /// Writes a string with its values: as it is, where it carries them, else anew.
    fn fill<'v>(&self, edit: &Edit, sheet: &mut Sheet, text_of: &mut impl FnMut(&str) -> &'v str) {
        let Edit::Fill { whole, style, items, text, comment } = edit else { return };
        let mut found = self.items[items.clone()].iter();
        let carries = found.all(|item| match item.what {
            What::Secret(name) => {
                let before = self.text[whole.start..item.span.start].trim_end_matches(['\n', '\r']);
                style.carries(text_of(name), QUOTES.contains(&before))
            }
            What::Literal(_) => *style != Style::Anew,
            What::Malformed => false,
        });
        if carries {
            let mut from = whole.start;
            for item in &self.items[items.clone()] {
                sheet.push(&self.text[from..item.span.start]);
                match item.what {
                    What::Secret(name) => style.write(sheet, text_of(name)),
                    What::Literal(_) if style.has_escapes() => {
                        sheet.push_escaped(&plain(item.what).unwrap_or_default());
                    }
                    What::Literal(text) => sheet.push(text),
                    What::Malformed => {}
                }
                from = item.span.end;
            }
            sheet.push(&self.text[from..whole.end]);
            return;
        }
        // In double quotes those of a literal are escaped.
        let has_escapes = self.text[whole.clone()].starts_with('"');
        sheet.push("\"");
        for piece in self.mask.iter().flat_map(|mask| mask.pieces(text, &self.items)) {
            match piece {
                Piece::Text(text) => sheet.push_escaped(text),
                Piece::Item(number) => match self.items[number].what {
                    What::Secret(name) => sheet.push_escaped(text_of(name)),
                    What::Literal(text) if !has_escapes => sheet.push_escaped(text),
                    what => sheet.push_escaped(&plain(what).unwrap_or_default()),
                },
            }
        }
        sheet.push("\"");
        if !comment.is_empty() {
            sheet.push(" ");
            sheet.push(&self.text[comment.clone()]);
        }
    }
}

impl fmt::Debug for Template<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let edits = self.edits.len();
        f.debug_struct("Template").field("edits", &edits).finish_non_exhaustive()
    }
}

/// A text file: each reference is a string of its own.
fn text_template<'t>(
    text: &'t str,
    has_mark: bool,
    items: Vec<Found<'t>>,
) -> Result<Template<'t>, TemplateError> {
    let is_malformed = |item: &&Found<'_>| item.what == What::Malformed;
    let malformed = items.iter().filter(is_malformed);
    let faults = malformed.map(|item| (item.span.start, TemplateFault::Malformed)).collect();
    let fill = |(number, item): (usize, &Found<'_>)| {
        let (whole, items) = (item.span.clone(), number..number + 1);
        Edit::Fill { whole, style: Style::Verbatim, items, text: String::new(), comment: 0..0 }
    };
    let edits = items.iter().enumerate().map(fill).collect();
    let format = Format::Text;
    Template { text, has_mark, format, items, mask: None, edits }.or_faults(faults)
}

/// The error of a reader, without words of a masked text in it.
fn explained(error: ReadError, text: &str, items: &[Found<'_>]) -> ReadError {
    let lines = Lines::of(text.as_bytes());
    let is_at = |item: &Found<'_>| Some(lines.position(item.span.start)) == error.at;
    if items.iter().any(is_at) {
        return ReadError { fault: ReadFault::Syntax(AT_REFERENCE.into()), ..error };
    }
    error
}

fn too_deep() -> ReadFault {
    ReadFault::Syntax(format!("nested more than {DEEPEST} deep").into())
}

/// The deepest nesting of a file: other readers take no more.
const DEEPEST: usize = 128;
const AT_REFERENCE: &str = "no value can stand here, and so no reference";
/// What begins a string of several lines: TOML.
const QUOTES: [&str; 2] = ["\"\"\"", "'''"];
