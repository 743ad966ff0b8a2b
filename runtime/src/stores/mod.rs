//! What stores keep: the seal of each reference is checked, and then what it names is fetched.

#[cfg(feature = "stores")]
mod fetching;
mod given_up;
#[cfg(feature = "stores")]
mod keys;
#[cfg(all(feature = "stores", feature = "watch"))]
mod pool;
#[cfg(not(feature = "stores"))]
mod without;

use std::path::Path;
use std::time::Duration;

use strongroom_vault::search::UserFolder;
use strongroom_vault::{DataKey, Index, OpenError, Place, StoreEntry, VaultId};

#[cfg(feature = "stores")]
pub(crate) use self::fetching::fetch;
pub(crate) use self::given_up::GivenUp;
#[cfg(feature = "stores")]
pub(crate) use self::keys::fetch_key;
#[cfg(all(feature = "stores", feature = "watch"))]
pub(crate) use self::pool::{Pool, Remote};
#[cfg(not(feature = "stores"))]
pub(crate) use self::without::{fetch, fetch_key};
use crate::observer::Observer;
use crate::report::{SecretCause, StoreFailure};

/// A field whose value a store keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<'i> {
    /// The field's position among what is asked for.
    pub(crate) position: usize,
    pub(crate) place: Place<'i>,
    pub(crate) store: &'i str,
    pub(crate) reference: &'i str,
    pub(crate) seal: &'i str,
}

/// A field whose value may be fetched: its reference is as somebody with the key made it, or the program is without a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trusted<'i> {
    pub(crate) kept: Kept<'i>,
    pub(crate) store: &'i StoreEntry<'i>,
}

/// Who is asking, and how long they wait.
#[cfg_attr(
    not(feature = "stores"),
    expect(dead_code, reason = "a program without stores asks nobody")
)]
pub(crate) struct Asker<'a> {
    pub(crate) vault: VaultId,
    /// The folder of the vault, to which paths in settings are relative.
    pub(crate) base: &'a Path,
    /// Where it is remembered which commands may run here.
    pub(crate) folder: Option<&'a UserFolder>,
    pub(crate) is_keyless: bool,
    /// When all must be there, if the program says so.
    pub(crate) deadline: Option<Duration>,
    pub(crate) given_up: &'a GivenUp,
    pub(crate) observer: &'a Observer,
}

/// What to type where a feature is missing.
pub(crate) fn add_feature(feature: &str) -> String {
    format!("add the feature: cargo add strongroom --features {feature}")
}

impl<'i> Kept<'i> {
    /// Checks that the store is declared and, with a key, that the seal fits.
    pub(crate) fn check(
        self,
        index: &'i Index<'_>,
        key: Option<&DataKey>,
    ) -> Result<Trusted<'i>, SecretCause> {
        let Some(store) = index.stores().get(self.store) else {
            return Err(self.failed(StoreFailure::Undeclared));
        };
        match key.map(|key| key.open_reference(self.place, store, self.reference, self.seal)) {
            None | Some(Ok(())) => Ok(Trusted { kept: self, store }),
            Some(Err(OpenError::AnotherDataKey)) => Err(SecretCause::OtherDataKey),
            Some(Err(OpenError::Altered)) => Err(self.failed(StoreFailure::Seal)),
        }
    }

    /// The cause of a field whose store did not give a value.
    pub(crate) fn failed(self, failure: StoreFailure) -> SecretCause {
        let (store, reference) = (self.store.to_owned(), self.reference.to_owned());
        SecretCause::Store { store, reference, failure }
    }
}
