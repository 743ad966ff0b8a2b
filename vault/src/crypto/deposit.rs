//! Deposits: a value that somebody without the data key leaves for its holders. age encrypts it; here is what goes in, what
//! vouches for the key, and the code that a depositor is shown.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::encode::{Lp, base64url, from_base64url, from_base64url_any};
use super::keys::{Bytes32, DataKey, Fingerprint, HolderKeys};
use super::value::{pad, unpadded_length};
use super::{Altered, Code, KeyRing, NoRandomness, OpenError, Plaintext};
use crate::environment::EnvironmentType;
use crate::index::{Deposit, DepositKey, Index, VaultId};
use crate::limits::{AGE_IDENTITY, AGE_IDENTITY_PREFIX, VALUE_BYTES, VOUCH};

/// The place and the value that a deposit carries inside.
#[derive(Debug, Clone, Copy)]
pub struct DepositPlace<'a> {
    /// The environment's type.
    pub kind: EnvironmentType,
    /// The environment, as spelled in the vault.
    pub environment: &'a str,
    /// The secret's name.
    pub name: &'a str,
    /// The version that it replaces; 0 where there is none.
    pub replaces: u32,
}

impl<'a> DepositPlace<'a> {
    /// Where the vault says that a deposit belongs.
    #[must_use]
    pub fn of(deposit: &'a Deposit<'_>) -> Self {
        Self {
            kind: deposit.kind(),
            environment: deposit.environment(),
            name: deposit.name(),
            replaces: deposit.replaces(),
        }
    }

    /// `pad(lp("deposit", id, TYPE, ENV, NAME, version that it replaces or 0, v))`: what is encrypted to the deposit key.
    #[must_use]
    pub fn with_value(self, id: VaultId, value: &[u8]) -> Zeroizing<Vec<u8>> {
        let head = self.head(id);
        let mut inside = Zeroizing::new(Vec::with_capacity(head.bytes().len() + 4 + value.len()));
        inside.extend_from_slice(head.bytes());
        // A value of more than 4 GiB is far beyond what a vault takes, and what age files are written of here.
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        inside.extend_from_slice(&length.to_be_bytes());
        inside.extend_from_slice(value);
        pad(&inside)
    }

    /// The value in what was decrypted, if it was left for this very place of this vault.
    ///
    /// # Errors
    ///
    /// It was left for another place, or was changed.
    pub fn value_in(self, id: VaultId, decrypted: &[u8]) -> Result<Plaintext, Altered> {
        let inside = &decrypted[..unpadded_length(decrypted).ok_or(Altered)?];
        let rest = inside.strip_prefix(self.head(id).bytes()).ok_or(Altered)?;
        let (length, value) = rest.split_first_chunk::<4>().ok_or(Altered)?;
        if usize::try_from(u32::from_be_bytes(*length)) != Ok(value.len())
            || value.len() > VALUE_BYTES
        {
            return Err(Altered);
        }
        Ok(Zeroizing::new(value.to_vec()).into())
    }

    fn head(self, id: VaultId) -> Lp {
        Lp::new("deposit")
            .part(&id.0)
            .text(self.kind.as_str())
            .text(self.environment)
            .text(self.name)
            .number(self.replaces)
    }
}

/// The code of a deposit: `base32(SHA-256(lp("deposit-code", id, age file)))`, its first 80 bits. It tells nothing about the
/// value, and nobody can make another deposit that has the same.
#[must_use]
pub fn deposit_code(id: VaultId, age_file: &[u8]) -> Code {
    Code::of(&Sha256::digest(Lp::new("deposit-code").part(&id.0).part(age_file).bytes()))
}

impl Deposit<'_> {
    /// The age file, if the deposit's code is that of its bytes.
    ///
    /// # Errors
    ///
    /// It is not: somebody changed one of the two.
    pub fn age_file(&self, id: VaultId) -> Result<Vec<u8>, Altered> {
        let age_file = from_base64url_any(self.sealed()).ok_or(Altered)?;
        if deposit_code(id, &age_file).plain() == self.code() { Ok(age_file) } else { Err(Altered) }
    }
}

/// What people compare of a deposit key: `base32(SHA-256(lp("deposit-key-fingerprint", id, TYPE, public half)))`, its first
/// 80 bits.
#[must_use]
pub fn deposit_key_fingerprint(id: VaultId, key: &DepositKey<'_>) -> Code {
    let compared = Lp::new("deposit-key-fingerprint").part(&id.0);
    Code::of(&Sha256::digest(compared.text(key.kind().as_str()).text(key.public()).bytes()))
}

impl DataKey {
    /// `private = 01 ‖ fingerprint ‖ seal[data key](age identity)`, without padding
    ///
    /// None if the text has not the length or the beginning of an age identity.
    pub(crate) fn seal_deposit_key(
        &self,
        public: &str,
        identity: &str,
    ) -> Result<Option<String>, NoRandomness> {
        if identity.len() != AGE_IDENTITY || !identity.starts_with(AGE_IDENTITY_PREFIX) {
            return Ok(None);
        }
        let context = self.deposit_key_context(public);
        self.seal_as(&context, Zeroizing::new(identity.as_bytes().to_vec())).map(Some)
    }

    /// Opens the private half of a deposit key: an age identity as text.
    ///
    /// # Errors
    ///
    /// It lies under another data key, or it was changed or moved.
    pub fn open_deposit_key(&self, key: &DepositKey<'_>) -> Result<Zeroizing<String>, OpenError> {
        let opened = self.open_as(&self.deposit_key_context(key.public()), key.private())?;
        let text = std::str::from_utf8(&opened).map_err(|_| OpenError::Altered)?;
        if !text.starts_with(AGE_IDENTITY_PREFIX) {
            return Err(OpenError::Altered);
        }
        Ok(Zeroizing::new(text.to_owned()))
    }

    fn deposit_key_context(&self, public: &str) -> Lp {
        Lp::new("deposit-key").part(&self.key.id.0).text(self.kind.as_str()).text(public)
    }
}

/// The deposit keys that a holder's word is given for, in the order of the types' names: a type, the fingerprint of its data
/// key, and a public half each. A word of before a rotation fits none of after it, whatever deposit key is put back.
pub(crate) struct VouchedKeys<'a>(Vec<Vouchable<'a>>);

/// A deposit key as a word is for it.
pub(crate) type Vouchable<'a> = (EnvironmentType, Option<Fingerprint>, &'a str);

impl<'a> VouchedKeys<'a> {
    pub(crate) fn new(mut keys: Vec<Vouchable<'a>>) -> Self {
        keys.sort_by_key(|(kind, ..)| kind.as_str());
        Self(keys)
    }

    /// Those that a vault has now.
    pub(crate) fn of(index: &'a Index<'_>) -> Self {
        let keys = EnvironmentType::ALL.into_iter().filter_map(|kind| {
            let current = index.keys().of_type(kind).current();
            let fingerprint = current.and_then(|it| Fingerprint::of_entry(it.fingerprint_text()));
            Some((kind, fingerprint, index.deposits().key(kind)?.public()))
        });
        Self::new(keys.collect())
    }

    /// Whether there are none.
    #[cfg(feature = "edit")]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `vouch = HMAC(hk[64..96], lp("vouch", id, HOLDER, TYPE, fingerprint, public half, …))`
    pub(crate) fn vouch(&self, id: VaultId, holder: &str, keys: &HolderKeys) -> String {
        base64url(&self.mac(id, holder, &keys.vouches).finalize().into_bytes())
    }

    fn mac(&self, id: VaultId, holder: &str, vouches: &Bytes32) -> Hmac<Sha256> {
        let mut parts = Lp::new("vouch").part(&id.0).text(holder);
        for (kind, fingerprint, public) in &self.0 {
            let fingerprint = fingerprint.as_ref().map_or(&[][..], |fingerprint| &fingerprint.0);
            parts = parts.text(kind.as_str()).part(fingerprint).text(public);
        }
        Hmac::<Sha256>::new_from_slice(vouches.as_ref())
            .expect("HMAC takes keys of any length")
            .chain_update(parts.bytes())
    }
}

/// What a holder's own `vouch` says of the deposit keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// They are those that a holder of the roster key wrote.
    Yes,
    /// They are not: somebody swapped one.
    No,
    /// Nobody gave this holder a word for them.
    Nothing,
}

impl KeyRing {
    /// Whether the deposit keys of a vault are those that this holder was given a word for; compared in constant time.
    #[must_use]
    pub fn vouched(&self, index: &Index<'_>) -> Vouched {
        let holder = index.holder(self.holder());
        let (Some(vouches), Some(vouch)) =
            (&self.vouches, holder.and_then(|holder| holder.vouch()))
        else {
            return Vouched::Nothing;
        };
        let mac = VouchedKeys::of(index).mac(index.id(), self.holder(), vouches);
        let fits =
            from_base64url::<VOUCH>(vouch).is_some_and(|vouch| mac.verify_slice(&vouch).is_ok());
        if fits { Vouched::Yes } else { Vouched::No }
    }
}
