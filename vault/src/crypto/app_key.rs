//! The API key of an application: its text, the hash that the vault keeps of it, and the seal that says who made it.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::access_key::{VAULT, key_text, read_digits};
use super::encode::{Lp, base64url, from_base64url, lower_case_base32};
use super::keys::DataKey;
use super::{NoRandomness, OpenError, random};
use crate::date::Date;
use crate::index::{App, AppId, AppKeyLine, AppRight, VaultId};
use crate::limits::{APP_KEY_CODE, KEY};
use crate::shown::APP_KEY_PREFIX;

/// A random 256-bit key with which an application asks a server: `strongroom_app_` and 64 characters, as an access key has.
///
/// ```
/// # use strongroom_vault::{AppKey, VaultId};
/// let key = AppKey::generate(VaultId([7; 16]))?;
/// let again = AppKey::parse(&key.to_text()).expect("its text");
/// assert_eq!(again.hash(VaultId([7; 16])), key.hash(VaultId([7; 16])));
/// assert!(AppKey::parse("strongroom_app_abc").is_none());
/// # Ok::<(), strongroom_vault::NoRandomness>(())
/// ```
pub struct AppKey {
    vault: [u8; VAULT],
    bytes: Zeroizing<[u8; KEY]>,
}

/// Everything that the seal of a key's line covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppKeyPlace<'a> {
    /// The application's name, as spelled in the vault.
    pub app: &'a str,
    /// Its id.
    pub id: AppId,
    /// The secret that it may have, as spelled in the application's table.
    pub secret: &'a str,
    /// What the key is called.
    pub code: &'a str,
    /// What it allows.
    pub right: AppRight,
    /// Its hash, in base64url.
    pub hash: &'a str,
    /// When it was made.
    pub set: Date,
    /// From when on it counts no more.
    pub expires: Option<Date>,
}

impl AppKey {
    /// A new random key for an application of a vault.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn generate(id: VaultId) -> Result<Self, NoRandomness> {
        let [a, b, c, d, ..] = id.0;
        Ok(Self { vault: [a, b, c, d], bytes: Zeroizing::new(random()?) })
    }

    /// Reads the text of a key; none where it is no such text, or has a typo.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (vault, bytes) = read_digits(APP_KEY_PREFIX, text.strip_prefix(APP_KEY_PREFIX)?)?;
        Some(Self { vault, bytes })
    }

    /// The text, in memory that wipes itself.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        key_text(APP_KEY_PREFIX, self.vault, &self.bytes)
    }

    /// `SHA-256(lp("app-key-hash", vault id, key))`: what a vault keeps of the key.
    ///
    /// A hash that is slow on purpose makes up for what people choose. This key is 256 random bits, which nobody finds by
    /// trying, however fast that goes; and a slow hash would let whoever sends wrong keys keep the server busy.
    #[must_use]
    pub fn hash(&self, id: VaultId) -> [u8; KEY] {
        let hashed = Lp::new("app-key-hash").part(&id.0).part(self.bytes.as_ref());
        let hash = Sha256::digest(hashed.bytes()).into();
        // The list holds the key.
        hashed.wipe();
        hash
    }

    /// What the key is called: the first 40 bits of its hash in base32.
    #[must_use]
    pub fn code(&self, id: VaultId) -> String {
        lower_case_base32().encode(&self.hash(id)[..APP_KEY_CODE / 8 * 5])
    }

    /// The hash as the vault has it, in base64url.
    #[must_use]
    pub fn hash_text(&self, id: VaultId) -> String {
        base64url(&self.hash(id))
    }
}

impl fmt::Debug for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppKey([hidden])")
    }
}

impl<'a> AppKeyPlace<'a> {
    /// What a line of the vault says.
    #[must_use]
    pub fn of(app: &'a App<'_>, key: &'a AppKeyLine<'_>) -> Self {
        Self {
            app: app.name(),
            id: app.id(),
            secret: app.secret(),
            code: key.code(),
            right: key.right(),
            hash: key.hash(),
            set: key.set(),
            expires: key.expires(),
        }
    }
}

impl AppKeyLine<'_> {
    /// The bytes of the hash.
    ///
    /// # Panics
    ///
    /// Never: the reader of the vault refuses a line with another form.
    #[must_use]
    pub fn hash_bytes(&self) -> [u8; KEY] {
        from_base64url(self.hash()).expect("the reader of the vault checked its form")
    }
}

impl DataKey {
    /// `seal[data key](everything that the line of an API key says)`
    ///
    /// A value's seal with nothing inside, as that of a reference: AES-256-GCM (NIST SP 800-38D) under a fresh random nonce.
    /// Whoever can only write the file can neither add a key nor lead one to another application or secret. A line that was
    /// taken out can be put back until the data key is changed: that it stood there once is all that its seal says.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn seal_app_key(&self, place: AppKeyPlace<'_>) -> Result<String, NoRandomness> {
        self.seal_as(&self.context_of_app_key(place), Zeroizing::new(Vec::new()))
    }

    /// Checks what [`DataKey::seal_app_key`] gave, as base64url text.
    ///
    /// # Errors
    ///
    /// The seal lies under another data key; or it, or something that it covers, was changed.
    pub fn open_app_key(&self, place: AppKeyPlace<'_>, seal: &str) -> Result<(), OpenError> {
        let inside = self.open_as(&self.context_of_app_key(place), seal)?;
        if inside.is_empty() { Ok(()) } else { Err(OpenError::Altered) }
    }

    /// Checks the line of a key of this type.
    ///
    /// # Errors
    ///
    /// As [`DataKey::open_app_key`]; the line of a key of another type lies under another data key.
    pub fn check_app_key(&self, app: &App<'_>, key: &AppKeyLine<'_>) -> Result<(), OpenError> {
        if key.kind() != self.kind {
            return Err(OpenError::AnotherDataKey);
        }
        self.open_app_key(AppKeyPlace::of(app, key), key.seal())
    }

    fn context_of_app_key(&self, place: AppKeyPlace<'_>) -> Lp {
        let day = |day: Date| day.to_string();
        Lp::new("app-key")
            .part(&self.key.id.0)
            .text(self.kind.as_str())
            .text(place.app)
            .part(&place.id.0)
            .text(place.secret)
            .text(place.code)
            .text(place.right.as_str())
            .text(place.hash)
            .text(&day(place.set))
            .text(&place.expires.map(day).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::Expanded;
    use super::*;
    use crate::environment::EnvironmentType;

    const ID: VaultId = VaultId([0x5f; 16]);

    fn key() -> AppKey {
        let mut bytes = Zeroizing::new([0; KEY]);
        bytes.iter_mut().zip(0x40..).for_each(|(byte, count)| *byte = count);
        AppKey { vault: [0x5f; VAULT], bytes }
    }

    #[test]
    fn the_text_of_a_key_survives_no_typo() {
        let text = key().to_text();
        assert!(text.starts_with(APP_KEY_PREFIX) && text.len() == APP_KEY_PREFIX.len() + 64);
        assert_eq!(AppKey::parse(&text).map(|key| key.hash(ID)), Some(key().hash(ID)));
        for at in 0..text.len() {
            let mut typo = text.as_bytes().to_vec();
            typo[at] = if typo[at] == b'a' { b'b' } else { b'a' };
            let typo = String::from_utf8(typo).expect("ASCII");
            assert!(AppKey::parse(&typo).is_none(), "{at}");
        }
        assert!(AppKey::parse(&text.replace("_app_", "_key_")).is_none());
        assert!(AppKey::parse(&format!("{}\n", *text)).is_none());
        assert!(!format!("{:?}", key()).contains("64"));
    }

    /// Computed by another implementation, from what `docs/format.md` says.
    #[test]
    fn text_hash_code_and_seal_are_those_of_the_format() {
        let text =
            "strongroom_app_l5pv6x2aifbegrcfizduqskkjnge2tspkbiveu2ukvlfowczljnvyxk6l4e4rhok";
        let hash = "1Y4_AhWSoZ6lw1DkL-QQVEL6wK5gvuHEtZv3AzohoGA";
        assert_eq!(*key().to_text(), text);
        assert_eq!(key().hash_text(ID), hash);
        assert_eq!(key().code(ID), "2whd6aqv");
        assert_ne!(key().hash(ID), key().hash(VaultId([0; 16])));
        let mut bytes = Zeroizing::new([0; KEY]);
        bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count);
        let kind = EnvironmentType::Development;
        let data_key = DataKey { kind, key: Expanded::new(ID, kind.as_str(), bytes, 1) };
        let day = |year, month| Date { year, month, day: 1 };
        let place = AppKeyPlace {
            app: "shop",
            id: AppId::from_text("6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22").expect("a UUID"),
            secret: "jwt_signing_key",
            code: "2whd6aqv",
            right: AppRight::Read,
            hash,
            set: day(2026, 12),
            expires: Some(day(2027, 3)),
        };
        let until = "AU0W-UFS5h-8EBESExQVFhcYGRobt6ee56QA4UgNPzl0qDzJTQ";
        let for_ever = "AU0W-UFS5h-8EBESExQVFhcYGRobkkMEGSJ9ZkTiSvgEGzYsgw";
        assert_eq!(data_key.open_app_key(place, until), Ok(()));
        assert_eq!(data_key.open_app_key(place, for_ever), Err(OpenError::Altered));
        let place = AppKeyPlace { expires: None, ..place };
        assert_eq!(data_key.open_app_key(place, for_ever), Ok(()));
    }
}
