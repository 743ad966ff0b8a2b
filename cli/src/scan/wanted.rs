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
    /// Keys that are wrong, in words.
    pub(crate) key_faults: Vec<String>,
    /// Values that do not open although a key is here, and why.
    pub(crate) unopened: Vec<(Owner, Unopened)>,
}

/// A secret and an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) secret: String,
    pub(crate) environment: Environment,
    /// Whether it is a value of the user's own.
    pub(crate) is_own: bool,
}

impl Wanted {
    /// Only keys are looked for: there is no vault.
    pub(crate) fn only_keys() -> Result<Self, Error> {
        let mut wanted = Self::empty(0)?;
        wanted.table.finish();
        Ok(wanted)
    }

    /// The values of these environments, as far as keys are at hand beside those that are open already.
    pub(crate) fn of(
        index: &Index<'_>,
        mine: Option<&Mine<'_>>,
        environments: &[Environment],
        mut keys: Keys,
    ) -> Result<Self, Error> {
        let own = mine.into_iter().flat_map(Mine::secrets);
        let all = index.secrets().chain(own);
        let values: Vec<_> = all.flat_map(|secret| values_of(secret, environments)).collect();
        let mut wanted = Self::empty(values.len())?;
        for kind in EnvironmentType::ALL {
            if values.iter().any(|(_, value)| value.kind() == kind) {
                wanted.unlock(index, kind, &mut keys);
            }
        }
        for (secret, value) in values {
            if let Some(key) = keys.data_key(index, value.kind()) {
                wanted.add(index, key, secret, value);
            }
        }
        wanted.table.finish();
        Ok(wanted)
    }

    fn empty(values: usize) -> Result<Self, Error> {
        Ok(Self {
            table: Table::new(values)?,
            values: Vec::new(),
            ordinary: Vec::new(),
            without_key: Vec::new(),
            key_faults: Vec::new(),
            unopened: Vec::new(),
        })
    }

    fn unlock(&mut self, index: &Index<'_>, kind: EnvironmentType, keys: &mut Keys) {
        match keys.try_type(index, kind) {
            Ok(true) => {}
            Ok(false) => self.without_key.push(kind),
            // One wrong key is one fault, whatever the number of types.
            Err(error) if self.key_faults.iter().any(|fault| fault == error.text()) => {}
            Err(error) => self.key_faults.push(error.text().to_owned()),
        }
    }

    fn add(&mut self, index: &Index<'_>, key: &DataKey, secret: &Secret<'_>, value: &Value<'_>) {
        let owner = Owner {
            secret: secret.name().to_owned(),
            environment: environment_of(index, value),
            is_own: secret.origin() == Origin::Mine,
        };
        let opened = match open(key, secret, value) {
            Ok(opened) => opened,
            Err(why) => return self.unopened.push((owner, why)),
        };
        let plain = without_last_newlines(opened.as_bytes());
        if let Some(why) = why_ordinary(index, plain) {
            return self.ordinary.push((owner, why));
        }
        if let Some(same) = self.table.value_of(plain) {
            return self.values[same].push(owner);
        }
        let number = self.values.len();
        self.values.push(vec![owner]);
        spellings::each(plain, |spelling, text| self.table.add(number, spelling, text));
    }
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
