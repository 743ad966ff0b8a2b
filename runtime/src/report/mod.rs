//! What a failed load says: everything that is missing or wrong, at once, and what to do about each.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use strongroom_vault::search::{KeyError, MineError, OpenToOthers, RolledBack};
use strongroom_vault::{
    Date, ENVIRONMENT_VARIABLE, Environment, EnvironmentType, FileError, MINE_FILE_NAME, Shown,
    ShownPath, UnknownEnvironment, VaultId,
};

use crate::declared::{Asked, Declared};
use crate::from_secret::InvalidSecret;

/// Why secrets could not be loaded: a complete report, ready to print.
///
/// `Debug` gives the same text as `Display`, so that `main` returning this error prints a readable report. It names the
/// environment and how that was chosen, every secret that could not be had with its cause, and what to type next. It never
/// holds a value or a key.
pub struct LoadError(Box<Report>);

impl LoadError {
    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> LoadErrorKind {
        match &self.0.obstacle {
            None => LoadErrorKind::Secrets,
            Some(Obstacle::NoVault(_)) => LoadErrorKind::NoVault,
            Some(Obstacle::File(_) | Obstacle::OpenToOthers(_) | Obstacle::Mine(_)) => {
                LoadErrorKind::Vault
            }
            Some(
                Obstacle::Environment(..)
                | Obstacle::OtherType { .. }
                | Obstacle::NotEmbedded { .. },
            ) => LoadErrorKind::Environment,
            Some(
                Obstacle::OtherVault { .. }
                | Obstacle::RolledBack(_)
                | Obstacle::BuiltAfter(_)
                | Obstacle::BuiltBefore(_),
            ) => LoadErrorKind::NotAsBuilt,
            Some(Obstacle::Key(..)) => LoadErrorKind::Key,
        }
    }

    /// The secrets that could not be had, in the order of the struct's fields. Where no key is at hand, these are the ones
    /// that would be missing even with a key.
    #[must_use]
    pub fn failures(&self) -> &[SecretFailure] {
        &self.0.failures
    }
}

/// The kinds of [`LoadError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// There is no vault where one was looked for.
    NoVault,
    /// The vault, or the file of one's own values, cannot be read, is faulty, can be written by others, or is tracked.
    Vault,
    /// The environment is unknown, has another type than the build saw, or is not the embedded one.
    Environment,
    /// It is another vault than the build saw, or its keys were rolled back.
    NotAsBuilt,
    /// No key, a wrong key, or one that does not open this environment's type.
    Key,
    /// The vault and the key are fine; secrets are missing or wrong.
    Secrets,
}

/// A secret that could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFailure {
    field: Cow<'static, str>,
    name: Cow<'static, str>,
    /// The name as the vault spells it, where that differs.
    spelled: Option<String>,
    cause: SecretCause,
    /// Where the value lies that is wrong.
    lies_in: Option<LiesIn>,
}

/// Where a value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LiesIn {
    /// In the vault, for the environment that was asked for or for its type.
    Vault(Environment),
    /// In the file of one's own values.
    Mine,
}

impl SecretFailure {
    pub(crate) fn new(
        asked: &Asked,
        spelled: Option<String>,
        cause: SecretCause,
        lies_in: Option<LiesIn>,
    ) -> Self {
        Self { field: asked.field.clone(), name: asked.name.clone(), spelled, cause, lies_in }
    }

    /// The struct's field; one of a nested struct with the way to it: `database.url`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The secret's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it could not be had.
    #[must_use]
    pub fn cause(&self) -> &SecretCause {
        &self.cause
    }
}

/// Why a secret could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretCause {
    /// It has no value in this environment.
    NoValue {
        /// A secret of the vault whose name is so near that it was probably meant.
        near: Option<String>,
    },
    /// It has no value in this environment, but somebody left one that waits to be accepted. Nothing loads that.
    OnlyDeposit {
        /// The name as whoever left it spelled it.
        name: String,
        /// The day on which it was left, the earliest one if there are several.
        since: Date,
    },
    /// `from_values` was not given one.
    NotGiven,
    /// Its value lies under another data key.
    OtherDataKey,
    /// Its value was altered, or moved from another place.
    Altered,
    /// A store keeps it, and this version does not fetch from stores.
    InStore {
        /// The store.
        store: String,
    },
    /// It is not valid for the field's type.
    Invalid {
        /// The field's type.
        type_name: &'static str,
        /// What was expected.
        error: InvalidSecret,
    },
}

/// Everything that a failed load knows.
pub(crate) struct Report {
    /// The struct and how many fields it has; none where only a loader is at work.
    name: &'static str,
    total: usize,
    environment: Option<(Environment, Chosen)>,
    vault: Option<PathBuf>,
    is_embedded: bool,
    obstacle: Option<Obstacle>,
    /// Names that were given and that no field has.
    pub(crate) unknown: Vec<String>,
    pub(crate) failures: Vec<SecretFailure>,
}

/// What stands between a program and all of its secrets.
pub(crate) enum Obstacle {
    NoVault(Vec<PathBuf>),
    File(FileError),
    OpenToOthers(OpenToOthers),
    Mine(MineError),
    OtherVault {
        found: VaultId,
        expected: VaultId,
    },
    Environment(UnknownEnvironment, Chosen),
    OtherType {
        environment: Environment,
        built: &'static str,
    },
    RolledBack(RolledBack),
    /// The vault has older keys than the build saw.
    BuiltAfter(RolledBack),
    /// The program carries older keys than this user has seen.
    BuiltBefore(RolledBack),
    /// The program carries the values of another environment.
    NotEmbedded {
        environment: Environment,
        embedded: (&'static str, EnvironmentType),
    },
    /// These secrets have values, and no key that opens them is at hand.
    Key(Box<KeyError>, Vec<Cow<'static, str>>),
}

/// How the environment was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// By `Loader::environment`.
    Loader,
    /// By `STRONGROOM_ENV`.
    Variable,
    /// It is what the build checked.
    Build,
    /// Nobody chose: `local`.
    Default,
}

impl Report {
    pub(crate) fn new(declared: &Declared, total: usize) -> Self {
        Self {
            name: declared.name,
            total,
            environment: None,
            vault: None,
            is_embedded: false,
            obstacle: None,
            unknown: Vec::new(),
            failures: Vec::new(),
        }
    }

    pub(crate) fn of_vault(mut self, vault: PathBuf) -> Self {
        self.vault = Some(vault);
        self
    }

    /// A report of what the program carries itself.
    pub(crate) fn of_embedded(mut self) -> Self {
        self.is_embedded = true;
        self
    }

    pub(crate) fn of_environment(mut self, environment: Environment, chosen: Chosen) -> Self {
        self.environment = Some((environment, chosen));
        self
    }

    pub(crate) fn stopped_by(mut self, obstacle: Obstacle) -> LoadError {
        self.obstacle = Some(obstacle);
        self.into()
    }

    pub(crate) fn with_failures(mut self, failures: Vec<SecretFailure>) -> Self {
        self.failures = failures;
        self
    }

    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot load `{}`", self.name)?;
        if let Some((environment, chosen)) = &self.environment {
            write!(f, " for `{environment}`")?;
            if environment.is_named() {
                write!(f, " (type `{}`)", environment.kind())?;
            }
            f.write_str(match chosen {
                Chosen::Loader => " (chosen by the program)",
                Chosen::Variable => " (chosen by STRONGROOM_ENV)",
                Chosen::Build => " (what the build checked)",
                Chosen::Default => " (STRONGROOM_ENV is not set)",
            })?;
        }
        if self.obstacle.is_none() && !self.failures.is_empty() {
            write!(f, ": {} of {} secrets", self.failures.len(), self.total)?;
        }
        if let Some(vault) = &self.vault {
            write!(f, "\n{INDENT}vault: {}", ShownPath(vault))?;
        }
        if self.is_embedded {
            write!(
                f,
                "\n{INDENT}vault: embedded when the program was built; a newer key or value needs a new build"
            )?;
        }
        Ok(())
    }

    /// What a failure says: the cause, and the next command on a line of its own.
    fn explain(&self, failure: &SecretFailure) -> String {
        // A command takes no second spelling.
        let name = failure.spelled.as_deref().unwrap_or(&failure.name);
        let chosen = self.environment.as_ref().map(|(environment, _)| environment);
        let set = || match (&failure.lies_in, chosen) {
            (Some(LiesIn::Mine), _) => {
                format!(
                    "strongroom set --mine {name} (or remove it: strongroom unset --mine {name})"
                )
            }
            (Some(LiesIn::Vault(environment)), _) | (None, Some(environment)) => {
                format!("strongroom set {} {name}", environment.flag())
            }
            (None, None) => format!("strongroom set {name}"),
        };
        match &failure.cause {
            SecretCause::NoValue { near: None } => format!("has no value\nset one with: {}", set()),
            SecretCause::NoValue { near: Some(near) } => format!(
                "has no value; there is a secret `{}`: is that it?\nset one with: {}",
                Shown(near),
                set()
            ),
            SecretCause::OnlyDeposit { name, since } => format!(
                "has no value, only a deposit that waits (since {since})\n\
                 a holder types: strongroom accept {}\nor set one with: {}",
                Shown(name),
                set()
            ),
            SecretCause::NotGiven => "was not given to `from_values`".to_owned(),
            SecretCause::OtherDataKey if failure.lies_in == Some(LiesIn::Mine) => format!(
                "is sealed under another data key in {MINE_FILE_NAME}: a rotation leaves it so\n\
                 seal it again: strongroom reseal {name}\nor set it again with: {}",
                set()
            ),
            SecretCause::OtherDataKey => format!(
                "is sealed under another data key: a merge with a rotation, an edited [environments], or an altered line\n\
                 look who set it, then seal it again: strongroom reseal {name}\n\
                 or set another value with: {}",
                set()
            ),
            SecretCause::Altered if failure.lies_in == Some(LiesIn::Mine) => {
                format!("was altered in {MINE_FILE_NAME}\nset it again with: {}", set())
            }
            SecretCause::Altered => format!(
                "was altered: its value was changed, or moved here from another name, environment, version or vault\n\
                 restore its line from git (git log -p strongroom.toml), or set it again with: {}",
                set()
            ),
            SecretCause::InStore { store } => format!(
                "is kept in the store `{}`, and this version does not fetch from stores\nseal a value with: {}",
                Shown(store),
                set()
            ),
            SecretCause::Invalid { type_name, error } => {
                format!("is not valid for `{type_name}`: {error}\nset it again with: {}", set())
            }
        }
    }
}

impl From<Report> for LoadError {
    fn from(report: Report) -> Self {
        Self(Box::new(report))
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.0;
        report.headline(f)?;
        if let Some(obstacle) = &report.obstacle {
            write!(f, "\n\n{}", indented(&obstacle.to_string(), INDENT))?;
        }
        if !report.failures.is_empty() {
            f.write_str("\n")?;
        }
        for name in &report.unknown {
            write!(f, "\n  no field takes `{}`", Shown(name))?;
        }
        for failure in &report.failures {
            write!(f, "\n  `{}`", failure.name)?;
            if failure.field != failure.name {
                write!(f, " (field `{}`)", failure.field)?;
            }
            write!(f, " {}", indented(&report.explain(failure), INDENT).trim_start())?;
        }
        Ok(())
    }
}

impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for LoadError {}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVault(looked) => {
                f.write_str("there is no strongroom.toml\nlooked in: STRONGROOM_VAULT (not set)")?;
                for folder in looked {
                    write!(f, ", {}", ShownPath(folder))?;
                }
                f.write_str("\nname it with STRONGROOM_VAULT, or make one with: strongroom init")
            }
            Self::File(error) => error.fmt(f),
            Self::OpenToOthers(error) => error.fmt(f),
            Self::Mine(error) => error.fmt(f),
            Self::OtherVault { found, expected } => write!(
                f,
                "this is another vault than the one that the build checked: its id is {found}, and the build saw {expected}\n\
                 name the right one with STRONGROOM_VAULT; a program for any vault says #[secrets(any_vault)]"
            ),
            Self::Environment(error, chosen) => match chosen {
                Chosen::Variable => write!(f, "{ENVIRONMENT_VARIABLE}: {error}"),
                Chosen::Build => write!(f, "the environment that the build checked: {error}"),
                Chosen::Loader | Chosen::Default => error.fmt(f),
            },
            Self::OtherType { environment, built } => write!(
                f,
                "`{environment}` has the type `{}` here, and had the type `{built}` when the program was built\n\
                 restore [environments] from git, or build again",
                environment.kind()
            ),
            Self::RolledBack(error) => error.fmt(f),
            Self::BuiltAfter(RolledBack { kind, seen, now }) => write!(
                f,
                "the keys were rolled back: the program was built with generation {seen} of the data key of `{kind}`, \
                 and the vault has {now}\n\
                 either a rotation was thrown away, or this is an older branch: then build it again: cargo build\n\
                 or somebody put an older vault in its place: find out who (git log -p strongroom.toml), and restore the newer one"
            ),
            Self::BuiltBefore(RolledBack { kind, seen, now }) => write!(
                f,
                "the program was built before the keys were rotated: the data key of `{kind}` was seen with generation {seen}, \
                 and the program carries {now}\n\
                 build it again: cargo build\n\
                 if that changes nothing, the vault is older too: see why with: strongroom key older"
            ),
            Self::NotEmbedded { environment, embedded: (name, kind) } => {
                write!(f, "the program carries the values of `{name}`")?;
                if *name != kind.as_str() {
                    write!(f, " (type `{kind}`)")?;
                }
                write!(
                    f,
                    " and no others\nbuild it for `{environment}` with: {ENVIRONMENT_VARIABLE}={environment} cargo build"
                )
            }
            Self::Key(error, names) => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "cannot open {}: {error}", names.join(", "))
            }
        }
    }
}

/// Every line of a text behind an indent.
fn indented(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{indent}{line}")).collect();
    lines.join("\n")
}

/// As wide as `error: `, so that the lines of a report stand under each other.
const INDENT: &str = "       ";
