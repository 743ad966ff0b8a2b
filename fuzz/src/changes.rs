//! Changes to a vault, out of a fuzzer's bytes, made through a draft as a command makes them.

use arbitrary::{Arbitrary, Unstructured};
use strongroom_vault::{
    AccessKey, Date, Draft, EditError, Environment, EnvironmentType, HolderSecret, Index, KeyRing,
    NewHolder, PlainSetting, PlainValue, Scopes, SetOutcome,
};

use crate::assert_printable;

/// The day of every change.
pub const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

/// One change of a command.
#[derive(Debug, Arbitrary)]
pub enum Change {
    Set { name: Name, environment: u8, value: Vec<u8> },
    About { name: Name, text: String },
    Unset { name: Name, environment: u8 },
    AddEnvironment { name: String, kind: u8 },
    RemoveEnvironment { environment: u8 },
    AddHolder { name: String, kinds: u8, roster: bool },
    Setting { name: Name, environment: u8, text: String },
    UnsetSetting { name: Name, environment: u8 },
}

/// A secret's name: one of the vault, in another spelling, or any other.
#[derive(Debug, Arbitrary)]
pub enum Name {
    Existing(u8),
    Spelled(u8),
    Any(String),
    New(u8),
}

/// The changes that some bytes stand for: few, as a command makes them.
pub fn changes(bytes: &[u8]) -> Vec<Change> {
    let mut bytes = Unstructured::new(bytes);
    let mut changes = Vec::new();
    while changes.len() < 6 && !bytes.is_empty() {
        match Change::arbitrary(&mut bytes) {
            Ok(change) => changes.push(change),
            Err(_) => break,
        }
    }
    changes
}

/// What was changed: what may differ afterwards.
#[derive(Debug, Default)]
pub struct Changed {
    /// Values that were set: the name as spelled in the vault, the environment, what it is now, and what happened.
    pub set: Vec<(String, Environment, Vec<u8>, SetOutcome)>,
    /// Secrets whose description was changed.
    pub described: Vec<String>,
    /// Values that were removed.
    pub unset: Vec<(String, String)>,
    /// Named environments that came or went.
    pub environments: Vec<String>,
    /// Holders that came.
    pub holders: Vec<String>,
    /// The setting that was set or removed: its name as spelled in the vault, for what, and what it is now.
    pub setting: Option<(String, String, Option<String>)>,
}

impl Changed {
    /// Makes changes. What a draft refuses is not made, and must say why in printable words.
    pub fn make(
        changes: &[Change],
        draft: &mut Draft<'_, '_>,
        index: &Index<'_>,
        ring: &KeyRing,
    ) -> Self {
        let mut changed = Self::default();
        for change in changes {
            changed.make_one(change, draft, index, ring);
        }
        changed
    }

    fn make_one(
        &mut self,
        change: &Change,
        draft: &mut Draft<'_, '_>,
        index: &Index<'_>,
        ring: &KeyRing,
    ) {
        match change {
            Change::Set { name, environment, value } => {
                let (name, environment) = (text(name, index), chosen(index, *environment));
                // A command does not change one value twice.
                if self.touches(&name, &environment) {
                    return;
                }
                let Ok(key) = ring.data_key(index, environment.kind()) else { return };
                let outcome = draft.set_value(key, &name, &environment, value, TODAY);
                if let Some(outcome) = refused(outcome) {
                    self.set.push((spelled(&name, index), environment, value.clone(), outcome));
                }
            }
            Change::About { name, text: about } => {
                let name = text(name, index);
                // `set_about` describes what exists or is set in the same breath.
                let is_set = self.set.iter().any(|(set, ..)| *set == name);
                if (index.secret(&name).is_some() || is_set)
                    && refused(draft.set_about(&name, about)).is_some()
                {
                    self.described.push(spelled(&name, index));
                }
            }
            Change::Unset { name, environment } => {
                let (name, environment) = (text(name, index), chosen(index, *environment));
                if !self.touches(&name, &environment)
                    && draft.unset_value(&name, environment.name())
                {
                    self.unset.push((spelled(&name, index), environment.name().to_owned()));
                }
            }
            Change::AddEnvironment { name, kind } => {
                let kind = EnvironmentType::ALL[usize::from(*kind) % 4];
                if self.environments.is_empty()
                    && refused(draft.add_environment(name, kind)).is_some()
                {
                    self.environments.push(name.clone());
                }
            }
            Change::Setting { name, environment, text } => {
                let (name, environment) = (setting(name, index), scope(index, *environment));
                if self.setting.is_none()
                    && self.environments.is_empty()
                    && refused(draft.set_setting(&name, environment.as_ref(), text)).is_some()
                {
                    let place = environment.as_ref().map_or(PlainValue::DEFAULT, |it| it.name());
                    let name = index.settings().get(&name).map_or(&*name, PlainSetting::name);
                    self.setting = Some((name.to_owned(), place.to_owned(), Some(text.clone())));
                }
            }
            Change::UnsetSetting { name, environment } => {
                let (name, environment) = (setting(name, index), scope(index, *environment));
                let place = environment.as_ref().map_or(PlainValue::DEFAULT, |it| it.name());
                if self.setting.is_none()
                    && self.environments.is_empty()
                    && draft.unset_setting(&name, place)
                {
                    let name = index.settings().get(&name).map_or(&*name, PlainSetting::name);
                    self.setting = Some((name.to_owned(), place.to_owned(), None));
                }
            }
            Change::RemoveEnvironment { environment } => self.remove(draft, index, *environment),
            Change::AddHolder { name, kinds, roster } => {
                let is_granted = |kind: &EnvironmentType| kinds >> (*kind as u8) & 1 == 1;
                let kinds = EnvironmentType::ALL.into_iter().filter(is_granted).collect();
                let key = AccessKey::generate(index.id()).expect("randomness");
                let secret = HolderSecret::AccessKey(key);
                let scopes = Scopes { kinds, roster: *roster };
                let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
                // Holders are added one at a time.
                if self.holders.is_empty() {
                    match draft.add_holder(ring, &holder) {
                        Ok(()) => self.holders.push(name.clone()),
                        Err(error) => assert_printable(&error),
                    }
                }
            }
        }
    }

    fn remove(&mut self, draft: &mut Draft<'_, '_>, index: &Index<'_>, environment: u8) {
        let named = index.named_environments();
        // Removing an environment is a command of its own.
        if named.is_empty() || !self.is_nothing() {
            return;
        }
        let environment = &named[usize::from(environment) % named.len()];
        for name in draft.remove_environment(environment) {
            self.unset.push((name, environment.name().to_owned()));
        }
        self.environments.push(environment.name().to_owned());
    }

    fn is_nothing(&self) -> bool {
        self.set.is_empty()
            && self.described.is_empty()
            && self.unset.is_empty()
            && self.environments.is_empty()
            && self.holders.is_empty()
            && self.setting.is_none()
    }

    fn touches(&self, name: &str, environment: &Environment) -> bool {
        let folded = strongroom_vault::fold(name);
        let is_it = |other: &str, place: &str| {
            strongroom_vault::fold(other) == folded && place == environment.name()
        };
        self.set.iter().any(|(name, place, ..)| is_it(name, place.name()))
            || self.unset.iter().any(|(name, place)| is_it(name, place))
    }
}

fn chosen(index: &Index<'_>, number: u8) -> Environment {
    let environments: Vec<_> = index.environments().collect();
    environments[usize::from(number) % environments.len()].clone()
}

/// As [`chosen`]; none is the default.
fn scope(index: &Index<'_>, number: u8) -> Option<Environment> {
    (number % 4 > 0).then(|| chosen(index, number / 4))
}

fn setting(name: &Name, index: &Index<'_>) -> String {
    match name {
        Name::Existing(number) | Name::Spelled(number) => {
            let count = index.settings().iter().len().max(1);
            let setting = index.settings().iter().nth(usize::from(*number) % count);
            setting.map_or_else(|| "first".to_owned(), |it| it.name().to_ascii_uppercase())
        }
        Name::Any(_) | Name::New(_) => text(name, index),
    }
}

fn text(name: &Name, index: &Index<'_>) -> String {
    let nth = |number: u8| {
        let count = index.secrets().len().max(1);
        let secret = index.secrets().nth(usize::from(number) % count);
        secret.map_or_else(|| "first".to_owned(), |secret| secret.name().to_owned())
    };
    match name {
        Name::Existing(number) => nth(*number),
        Name::Spelled(number) => nth(*number).to_ascii_uppercase().replace('_', "-"),
        Name::Any(text) => text.clone(),
        Name::New(number) => format!("{}/new-{number}", number % 3),
    }
}

/// The name as the vault spells it.
fn spelled(name: &str, index: &Index<'_>) -> String {
    index.secret(name).map_or(name, |secret| secret.name()).to_owned()
}

fn refused<T>(result: Result<T, EditError>) -> Option<T> {
    result.map_err(|error| assert_printable(&error)).ok()
}
