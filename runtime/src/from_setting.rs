//! Which types the field of a setting may have, and how a text becomes one.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use strongroom_vault::{TextType, duration_of, expected_in_list, list_of};

/// A type that a setting's field may have.
///
/// Implement it for a type of your own to have values checked when they are loaded:
///
/// ```
/// use strongroom::{FromSetting, InvalidSetting};
///
/// enum Level {
///     Info,
///     Debug,
/// }
///
/// impl FromSetting for Level {
///     fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
///         match text {
///             "info" => Ok(Self::Info),
///             "debug" => Ok(Self::Debug),
///             _ => Err(InvalidSetting::new("`info` or `debug`")),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a setting",
    label = "a setting is a `String`, `bool`, integer, float, `char`, `PathBuf`, `Duration`, or a type that implements `FromSetting`, or a `Vec` of one of those",
    note = "wrap it in `Option<…>` if the setting may be missing",
    note = "or implement `strongroom::FromSetting` for it"
)]
pub trait FromSetting: Sized + Send + Sync + 'static {
    /// Makes the type of a text.
    ///
    /// # Errors
    ///
    /// The text is not one of this type. Say what was expected; the report shows what was found.
    fn from_setting(text: &str) -> Result<Self, InvalidSetting>;
}

/// A setting's text is not one of the field's type: what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting(Cow<'static, str>);

impl InvalidSetting {
    /// Says what was expected: “a port number”.
    #[must_use]
    pub fn new(expected: impl Into<Cow<'static, str>>) -> Self {
        Self(expected.into())
    }
}

impl From<&'static str> for InvalidSetting {
    fn from(expected: &'static str) -> Self {
        Self::new(expected)
    }
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.0)
    }
}

impl std::error::Error for InvalidSetting {}

/// Types that the build knows by name, with how it calls them.
trait Known: Sized {
    const TYPE: TextType;

    fn of(text: &str) -> Option<Self>;
}

macro_rules! known {
    ($($kind:ty: $known:ident, $of:expr;)+) => {$(
        impl Known for $kind {
            const TYPE: TextType = TextType::$known;

            fn of(text: &str) -> Option<Self> {
                $of(text)
            }
        }

        impl FromSetting for $kind {
            fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
                Self::of(text).ok_or(InvalidSetting::new(Self::TYPE.expected()))
            }
        }
    )+};
}

/// A list that is written with commas: an empty text is an empty list, and what stands between two commas, or behind the
/// last, is an element also where that is nothing. No element holds a comma, so that a list of lists cannot be written.
impl<T: FromSetting> FromSetting for Vec<T> {
    fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
        let read = |(position, element)| {
            let in_list = |InvalidSetting(expected)| {
                InvalidSetting::new(expected_in_list(&expected, position, element))
            };
            T::from_setting(element).map_err(in_list)
        };
        list_of(text).enumerate().map(read).collect()
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

known! {
    String: Text, |text: &str| Some(text.to_owned());
    PathBuf: Text, |text: &str| Some(Self::from(text));
    bool: Bool, parsed;
    char: Char, parsed;
    u8: U8, parsed;
    u16: U16, parsed;
    u32: U32, parsed;
    u64: U64, parsed;
    u128: U128, parsed;
    usize: Usize, parsed;
    i8: I8, parsed;
    i16: I16, parsed;
    i32: I32, parsed;
    i64: I64, parsed;
    i128: I128, parsed;
    isize: Isize, parsed;
    f32: F32, parsed;
    f64: F64, parsed;
    Duration: Duration, duration_of;
}

#[cfg(feature = "url")]
impl FromSetting for url::Url {
    fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
        url::Url::parse(text).map_err(|error| InvalidSetting::new(format!("a URL ({error})")))
    }
}

/// JSON of any type that serde reads.
#[cfg(feature = "json")]
impl<T: serde_core::de::DeserializeOwned + Send + Sync + 'static> FromSetting for crate::Json<T> {
    fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
        use crate::from_secret::FromSecret as _;

        let error = |error: crate::InvalidSecret| InvalidSetting::new(error.expectation());
        Self::from_secret(text.as_bytes().to_vec().into()).map_err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_their_types_and_lists_of_those() {
        assert_eq!(u16::from_setting("8080"), Ok(8080));
        assert_eq!(Duration::from_setting("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(Vec::from_setting("1, 2,3"), Ok(vec![1_u8, 2, 3]));
        assert_eq!(Vec::<String>::from_setting(""), Ok(Vec::new()));
        assert_eq!(PathBuf::from_setting("/etc/x"), Ok(PathBuf::from("/etc/x")));
    }

    #[test]
    fn what_is_expected_is_said_of_the_element_that_is_none() {
        let error = Vec::<u8>::from_setting("1, x").expect_err("no number");
        assert_eq!(
            error.to_string(),
            "expected a whole number from 0 to 255 as element 2 of a list with commas"
        );
        let error = bool::from_setting("yes").expect_err("no truth");
        assert_eq!(error.to_string(), "expected `true` or `false`");
    }

    /// Whether the build says of a text what loading says of it.
    fn agree<T: FromSetting + Known>(text: &str) {
        assert_eq!(T::from_setting(text).is_ok(), T::TYPE.fits(text), "{text}");
    }

    #[test]
    fn the_build_and_a_load_agree() {
        for text in
            ["", "0", "-1", "255", "256", "1.5", "1e3", "inf", "true", "ß", "30s", " 1", "+1"]
        {
            agree::<String>(text);
            agree::<bool>(text);
            agree::<char>(text);
            agree::<u8>(text);
            agree::<u128>(text);
            agree::<usize>(text);
            agree::<i8>(text);
            agree::<isize>(text);
            agree::<f32>(text);
            agree::<f64>(text);
            agree::<Duration>(text);
        }
    }
}
