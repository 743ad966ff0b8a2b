//! Why a file cannot be read, or a value cannot be written: what and where, never the value.

use std::borrow::Cow;
use std::fmt;

use crate::limits::{FILE_BYTES, KUBERNETES_BYTES, NESTING, NODES};
use crate::position::Position;

/// A file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Where; none if it is the file as a whole.
    pub at: Option<Position>,
    /// Why.
    pub fault: ReadFault,
}

impl ReadError {
    /// The same error without names of the file: what a variable holds may be no names at all.
    pub(crate) fn without_names(mut self) -> Self {
        match &mut self.fault {
            ReadFault::Twice(name, _)
            | ReadFault::Null(name)
            | ReadFault::List(name)
            | ReadFault::NoTable(name)
            | ReadFault::Table(name)
            | ReadFault::NotBase64(name) => name.clear(),
            ReadFault::AllTwice(all) => {
                *all = all.drain(..).map(Self::without_names).collect();
            }
            _ => {}
        }
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{at}: {}", self.fault),
            None => self.fault.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadFault {
    /// It is not UTF-8.
    NotUtf8,
    /// It, or what it is compressed from, has more bytes than [`FILE_BYTES`].
    TooLarge,
    /// It is nested deeper than [`NESTING`].
    TooDeep,
    /// It has more tables, lists and values than [`NODES`].
    TooMany,
    /// It does not follow its format; the parser's words, none of which are of the file.
    Syntax(Cow<'static, str>),
    /// A line with a name and no `=`, or with a value and no name.
    NoPair,
    /// This name stands twice; the place of the first.
    Twice(String, Position),
    /// Several names stand twice; each with its place.
    AllTwice(Vec<ReadError>),
    /// The value of this name is null.
    Null(String),
    /// The value of this name is a list.
    List(String),
    /// Something else stands where a table of names and values belongs; whose it is.
    NoTable(String),
    /// A table stands where the value of this name belongs.
    Table(String),
    /// A YAML alias.
    Alias,
    /// A YAML tag that changes what a value is.
    Tag,
    /// A key of a table is no text.
    Key,
    /// More than one YAML document.
    Documents,
    /// No Kubernetes Secret is in it.
    NoSecret,
    /// A Kubernetes Secret has no `metadata.name`.
    Nameless,
    /// The value of this name is not base64.
    NotBase64(String),
    /// Encore's compressed text is not base64 of gzip.
    NotGzip,
    /// An Encore configuration without `secrets`.
    NoSecrets,
    /// This variable is not set, and the value of this name is in it.
    Unset(String, String),
    /// This variable holds or leads to a key. A file that names it may be another one's.
    OfKeys(String),
    /// What this variable holds cannot be read; why.
    Variable(String, Box<ReadError>),
}

impl ReadFault {
    pub(crate) fn at(self, at: Position) -> ReadError {
        ReadError { at: Some(at), fault: self }
    }

    pub(crate) fn of_file(self) -> ReadError {
        ReadError { at: None, fault: self }
    }
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not UTF-8 text"),
            Self::TooLarge => write!(f, "more than {FILE_BYTES} bytes"),
            Self::TooDeep => write!(f, "nested more than {NESTING} deep"),
            Self::TooMany => write!(f, "more than {NODES} tables, lists and values"),
            Self::Syntax(what) => f.write_str(what),
            Self::NoPair => f.write_str("no `NAME=value`"),
            Self::Twice(name, first) => {
                write!(f, "{} stands twice, first at {first}: keep one of the two", Key(name))
            }
            Self::AllTwice(all) => {
                f.write_str("names stand twice: keep one of each")?;
                all.iter().try_for_each(|error| write!(f, "\n{error}"))
            }
            Self::Null(name) => {
                write!(f, "{} is null: give it a value, or leave it out", Key(name))
            }
            Self::List(name) => write!(f, "{} is a list: a secret has one value", Key(name)),
            Self::NoTable(name) if name.is_empty() => {
                f.write_str("a table of names and values is needed here")
            }
            Self::NoTable(name) => write!(f, "{} is no table of names and values", Key(name)),
            Self::Table(name) => write!(f, "{} is a table: a secret has one value", Key(name)),
            Self::Alias => {
                f.write_str("aliases and merge keys are not read: write the value in their place")
            }
            Self::Tag => f.write_str("a tag: only `!!str` is read"),
            Self::Key => f.write_str("a key that is no text"),
            Self::Documents => f.write_str("a second document: only one is read"),
            Self::NoSecret => f.write_str("there is no `kind: Secret` in it"),
            Self::Nameless => f.write_str("a Secret without `metadata.name`"),
            Self::NotBase64(name) => write!(f, "the value of {} is not base64", Key(name)),
            Self::NotGzip => f.write_str("what follows `gzip:` is not base64 of gzip"),
            Self::NoSecrets => f.write_str("there is no `secrets` in this configuration"),
            Self::Unset(variable, name) if name.is_empty() => {
                write!(f, "the variable {} is not set", Key(variable))
            }
            Self::Unset(variable, name) => {
                write!(f, "{} is in the variable {}, which is not set", Key(name), Key(variable))
            }
            Self::OfKeys(variable) => {
                let variable = Key(variable);
                write!(f, "the variable {variable} holds or leads to a key, and is never imported")
            }
            Self::Variable(variable, error) => {
                write!(f, "the variable {}: {error}", Key(variable))
            }
        }
    }
}

/// A value cannot be written. Everything that cannot is in it; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteError {
    /// The names, and why each cannot.
    pub unfit: Vec<(String, Unfit)>,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, unfit)) in self.unfit.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{}: {unfit}", Key(name))?;
        }
        Ok(())
    }
}

impl std::error::Error for WriteError {}

/// Why a format cannot carry something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// The value holds a NUL byte.
    Nul,
    /// The value is not UTF-8 text.
    NotUtf8,
    /// No spelling of the value reads back.
    Unreadable,
    /// The name cannot be a variable's.
    NoVariable,
    /// The name cannot be a Go identifier, as Encore's are.
    NoIdentifier,
    /// This name is the same one here.
    Twice(String),
    /// This group has the name, so it would have to be a value and a table.
    Group(String),
    /// A group that cannot be the name of a Kubernetes Secret.
    GroupName,
    /// The name within its group cannot be the key of a Kubernetes Secret.
    KeyName,
    /// The name has no group, and nothing says which Kubernetes Secret it belongs to.
    NoGroup,
    /// The group is called like the Kubernetes Secret of the names without one.
    GroupIsName,
    /// All values of its Kubernetes Secret together are too large.
    SecretTooLarge,
    /// GitHub's runner keeps this variable to itself.
    Runner,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nul => f.write_str("the value holds a NUL byte"),
            Self::NotUtf8 => f.write_str("the value is not UTF-8 text"),
            Self::Unreadable => f.write_str("no reader would read the value back"),
            Self::NoVariable => f.write_str(
                "no name for a variable: letters, digits and `_`, and no digit at the start",
            ),
            Self::NoIdentifier => f.write_str(
                "no name for a secret of Encore: letters, digits and `_`, and no digit at the start",
            ),
            Self::Twice(other) => write!(f, "the same name here as {}", Key(other)),
            Self::Group(other) => write!(f, "a value cannot be a table too, for {}", Key(other)),
            Self::GroupName => f.write_str(
                "its group cannot be the name of a Secret: lower-case letters, digits, `-` and `.`",
            ),
            Self::KeyName => f.write_str("no key of a Secret: letters, digits, `-`, `_` and `.`"),
            Self::NoGroup => f.write_str("it has no group, so nothing says which Secret it is in"),
            Self::GroupIsName => f.write_str("its group is called like the Secret of those without"),
            Self::SecretTooLarge => {
                write!(f, "a Secret has at most {KUBERNETES_BYTES} bytes of values")
            }
            Self::Runner => f.write_str("the runner keeps this variable to itself"),
        }
    }
}

/// A name from a file. What cannot be a name is not shown: it may be a value at the wrong place.
struct Key<'a>(&'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-/$".contains(&b);
        if !self.0.is_empty() && self.0.len() <= LONGEST && self.0.bytes().all(is_plain) {
            write!(f, "`{}`", self.0)
        } else {
            f.write_str("a name that is not shown")
        }
    }
}

/// The longest name that is shown.
const LONGEST: usize = 253;
