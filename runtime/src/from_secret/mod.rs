//! Which types a field may have, and how a value becomes one.

#[cfg(feature = "json")]
mod json;
#[cfg(feature = "pem")]
mod pem;
#[cfg(feature = "secrecy")]
mod secrecy;
#[cfg(feature = "url")]
mod url;

use std::fmt;
use std::path::PathBuf;

use strongroom_vault::{Plaintext, TextType};
use zeroize::Zeroize;

#[cfg(feature = "json")]
pub use self::json::Json;
#[cfg(feature = "pem")]
pub use self::pem::Pem;

/// A type that a secret's field may have.
///
/// Implement it for a type of your own to have values checked when they are loaded:
///
/// ```
/// use strongroom::{FromSecret, InvalidSecret, Plaintext};
///
/// struct StripeKey(String);
///
/// impl FromSecret for StripeKey {
///     fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
///         let text = String::from_secret(value)?;
///         if text.starts_with("sk_live_") {
///             Ok(Self(text))
///         } else {
///             Err(InvalidSecret::new("a live Stripe key (sk_live_…)"))
///         }
///     }
///
///     fn wipe(&mut self) {
///         self.0.wipe();
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a secret",
    label = "a secret is a `String`, `Vec<u8>`, `bool`, integer, float, `char`, `PathBuf`, or a type that implements `FromSecret`",
    note = "wrap it in `Option<…>` if the secret may be missing",
    note = "or implement `strongroom::FromSecret` for it"
)]
pub trait FromSecret: Sized + Send + Sync + 'static {
    /// Makes the type of a value.
    ///
    /// # Errors
    ///
    /// The value is not one of this type. Say what was expected, never what was found.
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret>;

    /// Overwrites the value in memory; called when the struct is dropped. Does nothing unless implemented.
    fn wipe(&mut self) {}
}

/// A value is not one of the field's type. Holds what was expected, and nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSecret {
    expected: &'static str,
    /// Line and column.
    at: Option<(usize, usize)>,
}

impl InvalidSecret {
    /// Says what was expected: “a port number”.
    #[must_use]
    pub const fn new(expected: &'static str) -> Self {
        Self { expected, at: None }
    }

    /// Says what was expected at a line and a column of the value, both from 1.
    #[must_use]
    pub const fn at(expected: &'static str, line: usize, column: usize) -> Self {
        Self { expected, at: Some((line, column)) }
    }

    /// What was expected, with the place where the value is otherwise.
    pub(crate) fn expectation(&self) -> String {
        match self.at {
            None => self.expected.to_owned(),
            Some((line, column)) => format!("{} (line {line}, column {column})", self.expected),
        }
    }
}

impl fmt::Display for InvalidSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expectation())
    }
}

impl std::error::Error for InvalidSecret {}

impl FromSecret for String {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        value.into_string().map_err(|_| InvalidSecret::new(TextType::Text.expected()))
    }

    fn wipe(&mut self) {
        self.zeroize();
    }
}

impl FromSecret for Vec<u8> {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        Ok(value.into_bytes())
    }

    fn wipe(&mut self) {
        self.zeroize();
    }
}

impl FromSecret for PathBuf {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        String::from_secret(value).map(Self::from)
    }

    fn wipe(&mut self) {
        std::mem::take(self).into_os_string().into_encoded_bytes().zeroize();
    }
}

/// Types that are read from text by `FromStr`, with what an error calls them.
macro_rules! parsed {
    ($($kind:ty: $known:ident,)+) => {$(
        impl FromSecret for $kind {
            fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
                let text = value.as_str().ok();
                let expected = InvalidSecret::new(TextType::$known.expected());
                text.and_then(|text| text.parse().ok()).ok_or(expected)
            }

            fn wipe(&mut self) {
                self.zeroize();
            }
        }
    )+};
}

parsed! {
    bool: Bool,
    char: Char,
    u8: U8,
    u16: U16,
    u32: U32,
    u64: U64,
    u128: U128,
    usize: Usize,
    i8: I8,
    i16: I16,
    i32: I32,
    i64: I64,
    i128: I128,
    isize: Isize,
    f32: F32,
    f64: F64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T: FromSecret>(text: &str) -> Result<T, InvalidSecret> {
        T::from_secret(Plaintext::from(text.as_bytes().to_vec()))
    }

    #[test]
    fn values_are_read_as_their_types() {
        assert_eq!(of::<u16>("8080"), Ok(8080));
        assert_eq!(of::<i8>("-128"), Ok(-128));
        assert_eq!(of::<bool>("true"), Ok(true));
        assert_eq!(of::<char>("ß"), Ok('ß'));
        assert_eq!(of::<f64>("0.5"), Ok(0.5));
        assert_eq!(of::<PathBuf>("/etc/x"), Ok(PathBuf::from("/etc/x")));
    }

    #[test]
    fn an_invalid_value_is_not_in_the_error() {
        let error = of::<u16>("65536").expect_err("too large");
        assert_eq!(error.to_string(), "expected a whole number from 0 to 65535");
        assert!(of::<bool>("yes").is_err());
        assert!(of::<u32>(" 1").is_err());
        assert!(String::from_secret(Plaintext::from(vec![0xff])).is_err());
    }

    #[test]
    fn wiping_leaves_nothing() {
        let mut text = "hunter2".to_owned();
        text.wipe();
        assert_eq!(text, "");
        let mut path = PathBuf::from("/etc/x");
        path.wipe();
        assert_eq!(path, PathBuf::new());
        let mut number = 7_u64;
        number.wipe();
        assert_eq!(number, 0);
    }
}
