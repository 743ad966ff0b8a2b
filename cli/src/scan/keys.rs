//! Keys that are known by how they begin: access keys, unlocked keys, API keys of applications, age identities. Each has a checksum, so an example in a
//! text is told from a key.

use std::fmt;

use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;
use strongroom_vault::{AccessKey, AppKey, UnlockedKey};

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Access,
    Unlocked,
    App,
    AgeIdentity,
}

impl KeyKind {
    pub(crate) const ALL: [Self; 4] = [Self::Access, Self::Unlocked, Self::App, Self::AgeIdentity];

    /// The stable word for `--json`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Access => "access-key",
            Self::Unlocked => "unlocked-key",
            Self::App => "api-key",
            Self::AgeIdentity => "age-identity",
        }
    }

    /// How it begins.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Access => "strongroom_key_",
            Self::Unlocked => "strongroom_unlocked_",
            Self::App => "strongroom_app_",
            Self::AgeIdentity => "AGE-SECRET-KEY-1",
        }
    }

    /// Where in the beginning the window stands by which it is found: not in what all of them share.
    pub(crate) fn telling_window(self) -> usize {
        self.prefix().len() - super::table::WINDOW
    }

    /// How many characters follow.
    fn digits(self) -> usize {
        match self {
            Self::Access | Self::App => 64,
            Self::Unlocked => 116,
            Self::AgeIdentity => 58,
        }
    }

    /// Whether bytes begin with such a key.
    pub(crate) fn begins(self, bytes: &[u8]) -> bool {
        let length = self.prefix().len() + self.digits();
        let text = bytes.get(..length).and_then(|text| std::str::from_utf8(text).ok());
        text.is_some_and(|text| text.starts_with(self.prefix()) && self.checks(text))
    }

    /// Whether its checksum fits.
    fn checks(self, text: &str) -> bool {
        match self {
            Self::Access => AccessKey::parse(text).is_ok(),
            Self::Unlocked => UnlockedKey::parse(text).is_some(),
            Self::App => AppKey::parse(text).is_some(),
            Self::AgeIdentity => CheckedHrpstring::new::<Bech32>(text).is_ok(),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access => "an access key",
            Self::Unlocked => "an unlocked key",
            Self::App => "an API key of an application",
            Self::AgeIdentity => "an age identity",
        })
    }
}

/// Bytes of the longest of them.
pub(crate) const KEY_BYTES: usize = 256;
