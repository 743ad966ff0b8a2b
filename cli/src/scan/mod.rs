//! Looks for the vault's values, and for keys, in files, in what is staged, and in archives.
//!
//! `wanted` fills the `table` with the `spellings` of every value that the keys at hand open, of one vault or of all `vaults` of
//! a repository; `files` and `staged` say
//! where to look; `walk` goes into archives; `stream` reads everything through the table.

mod archive;
pub(crate) mod files;
pub(crate) mod keys;
mod ordinary;
#[cfg(test)]
mod properties;
mod spellings;
pub(crate) mod staged;
mod stream;
mod table;
pub(crate) mod vaults;
mod walk;
pub(crate) mod wanted;

use std::collections::HashSet;
use std::io::{self, Read};

use self::spellings::Spelling;
pub(crate) use self::stream::Position;
use self::stream::Stream;
use self::table::Table;
pub(crate) use self::table::What;
pub(crate) use self::walk::Input;
use self::walk::Walk;

/// Looks through one thing after the other, and remembers what it finds.
pub(crate) struct Scanner<'t> {
    stream: Stream<'t>,
    file: String,
    /// Where in the archives of that file.
    members: Vec<String>,
    pub(crate) report: Report,
}

/// What was found, and what could not be looked at.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) found: Vec<Finding>,
    /// How many more were found than are remembered.
    pub(crate) further: usize,
    /// What cannot be read, and why.
    pub(crate) unread: Vec<(Place, String)>,
    /// What is compressed or encrypted so that it is not looked into, and how.
    pub(crate) closed: Vec<(Place, String)>,
    /// Files, and what counts as one.
    pub(crate) files: usize,
}

/// A file, and where in its archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) members: Vec<String>,
}

/// Something that was found.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) what: What,
    pub(crate) place: Place,
    pub(crate) position: Position,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(table: &'t Table) -> Self {
        let (file, members) = (String::new(), Vec::new());
        Self { stream: Stream::new(table), file, members, report: Report::default() }
    }

    /// Looks through a file or a stream, and what is in it. The length is that of a file, to know an archive that grows
    /// beyond measure.
    pub(crate) fn look(&mut self, file: String, input: Input<'_>, length: u64) {
        self.file = file;
        self.report.files += 1;
        Walk::new(self, length).look(input);
    }

    /// Remembers a file that cannot be opened.
    pub(crate) fn unreadable(&mut self, file: String, error: &io::Error) {
        self.file = file;
        self.unread(&error.to_string());
    }

    /// Reads bytes that are no archive.
    fn read(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let Self { stream, file, members, report } = self;
        let before = report.found.len();
        let outcome = stream.read(source, |what, position| {
            if report.found.len() < MOST {
                let place = Place { file: file.clone(), members: members.clone() };
                report.found.push(Finding { what, place, position });
            } else {
                report.further += 1;
            }
        });
        drop_lines_of_whole_values(&mut report.found, before);
        outcome
    }

    fn unread(&mut self, why: &str) {
        let entry = (self.place(), why.to_owned());
        push_some(&mut self.report.unread, entry);
    }

    fn closed(&mut self, how: &str) {
        let entry = (self.place(), how.to_owned());
        push_some(&mut self.report.closed, entry);
    }

    fn place(&self) -> Place {
        Place { file: self.file.clone(), members: self.members.clone() }
    }
}

/// Where a value was found whole, a line of it was found as well: that says nothing more.
fn drop_lines_of_whole_values(found: &mut Vec<Finding>, from: usize) {
    let mut new = found.split_off(from);
    let is_line = |what: What| matches!(what, What::Value(_, Spelling::Line));
    let value = |what: What| match what {
        What::Value(value, _) => Some(value),
        What::Key(_) => None,
    };
    let whole: HashSet<usize> =
        new.iter().filter(|it| !is_line(it.what)).filter_map(|it| value(it.what)).collect();
    new.retain(|it| !(is_line(it.what) && value(it.what).is_some_and(|it| whole.contains(&it))));
    found.append(&mut new);
}

/// What a hostile archive has any number of.
fn push_some<T>(list: &mut Vec<T>, entry: T) {
    if list.len() < MOST {
        list.push(entry);
    }
}

/// The most entries of a list that are remembered.
const MOST: usize = 1_000;
