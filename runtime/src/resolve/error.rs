//! Why a configuration could not be filled: ready to print, and without a value.

use std::fmt;

use strongroom_vault::{Shown, shown_text};

use crate::report::LoadError;

/// Why a configuration could not be filled with secrets.
///
/// `Debug` gives the same text as `Display`, so that `main` returning this error prints a readable report. It holds no value
/// of a secret.
#[non_exhaustive]
pub enum ResolveError {
    /// The configuration cannot be read; in the words of the crate that reads it.
    Unreadable(String),
    /// It has references that are none, or that stand where no value can: a line for each.
    References(String),
    /// Secrets could not be loaded: every one that could not, with its cause.
    Load(LoadError),
    /// A value is not valid for its type.
    Invalid {
        /// The way to it: `database.port`; empty for the whole.
        path: String,
        /// What was expected.
        expected: String,
    },
}

/// What is wrong with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReferenceFault {
    Malformed,
    InKey,
    InKeyRef,
    BesideValue,
    NoName,
}

impl ResolveError {
    pub(super) fn unreadable(error: &impl fmt::Display) -> Self {
        Self::Unreadable(error.to_string())
    }

    pub(super) fn references(faults: &[(String, ReferenceFault)]) -> Self {
        let lines = faults.iter().map(|(path, fault)| format!("{}: {fault}", Place(path)));
        Self::References(lines.collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn invalid(path: &str, expected: &str) -> Self {
        Self::Invalid { path: path.to_owned(), expected: expected.to_owned() }
    }
}

impl fmt::Display for ReferenceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "this begins a reference, and no name and end follow\nwrite `${secret:NAME}`, or `$${secret:` for the text itself"
            }
            Self::InKey => "a reference inside a key\nwrite the key itself: names are no secrets",
            Self::InKeyRef => "a reference inside a `secretKeyRef`\nwrite the secret's own name",
            Self::BesideValue => "a `secretKeyRef` and a `value` beside it\nkeep one of the two",
            Self::NoName => {
                "this `secretKeyRef` cannot be the name of a secret\nsee those that exist with: strongroom list"
            }
        })
    }
}

impl From<LoadError> for ResolveError {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(words) => {
                write!(f, "the configuration cannot be read: {}", shown_text(words))
            }
            Self::References(lines) => {
                write!(f, "the configuration has references that cannot be filled\n{lines}")
            }
            Self::Load(error) => error.fmt(f),
            Self::Invalid { path, expected } => {
                write!(
                    f,
                    "the configuration is not valid: {}: {}",
                    Place(path),
                    shown_text(expected)
                )
            }
        }
    }
}

impl fmt::Debug for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ResolveError {}

/// The way to a value, for a person.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => f.write_str("the whole"),
            path => write!(f, "`{}`", Shown(path)),
        }
    }
}
