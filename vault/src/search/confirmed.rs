//! The memory of older data keys that a person took on an older branch, so that another visit to it asks nothing.

use std::io;

use super::folder::UserFolder;
use crate::environment::EnvironmentType;
use crate::index::VaultId;
use crate::regular::read_text;

/// An older data key that a person took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedOlder {
    /// Its type.
    pub kind: EnvironmentType,
    /// Its fingerprint, as entries under it begin.
    pub fingerprint: String,
    /// The id of the commit that the vault was of.
    pub commit: String,
}

impl UserFolder {
    /// The older data keys of a vault that a person took here; none where nobody did or the file cannot be read.
    #[must_use]
    pub fn confirmed_older(&self, id: VaultId) -> Vec<ConfirmedOlder> {
        let text = read_text(&self.path().join(FOLDER).join(id.to_string()));
        text.unwrap_or_default().lines().filter_map(ConfirmedOlder::read).collect()
    }

    /// Remembers that a person took older data keys, in place of what was remembered of the same ones.
    ///
    /// # Security
    ///
    /// Whoever looks this up must find the commit in what is checked out, and no newer key.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub fn confirm_older(&self, id: VaultId, taken: &[ConfirmedOlder]) -> io::Result<()> {
        self.write_locked(&self.path().join(FOLDER).join(id.to_string()), || {
            let mut known = self.confirmed_older(id);
            let same = |a: &ConfirmedOlder, b: &ConfirmedOlder| {
                a.kind == b.kind && a.fingerprint == b.fingerprint
            };
            known.retain(|known| !taken.iter().any(|taken| same(taken, known)));
            known.extend_from_slice(taken);
            let first = known.len().saturating_sub(MOST);
            Some(known[first..].iter().map(ConfirmedOlder::text).collect())
        })
    }
}

impl ConfirmedOlder {
    /// Reads `TYPE FINGERPRINT COMMIT`; a line that says nothing is none.
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ').map(str::to_owned);
        let kind = EnvironmentType::from_full(&words.next()?)?;
        let (fingerprint, commit) = (words.next()?, words.next()?);
        let is_commit = !commit.is_empty() && commit.bytes().all(|b| b.is_ascii_hexdigit());
        is_commit.then_some(Self { kind, fingerprint, commit })
    }

    fn text(&self) -> String {
        format!("{} {} {}\n", self.kind, self.fingerprint, self.commit)
    }
}

const FOLDER: &str = "older";
/// How many are remembered of a vault: more than anybody goes back to.
const MOST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_remembered_for_its_vault_and_the_oldest_is_forgotten() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let (id, other) = (VaultId([7; 16]), VaultId([8; 16]));
        let taken = |number: usize, commit: &str| ConfirmedOlder {
            kind: EnvironmentType::Local,
            fingerprint: format!("{number:016x}"),
            commit: commit.to_owned(),
        };
        folder.confirm_older(id, &[taken(1, "aa"), taken(2, "aa")]).expect("written");
        folder.confirm_older(id, &[taken(1, "bb")]).expect("written");
        assert_eq!(folder.confirmed_older(id), [taken(2, "aa"), taken(1, "bb")]);
        assert_eq!(folder.confirmed_older(other), []);
        let many: Vec<_> = (10..10 + MOST).map(|number| taken(number, "cc")).collect();
        folder.confirm_older(id, &many).expect("written");
        assert_eq!(folder.confirmed_older(id), many);
        let file = home.path().join(FOLDER).join(id.to_string());
        std::fs::write(&file, "local zz x\nnowhere 1 2\nlocal 12\n\nlocal 12 34\n")
            .expect("a file");
        assert_eq!(folder.confirmed_older(id).len(), 1);
    }
}
