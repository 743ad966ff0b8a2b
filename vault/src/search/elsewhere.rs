//! A line that names where an access key is: `aws-kms:…`, in `STRONGROOM_KEY` or in the file of a key. Nothing is asked here.

use std::fmt;

use zeroize::Zeroizing;

use crate::near::nearest;
use crate::services::KeyService;
use crate::shown::is_key_text;

/// Where an access key is: a service, and what it is told to find or to open it.
///
/// ```
/// # use strongroom_vault::search::KeyPlace;
/// let place = KeyPlace::parse("vault-transit:shop#vault:v1:abc\n").expect("a line")?;
/// assert_eq!((place.service().name, place.rest()), ("vault-transit", "shop#vault:v1:abc"));
/// assert!(KeyPlace::parse("strongroom_key_abc").is_none());
/// # Ok::<(), strongroom_vault::search::InvalidKeyPlace>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPlace {
    service: &'static KeyService,
    rest: Zeroizing<String>,
}

/// What is wrong with a line that names where an access key is. Nothing of the line is in it: that may be a secret of
/// something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKeyPlace {
    /// There is no such service.
    UnknownService {
        /// The one whose name is so near that it was probably meant.
        near: Option<&'static str>,
    },
    /// Nothing stands behind the service.
    Empty(&'static KeyService),
    /// It is several lines, or has other control characters.
    ControlCharacter(&'static KeyService),
    /// It is longer than any that a service could need.
    TooLong(&'static KeyService),
}

impl KeyPlace {
    /// Reads a line, white space around it apart; none for a text that is no such line, such as an access key.
    ///
    /// # Errors
    ///
    /// The text begins with a word and `:`, and is no line for any service.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, InvalidKeyPlace>> {
        let text = text.trim();
        let (word, _) = text.split_once(':')?;
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let Some((service, rest)) = KeyService::at_start(text) else {
            let near = || nearest(word, KeyService::ALL.iter().map(|service| service.name));
            let is_line = is_word && !is_key_text(text);
            return is_line.then(|| Err(InvalidKeyPlace::UnknownService { near: near() }));
        };
        Some(if rest.is_empty() {
            Err(InvalidKeyPlace::Empty(service))
        } else if rest.len() > BYTES {
            Err(InvalidKeyPlace::TooLong(service))
        } else if rest.chars().any(char::is_control) {
            Err(InvalidKeyPlace::ControlCharacter(service))
        } else {
            Ok(Self { service, rest: Zeroizing::new(rest.to_owned()) })
        })
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'static KeyService {
        self.service
    }

    /// What stands behind the service's name and `:`; it may hold ciphertext, and no message shows it.
    #[must_use]
    pub fn rest(&self) -> &str {
        &self.rest
    }
}

impl fmt::Debug for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPlace({}:[hidden])", self.service.name)
    }
}

impl fmt::Display for InvalidKeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = |service: &KeyService| format!("`{}:{}`", service.name, service.place);
        match self {
            Self::UnknownService { near } => {
                f.write_str("neither an access key nor a line for a service that is known here")?;
                if let Some(near) = near {
                    write!(f, ": is `{near}:` meant?")?;
                }
                write!(f, "\nthere are: {}", KeyService::names())
            }
            Self::Empty(service) => write!(
                f,
                "nothing stands behind `{}:`\nsuch a line is {}",
                service.name,
                form(service)
            ),
            Self::ControlCharacter(service) => write!(
                f,
                "what stands behind `{}:` is broken over several lines, or has other control characters\n\
                 such a line is {}",
                service.name,
                form(service)
            ),
            Self::TooLong(service) => write!(
                f,
                "what stands behind `{}:` has more than {BYTES} bytes\nsuch a line is {}",
                service.name,
                form(service)
            ),
        }
    }
}

impl std::error::Error for InvalidKeyPlace {}

/// The longest text behind a service: ciphertext has a few hundred bytes, under the largest keys 700.
const BYTES: usize = 6 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_line_is_left_alone() {
        let key = "strongroom_key_l4gdyhsaifbegrcfizduqskkjnge2tspkbiveu2ukvlfowczljnvyxk6l56jvn54";
        for text in [key, "", "hunter2", ":x", "a b:x", "# created: today", "strongroom_key_a:b"] {
            assert_eq!(KeyPlace::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_that_is_wrong_is_told_without_a_word_of_it() {
        for (text, near) in [
            ("aws-kns:hunter2", Some("aws-kms")),
            ("AWS_KMS:hunter2", Some("aws-kms")),
            ("hunter2:hunter2", None),
            ("https://hunter2.example.com", None),
        ] {
            let fault = KeyPlace::parse(text).expect("a line").expect_err("unknown");
            assert_eq!(fault, InvalidKeyPlace::UnknownService { near }, "{text}");
            assert!(!fault.to_string().contains("hunter2"), "{fault}");
            assert!(fault.to_string().contains("vault-transit"), "{fault}");
        }
        let service = KeyService::named("aws-kms").expect("a service");
        let long = format!("aws-kms:{}", "A".repeat(BYTES + 1));
        for (text, expected) in [
            ("aws-kms:\n", InvalidKeyPlace::Empty(service)),
            ("aws-kms:AQ\nhunter2", InvalidKeyPlace::ControlCharacter(service)),
            (&long, InvalidKeyPlace::TooLong(service)),
        ] {
            let fault = KeyPlace::parse(text).expect("a line").expect_err("wrong");
            assert_eq!(fault, expected);
            assert!(!fault.to_string().contains("hunter2"), "{fault}");
        }
        let place = KeyPlace::parse("\r\n aws-kms:hunter2\r\n").expect("a line").expect("a place");
        assert_eq!(place.rest(), "hunter2");
        assert_eq!(format!("{place:?}"), "KeyPlace(aws-kms:[hidden])");
    }
}
