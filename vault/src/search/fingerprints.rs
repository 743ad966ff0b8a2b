//! The memory of fingerprints: which holder keys and deposit keys were trusted once, so that another one in their place is
//! noticed, and an earlier deposit key that somebody puts back.

use std::io;

use super::folder::UserFolder;
use crate::crypto::Code;
use crate::environment::EnvironmentType;
use crate::index::VaultId;
use crate::regular::read_text;

/// A deposit key that somebody trusted here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenDepositKey {
    /// Its fingerprint.
    pub fingerprint: Code,
    /// The generation that the type's data key had then. A rotation makes a new deposit key, so the same one under a later
    /// data key was put back. None where only the fingerprint was remembered.
    pub generation: Option<u32>,
}

impl UserFolder {
    /// The fingerprint of a holder's key that somebody trusted here; none where nobody did or the file cannot be read.
    #[must_use]
    pub fn trusted_fingerprint(&self, id: VaultId, holder: &str) -> Option<Code> {
        let last = self.fingerprints(id).into_iter().rfind(|line| line.place == holder);
        last.map(|line| line.seen.fingerprint)
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
        self.change_fingerprints(id, |lines| {
            lines.retain(|line| line.place != holder);
            let seen = SeenDepositKey { fingerprint: code, generation: None };
            lines.push(Line { place: holder.to_owned(), seen });
        })
    }

    /// The deposit keys of a type that somebody trusted here, each once, the last one at the end.
    #[must_use]
    pub fn seen_deposit_keys(&self, id: VaultId, kind: EnvironmentType) -> Vec<SeenDepositKey> {
        let place = place_of(kind);
        let lines = self.fingerprints(id).into_iter().filter(|line| line.place == place);
        lines.map(|line| line.seen).collect()
    }

    /// Remembers that a deposit key of a type is trusted, as the last one; those before it stay remembered.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub fn trust_deposit_key(
        &self,
        id: VaultId,
        kind: EnvironmentType,
        seen: SeenDepositKey,
    ) -> io::Result<()> {
        if self.seen_deposit_keys(id, kind).last() == Some(&seen) {
            return Ok(());
        }
        let place = place_of(kind);
        self.change_fingerprints(id, |lines| {
            lines.retain(|line| line.place != place || line.seen.fingerprint != seen.fingerprint);
            let known = lines.iter().filter(|line| line.place == place).count();
            if known >= MOST
                && let Some(first) = lines.iter().position(|line| line.place == place)
            {
                lines.remove(first);
            }
            lines.push(Line { place, seen });
        })
    }

    fn change_fingerprints(
        &self,
        id: VaultId,
        change: impl FnOnce(&mut Vec<Line>),
    ) -> io::Result<()> {
        let file = self.path().join(FOLDER).join(id.to_string());
        self.write_locked(&file, || {
            let mut lines = self.fingerprints(id);
            change(&mut lines);
            Some(lines.iter().map(Line::text).collect())
        })
    }

    /// Reads the file; lines that say nothing are skipped.
    fn fingerprints(&self, id: VaultId) -> Vec<Line> {
        let text = read_text(&self.path().join(FOLDER).join(id.to_string()));
        text.unwrap_or_default().lines().filter_map(Line::read).collect()
    }
}

/// `PLACE FINGERPRINT`, and behind it the generation of the data key where the place is that of a deposit key.
struct Line {
    /// A holder's name, or that of a type's deposit key, which no holder can have.
    place: String,
    seen: SeenDepositKey,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (place, code) = (words.next()?.to_owned(), Code::parse(words.next()?)?);
        let generation = words.next().map(str::parse).transpose().ok()?;
        Some(Self { place, seen: SeenDepositKey { fingerprint: code, generation } })
    }

    fn text(&self) -> String {
        let SeenDepositKey { fingerprint, generation } = self.seen;
        match generation {
            Some(generation) => format!("{} {fingerprint} {generation}\n", self.place),
            None => format!("{} {fingerprint}\n", self.place),
        }
    }
}

fn place_of(kind: EnvironmentType) -> String {
    format!("deposits/{kind}")
}

const FOLDER: &str = "fingerprints";

/// Deposit keys of a type that are remembered: as many as a vault keeps earlier ones.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn code(typed: &str) -> Code {
        Code::parse(typed).expect("a code")
    }

    /// Four letters for a number.
    fn letters(mut number: usize) -> String {
        let mut letter = || {
            let letter = b"abcdefghijklmnop"[number % 16];
            number /= 16;
            char::from(letter)
        };
        [(); 4].map(|()| letter()).iter().collect()
    }

    #[test]
    fn a_fingerprint_is_remembered_for_its_holder_and_vault_until_another_is_trusted() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let (id, other) = (VaultId([7; 16]), VaultId([8; 16]));
        let (first, second) = (code("k7wq-3m2a-xvbn-d4ts"), code("aaaa-bbbb-cccc-dddd"));
        folder.trust_fingerprint(id, "dev", first).expect("written");
        folder.trust_fingerprint(id, "guest", second).expect("written");
        assert_eq!(folder.trusted_fingerprint(id, "dev"), Some(first));
        assert_eq!(folder.trusted_fingerprint(id, "guest"), Some(second));
        assert_eq!(folder.trusted_fingerprint(other, "dev"), None);
        folder.trust_fingerprint(id, "dev", second).expect("written");
        assert_eq!(folder.trusted_fingerprint(id, "dev"), Some(second));
    }

    #[test]
    fn deposit_keys_are_remembered_in_the_order_in_which_they_were_trusted() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let (id, kind) = (VaultId([7; 16]), EnvironmentType::Production);
        let (first, second) = (code("k7wq-3m2a-xvbn-d4ts"), code("aaaa-bbbb-cccc-dddd"));
        let file = home.path().join(FOLDER).join(id.to_string());
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        // As it was written before generations were remembered.
        fs::write(&file, format!("deposits/production {first}\nguest {second}\n")).expect("a file");
        let seen = |fingerprint, generation| SeenDepositKey { fingerprint, generation };
        assert_eq!(folder.seen_deposit_keys(id, kind), [seen(first, None)]);
        folder.trust_deposit_key(id, kind, seen(first, Some(1))).expect("written");
        folder.trust_deposit_key(id, kind, seen(second, Some(2))).expect("written");
        let both = [seen(first, Some(1)), seen(second, Some(2))];
        assert_eq!(folder.seen_deposit_keys(id, kind), both);
        folder.trust_deposit_key(id, kind, seen(first, Some(3))).expect("written");
        let both = [seen(second, Some(2)), seen(first, Some(3))];
        assert_eq!(folder.seen_deposit_keys(id, kind), both);
        assert_eq!(folder.seen_deposit_keys(id, EnvironmentType::Local), []);
        assert_eq!(folder.trusted_fingerprint(id, "guest"), Some(second));
    }

    #[test]
    fn of_many_deposit_keys_the_oldest_is_forgotten_and_nothing_else() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let (id, guest) = (VaultId([7; 16]), code("k7wq-3m2a-xvbn-d4ts"));
        let (kind, other) = (EnvironmentType::Production, EnvironmentType::Local);
        let key = |number: usize| SeenDepositKey {
            fingerprint: code(&format!("{}-bbbb-cccc-dddd", letters(number))),
            generation: Some(1),
        };
        folder.trust_deposit_key(id, other, key(0)).expect("written");
        folder.trust_fingerprint(id, "guest", guest).expect("written");
        for number in 0..=MOST {
            folder.trust_deposit_key(id, kind, key(number)).expect("written");
        }
        let kept: Vec<_> = (1..=MOST).map(key).collect();
        assert_eq!(folder.seen_deposit_keys(id, kind), kept);
        assert_eq!(folder.seen_deposit_keys(id, other), [key(0)]);
        assert_eq!(folder.trusted_fingerprint(id, "guest"), Some(guest));
    }
}
