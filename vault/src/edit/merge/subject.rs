//! What two sides of a merge can disagree about, and which entries that takes along.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::apps::{app_of_key, kind_of_key};
use super::entries::{Entry, Read, all, is_same};
use super::stores::{self, store_of_entry, store_of_seals};
use crate::environment::EnvironmentType;
use crate::index::{Current, Index, PlainSetting, PlainValue};
use crate::name::fold;
use crate::shown::Shown;

/// Something that two sides made different things of, so that a person has to decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The roster key, and with it every key, holder and value.
    Roster,
    /// The data key of a type, with all that lies under it.
    Keys(EnvironmentType),
    /// A named environment with its values, as one side spells it.
    Environment(String),
    /// A holder with its grants, as one side spells it.
    Holder(String),
    /// A secret that each side spells in its own way, as one of them does.
    Spelling(String),
    /// A name that is a secret on one side and a setting on the other, as one of them spells it.
    SecretOrSetting(String),
    /// A value.
    Value {
        /// The secret, as spelled in the vault.
        name: String,
        /// The environment, as spelled in the vault.
        environment: String,
    },
    /// What a secret is for.
    About(String),
    /// A setting that each side spells in its own way, as one of them does.
    SettingSpelling(String),
    /// A setting's value.
    Setting {
        /// The setting, as spelled in the vault.
        name: String,
        /// The environment as spelled in the vault, or `default`; of the description, `about`.
        scope: String,
    },
    /// Any other entry: its table and its key.
    Entry(Vec<String>, String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Roster => f.write_str("the roster key and everything under it"),
            Self::Keys(kind) => write!(f, "the data key of {kind}"),
            Self::Environment(name) => write!(f, "the environment `{}`", Shown(name)),
            Self::Holder(name) => write!(f, "the holder `{}`", Shown(name)),
            Self::Spelling(name) => write!(f, "the spelling of `{}`", Shown(name)),
            Self::SecretOrSetting(name) => {
                write!(f, "whether `{}` is a secret or a setting", Shown(name))
            }
            Self::Value { name, environment } => {
                write!(f, "`{}` {}", Shown(name), Shown(environment))
            }
            Self::About(name) => write!(f, "the description of `{}`", Shown(name)),
            Self::SettingSpelling(name) => {
                write!(f, "the spelling of the setting `{}`", Shown(name))
            }
            Self::Setting { name, scope } => {
                write!(f, "the setting `{}` {}", Shown(name), Shown(PlainValue::scope_words(scope)))
            }
            Self::Entry(table, key) => {
                write!(f, "`{}` in [{}]", Shown(key), Shown(&table.join(".")))
            }
        }
    }
}

/// What the sides disagree about beyond single lines: each takes all of its entries along.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Groups {
    pub(super) roster: bool,
    pub(super) kinds: BTreeSet<EnvironmentType>,
    /// By folded name, as one side spells it.
    pub(super) environments: BTreeMap<String, String>,
    pub(super) holders: BTreeMap<String, String>,
    pub(super) stores: BTreeMap<String, String>,
    pub(super) spellings: BTreeMap<String, String>,
    pub(super) setting_spellings: BTreeMap<String, String>,
    pub(super) secret_or_setting: BTreeMap<String, String>,
}

impl Groups {
    /// What two texts differ in that are the same but for conflicts.
    pub(super) fn between(ours: &Read<'_, '_>, theirs: &Read<'_, '_>) -> Self {
        let (a, b) = (ours.index.keys(), theirs.index.keys());
        let mut groups = Self {
            roster: is_other(a.roster().current(), b.roster().current()),
            ..Self::default()
        };
        groups.kinds = EnvironmentType::ALL
            .into_iter()
            .filter(|kind| is_other(a.of_type(*kind).current(), b.of_type(*kind).current()))
            .collect();
        for entry in all(&[ours, theirs]) {
            if is_same(ours.get(entry), theirs.get(entry)) {
                continue;
            }
            if let Some(name) = store_of_entry(entry) {
                groups.stores.entry(fold(name)).or_insert_with(|| name.to_owned());
                continue;
            }
            let (names, name) = match entry.path().as_slice() {
                ["environments"] => (&mut groups.environments, &entry.key),
                ["holders", _] if entry.key != "vouch" => (&mut groups.holders, &entry.table[1]),
                // The grants of a new data key go with that.
                ["keys", scope] if !groups.has_new_key(scope) => (&mut groups.holders, &entry.key),
                _ => continue,
            };
            names.entry(fold(name)).or_insert_with(|| name.clone());
        }
        groups.spellings = respelled(ours.index, theirs.index);
        groups.setting_spellings = respelled_settings(ours.index, theirs.index);
        groups.secret_or_setting = secret_or_setting(ours.index, theirs.index);
        groups
    }

    fn has_new_key(&self, scope: &str) -> bool {
        self.roster
            || EnvironmentType::from_full(scope).is_some_and(|kind| self.kinds.contains(&kind))
    }

    /// What an entry belongs to.
    pub(super) fn subject(
        &self,
        entry: &Entry,
        ours: &Read<'_, '_>,
        theirs: &Read<'_, '_>,
    ) -> Subject {
        let kinds_of = |name: &str| {
            let of = |read: &Read<'_, '_>| read.index.environment(name).ok().map(|it| it.kind());
            [of(ours), of(theirs)]
        };
        let key_of = |kinds: [Option<EnvironmentType>; 2]| {
            if self.roster {
                return Some(Subject::Roster);
            }
            let mut kinds = kinds.into_iter().flatten();
            kinds.find(|kind| self.kinds.contains(kind)).map(Subject::Keys)
        };
        let holder = |name: &str| self.holders.get(&fold(name)).cloned().map(Subject::Holder);
        let environment =
            |name: &str| self.environments.get(&fold(name)).cloned().map(Subject::Environment);
        let store = |name: &str| self.stores.get(&fold(name)).map(|name| stores::subject(name));
        let spelling = |name: &str| self.spellings.get(&fold(name)).cloned().map(Subject::Spelling);
        let scope = |word: &str| match EnvironmentType::from_full(word) {
            Some(kind) => key_of([Some(kind), None]),
            None => self.roster.then_some(Subject::Roster),
        };
        let key = entry.key.as_str();
        // Before all else: no vault has both, whatever is decided of keys and environments.
        if let ["secrets" | "settings", name] = entry.path().as_slice()
            && let Some(name) = self.secret_or_setting.get(&fold(name))
        {
            return Subject::SecretOrSetting(name.clone());
        }
        let found = match entry.path().as_slice() {
            ["secrets", name] if key == "about" => {
                spelling(name).or_else(|| Some(Subject::About((*name).to_owned())))
            }
            ["secrets", name] => {
                let value =
                    || Subject::Value { name: (*name).to_owned(), environment: key.to_owned() };
                key_of(kinds_of(key))
                    .or_else(|| environment(key))
                    .or_else(|| spelling(name))
                    .or_else(|| store(store_of_seals(entry, ours.index, theirs.index)?))
                    .or_else(|| Some(value()))
            }
            ["environments"] => {
                environment(key).map(|subject| key_of(kinds_of(key)).unwrap_or(subject))
            }
            ["holders", name] => {
                // A holder's word is for the deposit keys, and they go with the data keys.
                let word = || (key == "vouch").then(|| self.kinds.first().copied()).flatten();
                let whole = self.roster.then_some(Subject::Roster);
                whole.or_else(|| holder(name)).or_else(|| word().map(Subject::Keys))
            }
            ["keys", word] => scope(word).or_else(|| holder(key)),
            ["deposits", "older"] => {
                let of = |read: &Read<'_, '_>| {
                    let mut older = read.index.deposits().older().iter();
                    older.find(|known| known.public() == key).map(crate::index::DepositKey::kind)
                };
                key_of([of(ours), of(theirs)])
            }
            ["deposits", "waiting"] => {
                let of = |read: &Read<'_, '_>| {
                    let mut waiting = read.index.deposits().waiting().iter();
                    waiting.find(|it| it.code() == key).map(|it| it.environment().to_owned())
                };
                of(ours).or_else(|| of(theirs)).and_then(|name| environment(&name))
            }
            ["deposits" | "retired", word] => scope(word),
            ["apps", _] if app_of_key(entry).is_some() => {
                key_of([kind_of_key(ours, entry), kind_of_key(theirs, entry)])
            }
            ["stores", _] => store_of_entry(entry).and_then(store),
            ["settings", name] => {
                let spelling = self.setting_spellings.get(&fold(name)).cloned();
                let setting =
                    || Subject::Setting { name: (*name).to_owned(), scope: key.to_owned() };
                let spelling = spelling.map(Subject::SettingSpelling);
                environment(key).or(spelling).or_else(|| Some(setting()))
            }
            _ => None,
        };
        found.unwrap_or_else(|| Subject::Entry(entry.table.clone(), entry.key.clone()))
    }
}

/// Whether two current keys are not the same one.
pub(super) fn is_other(a: Option<&Current>, b: Option<&Current>) -> bool {
    a.map(Current::fingerprint_text) != b.map(Current::fingerprint_text)
}

/// The secrets that both have and spell in different ways: folded, and as the first spells them.
pub(super) fn respelled(ours: &Index<'_>, theirs: &Index<'_>) -> BTreeMap<String, String> {
    let is_otherwise =
        |name: &&str| theirs.secret(name).is_some_and(|secret| secret.name() != *name);
    let names = ours.secrets().map(crate::index::Secret::name).filter(is_otherwise);
    names.map(|name| (fold(name), name.to_owned())).collect()
}

/// As [`respelled`], of settings.
pub(super) fn respelled_settings(ours: &Index<'_>, theirs: &Index<'_>) -> BTreeMap<String, String> {
    let is_otherwise =
        |name: &&str| theirs.settings().get(name).is_some_and(|setting| setting.name() != *name);
    let names = ours.settings().iter().map(PlainSetting::name).filter(is_otherwise);
    names.map(|name| (fold(name), name.to_owned())).collect()
}

/// The names that are a secret on one side and a setting on the other: folded, and as the secret is spelled.
pub(super) fn secret_or_setting(ours: &Index<'_>, theirs: &Index<'_>) -> BTreeMap<String, String> {
    let names = |secrets: &Index<'_>, settings: &Index<'_>| {
        let names = secrets.secrets().map(crate::index::Secret::name);
        let both = names.filter(|name| settings.settings().get(name).is_some());
        both.map(|name| (fold(name), name.to_owned())).collect::<Vec<_>>()
    };
    names(ours, theirs).into_iter().chain(names(theirs, ours)).collect()
}
