//! Nested structs: a field names another struct by its path, and that one's secrets count with the field's prefix.

use std::path::{Path, PathBuf};

use super::packages::Package;
use super::structs::{Field, Found, Nested};
use super::{Finding, Place};

/// A struct that was read, and where it stands.
pub(super) struct Known {
    pub(super) found: Found,
    /// Whether its own vault is the one that is looked at.
    pub(super) counts: bool,
    /// The file as shown.
    file: PathBuf,
    /// The crate and the modules around it, as far as the file's path tells.
    modules: Vec<String>,
}

impl Known {
    pub(super) fn new(
        package: &Package,
        file: &Path,
        shown: PathBuf,
        found: Found,
        counts: bool,
    ) -> Self {
        let mut modules = vec![package.name.replace('-', "_")];
        let below = file.strip_prefix(&package.folder).unwrap_or(file).with_extension("");
        let words = below.iter().map(|word| word.to_string_lossy().into_owned());
        modules.extend(words.filter(|word| !ROOTS.contains(&word.as_str())));
        modules.extend(found.modules.iter().cloned());
        Self { found, counts, file: shown, modules }
    }

    fn at(&self, field: &Field) -> Place {
        Place { file: self.file.clone(), line: field.line }
    }
}

/// What a struct asks for, itself and through nested ones.
#[derive(Default)]
pub(super) struct Asked {
    /// Name, whether it may be missing, and where it is declared.
    pub(super) secrets: Vec<(String, bool, Place)>,
    pub(super) unresolved: Vec<Finding>,
}

impl Asked {
    pub(super) fn collect(&mut self, all: &[Known], known: &Known, prefix: &str, depth: usize) {
        for field in &known.found.fields {
            let Some(nested) = &field.nested else {
                let name = format!("{prefix}{}", field.name);
                self.secrets.push((name, field.is_optional, known.at(field)));
                continue;
            };
            // A struct within itself does not compile; here it must end all the same.
            match resolve(all, known, nested).filter(|_| depth < DEEPEST) {
                Some(part) => {
                    self.collect(all, part, &format!("{prefix}{}", nested.prefix), depth + 1);
                }
                None => self.unresolved.push(Finding {
                    at: known.at(field),
                    message: format!(
                        "the struct `{}` of `{}` is not in these packages, or not the only one of its name: its secrets \
                         are left out here (the build checks them)",
                        nested.path.join("::"),
                        field.name
                    ),
                }),
            }
        }
    }
}

/// The struct that a path means: the one of that name, in the module or crate that the path names, else nearest to where
/// the path stands.
fn resolve<'k>(all: &'k [Known], from: &Known, nested: &Nested) -> Option<&'k Known> {
    let (name, before) = nested.path.split_last()?;
    // No struct is a part of itself.
    let is_named = |known: &&Known| known.found.name == *name && !std::ptr::eq(*known, from);
    let named: Vec<&Known> = all.iter().filter(is_named).collect();
    let only = |fits: &dyn Fn(&Known) -> bool| {
        let mut fitting = named.iter().copied().filter(|known| fits(known));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    match before.last().map(String::as_str) {
        None | Some("self") => only(&|known| known.modules == from.modules),
        Some("crate") => only(&|known| known.modules == from.modules[..1]),
        Some("super") => {
            only(&|known| known.modules == from.modules[..from.modules.len().saturating_sub(1)])
        }
        Some(module) => only(&|known| known.modules.last().is_some_and(|last| last == module))
            .or_else(|| only(&|known| known.modules[0] == module)),
    }
    .or_else(|| only(&|_| true))
}

/// Parts of a path that are no module.
const ROOTS: [&str; 4] = ["src", "lib", "main", "mod"];

/// More structs within each other than anybody writes.
const DEEPEST: usize = 16;
