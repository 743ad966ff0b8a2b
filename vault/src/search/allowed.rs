//! The memory of what somebody allowed on this machine: which command lines stores may run, and to which stores, with which
//! settings, values and logins may go before a seal vouches for them.

#[cfg(feature = "edit")]
use std::io;

use sha2::{Digest as _, Sha256};

use super::folder::UserFolder;
use crate::crypto::{Lp, base64url, text_of};
use crate::index::{StoreEntry, VaultId};
use crate::regular::read_text;

/// What a store would do: a digest of all of it, so that a change asks anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed(String);

impl Allowed {
    /// That a store runs these command lines, each with its program first.
    #[must_use]
    pub fn to_run(store: &str, lines: &[Vec<String>]) -> Self {
        let mut parts = Lp::new("command").text(store);
        for line in lines {
            let words = line.iter().fold(Lp::new("line"), |parts, word| parts.text(word));
            parts = parts.part(words.bytes());
        }
        Self::digest(&parts)
    }

    /// That a store with exactly these settings is asked, although no seal vouches for them yet.
    #[must_use]
    pub fn to_ask(store: &StoreEntry<'_>) -> Self {
        let parts = store
            .settings()
            .iter()
            .fold(Lp::new("store").text(store.name()), |parts, (path, setting)| {
                parts.text(path).text(&text_of(setting))
            });
        Self::digest(&parts)
    }

    fn digest(parts: &Lp) -> Self {
        Self(base64url(&Sha256::digest(parts.bytes())))
    }
}

impl UserFolder {
    /// Whether somebody allowed exactly this on this machine.
    #[must_use]
    pub fn is_allowed(&self, id: VaultId, what: &Allowed) -> bool {
        self.allowed(id).lines().any(|line| line == what.0)
    }

    /// Allows it from now on.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    #[cfg(feature = "edit")]
    pub fn allow(&self, id: VaultId, what: &Allowed) -> io::Result<()> {
        self.change_allowed(id, |allowed| {
            if !allowed.lines().any(|line| line == what.0) {
                allowed.push_str(&what.0);
                allowed.push('\n');
            }
        })
    }

    /// Takes that back.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    #[cfg(feature = "edit")]
    pub fn forbid(&self, id: VaultId, what: &Allowed) -> io::Result<()> {
        self.change_allowed(id, |allowed| {
            let kept = allowed.lines().filter(|line| *line != what.0);
            *allowed = kept.flat_map(|line| [line, "\n"]).collect();
        })
    }

    #[cfg(feature = "edit")]
    fn change_allowed(&self, id: VaultId, change: impl FnOnce(&mut String)) -> io::Result<()> {
        let file = self.path().join(FOLDER).join(id.to_string());
        self.write_locked(&file, || {
            let mut allowed = self.allowed(id);
            change(&mut allowed);
            Some(allowed)
        })
    }

    fn allowed(&self, id: VaultId) -> String {
        read_text(&self.path().join(FOLDER).join(id.to_string())).unwrap_or_default()
    }
}

const FOLDER: &str = "allowed";

#[cfg(all(test, feature = "edit"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_allowed_is_allowed_and_until_it_is_taken_back() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let (id, other) = (VaultId([7; 16]), VaultId([8; 16]));
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let lines = Allowed::to_run("pass", &[words(&["pass", "show", "{name}"])]);
        assert!(!folder.is_allowed(id, &lines));
        folder.allow(id, &Allowed::to_run("op", &[words(&["op"])])).expect("written");
        folder.allow(id, &lines).expect("written");
        folder.allow(id, &lines).expect("written");
        assert!(folder.is_allowed(id, &lines));
        assert!(!folder.is_allowed(other, &lines));
        for changed in [
            Allowed::to_run("pas", &[words(&["pass", "show", "{name}"])]),
            Allowed::to_run("pass", &[words(&["pass", "show {name}"])]),
            Allowed::to_run("pass", &[words(&["pass", "show"]), words(&["{name}"])]),
        ] {
            assert!(!folder.is_allowed(id, &changed));
        }
        let text = folder.allowed(id);
        assert_eq!(text.lines().filter(|line| *line == lines.0).count(), 1);
        folder.forbid(id, &lines).expect("written");
        assert!(!folder.is_allowed(id, &lines));
    }
}
