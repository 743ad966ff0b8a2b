//! What a failed load says: everything that is missing or wrong, at once, and what to do about each.

mod failure;
mod store;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use strongroom_vault::search::{KEYLESS_VARIABLE, KeyError, MineError, OpenToOthers, RolledBack};
use strongroom_vault::{
    ENVIRONMENT_VARIABLE, Environment, EnvironmentType, FileError, Shown, ShownPath,
    UnknownEnvironment, VaultId,
};

pub(crate) use self::failure::LiesIn;
pub use self::failure::{SecretCause, SecretFailure};
pub use self::store::StoreFailure;
use crate::declared::{Declared, Kind};

/// Why secrets or settings could not be loaded: a complete report, ready to print.
///
/// `Debug` gives the same text as `Display`, so that `main` returning this error prints a readable report. It names the
/// environment and how that was chosen, every secret that could not be had with its cause, and what to type next. It never
/// holds a secret's value or a key.
pub struct LoadError(Box<Report>);

impl LoadError {
    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> LoadErrorKind {
        match &self.0.obstacle {
            None if self.0.declares == Kind::Settings => LoadErrorKind::Settings,
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
            Some(Obstacle::Key { .. }) => LoadErrorKind::Key,
            #[cfg(feature = "watch")]
            Some(Obstacle::CannotWatch(_)) => LoadErrorKind::Watch,
        }
    }

    /// The secrets or settings that could not be had, in the order of the struct's fields. Where no key is at hand, these are the ones
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
    /// Changes cannot be followed, because no thread or no runtime can be made.
    Watch,
    /// The vault and the key are fine; secrets are missing or wrong.
    Secrets,
    /// The vault is fine; settings are missing or wrong.
    Settings,
}

/// Everything that a failed load knows.
pub(crate) struct Report {
    /// What the fields of the struct are.
    declares: Kind,
    /// The struct and how many fields it has; none where only a loader is at work.
    name: &'static str,
    total: usize,
    environment: Option<(Environment, Chosen)>,
    vault: Option<PathBuf>,
    is_embedded: bool,
    /// Whether the attribute names the vault of the build.
    names_vault: bool,
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
    /// Changes cannot be followed.
    #[cfg(feature = "watch")]
    CannotWatch(String),
    /// These secrets have values, and no key that opens them is at hand.
    Key {
        error: Box<KeyError>,
        names: Vec<Cow<'static, str>>,
        /// Whether stores keep all of them, so that a program could do without a key.
        are_kept: bool,
    },
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
            declares: declared.kind,
            name: declared.name,
            total,
            environment: None,
            vault: None,
            is_embedded: false,
            names_vault: declared.names_vault,
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
            write!(f, ": {} of {} {}", self.failures.len(), self.total, self.declares.plural())?;
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
            if report.names_vault && obstacle.is_about_which_vault() {
                let named = named_by_the_attribute(report.declares);
                write!(f, "\n{INDENT}{}", indented(&named, INDENT).trim_start())?;
            }
        }
        if !report.failures.is_empty() {
            f.write_str("\n")?;
        }
        for name in &report.unknown {
            write!(f, "\n  no field takes `{}`", Shown(name))?;
        }
        let chosen = report.environment.as_ref().map(|(environment, _)| environment);
        for failure in &report.failures {
            write!(f, "\n  `{}`", failure.name())?;
            if failure.field() != failure.name() {
                write!(f, " (field `{}`)", failure.field())?;
            }
            let explained = failure.explain(chosen);
            write!(f, " {}", indented(&explained, INDENT).trim_start())?;
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

impl Obstacle {
    /// Whether there is none, or another one.
    fn is_about_which_vault(&self) -> bool {
        match self {
            Self::NoVault(_) | Self::OtherVault { .. } => true,
            Self::File(error) => error.read_error().is_none(),
            _ => false,
        }
    }
}

/// Whoever names a vault in the source expects the program to find it.
fn named_by_the_attribute(declares: Kind) -> String {
    format!(
        "#[{}(vault = \"…\")] names the vault of the build, and no path of it is in the program\n\
         say where it is when the program runs: STRONGROOM_VAULT=FILE, or `Loader::vault`",
        declares.plural()
    )
}

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
                 name the right one with STRONGROOM_VAULT; a program for any vault says `any_vault` in the attribute of the struct"
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
            #[cfg(feature = "watch")]
            Self::CannotWatch(error) => write!(f, "cannot follow changes: {error}"),
            Self::Key { error, names, are_kept } => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                if !are_kept {
                    return write!(f, "cannot open {}: {error}", names.join(", "));
                }
                write!(f, "cannot check where stores keep {}: {error}", names.join(", "))?;
                // Who has named a key has one, and a service that fails is no reason to go on without.
                if matches!(**error, KeyError::NotHad { .. }) {
                    return Ok(());
                }
                write!(f, "\na program that is to have no key says so: {KEYLESS_VARIABLE}=1")
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
