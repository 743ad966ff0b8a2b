//! What the page says beside a message that does not name its cure itself, and beside those that deserve a longer word.
//!
//! A note belongs to every message that begins with its first part. One that belongs to none is an error, and so is a message of
//! one line that has no note.

mod command;
mod handed_over;
mod program;
mod stores;
mod vault;

/// The beginning of a message, and what is said beside it.
pub(crate) type Note = (&'static str, &'static str);

/// Every note. The first one that fits a message is said.
pub(crate) fn notes() -> impl Iterator<Item = &'static Note> {
    [program::NOTES, vault::NOTES, command::NOTES, handed_over::NOTES, stores::NOTES]
        .into_iter()
        .flatten()
}
