//! git's conflict markers around the lines that two sides disagree about, written and read.

use std::ops::Range;

use super::entries::{Becomes, Read};
use crate::edit::splice::{apply, splices};
use crate::error::ReadError;

/// The text with both sides of what is disputed, ours being what it has now.
///
/// Both sides on their own are vaults: that is checked.
pub(super) fn marked(read: &Read<'_, '_>, disputed: &Becomes) -> Result<String, ReadError> {
    let changes = disputed.changes(read);
    apply(read.document, &changes)?;
    let text = read.document.text;
    let mut hunks: Vec<Hunk> = Vec::new();
    for (range, replacement) in splices(read.document, &changes)? {
        let hunk = Hunk::of(text, range, replacement);
        match hunks.last_mut() {
            Some(last) if hunk.lines.start <= last.lines.end => last.extend(hunk),
            _ => hunks.push(hunk),
        }
    }
    let mut marked = String::with_capacity(text.len() * 2);
    let mut copied = 0;
    for hunk in hunks {
        marked.push_str(&text[copied..hunk.lines.start]);
        marked.push_str(OURS);
        marked.push('\n');
        marked.push_str(&text[hunk.lines.clone()]);
        marked.push_str(BETWEEN);
        marked.push('\n');
        let theirs = hunk.theirs(text);
        marked.push_str(&theirs);
        if !theirs.is_empty() && !theirs.ends_with('\n') {
            marked.push('\n');
        }
        marked.push_str(THEIRS);
        marked.push('\n');
        copied = hunk.lines.end;
    }
    marked.push_str(&text[copied..]);
    Ok(marked)
}

/// Lines of a text, and what changes in them.
struct Hunk {
    lines: Range<usize>,
    splices: Vec<(Range<usize>, String)>,
}

impl Hunk {
    fn of(text: &str, range: Range<usize>, replacement: String) -> Self {
        let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let is_whole = range.start == start
            && (range.is_empty() && replacement.ends_with('\n')
                || text[..range.end].ends_with('\n'));
        let end = if is_whole {
            range.end
        } else {
            text[range.end..].find('\n').map_or(text.len(), |newline| range.end + newline + 1)
        };
        Self { lines: start..end, splices: vec![(range, replacement)] }
    }

    fn extend(&mut self, other: Self) {
        self.lines.end = self.lines.end.max(other.lines.end);
        self.splices.extend(other.splices);
    }

    fn theirs(&self, text: &str) -> String {
        let mut theirs = String::new();
        let mut copied = self.lines.start;
        for (range, replacement) in &self.splices {
            theirs.push_str(&text[copied..range.start.max(copied)]);
            theirs.push_str(replacement);
            copied = range.end.max(copied);
        }
        theirs + &text[copied..self.lines.end.max(copied)]
    }
}

/// A text with conflict markers, as each side has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) ours: String,
    pub(super) theirs: String,
    /// Whether every marker was written here, so that nothing else differs than what a person has to decide.
    pub(super) is_exact: bool,
}

impl Split {
    /// Takes a text apart; none if its markers make no sense, or there are none.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (mut ours, mut theirs) = (String::new(), String::new());
        let (mut part, mut is_exact, mut found) = (Part::Both, true, false);
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            let next = match (part, marker(bare)) {
                (Part::Both, Some('<')) => {
                    found = true;
                    is_exact &= bare == OURS;
                    Part::Ours
                }
                (Part::Ours, Some('|')) => {
                    is_exact = false;
                    Part::Base
                }
                (Part::Ours | Part::Base, Some('=')) => Part::Theirs,
                (Part::Theirs, Some('>')) => {
                    is_exact &= bare == THEIRS;
                    Part::Both
                }
                (_, Some(_)) => return None,
                (Part::Both, None) => {
                    ours.push_str(line);
                    theirs.push_str(line);
                    continue;
                }
                (Part::Ours, None) => {
                    ours.push_str(line);
                    continue;
                }
                (Part::Theirs, None) => {
                    theirs.push_str(line);
                    continue;
                }
                (Part::Base, None) => continue,
            };
            part = next;
        }
        (part == Part::Both && found).then_some(Self { ours, theirs, is_exact })
    }
}

/// Where in a conflict a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Both,
    Ours,
    Base,
    Theirs,
}

/// The character of a marker: seven of it, alone or before a blank.
fn marker(line: &str) -> Option<char> {
    ['<', '|', '=', '>'].into_iter().find(|c| {
        let rest = line.trim_start_matches(*c);
        line.len() - rest.len() == MARKER && (rest.is_empty() || rest.starts_with(' '))
    })
}

/// Characters of a marker.
const MARKER: usize = 7;

const OURS: &str = "<<<<<<< ours (strongroom resolve)";
const BETWEEN: &str = "=======";
const THEIRS: &str = ">>>>>>> theirs (strongroom resolve)";
