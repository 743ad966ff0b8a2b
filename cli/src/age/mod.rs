//! Public keys and age files: the only module that knows the crate `age`. Without it, each of these says so.

#[cfg(not(feature = "age"))]
mod absent;
#[cfg(feature = "age")]
mod conversation;
#[cfg(feature = "age")]
mod file;
#[cfg(feature = "age")]
mod identity;
#[cfg(feature = "age")]
mod public_key;

use zeroize::Zeroizing;

#[cfg(not(feature = "age"))]
pub(crate) use self::absent::{IdentityFile, PublicKey, new_identity, protect};
#[cfg(feature = "age")]
pub(crate) use self::file::{new_identity, protect};
#[cfg(feature = "age")]
pub(crate) use self::identity::IdentityFile;
#[cfg(feature = "age")]
pub(crate) use self::public_key::PublicKey;
use crate::error::Error;

/// Whether this command was built with age.
pub(crate) const IS_BUILT_IN: bool = cfg!(feature = "age");

/// What a command says that was built without it.
pub(crate) fn absent() -> Error {
    Error::cannot(
        "this command was built without public keys and deposits\n\
         build it with them: cargo install strongroom-cli, without --no-default-features",
    )
}

/// An age file for a public key given as text.
pub(crate) fn encrypt(public_key: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    PublicKey::parse(public_key)?.encrypt(bytes)
}

/// What an age file holds, opened with an age identity given as text.
pub(crate) fn open(identity: &str, age_file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    #[cfg(not(feature = "age"))]
    use self::absent as built;
    #[cfg(feature = "age")]
    use self::file as built;
    built::open(identity, age_file)
}

/// Whether an identity is that of a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fits {
    /// It is.
    Yes,
    /// That shows only when it is used: a passphrase protects it, or a plugin has it.
    Perhaps,
    /// It is not.
    #[cfg_attr(not(feature = "age"), expect(dead_code, reason = "nothing is compared"))]
    No,
}
