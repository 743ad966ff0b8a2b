//! Which secret an entry of a file means: one that exists, in any spelling, or a new one.

use std::collections::BTreeMap;

use strongroom_formats::Entry;
use strongroom_vault::limits::VALUE_BYTES;
use strongroom_vault::{Index, Secret, Shown, check_secret_name, fold};

use super::input::Input;
use crate::error::{Error, listed};
use crate::variables::variable_of;

/// An entry, and the secret that it means.
pub(super) struct Meant<'e> {
    pub(super) entry: &'e Entry,
    /// The secret's name; as spelled in the file if it is a new one.
    pub(super) name: String,
    /// Secrets that the entry may mean as well as each other.
    candidates: Vec<String>,
}

impl Meant<'_> {
    /// Whether a user calls it so: as in the file, or as in the vault.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let folded = fold(name);
        [&self.entry.name, &self.name]
            .into_iter()
            .chain(&self.candidates)
            .any(|own| fold(own) == folded)
    }
}

/// What each entry means: the secret of its name, that of its variable, or that of its spelling.
pub(super) fn meant<'e>(index: &Index<'_>, entries: &'e [Entry]) -> Vec<Meant<'e>> {
    let mut by_variable: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in index.secrets().map(Secret::name) {
        by_variable.entry(variable_of(name)).or_default().push(name);
    }
    let meant = |entry: &'e Entry| {
        let called = entry.name.as_str();
        let spelled = index.secret(called).map(Secret::name);
        let (name, candidates) = match by_variable.get(called).map(Vec::as_slice) {
            _ if spelled == Some(called) => (called, &[][..]),
            Some([only]) => (*only, &[][..]),
            Some(several) => (called, several),
            None => (spelled.unwrap_or(called), &[][..]),
        };
        let candidates = candidates.iter().map(|name| (*name).to_owned()).collect();
        Meant { entry, name: name.to_owned(), candidates }
    };
    entries.iter().map(meant).collect()
}

/// Refuses all names and values that the vault cannot take, and entries that mean one secret.
pub(super) fn refuse(all: &[Meant<'_>], input: &Input) -> Result<(), Error> {
    let mut faults = Vec::new();
    // What to leave out; nothing for two entries that are one secret, since either may be meant.
    let mut without: Vec<Option<&str>> = Vec::new();
    let mut seen: BTreeMap<String, &Entry> = BTreeMap::new();
    for Meant { entry, name, candidates } in all {
        let line = entry.at.line;
        let (fault, is_alone) = if !candidates.is_empty() {
            let secrets = listed(candidates.iter().map(String::as_str));
            (format!("`{}` may mean {secrets}", Shown(&entry.name)), true)
        } else if let Err(fault) = check_secret_name(name) {
            (format!("{}: {fault}", shown(name)), true)
        } else if entry.value.len() > VALUE_BYTES {
            let most = "a vault takes 1 MiB at most: keep large files elsewhere";
            (format!("`{}` is too large: {most}", Shown(name)), true)
        } else if let Some(first) = seen.insert(fold(name), entry) {
            let (one, other) = (Shown(&entry.name), Shown(&first.name));
            (format!("`{one}` and `{other}` (line {}) are one secret", first.at.line), false)
        } else {
            continue;
        };
        faults.push(format!("line {line}: {fault}"));
        without.push(Some(entry.name.as_str()).filter(|name| is_alone && is_plain(name)));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let without: Option<Vec<&str>> = without.into_iter().collect();
    let without = without.map_or_else(|| "NAME,…".to_owned(), |names| names.join(","));
    Err(Error::cannot(format!(
        "the vault cannot take this of {}: nothing was changed\n{}",
        input.described(),
        faults.join("\n")
    ))
    .with_hint(format!("change them in the file, or leave them out with: --except {without}")))
}

/// A name that cannot be one: shown only where it looks like one, since it may be a value at the wrong place.
fn shown(name: &str) -> String {
    if is_plain(name) { format!("`{name}`") } else { "a name that is not shown".to_owned() }
}

fn is_plain(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-/".contains(&b);
    !name.is_empty() && name.len() <= LONGEST && name.bytes().all(is_plain)
}

/// The longest name that is shown if the vault cannot take it.
const LONGEST: usize = 64;
