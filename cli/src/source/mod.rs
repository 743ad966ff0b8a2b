//! Which secrets and settings the source code declares: cargo names the packages, and their files are read.

mod depth;
mod files;
mod nested;
mod packages;
mod structs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use strongroom_declared::{Declares, Reads};
use strongroom_vault::{Index, NoVault, VAULT_VARIABLE, check_secret_name, fold};

use self::nested::Known;
use self::packages::Package;
use crate::error::Error;
use crate::session::{Session, current_folder};

/// What the source code declares for a vault.
#[derive(Debug, Default)]
pub(crate) struct Declarations {
    /// The secrets, sorted by name.
    pub(crate) secrets: Vec<Declared>,
    /// The settings, sorted by name.
    pub(crate) settings: Vec<Setting>,
    /// What is wrong with structs.
    pub(crate) faults: Vec<Finding>,
    /// Files that could not be read as Rust.
    pub(crate) unread: Vec<Finding>,
    /// Nested structs that are not among those that were read.
    pub(crate) unresolved: Vec<Finding>,
    /// Packages that declare secrets of another vault, which is the one that they find.
    pub(crate) elsewhere: Vec<Elsewhere>,
}

/// A package that looks for another vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    pub(crate) package: String,
    pub(crate) vault: PathBuf,
}

/// A declared secret; of a setting, what is said of it in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// Its name, as the first struct spells it.
    pub(crate) name: String,
    /// Its name, as the vault spells it, for commands to type.
    pub(crate) spelled: String,
    /// Whether it may be missing wherever it is declared.
    pub(crate) is_optional: bool,
    /// Where it is declared.
    pub(crate) places: Vec<Place>,
}

impl Declared {
    /// One that is declared nowhere yet, with its name as the vault spells it where it has one.
    fn new(name: String, spelled: Option<String>) -> Self {
        let spelled = spelled.unwrap_or_else(|| name.clone());
        Self { name, spelled, is_optional: true, places: Vec::new() }
    }

    fn add(&mut self, is_optional: bool, place: Place) {
        self.is_optional &= is_optional;
        self.places.push(place);
    }
}

/// A declared setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// What is said of it as of a secret; optional is also what has a default in the code.
    pub(crate) declared: Declared,
    /// The types that it is declared with: how each is read, and what it is called.
    pub(crate) types: Vec<(Reads, String)>,
}

/// A line of a file, as an editor takes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file, relative to the current folder where it lies below.
    pub(crate) file: PathBuf,
    /// The line, from 1.
    pub(crate) line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// Something to say about a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) at: Place,
    pub(crate) message: String,
}

/// Reads what the packages around the current folder, or around the vault, declare for this vault.
///
/// The other `Ok` is why there is no source code to look at.
pub(crate) fn read(session: &Session<'_>) -> Result<Result<Declarations, String>, Error> {
    let here = current_folder()?;
    let vault = absolute(session.path());
    let beside_vault = vault.parent().unwrap_or(&here);
    let start = [here.as_path(), beside_vault].into_iter().find(|folder| has_manifest(folder));
    let Some(start) = start else {
        return Ok(Err(format!("no Cargo.toml in {} or above", here.display())));
    };
    let packages = match packages::of_workspace(start)? {
        Ok(packages) => packages,
        Err(why) => return Ok(Err(why)),
    };
    let mut reader = Reader {
        index: &session.index,
        vault: &vault,
        here: &here,
        structs: Vec::new(),
        secrets: BTreeMap::new(),
        settings: BTreeMap::new(),
        declarations: Declarations::default(),
    };
    for package in packages {
        // The macro looks from the package's folder: where it finds another vault, this one is not
        // meant.
        let found = if session.is_named() { Ok(vault.clone()) } else { package.vault() };
        let is_ours = found.as_ref() == Ok(&vault);
        let mut others = files::of(&package)
            .iter()
            .filter_map(|file| reader.read_file(&package, file, is_ours))
            .collect::<Vec<_>>()
            .into_iter();
        if let Some(first) = others.next() {
            reader.looks_elsewhere(package.name, found, first);
        }
    }
    Ok(Ok(reader.finish()))
}

struct Reader<'s> {
    index: &'s Index<'s>,
    vault: &'s Path,
    here: &'s Path,
    structs: Vec<Known>,
    secrets: BTreeMap<String, Declared>,
    settings: BTreeMap<String, Setting>,
    declarations: Declarations,
}

impl Reader<'_> {
    /// Notes a package whose search does not end at this vault, and its first struct that relies on
    /// the search.
    fn looks_elsewhere(&mut self, package: String, found: Result<PathBuf, NoVault>, first: Place) {
        let none = match found {
            Ok(vault) => {
                self.declarations.elsewhere.push(Elsewhere { package, vault });
                return;
            }
            Err(none) => none,
        };
        let why = if none.in_repository {
            "none lies between its folder and the root of its git repository"
        } else {
            "outside of a git repository only its own folder is searched"
        };
        let message = format!(
            "package `{package}` finds no vault when it is built: {why}\n\
             name the vault with {VAULT_VARIABLE}, for this command too"
        );
        self.declarations.faults.push(Finding { at: first, message });
    }

    /// Reads a file. Where the package does not find this vault, the first struct that relies on
    /// that is given.
    fn read_file(&mut self, package: &Package, file: &Path, is_ours: bool) -> Option<Place> {
        let shown = file.strip_prefix(self.here).unwrap_or(file).to_owned();
        let at = |line| Place { file: shown.clone(), line };
        let structs = match structs::of_file(file) {
            Ok(structs) => structs,
            Err(structs::Unread { line, message }) => {
                self.declarations.unread.push(Finding { at: at(line), message });
                return None;
            }
        };
        let mut other = None;
        for found in structs {
            let is_meant = match &found.vault {
                Some(named) => absolute(&file.with_file_name("").join(named)) == *self.vault,
                None => is_ours,
            };
            if !is_meant && !found.is_part {
                if found.vault.is_none() && other.is_none() {
                    other = Some(at(found.line));
                }
                // Another vault's, but a part of a struct of this one all the same.
                if found.declares == Declares::Secrets {
                    self.structs.push(Known::new(package, file, shown.clone(), found, false));
                }
                continue;
            }
            for (line, message) in &found.faults {
                let finding = Finding { at: at(*line), message: message.clone() };
                self.declarations.faults.push(finding);
            }
            match found.declares {
                Declares::Secrets => {
                    self.structs.push(Known::new(package, file, shown.clone(), found, true));
                }
                Declares::Settings => {
                    for field in found.fields {
                        let place = at(field.line);
                        self.declare_setting(field, place);
                    }
                }
            }
        }
        other
    }

    /// Notes what the structs ask for, now that all that can be nested are known.
    fn declare(&mut self) {
        let structs = std::mem::take(&mut self.structs);
        for known in structs.iter().filter(|known| known.counts && !known.found.is_part) {
            let mut asked = nested::Asked::default();
            asked.collect(&structs, known, "", 0);
            for (name, is_optional, place) in asked.secrets {
                self.declare_secret(name, is_optional, place);
            }
            self.declarations.unresolved.extend(asked.unresolved);
        }
    }

    fn declare_secret(&mut self, name: String, is_optional: bool, place: Place) {
        // A name that is not allowed is a fault already, and no command could set it.
        if !is_settable(&name) {
            return;
        }
        let spelled = self.index.secret(&name).map(|secret| secret.name().to_owned());
        let declared =
            self.secrets.entry(fold(&name)).or_insert_with(|| Declared::new(name, spelled));
        declared.add(is_optional, place);
    }

    fn declare_setting(&mut self, field: structs::Field, place: Place) {
        if !is_settable(&field.name) {
            return;
        }
        let structs::Field { name, is_optional, reads, type_text, .. } = field;
        let spelled = self.index.settings().get(&name).map(|setting| setting.name().to_owned());
        let setting = self.settings.entry(fold(&name)).or_insert_with(|| Setting {
            declared: Declared::new(name, spelled),
            types: Vec::new(),
        });
        setting.declared.add(is_optional, place);
        let read = reads.map(|reads| (reads, type_text));
        setting.types.extend(read.filter(|read| !setting.types.contains(read)));
    }

    fn finish(mut self) -> Declarations {
        self.declare();
        self.declarations.secrets = self.secrets.into_values().collect();
        self.declarations.settings = self.settings.into_values().collect();
        let settings = self.declarations.settings.iter_mut().map(|it| &mut it.declared);
        for declared in self.declarations.secrets.iter_mut().chain(settings) {
            declared.places.sort();
            declared.places.dedup();
        }
        self.declarations.secrets.sort_by(|a, b| a.name.cmp(&b.name));
        self.declarations.settings.sort_by(|a, b| a.declared.name.cmp(&b.declared.name));
        self.declarations
    }
}

fn is_settable(name: &str) -> bool {
    check_secret_name(name).is_ok()
}

fn has_manifest(folder: &Path) -> bool {
    folder.ancestors().any(|folder| folder.join("Cargo.toml").is_file())
}

/// A path that can be compared: the file itself, where it exists.
fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}
