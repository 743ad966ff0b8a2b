//! A URL as the type of a secret: `postgres://user:password@host/database`.

use strongroom_vault::Plaintext;
use url::Url;

use super::{FromSecret, InvalidSecret};

/// A URL with its scheme. It is **not** wiped when the struct is dropped: the type gives no way to.
///
/// ```
/// #[strongroom::secrets(nested)]
/// struct Secrets {
///     database: url::Url,
/// }
///
/// let values = [("database", "postgres://shop:hunter2@localhost/shop")];
/// assert_eq!(Secrets::from_values(values)?.database.host_str(), Some("localhost"));
/// assert!(Secrets::from_values([("database", "localhost/shop")]).is_err());
/// # Ok::<(), strongroom::LoadError>(())
/// ```
impl FromSecret for Url {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        let text = value.as_str().ok();
        // The parser's own error says nothing of the text, and nothing that helps either.
        text.and_then(|text| Self::parse(text).ok())
            .ok_or(InvalidSecret::new("a URL with its scheme (https://…)"))
    }
}
