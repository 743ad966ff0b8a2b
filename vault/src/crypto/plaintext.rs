//! Values and passphrases in memory: they wipe themselves and print nothing.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// An opened value: bytes that are wiped when dropped and that no `Debug` shows.
///
/// ```
/// # use strongroom_vault::Plaintext;
/// let value = Plaintext::from(b"hunter2".to_vec());
/// assert_eq!(value.as_str(), Ok("hunter2"));
/// assert_eq!(format!("{value:?}"), "Plaintext([hidden])");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Zeroizing<Vec<u8>>);

impl Plaintext {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text.
    ///
    /// # Errors
    ///
    /// They are not UTF-8.
    pub fn as_str(&self) -> Result<&str, NotUtf8> {
        std::str::from_utf8(&self.0).map_err(|_| NotUtf8)
    }

    /// The bytes without a copy. The caller wipes them.
    #[must_use]
    pub fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }

    /// The bytes as a string, without a copy. The caller wipes it.
    ///
    /// # Errors
    ///
    /// They are not UTF-8; they are wiped.
    pub fn into_string(self) -> Result<String, NotUtf8> {
        String::from_utf8(self.into_bytes()).map_err(|error| {
            error.into_bytes().zeroize();
            NotUtf8
        })
    }
}

impl From<Vec<u8>> for Plaintext {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl From<Zeroizing<Vec<u8>>> for Plaintext {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plaintext([hidden])")
    }
}

/// A value is not UTF-8, and text was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8;

impl fmt::Display for NotUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not UTF-8 text")
    }
}

impl std::error::Error for NotUtf8 {}

/// A passphrase as typed: wiped when dropped, shown by no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Its UTF-8 bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// How many characters it has; a new one needs [`crate::limits::PASSPHRASE_CHARACTERS`].
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl From<String> for Passphrase {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase([hidden])")
    }
}
