//! `env`: variables of the environment that the program was started with; also the ways in which Encore has them.

use std::env;
use std::path::{Path, PathBuf};

use strongroom_formats::encore::{self, NoContent};
use strongroom_formats::{Entry, ReadError};
use strongroom_vault::search::is_of_keys;
use strongroom_vault::{Shown, ShownPath};

use super::file;
use crate::failure::{Failure, FailureKind};
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Content, Fetched, Item, Keys, Listed, Store, Value};

/// Environment variables.
#[derive(Debug)]
pub(super) struct Env(Source);

/// Where values are.
#[derive(Debug, Clone)]
enum Source {
    /// Each in a variable of its own.
    Variables(Names),
    /// All of them in the variable that Encore's applications read.
    Encore(String),
    /// In the infrastructure configuration of Encore, or in variables that it names.
    Infra(PathBuf),
}

/// Which variable a name means.
#[derive(Debug, Clone)]
struct Names {
    prefix: String,
    /// Whether names are written as variables mostly are, in upper case with `_`.
    is_upper: bool,
}

impl Env {
    pub(super) fn open(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        let format = settings.text("format")?;
        let (prefix, names) = (settings.text("prefix")?, settings.text("names")?);
        let (variable, infra) = (settings.text("variable")?, settings.text("infra_config")?);
        let shape =
            |name: &str, expected| InvalidSettings::Shape { name: name.to_owned(), expected };
        let together = |name, other| Err(InvalidSettings::Together { name, other });
        for (name, text) in [("prefix", &prefix), ("variable", &variable)] {
            if text.as_ref().is_some_and(|text| text.contains(['=', '\0'])) {
                return Err(shape(name, "a text that variables can have in their names"));
            }
        }
        match format.as_deref() {
            Some("encore") => match (prefix, names, variable, infra) {
                (Some(_), ..) => together("prefix", "format"),
                (_, Some(_), ..) => together("names", "format"),
                (_, _, Some(_), Some(_)) => together("variable", "infra_config"),
                (_, _, None, Some(path)) => Ok(Self(Source::Infra(base.join(path)))),
                (_, _, variable, None) => {
                    let variable = variable.unwrap_or_else(|| ENCORE_VARIABLE.to_owned());
                    Ok(Self(Source::Encore(variable)))
                }
            },
            None if variable.is_some() || infra.is_some() => {
                let name = if variable.is_some() { "variable" } else { "infra_config" };
                Err(InvalidSettings::Refused { name, why: "goes only with `format = \"encore\"`" })
            }
            None => {
                let is_upper = match names.as_deref() {
                    None | Some("exact") => false,
                    Some("upper") => true,
                    Some(_) => return Err(shape("names", "`exact` or `upper`")),
                };
                let prefix = prefix.unwrap_or_default();
                Ok(Self(Source::Variables(Names { prefix, is_upper })))
            }
            Some(_) => Err(shape("format", "`encore`, or left out")),
        }
    }
}

impl Store for Env {
    fn keys(&self) -> Keys {
        Keys::One
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async move {
            let mut answers = self.0.clone().fetch_all(vec![item.clone()]).await;
            answers.pop().unwrap_or_else(|| Err(Failure::absent("it was not read")))
        })
    }

    fn batch_size(&self) -> usize {
        // Encore's are all in one.
        usize::MAX
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        Box::pin(self.0.clone().fetch_all(items.to_vec()))
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        let source = self.0.clone();
        Box::pin(async move {
            let mut names = match source {
                Source::Variables(names) => names.all()?,
                source => {
                    let entries = file::aside(move || source.entries()).await??;
                    entries.into_iter().map(|entry| entry.name).collect()
                }
            };
            names.sort();
            names.dedup();
            Ok(names.into_iter().map(|name| Listed { name, keys: Vec::new() }).collect())
        })
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        _key: Option<&'a str>,
        _value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        let name = Shown(name);
        let what = match &self.0 {
            Source::Infra(path) => {
                let path = ShownPath(path);
                format!("`{name}` is set in {path}, or where this program is started")
            }
            _ => format!("`{name}` is set where this program is started, and not by it"),
        };
        Box::pin(async { Err(Failure::new(FailureKind::Conflict, what)) })
    }
}

impl Source {
    async fn fetch_all(self, items: Vec<Item>) -> Vec<Result<Fetched, Failure>> {
        let known = if matches!(self, Self::Variables(_)) {
            Ok(Vec::new())
        } else {
            // A file may lie far away.
            let source = self.clone();
            file::aside(move || source.entries()).await.and_then(|entries| entries)
        };
        let value = |item: &Item| match (&self, &known) {
            (Self::Variables(names), _) => names.value(&item.name),
            (_, Err(failure)) => Err(failure.clone()),
            (source, Ok(entries)) => source.pick(entries, &item.name),
        };
        let fetched = |item: &Item| {
            if let Some(version) = &item.version {
                let version = Shown(version);
                return Err(Failure::absent(format!(
                    "variables have no versions, so no `{version}`"
                )));
            }
            Ok(Fetched { content: Content::One(value(item)?), version: None })
        };
        items.iter().map(fetched).collect()
    }

    /// What Encore's forms hold.
    fn entries(&self) -> Result<Vec<Entry>, Failure> {
        let (bytes, what): (Value, String) = match self {
            Self::Variables(_) => return Ok(Vec::new()),
            Self::Encore(variable) => {
                (content(variable)?, format!("the variable `{}`", Shown(variable)))
            }
            Self::Infra(path) => (file::read(path)?.bytes, ShownPath(path).to_string()),
        };
        let variables = |name: &str| match content(name) {
            Ok(content) => Ok(content),
            Err(failure) if failure.kind() == FailureKind::Denied => Err(NoContent::OfKeys),
            Err(_) => Err(NoContent::Unset),
        };
        let faulty = |error: ReadError| Failure::invalid(format!("{what}: {error}"));
        encore::read(&bytes, &variables).map_err(faulty)
    }

    fn pick(&self, entries: &[Entry], name: &str) -> Result<Value, Failure> {
        let entry = entries.iter().find(|entry| entry.name == name);
        entry.map(|entry| entry.value.clone()).ok_or_else(|| {
            let name = Shown(name);
            Failure::absent(match self {
                Self::Infra(path) => format!("there is no `{name}` in {}", ShownPath(path)),
                Self::Encore(variable) => {
                    format!("there is no `{name}` in the variable `{}`", Shown(variable))
                }
                Self::Variables(_) => format!("there is no `{name}`"),
            })
        })
    }
}

impl Names {
    fn value(&self, name: &str) -> Result<Value, Failure> {
        content(&self.variable_of(name))
    }

    fn variable_of(&self, name: &str) -> String {
        let Self { prefix, is_upper } = self;
        if *is_upper {
            format!("{prefix}{}", name.to_uppercase().replace(['/', '-', '.'], "_"))
        } else {
            format!("{prefix}{name}")
        }
    }

    /// The names of all variables with the prefix.
    fn all(&self) -> Result<Vec<String>, Failure> {
        if self.prefix.is_empty() {
            return Err(Failure::denied(
                "all variables would be listed, foreign ones too: give the store a `prefix`",
            ));
        }
        let names = env::vars_os().filter_map(|(variable, _)| {
            let variable = variable.to_str()?;
            let name = variable.strip_prefix(self.prefix.as_str())?;
            // As secrets are mostly called; it means the same variable.
            let name = if self.is_upper { name.to_lowercase() } else { name.to_owned() };
            // Another name would be asked for in vain.
            let is_found = !name.is_empty() && self.variable_of(&name) == variable;
            (is_found && !is_of_keys(variable)).then_some(name)
        });
        Ok(names.collect())
    }
}

/// What a variable holds, in the bytes that the system has.
fn content(variable: &str) -> Result<Value, Failure> {
    let shown = Shown(variable);
    if is_of_keys(variable) {
        let what = format!("the variable `{shown}` holds or leads to a key, and is never given");
        return Err(Failure::denied(what));
    }
    // A name with one of these would make the standard library panic.
    if variable.is_empty() || variable.contains(['=', '\0']) {
        return Err(Failure::absent(format!("no variable can be called `{shown}`")));
    }
    let content = env::var_os(variable);
    let content = content.map(|content| Value::new(content.into_encoded_bytes()));
    content.ok_or_else(|| Failure::absent(format!("the variable `{shown}` is not set")))
}

/// The variable in which Encore gives an application its secrets.
const ENCORE_VARIABLE: &str = "ENCORE_APP_SECRETS";
