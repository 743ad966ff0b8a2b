//! Values of stores that a program gets as they are, and that nobody may have meant.

use strongroom_vault::{Plaintext, Shown, StoreEntry};

/// What is doubtful about a value that was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It has no byte.
    Empty,
    /// It is one line that ends as `echo` ends it, and the store takes that for a part of the value.
    Newline,
}

impl Doubt {
    /// What is doubtful about a value of a store, if anything is.
    pub(crate) fn of(store: &StoreEntry<'_>, value: &Plaintext) -> Option<Self> {
        let bytes = value.as_bytes();
        if bytes.is_empty() {
            return Some(Self::Empty);
        }
        let is_kept = store.kind() == FILES && store.boolean("trim") != Some(true);
        // Of several lines, such as a certificate's, the last newline is meant.
        let is_one_line = bytes.iter().position(|byte| *byte == b'\n') == Some(bytes.len() - 1);
        (is_kept && is_one_line).then_some(Self::Newline)
    }

    /// The stable word for `--json`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Newline => "newline",
        }
    }

    /// In words, with what to do.
    pub(crate) fn words(self, store: &StoreEntry<'_>, reference: &str) -> String {
        let (store, reference) = (Shown(store.name()), Shown(reference));
        match self {
            Self::Empty => format!("what is at `{reference}` in `{store}` is empty"),
            Self::Newline => format!(
                "what is at `{reference}` in `{store}` ends with a newline, which is a part of the value\n\
                 write the file without it (printf), or let no last newline count: strongroom store set {store} trim=true"
            ),
        }
    }
}

/// The kind of store whose files keep a last newline unless its settings say otherwise.
const FILES: &str = "directory";
