//! The index: what a vault says without any key. Which secret has a value where, who holds which grant.

#[cfg(feature = "crypto")]
mod apps;
mod build;
mod deposits;
mod document;
#[cfg(feature = "crypto")]
mod embedded;
mod former;
mod holders;
mod keys;
#[cfg(feature = "crypto")]
mod mine;
mod secrets;
mod settings;
mod shape;
mod stores;

use std::fmt;

use toml::de::DeValue;

#[cfg(feature = "crypto")]
pub use self::apps::{App, AppId, AppKeyLine, AppRight, Apps};
use self::build::Build;
pub use self::build::Expired;
pub use self::deposits::{Deposit, DepositKey, Deposits};
pub use self::document::Document;
pub(crate) use self::document::utf8;
#[cfg(feature = "crypto")]
pub use self::embedded::{Embedded, EmbeddedGrant, EmbeddedKind, EmbeddedSecret, EmbeddedValue};
pub use self::former::{Removed, Retired};
pub use self::holders::{Holder, HolderKind, PassphraseCosts};
pub use self::keys::{Current, Grant, KeyTable, KeyTables};
#[cfg(feature = "crypto")]
pub use self::mine::Mine;
use self::secrets::Secrets;
pub use self::secrets::{Content, Lookup, Origin, Secret, Value};
pub use self::settings::{PlainSetting, PlainSettings, PlainValue, misfit};
use self::shape::{Table, bad_name, refuse_spellings, text_of, unknown_key};
pub use self::stores::{Setting, StoreEntry, Stores};
#[cfg(feature = "edit")]
pub(crate) use self::stores::{integer_of, is_setting_key};
use crate::environment::{Environment, EnvironmentType, UnknownEnvironment};
use crate::error::{Fault, ReadError};
use crate::limits::{ENVIRONMENTS, STRING_BYTES};
use crate::name::{check_environment_name, fold};
use crate::near::nearest;

/// The format that this version reads and writes.
pub const FORMAT: u32 = 1;

/// Everything that a vault says without a key.
///
/// ```
/// # use strongroom_vault::Index;
/// let index = Index::read("[strongroom]\nformat = 1\nid = \"5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d\"\n")?;
/// assert_eq!(index.secrets().count(), 0);
/// # Ok::<(), strongroom_vault::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Index<'t> {
    id: VaultId,
    build: Build,
    audit_log: bool,
    environments: Vec<Environment>,
    holders: Vec<Holder<'t>>,
    keys: KeyTables<'t>,
    secrets: Secrets<'t>,
    stores: Stores<'t>,
    settings: PlainSettings<'t>,
    deposits: Deposits<'t>,
    retired: Vec<Retired<'t>>,
    removed: Vec<Removed<'t>>,
    /// A fault there is nobody's business but of those who have use for applications.
    #[cfg(feature = "crypto")]
    apps: Result<Apps<'t>, ReadError>,
}

impl<'t> Index<'t> {
    /// Reads a vault's text.
    ///
    /// # Errors
    ///
    /// The first fault in the text, with its line. A reader refuses a vault as a whole: what it does not understand in
    /// one place it must not guess in another.
    pub fn read(text: &'t str) -> Result<Self, ReadError> {
        Self::of(&Document::parse(text)?)
    }

    /// Reads a vault that is parsed already.
    ///
    /// # Errors
    ///
    /// As [`Index::read`].
    pub fn of(document: &Document<'t>) -> Result<Self, ReadError> {
        let root = Table { text: document.text, tree: &document.root, at: 0 };
        let id = read_head(root)?;
        for (key, value) in root.entries() {
            let name = key.get_ref().as_ref();
            if RESERVED.contains(&name) {
                Table::of(root.text, value)?;
                check_strings(root.text, value.get_ref(), value.span().start)?;
            } else if !KNOWN.contains(&name) {
                return Err(unknown_key(root.text, key, "", &KNOWN));
            }
        }
        let environments = read_environments(root)?;
        let build = Build::read(root, &environments)?;
        let audit_log = build::read_audit(root)?;
        let holders = holders::read(root)?;
        let keys = keys::read(root, &holders)?;
        let secrets = Secrets::read(root, &environments, Origin::Vault)?;
        let stores = stores::read(root, &environments)?;
        let settings = settings::read(root, &environments, &secrets)?;
        let deposits = deposits::read(root, &environments)?;
        let retired = former::read_retired(root)?;
        let removed = former::read_removed(root)?;
        Ok(Self {
            id,
            build,
            audit_log,
            environments,
            holders,
            keys,
            secrets,
            stores,
            settings,
            deposits,
            retired,
            removed,
            #[cfg(feature = "crypto")]
            apps: Apps::of(document),
        })
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> VaultId {
        self.id
    }

    /// The environments of `[build] check`: what every build checks beside the active one.
    #[must_use]
    pub fn build_check(&self) -> &[Environment] {
        &self.build.check
    }

    /// `[build] expired`: what is done about values that have expired.
    #[must_use]
    pub fn build_expired(&self) -> Expired {
        self.build.expired
    }

    /// `[audit] log`: whether the command keeps a local record of what was read and changed.
    #[must_use]
    pub fn audit_log(&self) -> bool {
        self.audit_log
    }

    /// The named environments, sorted by name.
    #[must_use]
    pub fn named_environments(&self) -> &[Environment] {
        &self.environments
    }

    /// The four types and then the named environments.
    pub fn environments(&self) -> impl Iterator<Item = Environment> {
        EnvironmentType::ALL
            .into_iter()
            .map(Environment::from)
            .chain(self.environments.iter().cloned())
    }

    /// The environment that a word means: a type, a short form or a named environment, in any spelling.
    ///
    /// # Errors
    ///
    /// A word that means none, with the known ones.
    pub fn environment(&self, word: &str) -> Result<Environment, UnknownEnvironment> {
        if let Some(kind) = EnvironmentType::from_word(word) {
            return Ok(kind.into());
        }
        let folded = fold(word);
        self.environments
            .iter()
            .find(|environment| fold(environment.name()) == folded)
            .cloned()
            .ok_or_else(|| {
                UnknownEnvironment::new(word, self.environments.iter().map(ToString::to_string))
            })
    }

    /// The holders, sorted by name.
    #[must_use]
    pub fn holders(&self) -> &[Holder<'t>] {
        &self.holders
    }

    /// The holder of a name, in any spelling.
    #[must_use]
    pub fn holder(&self, name: &str) -> Option<&Holder<'t>> {
        let folded = fold(name);
        self.holders.iter().find(|holder| fold(holder.name()) == folded)
    }

    /// The grants.
    #[must_use]
    pub fn keys(&self) -> &KeyTables<'t> {
        &self.keys
    }

    /// The stores that references name.
    #[must_use]
    pub fn stores(&self) -> &Stores<'t> {
        &self.stores
    }

    /// The settings: what differs between environments and is no secret.
    #[must_use]
    pub fn settings(&self) -> &PlainSettings<'t> {
        &self.settings
    }

    /// The deposit keys, and what waits to be accepted.
    #[must_use]
    pub fn deposits(&self) -> &Deposits<'t> {
        &self.deposits
    }

    /// The previous data keys.
    #[must_use]
    pub fn retired(&self) -> &[Retired<'t>] {
        &self.retired
    }

    /// The holders who were removed, sorted by name.
    #[must_use]
    pub fn removed(&self) -> &[Removed<'t>] {
        &self.removed
    }

    /// The removal of a holder of this name, in any spelling.
    #[must_use]
    pub fn removal(&self, name: &str) -> Option<&Removed<'t>> {
        self.removed.iter().find(|removed| removed.is_named(name))
    }

    /// The applications that ask a server for their secret.
    ///
    /// # Errors
    ///
    /// `[apps]` has a fault. A vault can be read all the same: a build, and a program that loads its own secrets, keep and skip
    /// that table.
    #[cfg(feature = "crypto")]
    pub fn apps(&self) -> Result<&Apps<'t>, ReadError> {
        self.apps.as_ref().map_err(Clone::clone)
    }

    /// The secrets, sorted by name.
    pub fn secrets(&self) -> impl ExactSizeIterator<Item = &Secret<'t>> {
        self.secrets.iter()
    }

    /// The secret of a name, in any spelling.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&Secret<'t>> {
        self.secrets.get(name)
    }

    /// A secret whose name is so near to this one that it was probably meant.
    #[must_use]
    pub fn near_secret(&self, name: &str) -> Option<&str> {
        nearest(name, self.secrets.iter().map(Secret::name))
    }

    /// What a secret has for an environment: the value of the named environment if there is one, else that of its type.
    ///
    /// A value that lies under another data key than its type's current one does not count, and does not fall back
    /// either: it was meant to be there.
    #[must_use]
    pub fn lookup(&self, name: &str, environment: &Environment) -> Lookup<'_, 't> {
        self.secret(name).map_or(Lookup::Missing, |secret| self.lookup_in(secret, environment))
    }

    /// As [`Index::lookup`], for a secret at hand.
    #[must_use]
    pub fn lookup_in<'i, 's>(
        &self,
        secret: &'i Secret<'s>,
        environment: &Environment,
    ) -> Lookup<'i, 's> {
        let value = environment.in_order().into_iter().find_map(|name| secret.value(name));
        let Some(value) = value else {
            return Lookup::Missing;
        };
        let current = self.keys.of_type(environment.kind()).current();
        let lies_under = value.content().fingerprint_text();
        // What has another version byte lies under no key at all: opening it says that it was altered.
        if current.is_some_and(|current| lies_under == current.fingerprint_text())
            || !keys::begins_with_version(lies_under)
        {
            Lookup::Found(value)
        } else {
            Lookup::OtherDataKey(value)
        }
    }
}

/// A vault's id: 16 random bytes that every seal authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VaultId(pub [u8; 16]);

impl VaultId {
    /// Reads 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn hex_digit(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    }
}

/// `[strongroom]`: the format first, since everything else depends on it.
fn read_head(root: Table<'_, '_>) -> Result<VaultId, ReadError> {
    let head = Table::of(root.text, root.need("strongroom")?)?;
    let format = head.need("format")?;
    match format.get_ref() {
        DeValue::Integer(number)
            if u32::from_str_radix(number.as_str(), number.radix()) == Ok(FORMAT) => {}
        DeValue::Integer(number) => {
            return Err(Fault::UnknownFormat(number.to_string()).at(root.text, format.span().start));
        }
        _ => return Err(Fault::WrongShape("a whole number").at(root.text, format.span().start)),
    }
    head.only("strongroom", &["format", "id"])?;
    let id = head.need("id")?;
    VaultId::from_hex(&text_of(root.text, id, STRING_BYTES)?).ok_or_else(|| {
        Fault::WrongShape("32 lower-case hexadecimal digits").at(root.text, id.span().start)
    })
}

fn read_environments(root: Table<'_, '_>) -> Result<Vec<Environment>, ReadError> {
    let Some(value) = root.get("environments") else {
        return Ok(Vec::new());
    };
    let (mut environments, mut places) = (Vec::new(), Vec::new());
    for (key, value) in Table::of(root.text, value)?.entries() {
        let name = key.get_ref().as_ref();
        let at = key.span().start;
        check_environment_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
        places.push((name, at));
        let kind = text_of(root.text, value, STRING_BYTES)?;
        let kind = EnvironmentType::from_full(&kind).ok_or_else(|| {
            Fault::UnknownType(kind.into_owned()).at(root.text, value.span().start)
        })?;
        if environments.len() == ENVIRONMENTS {
            return Err(Fault::TooMany("named environments", ENVIRONMENTS).at(root.text, at));
        }
        environments.push(Environment::named(name, kind));
    }
    refuse_spellings(root.text, &places)?;
    Ok(environments)
}

fn unknown_environment(name: &str, environments: &[Environment]) -> Fault {
    let near = EnvironmentType::from_word(name).map(|kind| kind.as_str().to_owned());
    let named = environments.iter().map(ToString::to_string);
    let near = near.or_else(|| UnknownEnvironment::new(name, named).near);
    Fault::UnknownEnvironment { name: name.to_owned(), near }
}

/// Checks the strings of a part that this version skips: nothing in a vault may reach a terminal.
fn check_strings(text: &str, value: &DeValue<'_>, at: usize) -> Result<(), ReadError> {
    match value {
        DeValue::String(string) if crate::shown::has_dangerous(string) => {
            Err(Fault::ControlCharacter.at(text, at))
        }
        DeValue::Array(array) => array
            .iter()
            .try_for_each(|value| check_strings(text, value.get_ref(), value.span().start)),
        DeValue::Table(table) => table.iter().try_for_each(|(key, value)| {
            if crate::shown::has_dangerous(key.get_ref()) {
                return Err(Fault::ControlCharacter.at(text, key.span().start));
            }
            check_strings(text, value.get_ref(), value.span().start)
        }),
        _ => Ok(()),
    }
}

const KNOWN: [&str; 12] = [
    "audit",
    "strongroom",
    "build",
    "environments",
    "holders",
    "keys",
    "deposits",
    "retired",
    "removed",
    "stores",
    "settings",
    "secrets",
];

/// Tables that a program without use for them keeps and skips. What is in them shows to who asks for it.
const RESERVED: [&str; 1] = ["apps"];
