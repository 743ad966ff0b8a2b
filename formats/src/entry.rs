//! A named value: as it was read, and as it is given to be written.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::error::{ReadError, ReadFault};
use crate::position::Position;
use crate::sheet::Sheet;

/// A value as it stood in a file. It is wiped when dropped, and no `Debug` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name as spelled in the file; in nested tables `group/key`.
    pub name: String,
    /// Its bytes.
    pub value: Zeroizing<Vec<u8>>,
    /// Where it stands.
    pub at: Position,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("at", &self.at).finish_non_exhaustive()
    }
}

/// A name and a value to be written.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// The name, as the format is to have it.
    pub name: &'a str,
    /// The value.
    pub value: &'a [u8],
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item").finish_non_exhaustive()
    }
}

/// A file that was written, and the names in it that not every reader of the format reads alike.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub sheet: Sheet,
    /// Names whose values some other reader takes for others.
    pub doubtful: Vec<String>,
}

/// Refuses two entries of one name.
pub(crate) fn refuse_twice(entries: &[Entry]) -> Result<(), ReadError> {
    let (mut seen, mut twice) = (BTreeMap::new(), Vec::new());
    for entry in entries {
        match seen.get(entry.name.as_str()) {
            Some(&first) => twice.push(ReadFault::Twice(entry.name.clone(), first).at(entry.at)),
            None => {
                seen.insert(entry.name.as_str(), entry.at);
            }
        }
    }
    match <[ReadError; 1]>::try_from(twice) {
        Ok([only]) => Err(only),
        Err(none) if none.is_empty() => Ok(()),
        Err(all) => Err(ReadFault::AllTwice(all).of_file()),
    }
}
