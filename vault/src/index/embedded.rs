//! An index of static parts: what a program carries of a vault, read by nobody when it starts.

use std::borrow::Cow;

use super::apps::Apps;
use super::build::Build;
use super::secrets::Secrets;
use super::{
    Content, Current, Deposits, Grant, Holder, HolderKind, Index, KeyTable, KeyTables, Origin,
    PassphraseCosts, PlainSettings, Secret, Stores, Value, VaultId,
};
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};

/// What a program carries of a vault: sealed values of one environment and of its type, and the grants of that type.
#[derive(Debug)]
pub struct Embedded {
    /// The vault's id.
    pub id: [u8; 16],
    /// The environment.
    pub environment: &'static str,
    /// Its type.
    pub kind: EnvironmentType,
    /// The named environments of the vault, each with its type.
    pub named_environments: &'static [(&'static str, EnvironmentType)],
    /// The grants of the type, sorted by holder.
    pub grants: &'static [EmbeddedGrant],
    /// Who has the roster key, and so may give keys.
    pub roster: &'static [&'static str],
    /// The secrets, sorted by name.
    pub secrets: &'static [EmbeddedSecret],
}

/// A grant, and what its holder needs to use it.
#[derive(Debug)]
pub struct EmbeddedGrant {
    /// The holder's name.
    pub holder: &'static str,
    /// What kind of holder it is.
    pub kind: EmbeddedKind,
    /// The grant as base64url text.
    pub sealed: &'static str,
}

/// A [`HolderKind`].
#[derive(Debug)]
pub enum EmbeddedKind {
    /// A random key.
    AccessKey,
    /// A passphrase, its salt as base64url text, and what Argon2id may spend.
    Passphrase(&'static str, PassphraseCosts),
    /// A public key.
    Age,
}

/// A secret with its values.
#[derive(Debug)]
pub struct EmbeddedSecret {
    /// The name, as spelled in the vault.
    pub name: &'static str,
    /// At most two: for the environment and for its type.
    pub values: &'static [EmbeddedValue],
}

/// A sealed value.
#[derive(Debug)]
pub struct EmbeddedValue {
    /// The environment's name as in the vault.
    pub environment: &'static str,
    /// Counts how often it was set.
    pub version: u32,
    /// The day on which it was set.
    pub set: Date,
    /// The value as base64url text.
    pub sealed: &'static str,
}

impl Embedded {
    /// Whether it has the values of an environment: its own, or those of its type alone.
    #[must_use]
    pub fn is_for(&self, environment: &Environment) -> bool {
        [self.environment, self.kind.as_str()].contains(&environment.name())
    }
}

impl Index<'static> {
    /// The index of what a program carries: enough to open its values, and to say why one does not open.
    ///
    /// It has no grants of the roster and no kept keys, so nothing can be changed through it.
    #[must_use]
    pub fn embedded(parts: &Embedded) -> Self {
        let named = |(name, kind): &(&str, EnvironmentType)| Environment::named(name, *kind);
        let secrets = parts.secrets.iter().map(|secret| secret_of(secret, parts.kind));
        Self {
            id: VaultId(parts.id),
            build: Build::default(),
            audit_log: false,
            environments: parts.named_environments.iter().map(named).collect(),
            holders: parts.grants.iter().map(holder_of).collect(),
            keys: KeyTables::of_one_type(parts.kind, table_of(parts.grants), parts.roster),
            secrets: Secrets::of(secrets.collect()),
            stores: Stores::default(),
            settings: PlainSettings::default(),
            deposits: Deposits::default(),
            retired: Vec::new(),
            removed: Vec::new(),
            apps: Ok(Apps::default()),
        }
    }
}

fn holder_of(grant: &EmbeddedGrant) -> Holder<'static> {
    let kind = match &grant.kind {
        EmbeddedKind::AccessKey => HolderKind::AccessKey,
        EmbeddedKind::Passphrase(salt, costs) => {
            HolderKind::Passphrase { salt: Cow::Borrowed(salt), costs: *costs }
        }
        EmbeddedKind::Age => {
            HolderKind::Age { recipient: Cow::Borrowed(""), delivered: Cow::Borrowed("") }
        }
    };
    Holder {
        name: Cow::Borrowed(grant.holder),
        kind,
        kept: Cow::Borrowed(""),
        since: None,
        vouch: None,
    }
}

fn table_of(grants: &'static [EmbeddedGrant]) -> KeyTable<'static> {
    let grant = |grant: &EmbeddedGrant| Grant::new(grant.holder.into(), grant.sealed.into());
    let grants: Vec<Grant<'static>> = grants.iter().map(grant).collect();
    KeyTable { current: Current::of(&grants), grants, others: &[] }
}

fn secret_of(secret: &EmbeddedSecret, kind: EnvironmentType) -> Secret<'static> {
    let value = |value: &EmbeddedValue| Value {
        environment: Cow::Borrowed(value.environment),
        kind,
        version: value.version,
        set: value.set,
        expires: None,
        due: Vec::new(),
        content: Content::Sealed(Cow::Borrowed(value.sealed)),
    };
    let values = secret.values.iter().map(value).collect();
    Secret { origin: Origin::Vault, name: Cow::Borrowed(secret.name), about: None, values, at: 0 }
}
