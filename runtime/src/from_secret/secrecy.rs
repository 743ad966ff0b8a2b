//! The types of the crate `secrecy` as types of secrets: values that are looked at in marked places only.

use secrecy::{SecretBox, SecretString};
use strongroom_vault::Plaintext;

use super::{FromSecret, InvalidSecret};

/// Text that wipes itself, wherever it is moved to.
///
/// ```
/// use strongroom::secrecy::{ExposeSecret as _, SecretString};
///
/// #[strongroom::secrets(nested)]
/// struct Secrets {
///     github_api_token: SecretString,
/// }
///
/// let secrets = Secrets::from_values([("github_api_token", "x")])?;
/// assert_eq!(secrets.github_api_token.expose_secret(), "x");
/// # Ok::<(), strongroom::LoadError>(())
/// ```
impl FromSecret for SecretString {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        // A copy of exactly this length: a box made of the value's own memory, which is longer, would leave a part behind.
        value.as_str().map(Self::from).map_err(|_| InvalidSecret::new("UTF-8 text"))
    }

    fn wipe(&mut self) {
        *self = Self::default();
    }
}

/// Bytes that wipe themselves, wherever they are moved to.
impl FromSecret for SecretBox<[u8]> {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        Ok(Self::new(Box::from(value.as_bytes())))
    }

    fn wipe(&mut self) {
        *self = Self::new(Box::default());
    }
}
