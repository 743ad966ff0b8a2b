//! Opens every value whose key is at hand, to find what was altered. Nobody is asked for anything.

use strongroom_vault::{Content, Environment, EnvironmentType, Index, Lookup};

use crate::keys::Keys;
use crate::stores::checked;
use crate::value::{Unopened, environment_of, kinds_of, open};

/// What opening showed.
pub(super) struct Opening {
    /// Values that do not open: secret, environment and why.
    pub(super) unopened: Vec<(String, String, Unopened)>,
    /// Keys that are wrong, in words.
    pub(super) key_faults: Vec<String>,
    /// How many values opened.
    pub(super) opened: usize,
    /// How many references fit their seals.
    pub(super) fitting: usize,
    /// Types whose values were not opened, since no key for them is at hand.
    pub(super) without_key: Vec<EnvironmentType>,
    keys: Keys,
}

impl Opening {
    /// Whether a key for a type is here, also where its values were not opened.
    pub(super) fn has_key(&mut self, index: &Index<'_>, kind: EnvironmentType) -> bool {
        // What is wrong with a key was told for the types that count.
        self.keys.try_type(index, kind).unwrap_or(false)
    }

    /// The keys that are at hand.
    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) fn is_fine(&self) -> bool {
        self.unopened.is_empty() && self.key_faults.is_empty()
    }

    fn open_type(&mut self, index: &Index<'_>, kind: EnvironmentType) {
        let Some(key) = self.keys.data_key(index, kind) else { return };
        for secret in index.secrets() {
            for value in secret.values().iter().filter(|value| value.kind() == kind) {
                // A value under another data key counts as missing, and the table says so.
                let is_current = matches!(
                    index.lookup_in(secret, &environment_of(index, value)),
                    Lookup::Found(_)
                );
                if !is_current {
                    continue;
                }
                let (count, outcome) = match value.content() {
                    Content::Sealed(_) => (&mut self.opened, open(key, secret, value).map(drop)),
                    Content::Reference { .. } => {
                        let fits = checked(index, Some(key), secret, value);
                        (&mut self.fitting, fits.map(drop))
                    }
                };
                match outcome {
                    Ok(()) => *count += 1,
                    Err(why) => {
                        let place = (secret.name().to_owned(), value.environment().to_owned(), why);
                        self.unopened.push(place);
                    }
                }
            }
        }
    }
}

/// Opens all values of the types of these environments.
pub(super) fn open_all(index: &Index<'_>, environments: &[Environment]) -> Opening {
    let mut opening = Opening {
        unopened: Vec::new(),
        key_faults: Vec::new(),
        opened: 0,
        fitting: 0,
        without_key: Vec::new(),
        keys: Keys::default(),
    };
    for kind in kinds_of(environments) {
        match opening.keys.try_type(index, kind) {
            Ok(true) => opening.open_type(index, kind),
            Ok(false) => opening.without_key.push(kind),
            // One wrong key is one fault, whatever the number of types.
            Err(error) if opening.key_faults.iter().any(|fault| fault == error.text()) => {}
            Err(error) => opening.key_faults.push(error.text().to_owned()),
        }
    }
    opening
}
