//! Public keys in a command that was built without them: nothing works, and each says why.

use std::convert::Infallible;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Fits, absent};
use crate::error::Error;

/// A public key, of which there can be none.
pub(crate) struct PublicKey(Infallible);

impl PublicKey {
    pub(crate) fn parse(_typed: &str) -> Result<Self, Error> {
        Err(absent())
    }

    pub(crate) fn text(&self) -> &str {
        match self.0 {}
    }

    pub(crate) fn encrypt(&self, _bytes: &[u8]) -> Result<Vec<u8>, Error> {
        match self.0 {}
    }
}

/// An identity file, of which there can be none.
pub(crate) struct IdentityFile(Infallible);

impl IdentityFile {
    pub(crate) fn read(_path: &Path) -> Result<Option<Self>, Error> {
        Err(absent())
    }

    pub(crate) fn public_key(&self) -> Option<String> {
        match self.0 {}
    }

    pub(crate) fn fits(&self, _public_key: &str) -> Fits {
        match self.0 {}
    }

    pub(crate) fn open(&mut self, _age_file: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match self.0 {}
    }
}

pub(crate) fn new_identity() -> Result<(String, Zeroizing<String>), Error> {
    Err(absent())
}

pub(crate) fn open(_identity: &str, _age_file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    Err(absent())
}

pub(crate) fn protect(_text: &str, _passphrase: &str) -> Result<Vec<u8>, Error> {
    Err(absent())
}
