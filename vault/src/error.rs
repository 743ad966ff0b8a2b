//! Why a vault cannot be read: the place, what is wrong there, and what to do.

use std::fmt;

use crate::limits::{FILE_BYTES, NESTING, NUMBER};
use crate::name::NameFault;
use crate::shown::Shown;

/// What is wrong with a vault's text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 where the line or the file as a whole is meant.
    pub column: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a vault's text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The file is larger than 16 MiB.
    TooLarge,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// git left conflict markers.
    ConflictMarkers,
    /// It is not TOML; the parser's words.
    NotToml(String),
    /// Tables or dotted keys are nested too deep.
    TooDeep,
    /// A key or a table stands there twice.
    Twice,
    /// A key that the format does not know, the table it is in, and a known one that is near.
    UnknownKey {
        /// The key.
        key: String,
        /// The table, as in a header; empty for the top.
        table: String,
        /// A known key that was probably meant.
        near: Option<String>,
    },
    /// A key that must be there is not.
    MissingKey(&'static str),
    /// A value of another TOML type than this.
    WrongShape(&'static str),
    /// A format that this version does not read.
    UnknownFormat(String),
    /// An environment that the vault does not declare, and a declared one that is near.
    UnknownEnvironment {
        /// The environment.
        name: String,
        /// A known one that was probably meant.
        near: Option<String>,
    },
    /// A named environment whose type is not one of the four.
    UnknownType(String),
    /// A holder of a kind that the format does not know.
    UnknownKind(String),
    /// A grant for a holder that the vault does not declare.
    UnknownHolder(String),
    /// A store that is to be the default, and that the vault does not declare.
    UnknownStore(String),
    /// A name that breaks a rule.
    BadName(String, NameFault),
    /// Two spellings of one name.
    TwoSpellings(String, String),
    /// A name that is both of a secret and of a setting; at the later of the two.
    SecretAndSetting {
        /// The secret, as spelled.
        secret: String,
        /// The setting, as spelled.
        setting: String,
        /// Whether the error is at the setting, and the secret stands before it.
        secret_first: bool,
        /// The line of the earlier one, counted from 1.
        line: usize,
    },
    /// A control, escape or bidirectional character in a string.
    ControlCharacter,
    /// A string that is longer than its limit, in bytes.
    TooLong(usize),
    /// Text that is not base64url without padding.
    Base64,
    /// Sealed text of a length, or with a first byte, that no such entry can have.
    Length(&'static str),
    /// A number that is not a whole number from 1 to 2^31 − 1.
    Number,
    /// Argon2 costs outside the limits; says which.
    Costs(&'static str),
    /// More than the format allows: what, and how many.
    TooMany(&'static str, usize),
    /// A value in a mine file for an environment whose type is not `local`.
    NotLocal(String),
    /// The grants of a type are of two data keys at one generation, or of one at two: both sides of a merge rotated.
    TwoDataKeys(String),
}

impl Fault {
    /// A stable word for this fault; the test vectors use it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotUtf8 => "not-utf8",
            Self::ConflictMarkers => "conflict-markers",
            Self::NotToml(_) => "not-toml",
            Self::TooDeep => "too-deep",
            Self::Twice => "twice",
            Self::UnknownKey { .. } => "unknown-key",
            Self::MissingKey(_) => "missing-key",
            Self::WrongShape(_) => "wrong-shape",
            Self::UnknownFormat(_) => "unknown-format",
            Self::UnknownEnvironment { .. } => "unknown-environment",
            Self::UnknownType(_) => "unknown-type",
            Self::UnknownKind(_) => "unknown-kind",
            Self::UnknownHolder(_) => "unknown-holder",
            Self::UnknownStore(_) => "unknown-store",
            Self::BadName(..) => "bad-name",
            Self::TwoSpellings(..) => "two-spellings",
            Self::SecretAndSetting { .. } => "secret-and-setting",
            Self::ControlCharacter => "control-character",
            Self::TooLong(_) => "too-long",
            Self::Base64 => "base64",
            Self::Length(_) => "length",
            Self::Number => "number",
            Self::Costs(_) => "costs",
            Self::TooMany(..) => "too-many",
            Self::NotLocal(_) => "not-local",
            Self::TwoDataKeys(_) => "two-data-keys",
        }
    }

    pub(crate) fn at(self, text: &str, offset: usize) -> ReadError {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        ReadError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            fault: self,
        }
    }

    pub(crate) fn of_file(self) -> ReadError {
        ReadError { line: 0, column: 0, fault: self }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => {}
            (line, 0) => write!(f, "line {line}: ")?,
            (line, column) => write!(f, "line {line}, column {column}: ")?,
        }
        self.fault.fmt(f)
    }
}

impl std::error::Error for ReadError {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(
                f,
                "the file is larger than {} MiB\na vault holds short secrets; keep large files in a store",
                FILE_BYTES >> 20
            ),
            Self::NotUtf8 => f.write_str("the file is not UTF-8\nrestore it with: git checkout -- strongroom.toml"),
            Self::ConflictMarkers => f.write_str(
                "git's conflict markers: a merge is not finished\n\
                 see what is open, and settle it, with: strongroom resolve",
            ),
            Self::NotToml(words) => write!(f, "not TOML: {}", Shown(words)),
            Self::TooDeep => write!(f, "nested deeper than {NESTING} levels\na vault needs no more than 4"),
            Self::Twice => f.write_str(
                "the same key or table a second time\nkeep one of the two (a merge may have left both), then: strongroom check",
            ),
            Self::UnknownKey { key, table, near } => {
                explain_unknown_key(f, key, table, near.as_deref())
            }
            Self::MissingKey("strongroom") => f.write_str(
                "this is no vault: it has no [strongroom]\nrestore it from git, or make a new one with: strongroom init",
            ),
            Self::MissingKey(key) => write!(f, "the key `{key}` is missing here\nsee docs/format.md"),
            Self::WrongShape(wanted) => write!(f, "{wanted} is expected here\nsee docs/format.md"),
            Self::UnknownFormat(format) => write!(
                f,
                "the vault has format {}, and this version of Strongroom reads format 1\n\
                 a newer one is needed: cargo install strongroom-cli, and cargo update -p strongroom",
                Shown(format)
            ),
            Self::UnknownEnvironment { name, near } => {
                write!(f, "the environment `{}` is not declared in [environments]", Shown(name))?;
                match near {
                    Some(near) => write!(f, "\ndid you mean `{near}`?"),
                    None => write!(f, "\ndeclare it with: strongroom env add {} --type development", Shown(name)),
                }
            }
            Self::UnknownType(word) => write!(
                f,
                "unknown environment type `{}`\nwrite one of: \"production\", \"development\", \"preview\", \"local\"",
                Shown(word)
            ),
            Self::UnknownKind(kind) => write!(
                f,
                "unknown kind of holder `{}`\nknown: access-key, passphrase, age",
                Shown(kind)
            ),
            Self::UnknownHolder(name) => write!(
                f,
                "a grant for `{0}`, but there is no [holders.{0}]\ndelete this line, or restore the holder's table",
                Shown(name)
            ),
            Self::UnknownStore(name) => write!(
                f,
                "a default for the store `{0}`, but there is no [stores.{0}]\ndelete this line, or declare it with: strongroom store add {0} --kind KIND",
                Shown(name)
            ),
            Self::BadName(name, fault) => write!(f, "the name `{}` is not allowed: {fault}", Shown(name)),
            Self::TwoSpellings(first, second) => write!(
                f,
                "`{}` and `{}` are two spellings of one name\nkeep one of the two tables",
                Shown(first),
                Shown(second)
            ),
            Self::SecretAndSetting { secret, setting, secret_first, line } => {
                explain_both(f, (secret, setting), (*secret_first, *line))
            }
            Self::ControlCharacter => f.write_str(
                "a control or bidirectional character in a string\nno text of a vault may hold one: delete it",
            ),
            Self::TooLong(most) => write!(f, "a string longer than {most} bytes"),
            Self::Base64 => f.write_str(
                "not base64url (A-Z, a-z, 0-9, `-`, `_`, without padding)\n\
                 the line was cut or edited: restore it from git, or set the value again",
            ),
            Self::Length(what) => write!(
                f,
                "this cannot be {what}: its length or its first byte is wrong\n\
                 the line was cut or edited: restore it from git"
            ),
            Self::Number => write!(f, "a whole number from 1 to {NUMBER} is expected here"),
            Self::Costs(rule) => write!(
                f,
                "costs of Argon2 outside the limits: {rule}\nrefused before anything is computed: restore the line from git"
            ),
            Self::TooMany(what, most) => write!(f, "more than {most} {what}"),
            Self::NotLocal(environment) => explain_not_local(f, environment),
            Self::TwoDataKeys(table) => write!(
                f,
                "the grants in [keys.{}] are of two data keys: both sides of a merge rotated the key\n\
                 take one side's version of the file, then: strongroom check",
                Shown(table)
            ),
        }
    }
}

fn explain_not_local(f: &mut fmt::Formatter<'_>, environment: &str) -> fmt::Result {
    write!(
        f,
        "a value for `{}`: this file holds values for `local` and its named environments only\n\
         delete this line; set a value for everybody with: strongroom set",
        Shown(environment)
    )
}

/// Says that a table has a key which the format does not know.
fn explain_unknown_key(
    f: &mut fmt::Formatter<'_>,
    key: &str,
    table: &str,
    near: Option<&str>,
) -> fmt::Result {
    write!(f, "unknown key `{}`", Shown(key))?;
    if table.is_empty() {
        f.write_str(" at the top of the vault")?;
    } else {
        write!(f, " in [{}]", Shown(table))?;
    }
    match near {
        Some(near) => write!(f, "\ndid you mean `{near}`?"),
        None => f.write_str("\ndelete it, or see docs/format.md for the keys that exist"),
    }
}

/// Says that a name is both of a secret and of a setting.
fn explain_both(
    f: &mut fmt::Formatter<'_>,
    (secret, setting): (&str, &str),
    (secret_first, line): (bool, usize),
) -> fmt::Result {
    let (noun, here, earlier, there) = if secret_first {
        ("setting", setting, "secret", secret)
    } else {
        ("secret", secret, "setting", setting)
    };
    write!(f, "`{}` is a {noun} here, and a {earlier} in line {line}", Shown(here))?;
    if here != there {
        write!(f, " as `{}`", Shown(there))?;
    }
    f.write_str(
        "\na name belongs to one of the two: delete the table of the other, then: strongroom check",
    )
}
