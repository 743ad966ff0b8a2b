//! Why references in a file cannot be filled: what and where, never a value.

use std::fmt;

use crate::error::ReadError;
use crate::position::Position;

/// A file whose references cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateError {
    /// The file does not follow its format.
    Unreadable(ReadError),
    /// Some references stand where no value can, or are none.
    Faults {
        /// Each with its place, in the order of the file.
        faults: Vec<(Position, TemplateFault)>,
        /// All others, with the names of their secrets: whoever tells the faults may tell what is wrong with those as well.
        references: Vec<(Position, String)>,
    },
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Faults { faults, .. } => {
                for (at, (position, fault)) in faults.iter().enumerate() {
                    let newline = if at == 0 { "" } else { "\n" };
                    write!(f, "{newline}{position}: {fault}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for TemplateError {}

/// What is wrong with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateFault {
    /// It begins as a reference, and no name and no end follow.
    Malformed,
    /// It is a part of a key.
    InKey,
    /// It stands outside of a string, in a format that has values in strings only.
    OutsideString,
    /// It stands where no value can: in an anchor, a tag or a directive.
    NoPlace,
    /// It is a part of a `secretKeyRef`.
    InKeyRef,
    /// A `secretKeyRef` has a `value` beside it.
    BesideValue,
    /// A `secretKeyRef` with an alias, an anchor, or an explicit key: there is no place for a value instead.
    Anchored,
    /// A value would not read back from there, or something else would be read otherwise because of it.
    Misread,
    /// A Dapr secret store that is to look into itself for what it needs to be opened.
    OwnStore,
}

impl TemplateFault {
    /// Whether it explains why a file cannot be read.
    pub(super) fn explains_syntax(self) -> bool {
        matches!(self, Self::Malformed | Self::OutsideString)
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => {
                "this begins a reference, and no name and end follow: write `${secret:NAME}`, or `$${secret:` for the text itself"
            }
            Self::InKey => "a reference inside a key: keys are names, and names are no secrets",
            Self::OutsideString => {
                "a reference outside of a string: write it in quotes, \"${secret:NAME}\""
            }
            Self::NoPlace => "a reference in an anchor, a tag or a directive: no value can stand there",
            Self::InKeyRef => "a reference inside a `secretKeyRef`: write the secret's own name",
            Self::BesideValue => "a `secretKeyRef` and a `value` beside it: keep one of the two",
            Self::Anchored => {
                "a `secretKeyRef` with an alias, an anchor or a `?`: write it out, `secretKeyRef: {name: NAME, key: KEY}`"
            }
            Self::Misread => {
                "a value would not read back as it is from where this reference stands: write the reference in double quotes, without `?`, `&` or `!` before it"
            }
            Self::OwnStore => {
                "a circle: this secret store needs secrets to be opened, and `auth.secretStore` says that it keeps them itself"
            }
        })
    }
}
