//! A developer's own values for `local`: a file beside the vault that git ignores.

use std::fmt;

use super::secrets::{Lookup, Origin, Secret, Secrets, Value};
use super::shape::Table;
use super::{Document, Index};
use crate::environment::{Environment, EnvironmentType};
use crate::error::{Fault, ReadError};
use crate::index::Content;

/// The values of a mine file. Each beats the vault's value while the type is `local`.
pub struct Mine<'t> {
    secrets: Secrets<'t>,
}

impl<'t> Mine<'t> {
    /// Reads a mine file's text; its environments are those of the vault beside it.
    ///
    /// # Errors
    ///
    /// The first fault in the text, with its line: anything but sealed values for `local` and its named environments.
    pub fn read(text: &'t str, index: &Index<'_>) -> Result<Self, ReadError> {
        Self::of(&Document::parse(text)?, index)
    }

    /// Reads a mine file that is parsed already.
    ///
    /// # Errors
    ///
    /// As [`Mine::read`].
    pub fn of(document: &Document<'t>, index: &Index<'_>) -> Result<Self, ReadError> {
        let root = Table { text: document.text, tree: &document.root, at: 0 };
        root.only("", &["secrets"])?;
        let secrets = Secrets::read(root, index.named_environments(), Origin::Mine)?;
        for secret in secrets.iter() {
            for value in secret.values() {
                let fault = match value.content() {
                    _ if value.kind() != EnvironmentType::Local => {
                        Fault::NotLocal(value.environment().to_owned())
                    }
                    Content::Reference { .. } => Fault::WrongShape("a sealed value"),
                    Content::Sealed(_) => continue,
                };
                return Err(fault.at(root.text, secret.at));
            }
        }
        Ok(Self { secrets })
    }

    /// The secrets that have a value here, sorted by name.
    pub fn secrets(&self) -> impl ExactSizeIterator<Item = &Secret<'t>> {
        self.secrets.iter()
    }

    /// The secret of a name, in any spelling.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&Secret<'t>> {
        self.secrets.get(name)
    }

    /// The values that lie under another than the current data key of `local`, as a rotation leaves them.
    pub fn left_behind(
        &self,
        index: &Index<'_>,
    ) -> impl Iterator<Item = (&Secret<'t>, &Value<'t>)> {
        let key = index.keys().of_type(EnvironmentType::Local).current();
        let key = key.map(|current| current.fingerprint_text().to_owned());
        let values =
            self.secrets().flat_map(|secret| secret.values().iter().map(move |it| (secret, it)));
        values.filter(move |(_, it)| key.as_deref() != Some(it.content().fingerprint_text()))
    }

    /// The secret and what this file has of it for an environment; none where the vault decides: the type is not `local`,
    /// or there is no value here.
    #[must_use]
    pub fn lookup(
        &self,
        index: &Index<'_>,
        name: &str,
        environment: &Environment,
    ) -> Option<(&Secret<'t>, Lookup<'_, 't>)> {
        if environment.kind() != EnvironmentType::Local {
            return None;
        }
        let secret = self.secret(name)?;
        match index.lookup_in(secret, environment) {
            Lookup::Missing => None,
            found => Some((secret, found)),
        }
    }
}

impl fmt::Debug for Mine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mine").field("secrets", &self.secrets().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: &str = "[strongroom]\nformat = 1\nid = \"5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d\"\n\
                         [environments]\ndesk = \"local\"\nstaging = \"development\"\n";

    fn code(text: &str) -> &'static str {
        let index = Index::read(VAULT).expect("a vault");
        Mine::read(text, &index).map_or_else(|error| error.fault.code(), |_| "fine")
    }

    #[test]
    fn only_sealed_values_of_local_may_stand_there() {
        let sealed =
            format!("{{ version = 1, set = 2026-11-20, sealed = \"{}\" }}", "A".repeat(94));
        assert_eq!(code(""), "fine");
        assert_eq!(code(&format!("[secrets.a]\nlocal = {sealed}\ndesk = {sealed}\n")), "fine");
        assert_eq!(code(&format!("[secrets.a]\nstaging = {sealed}\n")), "not-local");
        assert_eq!(code(&format!("[secrets.a]\nproduction = {sealed}\n")), "not-local");
        assert_eq!(code("[environments]\nmine = \"local\"\n"), "unknown-key");
        assert_eq!(code("[strongroom]\nformat = 1\n"), "unknown-key");
        let seal = "A".repeat(50);
        let reference = format!(
            "{{ version = 1, set = 2026-11-20, store = \"s\", ref = \"r\", seal = \"{seal}\" }}"
        );
        assert_eq!(code(&format!("[secrets.a]\nlocal = {reference}\n")), "wrong-shape");
        let twice = format!("[secrets.a_b]\nlocal = {sealed}\n[secrets.AB]\nlocal = {sealed}\n");
        assert_eq!(code(&twice), "two-spellings");
    }
}
