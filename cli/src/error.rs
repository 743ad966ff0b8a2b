//! What goes wrong, in words for a person, and the exit status that a program sees.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use strongroom_vault::search::{KeyError, MineError, OpenToOthers, RolledBack};
use strongroom_vault::{
    EditError, FileError, GrantError, NameFault, NoRandomness, SaveError, Shown, UnknownEnvironment,
};

/// How the command ends. The numbers are documented and are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Done,
    /// The answer is no: something that was asked for is missing.
    No,
    /// Wrong usage: another command line helps.
    Usage,
    /// It cannot be done: no key, no vault, altered, unreachable.
    Cannot,
    /// `run`: the program cannot be executed.
    NotExecutable,
    /// `run`: the program was not found.
    NotFound,
    /// Ctrl-C at a prompt.
    Interrupted,
    /// `serve -- COMMAND`: as the program ended.
    #[cfg(feature = "server")]
    Ended(u8),
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::No => 1,
            Status::Usage => 2,
            Status::Cannot => 3,
            Status::NotExecutable => 126,
            Status::NotFound => 127,
            Status::Interrupted => 130,
            #[cfg(feature = "server")]
            Status::Ended(status) => status,
        })
    }
}

/// Why a command ends early: what happened, and on further lines what to do about it. Never a value
/// or a key.
#[derive(Debug)]
pub(crate) struct Error {
    status: Status,
    text: String,
}

impl Error {
    /// The answer is no.
    pub(crate) fn no(text: impl fmt::Display) -> Self {
        Self { status: Status::No, text: text.to_string() }
    }

    /// The command line is wrong.
    pub(crate) fn usage(text: impl fmt::Display) -> Self {
        Self { status: Status::Usage, text: text.to_string() }
    }

    /// It cannot be done.
    pub(crate) fn cannot(text: impl fmt::Display) -> Self {
        Self { status: Status::Cannot, text: text.to_string() }
    }

    /// A program could not be started.
    pub(crate) fn not_started(status: Status, text: impl fmt::Display) -> Self {
        Self { status, text: text.to_string() }
    }

    /// Somebody pressed Ctrl-C: nothing needs to be said.
    pub(crate) fn interrupted() -> Self {
        Self { status: Status::Interrupted, text: String::new() }
    }

    /// A file that is not the vault cannot be read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::cannot(format!("cannot {doing} {}: {error}", path.display()))
    }

    /// A name that a user gave is not allowed. The name itself is not shown: it may be a value at
    /// the wrong place.
    pub(crate) fn bad_name(what: &str, fault: NameFault) -> Self {
        Self::usage(format!("this cannot be the name of {what}: {fault}"))
    }

    /// The same error, with what was being done before it. An interruption stays quiet.
    pub(crate) fn while_doing(self, doing: impl fmt::Display) -> Self {
        if self.text.is_empty() {
            return self;
        }
        Self { text: format!("{doing}: {}", self.text), ..self }
    }

    /// The same error, with a further line of advice. An interruption stays quiet.
    pub(crate) fn with_hint(mut self, hint: impl fmt::Display) -> Self {
        if self.text.is_empty() {
            return self;
        }
        self.text = format!("{}\n{hint}", self.text);
        self
    }

    /// The same error, with further lines of advice where there are any.
    pub(crate) fn with_hints<T: fmt::Display>(self, hints: impl IntoIterator<Item = T>) -> Self {
        hints.into_iter().fold(self, Self::with_hint)
    }

    /// How the command ends with it.
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// The text; empty where nothing needs to be said.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::cannot(error)
    }
}

impl From<SaveError> for Error {
    fn from(error: SaveError) -> Self {
        Self::cannot(error)
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::cannot(error)
    }
}

impl From<RolledBack> for Error {
    fn from(error: RolledBack) -> Self {
        Self::cannot(error)
    }
}

impl From<OpenToOthers> for Error {
    fn from(error: OpenToOthers) -> Self {
        Self::cannot(error)
    }
}

impl From<MineError> for Error {
    fn from(error: MineError) -> Self {
        Self::cannot(error)
    }
}

impl From<NoRandomness> for Error {
    fn from(error: NoRandomness) -> Self {
        Self::cannot(error)
    }
}

impl From<UnknownEnvironment> for Error {
    fn from(error: UnknownEnvironment) -> Self {
        Self::usage(error)
    }
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        match error {
            EditError::BadName(fault) => Self::bad_name("a secret", fault),
            EditError::BadAppName(fault) => Self::bad_name("an application", fault),
            EditError::BadStoreName(fault) => Self::bad_name("a store", fault),
            EditError::Grant(error) => error.into(),
            EditError::SecondSpelling { .. }
            | EditError::EnvironmentExists(_)
            | EditError::ValueTooLong(_)
            | EditError::AboutTooLong
            | EditError::SecretExists(_)
            | EditError::NotNamed
            | EditError::AboutControl
            | EditError::BadReference
            | EditError::StoreExists(_)
            | EditError::TooManyStores
            | EditError::AppExists(_)
            | EditError::SameAppId(_)
            | EditError::TooManyApps
            | EditError::TooManyAppKeys(_)
            | EditError::BadSetting { .. } => Self::usage(error),
            EditError::UnknownStore { .. }
            | EditError::StoreInUse { .. }
            | EditError::NoApp { .. }
            | EditError::NoAppKey { .. } => Self::no(error),
            error => Self::cannot(error),
        }
    }
}

impl From<GrantError> for Error {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::BadName(fault) => Self::bad_name("a holder", fault),
            GrantError::Exists(_)
            | GrantError::SamePublicKey(_)
            | GrantError::WasRemoved(..)
            | GrantError::NoHolder(_)
            | GrantError::NoGrant(..)
            | GrantError::OpensEverything(_)
            | GrantError::TooMany(..)
            | GrantError::NoPassphrase
            | GrantError::ShortPassphrase(_) => Self::usage(error),
            error => Self::cannot(error),
        }
    }
}

/// Names in backticks, for a sentence: `a`, `b` and `c`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<String> =
        names.into_iter().map(|name| format!("`{}`", Shown(name))).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}
