//! What must be true of every file that a reader of `strongroom-formats` takes: its writer gives it back.

use strongroom_formats::{Entry, Item, ReadError, WriteError};

use crate::assert_printable;

/// Reads an input; where that succeeds, writes what the format can carry of it and reads it again.
pub fn round_trip(
    input: &[u8],
    read: impl Fn(&[u8]) -> Result<Vec<Entry>, ReadError>,
    write: impl Fn(&[Item<'_>]) -> Result<Vec<u8>, WriteError>,
) {
    let mut entries = match read(input) {
        Ok(entries) => entries,
        Err(error) => return assert_printable(&error),
    };
    // No vault has longer names, and YAML no longer keys.
    entries.retain(|entry| entry.name.len() <= 253);
    let written = loop {
        let items: Vec<Item<'_>> =
            entries.iter().map(|entry| Item { name: &entry.name, value: &entry.value }).collect();
        match write(&items) {
            Ok(written) => break written,
            Err(error) => {
                assert_printable(&error);
                let before = entries.len();
                entries.retain(|entry| !error.unfit.iter().any(|(name, _)| *name == entry.name));
                assert!(entries.len() < before, "the error names nothing that was given: {error}");
            }
        }
    };
    let again = read(&written);
    let mut again = again.unwrap_or_else(|error| panic!("what was written does not read: {error}"));
    again.sort_by(|a, b| a.name.cmp(&b.name));
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(again.len(), entries.len());
    for (again, entry) in again.iter().zip(&entries) {
        assert_eq!((&again.name, &again.value), (&entry.name, &entry.value));
    }
}
