//! Environment types, named environments, and which one a word means.

use std::fmt;

use crate::name::fold;
use crate::near::nearest;
use crate::shown::Shown;

/// The variable that chooses the environment, at build time and at run time.
pub const ENVIRONMENT_VARIABLE: &str = "STRONGROOM_ENV";

/// One of the four environment types. Each has its own data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnvironmentType {
    /// What customers use; short: `prod`.
    Production,
    /// What a team develops and tests against; short: `dev`.
    Development,
    /// One per pull request; short: `pr`, also `ephemeral`.
    Preview,
    /// A developer's own machine.
    Local,
}

impl EnvironmentType {
    /// All types, in the order in which tables show them.
    pub const ALL: [Self; 4] = [Self::Production, Self::Development, Self::Preview, Self::Local];

    /// The type's full name, as in the vault.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Preview => "preview",
            Self::Local => "local",
        }
    }

    /// The shortest word that means this type.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::Production => "prod",
            Self::Development => "dev",
            Self::Preview => "pr",
            Self::Local => "local",
        }
    }

    /// The type with exactly this full name, as the vault writes it.
    #[must_use]
    pub fn from_full(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The type that a word means: a full name or a short form, in any spelling.
    ///
    /// ```
    /// # use strongroom_vault::EnvironmentType;
    /// assert_eq!(EnvironmentType::from_word("pr"), Some(EnvironmentType::Preview));
    /// assert_eq!(EnvironmentType::from_word("staging"), None);
    /// ```
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match fold(word).as_str() {
            "production" | "prod" => Some(Self::Production),
            "development" | "dev" => Some(Self::Development),
            "preview" | "pr" | "ephemeral" => Some(Self::Preview),
            "local" => Some(Self::Local),
            _ => None,
        }
    }
}

impl fmt::Display for EnvironmentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One environment: a type under its own name, or a named environment of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    name: String,
    kind: EnvironmentType,
}

impl Environment {
    pub(crate) fn named(name: &str, kind: EnvironmentType) -> Self {
        Self { name: name.to_owned(), kind }
    }

    /// The name as the vault writes it: `staging`, or a type's full name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names under which what it has is looked up, in the order in which they count: its own, then its type's.
    #[must_use]
    pub fn in_order(&self) -> [&str; 2] {
        [self.name(), self.kind().as_str()]
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// Whether it has a name of its own, so that its values beat those of its type.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.name != self.kind.as_str()
    }

    /// The flag of the command that means this environment: `--type local`, `--env staging`.
    #[must_use]
    pub fn flag(&self) -> String {
        let flag = if self.is_named() { "--env" } else { "--type" };
        format!("{flag} {}", self.name)
    }
}

/// The flag of the command that means the environment of a name, which need not be declared: `--type local`, `--env staging`.
#[must_use]
pub fn flag_of(name: &str) -> String {
    let flag = EnvironmentType::from_full(name).map_or("--env", |_| "--type");
    format!("{flag} {}", Shown(name))
}

impl From<EnvironmentType> for Environment {
    fn from(kind: EnvironmentType) -> Self {
        Self::named(kind.as_str(), kind)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A word that means no environment of this vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment {
    /// The word.
    pub given: String,
    /// The types and the named environments that the vault declares.
    pub known: Vec<String>,
    /// A known one that was probably meant.
    pub near: Option<String>,
}

impl UnknownEnvironment {
    pub(crate) fn new(given: &str, named: impl Iterator<Item = String>) -> Self {
        let known: Vec<String> = EnvironmentType::ALL
            .into_iter()
            .map(|kind| kind.as_str().to_owned())
            .chain(named)
            .collect();
        let near = nearest(given, known.iter().map(String::as_str)).map(str::to_owned);
        Self { given: given.to_owned(), known, near }
    }
}

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.given.is_empty() {
            f.write_str("the name of an environment is empty: unset it, or give one")?;
        } else {
            write!(f, "unknown environment `{}`", Shown(&self.given))?;
        }
        if let Some(near) = &self.near {
            write!(f, "; did you mean `{near}`?")?;
        }
        write!(f, "\nknown here: {} (short: prod, dev, pr)", self.known.join(", "))?;
        if self.near.is_none() && crate::name::check_environment_name(&self.given).is_ok() {
            write!(f, "\ndeclare it with: strongroom env add {} --type development", self.given)?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownEnvironment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_by_its_full_name_and_by_its_short_form() {
        let short = EnvironmentType::ALL.map(EnvironmentType::short);
        assert_eq!(short, ["prod", "dev", "pr", "local"]);
        for kind in EnvironmentType::ALL {
            assert_eq!(EnvironmentType::from_word(kind.as_str()), Some(kind));
            assert_eq!(EnvironmentType::from_word(kind.short()), Some(kind));
        }
    }
}
