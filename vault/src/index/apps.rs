//! `[apps]`: applications that ask a server for their secret, and the hashes of the keys that they show. A build,
//! and a program that loads its own secrets, keep and skip it.

use std::borrow::Cow;
use std::fmt;

use super::shape::{
    Table, bad_form, bad_name, date_of, refuse_spellings, sealed_text, text_of, unknown_key,
};
use super::{Document, hex_digit};
use crate::date::Date;
use crate::environment::EnvironmentType;
use crate::error::{Fault, ReadError};
use crate::limits::{APP_KEY_CODE, APP_KEYS, APPS, KEY, REFERENCE_SEAL, STRING_BYTES};
use crate::name::{check_plain_name, check_secret_name, fold};
use crate::near::nearest;

/// The applications of a vault.
#[derive(Debug, Default)]
pub struct Apps<'t> {
    apps: Vec<App<'t>>,
}

/// An application: who it is, and which secret it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App<'t> {
    name: Cow<'t, str>,
    id: AppId,
    secret: Cow<'t, str>,
    keys: Vec<AppKeyLine<'t>>,
}

/// What the vault keeps of one API key: not the key, but what tells it from every other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppKeyLine<'t> {
    code: Cow<'t, str>,
    kind: EnvironmentType,
    right: AppRight,
    hash: Cow<'t, str>,
    set: Date,
    expires: Option<Date>,
    seal: Cow<'t, str>,
}

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppRight {
    /// Reading the application's secret.
    Read,
}

/// An application's id: a UUID.
///
/// ```
/// # use strongroom_vault::AppId;
/// let id = AppId::from_text("6F1C2B0E-5d0a-4f6b-9a53-0c7a9d4f1e22").expect("a UUID");
/// assert_eq!(id.to_string(), "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22");
/// assert!(AppId::from_text("6f1c2b0e5d0a4f6b9a530c7a9d4f1e22").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(pub(crate) [u8; 16]);

impl<'t> Apps<'t> {
    /// Reads the applications of a vault that is parsed already; there may be none. The first fault in `[apps]` is an error.
    pub(super) fn of(document: &Document<'t>) -> Result<Self, ReadError> {
        let root = Table { text: document.text, tree: &document.root, at: 0 };
        let Some(value) = root.get("apps") else { return Ok(Self::default()) };
        let (mut apps, mut places) = (Vec::<App<'t>>::new(), Vec::new());
        for (key, value) in Table::of(root.text, value)?.entries() {
            let (name, at) = (key.get_ref(), key.span().start);
            check_plain_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
            if apps.len() == APPS {
                return Err(Fault::TooMany("applications", APPS).at(root.text, at));
            }
            let app = read_app(Table { at, ..Table::of(root.text, value)? }, name.clone())?;
            if apps.iter().any(|other| other.id == app.id) {
                return Err(Fault::Twice.at(root.text, at));
            }
            places.push((name.as_ref(), at));
            apps.push(app);
        }
        refuse_spellings(root.text, &places)?;
        Ok(Self { apps })
    }

    /// The applications, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &App<'t>> {
        self.apps.iter()
    }

    /// The application of a name, in any spelling.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&App<'t>> {
        let folded = fold(name);
        self.apps.iter().find(|app| fold(&app.name) == folded)
    }

    /// An application whose name is so near to this one that it was probably meant.
    #[must_use]
    pub fn near(&self, name: &str) -> Option<&str> {
        nearest(name, self.apps.iter().map(App::name))
    }

    /// The key of a code, and whose it is.
    #[must_use]
    pub fn key(&self, code: &str) -> Option<(&App<'t>, &AppKeyLine<'t>)> {
        self.apps.iter().find_map(|app| Some((app, app.key(code)?)))
    }
}

impl<'t> App<'t> {
    /// The name, as spelled in the vault.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id that it shows.
    #[must_use]
    pub fn id(&self) -> AppId {
        self.id
    }

    /// The secret that it may have.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Its keys, sorted by code.
    #[must_use]
    pub fn keys(&self) -> &[AppKeyLine<'t>] {
        &self.keys
    }

    /// The key of a code.
    #[must_use]
    pub fn key(&self, code: &str) -> Option<&AppKeyLine<'t>> {
        self.keys.iter().find(|key| key.code == code)
    }
}

impl AppKeyLine<'_> {
    /// What the key is called: the beginning of its hash, which tells nothing else about it.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The environment type in which it counts, with the named environments of that.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// What it allows.
    #[must_use]
    pub fn right(&self) -> AppRight {
        self.right
    }

    /// The hash of the key, in base64url.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// When it was made.
    #[must_use]
    pub fn set(&self) -> Date {
        self.set
    }

    /// From when on it counts no more.
    #[must_use]
    pub fn expires(&self) -> Option<Date> {
        self.expires
    }

    /// Whether it counts no more on a day.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|day| day <= today)
    }

    /// The seal, in base64url.
    #[must_use]
    pub fn seal(&self) -> &str {
        &self.seal
    }
}

impl AppRight {
    /// The word for it, in the vault and in requests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
        }
    }

    /// Reads such a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        (word == "read").then_some(Self::Read)
    }
}

impl AppId {
    /// A new id: a random UUID (version 4 of RFC 9562).
    #[must_use]
    pub fn of_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// Reads a UUID in its usual form, in either case.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        if text.len() != 36 {
            return None;
        }
        let (mut id, mut digits) = ([0; 16], 0);
        for (at, byte) in text.iter().enumerate() {
            if HYPHENS.contains(&at) {
                if *byte != b'-' {
                    return None;
                }
                continue;
            }
            let digit = hex_digit(byte.to_ascii_lowercase())?;
            id[digits / 2] = id[digits / 2] << 4 | digit;
            digits += 1;
        }
        Some(Self(id))
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

fn read_app<'t>(table: Table<'_, 't>, name: Cow<'t, str>) -> Result<App<'t>, ReadError> {
    let text = table.text;
    let place = table.need("id")?;
    let id = text_of(text, place, STRING_BYTES)?;
    // One spelling: an id is looked for as it is written.
    let read = AppId::from_text(&id).filter(|read| read.to_string() == id);
    let id = read.ok_or_else(|| Fault::WrongShape(UUID).at(text, place.span().start))?;
    let place = table.need("secret")?;
    let secret = text_of(text, place, STRING_BYTES)?;
    check_secret_name(&secret)
        .map_err(|fault| bad_name(text, &secret, fault, place.span().start))?;
    let mut keys = Vec::new();
    for (key, value) in table.entries() {
        let (code, at) = (key.get_ref(), key.span().start);
        if code == "id" || code == "secret" {
            continue;
        }
        if code.len() != APP_KEY_CODE {
            return Err(unknown_key(text, key, &format!("apps.{name}"), &["id", "secret"]));
        }
        if !code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')) {
            return Err(bad_form(text, code, "the code of an API key", at));
        }
        if keys.len() == APP_KEYS {
            return Err(Fault::TooMany("API keys of one application", APP_KEYS).at(text, at));
        }
        let line = Table { at, ..Table::of(text, value)? };
        keys.push(read_key(line, &format!("apps.{name}.{code}"), code.clone())?);
    }
    Ok(App { name, id, secret, keys })
}

fn read_key<'t>(
    table: Table<'_, 't>,
    path: &str,
    code: Cow<'t, str>,
) -> Result<AppKeyLine<'t>, ReadError> {
    let text = table.text;
    table.only(path, &["type", "right", "hash", "set", "expires", "seal"])?;
    let place = table.need("type")?;
    let word = text_of(text, place, STRING_BYTES)?;
    let kind = EnvironmentType::from_full(&word)
        .ok_or_else(|| Fault::UnknownType(word.into_owned()).at(text, place.span().start))?;
    let place = table.need("right")?;
    let right = AppRight::from_word(&text_of(text, place, STRING_BYTES)?)
        .ok_or_else(|| Fault::WrongShape("`read`").at(text, place.span().start))?;
    let hash = sealed_text(text, table.need("hash")?, "a hash", |bytes| bytes == KEY)?;
    let set = date_of(text, table.need("set")?)?;
    let expires = table.get("expires").map(|value| date_of(text, value)).transpose()?;
    let seal = sealed_text(text, table.need("seal")?, "a seal", |bytes| bytes == REFERENCE_SEAL)?;
    Ok(AppKeyLine { code, kind, right, hash, set, expires, seal })
}

const UUID: &str = "a UUID of lower-case hexadecimal digits and hyphens";

/// Where a UUID has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
