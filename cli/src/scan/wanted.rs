//! Fills the table: every value that the keys at hand open, in every spelling, and which values are not looked for.

use strongroom_vault::{DataKey, Environment, EnvironmentType, Index, Mine, Origin, Secret, Value};

use super::ordinary::{Ordinary, why_ordinary};
use super::spellings;
use super::table::Table;
use crate::error::Error;
use crate::keys::Keys;
use crate::value::{Unopened, environment_of, open};

/// What is looked for, and what is not.
pub(crate) struct Wanted {
    pub(crate) table: Table,
    /// By the number that the table has for a value: whose it is. Secrets may share one.
    pub(crate) values: Vec<Vec<Owner>>,
    /// Values that are too short or too ordinary.
    pub(crate) ordinary: Vec<(Owner, Ordinary)>,
    /// Types whose values are not looked for, since no key for them is at hand.
    pub(crate) without_key: Vec<EnvironmentType>,
    /// Of several vaults those of which no key at hand opens a value.
    pub(crate) closed: Vec<String>,
    /// Keys that are wrong, in words.
    pub(crate) key_faults: Vec<String>,
    /// Values that do not open although a key is here, and why.
    pub(crate) unopened: Vec<(Owner, Unopened)>,
}

/// A secret and an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The vault, where there are several.
    pub(crate) vault: Option<String>,
    pub(crate) secret: String,
    pub(crate) environment: Environment,
    /// Whether it is a value of the user's own.
    pub(crate) is_own: bool,
}

/// A text of a vault whose values are looked for.
pub(crate) struct Vault<'v> {
    pub(crate) index: &'v Index<'v>,
    pub(crate) mine: Option<&'v Mine<'v>>,
    /// What it is called where there are several.
    pub(crate) name: Option<&'v str>,
    /// Whether it only stands in git's index, and another one in the working tree: keys that do not fit it say nothing.
    pub(crate) is_staged: bool,
}

impl Wanted {
    /// Only keys are looked for: there is no vault.
    pub(crate) fn only_keys() -> Result<Self, Error> {
        Ok(Self::about(0)?.finished())
    }

    /// The values of these environments, as far as keys are at hand beside those that are open already.
    pub(crate) fn of(
        index: &Index<'_>,
        mine: Option<&Mine<'_>>,
        environments: &[Environment],
        mut keys: Keys,
    ) -> Result<Self, Error> {
        let vault = Vault { index, mine, name: None, is_staged: false };
        let mut wanted = Self::about(vault.values(environments).len())?;
        wanted.take(&vault, environments, &mut keys);
        Ok(wanted.finished())
    }

    /// Nothing yet, and room for so many values.
    pub(crate) fn about(values: usize) -> Result<Self, Error> {
        Ok(Self {
            table: Table::new(values)?,
            values: Vec::new(),
            ordinary: Vec::new(),
            without_key: Vec::new(),
            closed: Vec::new(),
            key_faults: Vec::new(),
            unopened: Vec::new(),
        })
    }

    /// Takes the values of a vault in.
    pub(crate) fn take(
        &mut self,
        vault: &Vault<'_>,
        environments: &[Environment],
        keys: &mut Keys,
    ) {
        let values = vault.values(environments);
        let (mut is_open, mut is_closed) = (false, false);
        for kind in EnvironmentType::ALL {
            if values.iter().any(|(_, value)| value.kind() == kind) {
                match self.unlock(vault, kind, keys) {
                    Unlocked::Open => is_open = true,
                    Unlocked::NoKey => is_closed = true,
                    Unlocked::Fault => {}
                }
            }
        }
        if let (true, false, Some(name)) = (is_closed, is_open, vault.name) {
            self.closed.push(name.to_owned());
        }
        for (secret, value) in values {
            if let Some(key) = keys.data_key(vault.index, value.kind()) {
                self.add(vault, key, secret, value);
            }
        }
    }

    /// Ready to be looked for.
    pub(crate) fn finished(mut self) -> Self {
        self.table.finish();
        self
    }

    fn unlock(&mut self, vault: &Vault<'_>, kind: EnvironmentType, keys: &mut Keys) -> Unlocked {
        if vault.is_staged {
            return if keys.try_side(vault.index, kind) { Unlocked::Open } else { Unlocked::Fault };
        }
        match keys.try_type(vault.index, kind) {
            Ok(true) => return Unlocked::Open,
            Ok(false) => {
                if !self.without_key.contains(&kind) {
                    self.without_key.push(kind);
                }
                return Unlocked::NoKey;
            }
            Err(error) => {
                let of = vault.name.map(|name| format!("{name}: ")).unwrap_or_default();
                let fault = format!("{of}{}", error.text());
                // One wrong key is one fault, whatever the number of types.
                if !self.key_faults.contains(&fault) {
                    self.key_faults.push(fault);
                }
            }
        }
        Unlocked::Fault
    }

    fn add(&mut self, vault: &Vault<'_>, key: &DataKey, secret: &Secret<'_>, value: &Value<'_>) {
        let owner = Owner {
            vault: vault.name.map(str::to_owned),
            secret: secret.name().to_owned(),
            environment: environment_of(vault.index, value),
            is_own: secret.origin() == Origin::Mine,
        };
        let opened = match open(key, secret, value) {
            Ok(opened) => opened,
            Err(_) if vault.is_staged => return,
            Err(why) => return self.unopened.push((owner, why)),
        };
        let plain = without_last_newlines(opened.as_bytes());
        if let Some(why) = why_ordinary(vault.index, plain) {
            if !self.ordinary.iter().any(|(known, _)| *known == owner) {
                self.ordinary.push((owner, why));
            }
            return;
        }
        if let Some(same) = self.table.value_of(plain) {
            if !self.values[same].contains(&owner) {
                self.values[same].push(owner);
            }
            return;
        }
        let number = self.values.len();
        self.values.push(vec![owner]);
        spellings::each(plain, |spelling, text| self.table.add(number, spelling, text));
    }
}

impl Vault<'_> {
    fn values(&self, environments: &[Environment]) -> Vec<(&Secret<'_>, &Value<'_>)> {
        let own = self.mine.into_iter().flat_map(Mine::secrets);
        let all = self.index.secrets().chain(own);
        all.flat_map(|secret| values_of(secret, environments)).collect()
    }
}

/// What became of the data key of a type.
enum Unlocked {
    Open,
    /// Nobody's key for it is here.
    NoKey,
    /// A key is wrong, which is said.
    Fault,
}

/// The values that these environments have: a named one without a value of its own has that of its type.
fn values_of<'i, 't>(
    secret: &'i Secret<'t>,
    environments: &[Environment],
) -> Vec<(&'i Secret<'t>, &'i Value<'t>)> {
    let is_meant = |value: &&Value<'_>| {
        environments.iter().any(|environment| {
            environment.name() == value.environment()
                || (environment.kind().as_str() == value.environment()
                    && secret.value(environment.name()).is_none())
        })
    };
    secret.values().iter().filter(is_meant).map(|value| (secret, value)).collect()
}

/// A file that is made a value ends with a newline that a copy of it may lack.
fn without_last_newlines(value: &[u8]) -> &[u8] {
    let newlines = value.iter().rev().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    &value[..value.len() - newlines]
}
