//! Keys, and what they open and seal. `docs/format.md` has every byte.

mod access_key;
mod app_key;
#[cfg(feature = "edit")]
mod code;
#[cfg(feature = "edit")]
mod delivered;
#[cfg(feature = "edit")]
mod deposit;
mod encode;
mod gcm;
mod grant;
mod keys;
mod plaintext;
mod reference;
#[cfg(feature = "edit")]
mod retired;
#[cfg(feature = "edit")]
mod roster;
mod unlock;
mod unlocked;
mod value;

use std::fmt;

pub use self::access_key::{AccessKey, AccessKeyFault};
pub use self::app_key::{AppKey, AppKeyPlace};
#[cfg(feature = "edit")]
pub use self::code::Code;
#[cfg(feature = "edit")]
pub use self::deposit::{DepositPlace, Vouched, deposit_code, deposit_key_fingerprint};
#[cfg(feature = "edit")]
pub(crate) use self::deposit::{Vouchable, VouchedKeys};
pub(crate) use self::encode::{Lp, base64url};
pub use self::keys::{DataKey, Fingerprint, HolderKey, RosterKey};
#[cfg(feature = "edit")]
pub(crate) use self::keys::{Expanded, HolderKeys};
pub use self::plaintext::{NotUtf8, Passphrase, Plaintext};
pub(crate) use self::reference::text_of;
#[cfg(feature = "edit")]
pub(crate) use self::roster::{Recipient, admission_is_good, kept_keys, seal_grant, seal_kept};
pub use self::unlock::{Credential, KeyRing, NoDataKey, UnlockError};
pub use self::unlocked::UnlockedKey;
pub use self::value::{Place, padded_length};

/// A sealed thing does not open: another key, another place, or changed bytes. Which one cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Altered;

impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("altered: it does not open at this place with this key")
    }
}

impl std::error::Error for Altered {}

/// Why a sealed value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenError {
    /// It lies under another data key than the one at hand.
    AnotherDataKey,
    /// It was changed, or moved from another name, environment, version or vault.
    Altered,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnotherDataKey => f.write_str("sealed under another data key"),
            Self::Altered => Altered.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

/// The operating system gave no random bytes: nothing can be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system gave no random bytes: nothing can be sealed safely")
    }
}

impl std::error::Error for NoRandomness {}

/// Fresh random bytes from the operating system.
///
/// # Errors
///
/// The operating system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
