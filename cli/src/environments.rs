//! Which environments a command means: `--type`, `--env`, or the active one.

use std::env;

use strongroom_vault::{
    ENVIRONMENT_VARIABLE, Environment, EnvironmentType, Index, Shown, check_environment_name,
    nearest,
};

use crate::error::Error;

/// Any number of environments.
#[derive(Debug, clap::Args)]
pub(crate) struct Several {
    /// Environment types: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',', short_alias = 't')]
    types: Vec<String>,

    /// Named environments, such as staging
    #[arg(long = "env", value_name = "NAMES", value_delimiter = ',', short_alias = 'e')]
    named: Vec<String>,

    /// Preview environments, as --type preview
    #[arg(long)]
    ephemeral: bool,

    /// Everything but production, as in Encore
    #[arg(long, short_alias = 'd', hide = true)]
    #[arg(conflicts_with_all = ["prod", "types", "named", "ephemeral"])]
    dev: bool,

    /// Production, as in Encore
    #[arg(long, short_alias = 'p', hide = true)]
    #[arg(conflicts_with_all = ["types", "named", "ephemeral"])]
    prod: bool,
}

impl Several {
    /// Whether none was named.
    pub(crate) fn is_empty(&self) -> bool {
        self.types.is_empty() && self.named.is_empty() && self.kinds_of_flags().is_empty()
    }

    /// The options that name them, as they were typed; none where one of their words names no
    /// environment, so that it may be a value at the wrong place.
    pub(crate) fn typed(&self) -> Option<String> {
        let is_type = |word: &String| EnvironmentType::from_word(word).is_some();
        let is_named = |word: &String| is_type(word) || check_environment_name(word).is_ok();
        if self.is_empty() || !self.types.iter().all(is_type) || !self.named.iter().all(is_named) {
            return None;
        }
        let mut options = Vec::new();
        for (option, words) in [("--type", &self.types), ("--env", &self.named)] {
            if !words.is_empty() {
                options.push(format!("{option} {}", words.join(",")));
            }
        }
        for (flag, is_given) in
            [("--ephemeral", self.ephemeral), ("--dev", self.dev), ("--prod", self.prod)]
        {
            if is_given {
                options.push(flag.to_owned());
            }
        }
        Some(options.join(" "))
    }

    /// The types that the flags without a value mean.
    fn kinds_of_flags(&self) -> &'static [EnvironmentType] {
        match (self.ephemeral, self.dev, self.prod) {
            (true, ..) => &[EnvironmentType::Preview],
            (_, true, _) => {
                &[EnvironmentType::Development, EnvironmentType::Preview, EnvironmentType::Local]
            }
            (_, _, true) => &[EnvironmentType::Production],
            _ => &[],
        }
    }

    /// The environments, each once, in the order in which they were named.
    pub(crate) fn pick(&self, index: &Index<'_>) -> Result<Vec<Environment>, Error> {
        let types = self.types.iter().map(|word| of_type(index, word));
        let flags = self.kinds_of_flags().iter().map(|kind| Ok(Environment::from(*kind)));
        let named = self.named.iter().map(|word| Ok(index.environment(word)?));
        let mut picked: Vec<Environment> = Vec::new();
        for environment in types.chain(flags).chain(named) {
            let environment = environment?;
            if !picked.contains(&environment) {
                picked.push(environment);
            }
        }
        Ok(picked)
    }

    /// As [`Several::pick`], where at least one is needed; `example` is the command with one.
    pub(crate) fn need(&self, index: &Index<'_>, example: &str) -> Result<Vec<Environment>, Error> {
        if self.is_empty() {
            return Err(for_which(index, example));
        }
        self.pick(index)
    }
}

/// One environment, or the active one.
#[derive(Debug, clap::Args)]
pub(crate) struct One {
    /// An environment type: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "named")]
    kind: Option<String>,

    /// A named environment, such as staging
    #[arg(long = "env", value_name = "NAME")]
    named: Option<String>,
}

impl One {
    /// Whether one was named.
    pub(crate) fn is_given(&self) -> bool {
        self.kind.is_some() || self.named.is_some()
    }

    /// As [`One::pick`], where it must be said, here or in `STRONGROOM_ENV`; `example` is the command with one.
    pub(crate) fn need(&self, index: &Index<'_>, example: &str) -> Result<Environment, Error> {
        if self.is_given() || env::var_os(ENVIRONMENT_VARIABLE).is_some() {
            return self.pick(index);
        }
        Err(for_which(index, example))
    }

    /// The environment, or the active one.
    pub(crate) fn pick(&self, index: &Index<'_>) -> Result<Environment, Error> {
        match (&self.kind, &self.named) {
            (Some(word), _) => of_type(index, word),
            (None, Some(word)) => Ok(index.environment(word)?),
            (None, None) => active(index),
        }
    }
}

/// Checks that a vault that was read again still means the same environment.
pub(crate) fn unchanged(index: &Index<'_>, environment: &Environment) -> Result<(), Error> {
    if index.environment(environment.name()).as_ref() == Ok(environment) {
        return Ok(());
    }
    Err(Error::cannot(format!("the environment `{environment}` changed meanwhile: try again")))
}

/// The environment that `STRONGROOM_ENV` means, else `local`.
pub(crate) fn active(index: &Index<'_>) -> Result<Environment, Error> {
    match env::var_os(ENVIRONMENT_VARIABLE) {
        Some(word) => index
            .environment(&word.to_string_lossy())
            .map_err(|unknown| Error::from(unknown).while_doing(ENVIRONMENT_VARIABLE)),
        None => Ok(EnvironmentType::Local.into()),
    }
}

/// The type that a word of `--type` means.
pub(crate) fn kind_of(index: &Index<'_>, word: &str) -> Result<EnvironmentType, Error> {
    EnvironmentType::from_word(word).ok_or_else(|| match index.environment(word) {
        Ok(named) => Error::usage(format!(
            "`{named}` is a named environment, not a type\nwrite: --env {named}"
        )),
        Err(_) => unknown_type(word),
    })
}

fn of_type(index: &Index<'_>, word: &str) -> Result<Environment, Error> {
    kind_of(index, word).map(Environment::from)
}

fn unknown_type(word: &str) -> Error {
    let words = EnvironmentType::ALL.into_iter().flat_map(|kind| [kind.as_str(), kind.short()]);
    let near = nearest(word, words).map(|near| format!("; did you mean `{near}`?"));
    let near = near.unwrap_or_default();
    Error::usage(format!("unknown environment type `{}`{near}\n{TYPES}", Shown(word)))
}

/// The error for a command that does not say for which environment it is meant.
fn for_which(index: &Index<'_>, example: &str) -> Error {
    let mut text = format!("for which environment? name it with --type or --env\n{TYPES}");
    let named: Vec<String> = index
        .named_environments()
        .iter()
        .map(|environment| format!("{environment} ({})", environment.kind()))
        .collect();
    if !named.is_empty() {
        text = format!("{text}\nnamed environments here: {}", named.join(", "));
    }
    Error::usage(format!("{text}\nfor example: {example}"))
}

/// The types, as every error that asks for one lists them.
pub(crate) const TYPES: &str = "types: production (prod), development (dev), preview (pr), local";
