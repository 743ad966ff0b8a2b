//! From what somebody presents (an access key, a passphrase, an unlocked key) to the data keys that it opens.

use std::fmt;

use super::encode::from_base64url;
use super::grant::open_grant;
#[cfg(feature = "edit")]
use super::keys::Bytes32;
use super::keys::{Expanded, HolderKey, HolderKeys, NoMemory, ROSTER};
use super::{AccessKey, DataKey, Passphrase, RosterKey, UnlockedKey};
use crate::environment::EnvironmentType;
use crate::index::{Holder, HolderKind, Index, KeyTable, VaultId};
use crate::limits::PASSPHRASE_TRIES;
use crate::shown::Shown;

/// What a holder presents.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A random key of a machine or a developer.
    AccessKey(AccessKey),
    /// A passphrase. Every try costs an Argon2 run.
    Passphrase(Passphrase),
    /// What `strongroom unlock` kept. Opens values, and not the roster.
    Unlocked(UnlockedKey),
    /// A whole holder key: made from a passphrase, or delivered to a public key.
    HolderKey(HolderKey),
}

/// The keys of one holder, opened: how its values are opened and sealed.
pub struct KeyRing {
    holder: String,
    types: [TypeKey; 4],
    pub(crate) roster: Option<RosterKey>,
    /// What this holder vouches for deposit keys with.
    #[cfg(feature = "edit")]
    pub(super) vouches: Option<Bytes32>,
}

enum TypeKey {
    Open(Box<DataKey>),
    Altered,
    None,
}

impl KeyRing {
    /// Opens every grant of the holder whom a credential belongs to.
    ///
    /// `holder` names that holder where the credential is a passphrase and several holders have one; without it four of
    /// them are tried at most.
    ///
    /// # Errors
    ///
    /// The credential belongs to another vault, to nobody in this one, or to nobody of that name.
    pub fn unlock(
        index: &Index<'_>,
        credential: &Credential,
        holder: Option<&str>,
    ) -> Result<Self, UnlockError> {
        Self::unlock_for(index, credential, holder, None)
    }

    /// As [`KeyRing::unlock`]; no other data key is opened where the holder can open that of this type.
    ///
    /// # Errors
    ///
    /// As [`KeyRing::unlock`].
    pub fn unlock_only(
        index: &Index<'_>,
        credential: &Credential,
        holder: Option<&str>,
        kind: EnvironmentType,
    ) -> Result<Self, UnlockError> {
        Self::unlock_for(index, credential, holder, Some(kind))
    }

    fn unlock_for(
        index: &Index<'_>,
        credential: &Credential,
        holder: Option<&str>,
        only: Option<EnvironmentType>,
    ) -> Result<Self, UnlockError> {
        let candidates = match holder {
            Some(name) => {
                let known =
                    || index.holders().iter().map(|known| known.name().to_owned()).collect();
                let found = index.holder(name);
                vec![found.ok_or_else(|| UnlockError::UnknownHolder(name.to_owned(), known()))?]
            }
            None => index.holders().iter().collect(),
        };
        match credential {
            Credential::AccessKey(key) => Self::with_access_key(index, key, &candidates, only),
            Credential::Passphrase(passphrase) => {
                Self::with_passphrase(index, passphrase, &candidates, only)
            }
            Credential::Unlocked(key) => {
                let keys = key.is_of(index.id()).then(|| key.keys());
                keys.and_then(|keys| Self::with_keys(index, &keys, &candidates, only))
                    .ok_or(UnlockError::WrongUnlockedKey)
            }
            Credential::HolderKey(key) => {
                let keys = key.expand(index.id());
                Self::with_keys(index, &keys, &candidates, only)
                    .ok_or_else(|| UnlockError::WrongHolderKey(holder.map(str::to_owned)))
            }
        }
    }

    /// The ring of a holder who has no access key, and so had to be asked once.
    fn with_keys(
        index: &Index<'_>,
        keys: &HolderKeys,
        candidates: &[&Holder<'_>],
        only: Option<EnvironmentType>,
    ) -> Option<Self> {
        candidates
            .iter()
            .filter(|holder| !matches!(holder.kind(), HolderKind::AccessKey))
            .find_map(|holder| Self::of_holder(index, holder, keys, only))
    }

    fn with_access_key(
        index: &Index<'_>,
        key: &AccessKey,
        candidates: &[&Holder<'_>],
        only: Option<EnvironmentType>,
    ) -> Result<Self, UnlockError> {
        if !key.is_of(index.id()) {
            return Err(UnlockError::AnotherVault);
        }
        let keys = HolderKey::of_access_key(index.id(), key).expand(index.id());
        candidates
            .iter()
            .filter(|holder| matches!(holder.kind(), HolderKind::AccessKey))
            .find_map(|holder| Self::of_holder(index, holder, &keys, only))
            .ok_or(UnlockError::WrongAccessKey)
    }

    fn with_passphrase(
        index: &Index<'_>,
        passphrase: &Passphrase,
        candidates: &[&Holder<'_>],
        only: Option<EnvironmentType>,
    ) -> Result<Self, UnlockError> {
        let (mut tried, mut untried) = (Vec::new(), 0);
        for holder in candidates {
            if !matches!(holder.kind(), HolderKind::Passphrase { .. }) {
                continue;
            }
            if tried.len() == PASSPHRASE_TRIES {
                untried += 1;
                continue;
            }
            let Some(key) = HolderKey::of_holder(index.id(), holder, passphrase)? else { continue };
            if let Some(ring) = Self::of_holder(index, holder, &key.expand(index.id()), only) {
                return Ok(ring);
            }
            tried.push(holder.name().to_owned());
        }
        Err(UnlockError::WrongPassphrase { tried, untried })
    }

    /// The ring of a holder, if at least one of its grants opens: that is how a holder is recognised.
    fn of_holder(
        index: &Index<'_>,
        holder: &Holder<'_>,
        keys: &HolderKeys,
        only: Option<EnvironmentType>,
    ) -> Option<Self> {
        let wanted = only.and_then(|kind| Self::opened(index, holder, keys, &[kind], false));
        // Also where the one grant does not open: what else opens tells whose key it is.
        wanted.or_else(|| Self::opened(index, holder, keys, &EnvironmentType::ALL, true))
    }

    fn opened(
        index: &Index<'_>,
        holder: &Holder<'_>,
        keys: &HolderKeys,
        kinds: &[EnvironmentType],
        with_roster: bool,
    ) -> Option<Self> {
        let mut any = false;
        let mut open = |scope: &str, table: &KeyTable<'_>| -> Option<Option<Expanded>> {
            let grant = table.grant(holder.name())?;
            let key = open_grant(index.id(), scope, keys, holder.kind().as_str(), grant).ok();
            any |= key.is_some();
            Some(key)
        };
        let types = EnvironmentType::ALL.map(|kind| {
            if !kinds.contains(&kind) {
                return TypeKey::None;
            }
            match open(kind.as_str(), index.keys().of_type(kind)) {
                None => TypeKey::None,
                Some(None) => TypeKey::Altered,
                Some(Some(key)) => TypeKey::Open(Box::new(DataKey { kind, key })),
            }
        });
        let roster = with_roster.then(|| open(ROSTER, index.keys().roster())).flatten().flatten();
        let roster = roster.map(|key| RosterKey { key });
        any.then(|| Self {
            holder: holder.name().to_owned(),
            types,
            roster,
            #[cfg(feature = "edit")]
            vouches: Some(keys.vouches.clone()),
        })
    }

    /// A ring of new keys, for a new vault.
    #[cfg(feature = "edit")]
    pub(crate) fn of_keys(holder: &str, keys: Vec<DataKey>, roster: Option<RosterKey>) -> Self {
        let mut types = [TypeKey::None, TypeKey::None, TypeKey::None, TypeKey::None];
        for key in keys {
            let at = key.kind as usize;
            types[at] = TypeKey::Open(Box::new(key));
        }
        Self { holder: holder.to_owned(), types, roster, vouches: None }
    }

    /// A ring that opens nothing.
    #[cfg(feature = "edit")]
    #[must_use]
    pub fn empty() -> Self {
        Self::of_keys("", Vec::new(), None)
    }

    /// The same with the data keys that another holder opens and this one does not: keys of several holders may be kept on
    /// one machine.
    #[cfg(feature = "edit")]
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        for (own, other) in self.types.iter_mut().zip(other.types) {
            if !matches!(own, TypeKey::Open(_)) && matches!(other, TypeKey::Open(_)) {
                *own = other;
            }
        }
        self
    }

    /// The holder's name, as spelled in the vault.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// The types that this holder can open.
    pub fn kinds(&self) -> impl Iterator<Item = EnvironmentType> {
        let open = |kind: &EnvironmentType| matches!(self.types[*kind as usize], TypeKey::Open(_));
        EnvironmentType::ALL.into_iter().filter(open)
    }

    /// The data keys that this holder can open.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &DataKey> {
        self.types.iter().filter_map(|key| match key {
            TypeKey::Open(key) => Some(&**key),
            TypeKey::Altered | TypeKey::None => None,
        })
    }

    /// The data key of a type.
    ///
    /// # Errors
    ///
    /// The holder has no grant for the type, one that was altered, or one of an older data key.
    pub fn data_key(
        &self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Result<&DataKey, NoDataKey> {
        let cause = match &self.types[kind as usize] {
            TypeKey::Open(key) => match index.keys().of_type(kind).current() {
                Some(current) if current.generation() != key.generation() => {
                    NoDataKeyCause::Stale { own: key.generation(), current: current.generation() }
                }
                _ => return Ok(key),
            },
            TypeKey::Altered => NoDataKeyCause::Altered,
            TypeKey::None => NoDataKeyCause::NoGrant {
                opens: self.kinds().collect(),
                holders: holders_of(index, kind),
            },
        };
        Err(NoDataKey { holder: self.holder.clone(), kind, cause })
    }

    /// As [`KeyRing::data_key`], without the rest of the ring: for who opens values of one type for a long time.
    ///
    /// # Errors
    ///
    /// As [`KeyRing::data_key`].
    pub fn into_data_key(
        mut self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Result<DataKey, NoDataKey> {
        self.data_key(index, kind)?;
        match std::mem::replace(&mut self.types[kind as usize], TypeKey::None) {
            TypeKey::Open(key) => Ok(*key),
            TypeKey::Altered | TypeKey::None => unreachable!("it was just looked at"),
        }
    }

    /// The roster key, if this holder may add and remove holders.
    #[must_use]
    pub fn roster(&self) -> Option<&RosterKey> {
        self.roster.as_ref()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("holder", &self.holder).finish_non_exhaustive()
    }
}

impl HolderKey {
    /// The key of a holder with a passphrase; none for another kind of holder, or where the salt is none. Costs a run of
    /// Argon2id; whether the passphrase is right shows when the key opens something.
    ///
    /// # Errors
    ///
    /// There is not enough memory for what the passphrase costs.
    pub fn of_holder(
        id: VaultId,
        holder: &Holder<'_>,
        passphrase: &Passphrase,
    ) -> Result<Option<Self>, UnlockError> {
        let HolderKind::Passphrase { salt, costs } = holder.kind() else { return Ok(None) };
        let Some(salt) = from_base64url(salt) else { return Ok(None) };
        Self::of_passphrase(id, passphrase, &salt, *costs)
            .map(Some)
            .map_err(|NoMemory| UnlockError::NoMemory(holder.name().to_owned()))
    }
}

/// The holders who can open a type, as far as that shows without a key.
fn holders_of(index: &Index<'_>, kind: EnvironmentType) -> Vec<String> {
    index.keys().of_type(kind).grants().iter().map(|grant| grant.holder().to_owned()).collect()
}

/// Why a credential opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnlockError {
    /// The access key was made for another vault.
    AnotherVault,
    /// The access key opens no grant of this vault.
    WrongAccessKey,
    /// The passphrase opens no grant of the holders that were tried.
    WrongPassphrase {
        /// The holders that were tried.
        tried: Vec<String>,
        /// How many more holders have a passphrase.
        untried: usize,
    },
    /// The unlocked key opens no grant of this vault.
    WrongUnlockedKey,
    /// The holder key opens no grant of this holder; of nobody where no holder is named.
    WrongHolderKey(Option<String>),
    /// No holder has this name; the known ones.
    UnknownHolder(String, Vec<String>),
    /// This holder's passphrase costs more memory than there is.
    NoMemory(String),
}

impl fmt::Display for UnlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnotherVault => f.write_str(
                "the access key is one of another vault\ncheck which vault is meant (STRONGROOM_VAULT), or get a key of \
                 this one from a holder",
            ),
            Self::WrongAccessKey => f.write_str(
                "the access key opens nothing in this vault: it is a wrong one, or its holder was removed\nask a holder \
                 for a new one: strongroom holder add NAME --type TYPE --access-key",
            ),
            Self::WrongPassphrase { tried, untried: 0 } if tried.is_empty() => {
                f.write_str("no holder of this vault has a passphrase\nuse an access key: STRONGROOM_KEY_FILE, or strongroom key add")
            }
            Self::WrongPassphrase { tried, untried } => {
                write!(f, "wrong passphrase: it is not that of {}", Shown(&tried.join(", ")))?;
                if *untried > 0 {
                    write!(
                        f,
                        "\n{untried} more holders have one; name yours with: STRONGROOM_HOLDER=NAME"
                    )?;
                }
                Ok(())
            }
            Self::WrongUnlockedKey => f.write_str(
                "the unlocked key opens nothing in this vault any more: its holder was removed, or has a new key\n\
                 unlock again with: strongroom unlock",
            ),
            Self::WrongHolderKey(holder) => {
                let holder = Shown(holder.as_deref().unwrap_or("NAME"));
                write!(
                    f,
                    "the holder key opens none of the grants of `{holder}`: one of both was altered\n\
                     restore [keys] and [holders.{holder}] from git"
                )
            }
            Self::NoMemory(name) => write!(
                f,
                "there is not enough memory for what the passphrase of `{}` costs (memory_kib in the vault)",
                Shown(name)
            ),
            Self::UnknownHolder(name, known) => write!(
                f,
                "the vault has no holder `{}`\nholders: {}",
                Shown(name),
                Shown(&known.join(", "))
            ),
        }
    }
}

impl std::error::Error for UnlockError {}

/// A holder cannot open a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoDataKey {
    /// The holder.
    pub holder: String,
    /// The type.
    pub kind: EnvironmentType,
    /// Why.
    cause: NoDataKeyCause,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum NoDataKeyCause {
    NoGrant { opens: Vec<EnvironmentType>, holders: Vec<String> },
    Stale { own: u32, current: u32 },
    Altered,
}

impl NoDataKey {
    /// Whether the holder simply has no grant for the type. Else it has one that was altered or is of an older key.
    #[must_use]
    pub fn is_without_grant(&self) -> bool {
        matches!(self.cause, NoDataKeyCause::NoGrant { .. })
    }
}

impl fmt::Display for NoDataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { holder, kind, cause } = self;
        let holder = Shown(holder);
        match cause {
            NoDataKeyCause::NoGrant { opens, holders } => {
                let opens: Vec<_> = opens.iter().map(|kind| kind.as_str()).collect();
                write!(f, "the key of `{holder}` has no grant for `{kind}`")?;
                if !opens.is_empty() {
                    write!(f, "; it opens {}", opens.join(", "))?;
                }
                match holders.as_slice() {
                    [] => write!(f, "\nnobody holds a key for `{kind}`"),
                    _ => write!(f, "\nwho could open it: {}", Shown(&holders.join(", "))),
                }
            }
            NoDataKeyCause::Stale { own, current } => write!(
                f,
                "the grant of `{holder}` for `{kind}` is of generation {own}, and the data key is of generation {current}: \
                 the key was rotated without `{holder}`, or a merge brought the line back\nask a holder for a new grant"
            ),
            NoDataKeyCause::Altered => write!(
                f,
                "the grant of `{holder}` for `{kind}` was altered: it does not open\nrestore [keys.{kind}] from git"
            ),
        }
    }
}

impl std::error::Error for NoDataKey {}
