//! What `.cargo/config.toml` gives builds and `cargo run`: variables of ours in its table `[env]`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use strongroom_vault::{ENVIRONMENT_VARIABLE, ShownPath, VAULT_VARIABLE};
use toml::de::{DeTable, DeValue};

use super::Findings;

/// Our variables, as cargo sets them.
#[derive(Debug, Default)]
pub(super) struct Configured(Vec<(&'static str, Set)>);

/// A variable that a file sets.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) file: PathBuf,
    pub(super) value: String,
    relative: bool,
    /// Also where the variable is set already.
    pub(super) force: bool,
}

impl Configured {
    /// Reads the files that cargo reads from this folder: the nearest that sets a variable decides.
    pub(super) fn read(findings: &mut Findings) -> Self {
        let mut configured = Self::default();
        for file in files() {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let Ok(table) = DeTable::parse(&text) else {
                let found = format!("{} is not TOML that cargo can read", ShownPath(&file));
                findings.problem("build", found, "see what cargo says: cargo build");
                continue;
            };
            for variable in [VAULT_VARIABLE, ENVIRONMENT_VARIABLE] {
                if configured.get(variable).is_none()
                    && let Some(set) = set_in(table.get_ref(), variable, &file)
                {
                    configured.0.push((variable, set));
                }
            }
        }
        configured
    }

    /// How a variable is set.
    pub(super) fn get(&self, variable: &str) -> Option<&Set> {
        self.0.iter().find(|(name, _)| *name == variable).map(|(_, set)| set)
    }
}

impl Set {
    /// The value as a path: a relative one counts from the folder around `.cargo`.
    pub(super) fn path(&self) -> PathBuf {
        match self.file.ancestors().nth(2) {
            Some(folder) if self.relative => folder.join(&self.value),
            _ => PathBuf::from(&self.value),
        }
    }
}

fn set_in(table: &DeTable<'_>, variable: &str, file: &Path) -> Option<Set> {
    let DeValue::Table(all) = table.get("env")?.get_ref() else { return None };
    let set = |value: &str, relative, force| Set {
        file: file.to_owned(),
        value: value.to_owned(),
        relative,
        force,
    };
    match all.get(variable)?.get_ref() {
        DeValue::String(value) => Some(set(value, false, false)),
        DeValue::Table(entry) => {
            let DeValue::String(value) = entry.get("value")?.get_ref() else { return None };
            let says = |key| {
                entry.get(key).is_some_and(|said| matches!(said.get_ref(), DeValue::Boolean(true)))
            };
            Some(set(value, says("relative"), says("force")))
        }
        _ => None,
    }
}

/// The files in the order in which they decide.
fn files() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let mut folders: Vec<PathBuf> = here.ancestors().map(|folder| folder.join(".cargo")).collect();
    let own = env::var_os("CARGO_HOME").map(PathBuf::from);
    folders.extend(own.or_else(|| Some(env::home_dir()?.join(".cargo"))));
    let named = |folder: PathBuf| ["config.toml", "config"].map(|name| folder.join(name));
    let mut files: Vec<PathBuf> = folders
        .into_iter()
        .filter_map(|folder| named(folder).into_iter().find(|file| file.is_file()))
        .collect();
    files.dedup();
    files
}
