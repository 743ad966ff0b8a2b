//! Every key and every derivation of one.
//!
//! ```text
//! access key ─HKDF─┐
//! passphrase ─Argon2id─HKDF─┤
//! random bytes ────┴─ holder key H ─HKDF─ hk: opens grants of types │ opens the roster's grant │ vouches
//!
//! data key K (random) ─HKDF─ seals │ fingerprint │ admits (roster only)
//! ```

use std::fmt;

use aes_gcm::{Aes256Gcm, KeyInit};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::access_key::AccessKey;
#[cfg(feature = "edit")]
use super::encode::from_base64url;
use super::encode::{Lp, base64url};
use super::plaintext::Passphrase;
#[cfg(feature = "edit")]
use super::{NoRandomness, random};
use crate::environment::EnvironmentType;
use crate::index::{PassphraseCosts, VaultId};
use crate::limits::{FINGERPRINT, KEY, SALT};

/// 32 secret bytes that wipe themselves.
pub(crate) type Bytes32 = Zeroizing<[u8; KEY]>;

/// `H`: 256 bits that belong to one holder, from which everything that opens its grants is derived.
#[derive(Clone)]
pub struct HolderKey(pub(crate) Bytes32);

impl HolderKey {
    /// A new random key, for a holder with a public key.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    #[cfg(feature = "edit")]
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// `H = HKDF(access key, lp("access-key"), 32)`
    ///
    /// HKDF-SHA256 (RFC 5869), salted with the vault's id.
    pub(crate) fn of_access_key(id: VaultId, key: &AccessKey) -> Self {
        Self(hkdf(id, key.bytes(), &Lp::new("access-key")))
    }

    /// `H = HKDF(Argon2id(passphrase, salt, costs), lp("passphrase"), 32)`
    ///
    /// Argon2id v0x13 (RFC 9106). Costs are bounded by the reader of the vault, before this is called.
    pub(crate) fn of_passphrase(
        id: VaultId,
        passphrase: &Passphrase,
        salt: &[u8; SALT],
        costs: PassphraseCosts,
    ) -> Result<Self, NoMemory> {
        let params = Params::new(costs.memory_kib, costs.passes, costs.lanes, Some(KEY))
            .expect("the format's limits lie within Argon2's");
        let mut memory: Vec<Block> = Vec::new();
        memory.try_reserve_exact(params.block_count()).map_err(|_| NoMemory)?;
        memory.resize(params.block_count(), Block::default());
        let mut stretched = Bytes32::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.bytes(),
                salt,
                stretched.as_mut(),
                memory.as_mut_slice(),
            )
            .expect("salt and output have lengths that Argon2 takes");
        memory.zeroize();
        Ok(Self(hkdf(id, stretched.as_ref(), &Lp::new("passphrase"))))
    }

    /// `hk = HKDF(H, lp("holder-key"), 96)`
    pub(crate) fn expand(&self, id: VaultId) -> HolderKeys {
        let okm: Zeroizing<[u8; 3 * KEY]> = hkdf(id, self.0.as_ref(), &Lp::new("holder-key"));
        HolderKeys {
            types: part(&okm[..KEY]),
            roster: Some(part(&okm[KEY..2 * KEY])),
            #[cfg(feature = "edit")]
            vouches: part(&okm[2 * KEY..]),
        }
    }
}

impl fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKey([hidden])")
    }
}

/// There is not enough memory for Argon2id.
#[derive(Debug)]
pub(crate) struct NoMemory;

/// `hk`: what a holder key is used for, each part apart.
#[derive(Clone)]
pub(crate) struct HolderKeys {
    /// Opens the grants of types.
    pub(crate) types: Bytes32,
    /// Opens the grant of the roster. An unlocked key, which lies in a file for days, is without it.
    pub(crate) roster: Option<Bytes32>,
    /// Vouches for deposit keys, and gives the fingerprint that people compare.
    #[cfg(feature = "edit")]
    pub(crate) vouches: Bytes32,
}

/// The first bytes of a data key's output: shows under which key something lies, and tells nothing else about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub(crate) [u8; FINGERPRINT]);

impl Fingerprint {
    /// What every value under this key begins with in the vault.
    #[must_use]
    pub fn entry_prefix(&self) -> String {
        let mut head = [0; 1 + FINGERPRINT];
        head[0] = ENTRY_VERSION;
        head[1..].copy_from_slice(&self.0);
        base64url(&head)
    }

    /// The fingerprint that such a beginning has.
    #[cfg(feature = "edit")]
    pub(crate) fn of_entry(prefix: &str) -> Option<Self> {
        let head: [u8; 1 + FINGERPRINT] = from_base64url(prefix)?;
        let [ENTRY_VERSION, fingerprint @ ..] = head else { return None };
        Some(Self(fingerprint))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// A data key of one environment type: opens and seals the values of that type and of its named environments.
pub struct DataKey {
    pub(crate) kind: EnvironmentType,
    pub(crate) key: Expanded,
}

impl DataKey {
    /// A new random data key.
    #[cfg(feature = "edit")]
    pub(crate) fn generate(
        id: VaultId,
        kind: EnvironmentType,
        generation: u32,
    ) -> Result<Self, NoRandomness> {
        let bytes = Zeroizing::new(random()?);
        Ok(Self { kind, key: Expanded::new(id, kind.as_str(), bytes, generation) })
    }

    /// The type whose values it opens.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// Its number: 1, and one more with each rotation.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.key.generation
    }

    /// Its fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.key.fingerprint
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({}, generation {})", self.kind, self.key.generation)
    }
}

/// The roster key: seals every holder's key and admits every grant.
pub struct RosterKey {
    pub(crate) key: Expanded,
}

impl RosterKey {
    /// A new random roster key.
    #[cfg(feature = "edit")]
    pub(crate) fn generate(id: VaultId, generation: u32) -> Result<Self, NoRandomness> {
        let bytes = Zeroizing::new(random()?);
        Ok(Self { key: Expanded::new(id, ROSTER, bytes, generation) })
    }

    /// Its fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.key.fingerprint
    }
}

impl fmt::Debug for RosterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RosterKey(generation {})", self.key.generation)
    }
}

/// `okm = HKDF(K, lp("data-key", TYPE), 72)`: a data key or the roster key, ready for use.
pub(crate) struct Expanded {
    pub(crate) id: VaultId,
    /// The key itself, to be granted to others.
    #[cfg(feature = "edit")]
    pub(crate) bytes: Bytes32,
    pub(crate) generation: u32,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) cipher: Aes256Gcm,
    #[cfg(feature = "edit")]
    pub(crate) admits: Bytes32,
}

impl Expanded {
    #[cfg_attr(
        not(feature = "edit"),
        expect(clippy::needless_pass_by_value, reason = "kept where grants are made")
    )]
    pub(crate) fn new(id: VaultId, scope: &str, bytes: Bytes32, generation: u32) -> Self {
        const SEALS: usize = KEY;
        const ADMITS: usize = SEALS + FINGERPRINT;
        let okm: Zeroizing<[u8; ADMITS + KEY]> =
            hkdf(id, bytes.as_ref(), &Lp::new("data-key").text(scope));
        let mut fingerprint = [0; FINGERPRINT];
        fingerprint.copy_from_slice(&okm[SEALS..ADMITS]);
        let cipher = cipher(&part(&okm[..SEALS]));
        Self {
            id,
            #[cfg(feature = "edit")]
            bytes,
            generation,
            fingerprint: Fingerprint(fingerprint),
            cipher,
            #[cfg(feature = "edit")]
            admits: part(&okm[ADMITS..]),
        }
    }
}

/// AES-256-GCM under a key, its round keys computed once.
pub(crate) fn cipher(key: &Bytes32) -> Aes256Gcm {
    Aes256Gcm::new((&**key).into())
}

/// The TYPE of the roster key, and its table in `[keys]`.
pub(crate) const ROSTER: &str = "roster";

/// The first byte of every entry.
pub(crate) const ENTRY_VERSION: u8 = 1;

fn hkdf<const N: usize>(id: VaultId, input: &[u8], info: &Lp) -> Zeroizing<[u8; N]> {
    let mut output = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(Some(&id.0), input)
        .expand(info.bytes(), output.as_mut())
        .expect("96 bytes are fewer than HKDF-SHA256 can give");
    output
}

fn part(bytes: &[u8]) -> Bytes32 {
    let mut key = Bytes32::default();
    key.copy_from_slice(bytes);
    key
}
