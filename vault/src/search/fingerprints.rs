//! The memory of fingerprints: which holder key was trusted once, so that another one under the same name is noticed.

use std::collections::BTreeMap;
use std::{fs, io};

use super::folder::UserFolder;
use crate::crypto::Code;
use crate::index::VaultId;

impl UserFolder {
    /// The fingerprint of a holder's key that somebody trusted here; none where nobody did or the file cannot be read.
    #[must_use]
    pub fn trusted_fingerprint(&self, id: VaultId, holder: &str) -> Option<Code> {
        self.fingerprints(id).remove(holder)
    }

    /// Remembers the fingerprint of a holder's key, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub fn trust_fingerprint(&self, id: VaultId, holder: &str, code: Code) -> io::Result<()> {
        if self.trusted_fingerprint(id, holder) == Some(code) {
            return Ok(());
        }
        let file = self.path().join(FOLDER).join(id.to_string());
        self.write_locked(&file, || {
            let mut all = self.fingerprints(id);
            all.insert(holder.to_owned(), code);
            let lines: Vec<String> =
                all.iter().map(|(holder, code)| format!("{holder} {code}\n")).collect();
            Some(lines.concat())
        })
    }

    /// Reads the file; lines that say nothing are skipped.
    fn fingerprints(&self, id: VaultId) -> BTreeMap<String, Code> {
        let text = fs::read_to_string(self.path().join(FOLDER).join(id.to_string()));
        let line = |line: &str| {
            let (holder, code) = line.split_once(' ')?;
            Some((holder.to_owned(), Code::parse(code)?))
        };
        text.unwrap_or_default().lines().filter_map(line).collect()
    }
}

const FOLDER: &str = "fingerprints";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_remembered_for_its_holder_and_vault_until_another_is_trusted() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let (id, other) = (VaultId([7; 16]), VaultId([8; 16]));
        let code = |typed| Code::parse(typed).expect("a code");
        let (first, second) = (code("k7wq-3m2a-xvbn-d4ts"), code("aaaa-bbbb-cccc-dddd"));
        folder.trust_fingerprint(id, "dev", first).expect("written");
        folder.trust_fingerprint(id, "guest", second).expect("written");
        assert_eq!(folder.trusted_fingerprint(id, "dev"), Some(first));
        assert_eq!(folder.trusted_fingerprint(id, "guest"), Some(second));
        assert_eq!(folder.trusted_fingerprint(other, "dev"), None);
        folder.trust_fingerprint(id, "dev", second).expect("written");
        assert_eq!(folder.trusted_fingerprint(id, "dev"), Some(second));
    }
}
