//! Where a value lies in a store, as a vault records it: `name`, `name/key`, `name@version`, `name#json.path`.

use std::fmt;

use crate::store::{Item, Keys};

/// Where a value lies in a store.
///
/// The text is `NAME[/KEY][@VERSION][#JSON.PATH]`. Whether the last `/` parts a key from the name depends on the store: in
/// Kubernetes and HashiCorp Vault a secret has several keys, elsewhere `/` belongs to the name. The first `#` begins the
/// path and the last `@` before it the version; an empty one means none, so `a@b@` is the name `a@b`, and `a#b` cannot be
/// a name.
///
/// ```
/// use strongroom_stores::{Keys, Reference};
///
/// let reference = Reference::parse("team/db/password@3#replica.url")?;
/// assert_eq!(reference.version(), Some("3"));
/// assert_eq!(reference.path(), Some("replica.url"));
/// assert_eq!(reference.split(Keys::Several), ("team/db", Some("password")));
/// assert_eq!(reference.split(Keys::One), ("team/db/password", None));
/// # Ok::<(), strongroom_stores::InvalidReference>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    text: String,
    body: usize,
    version: Option<(usize, usize)>,
    path: Option<usize>,
}

/// What is wrong with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidReference {
    /// It names nothing.
    Empty,
    /// It is longer than a vault takes.
    TooLong,
    /// It has a control character.
    ControlCharacter,
    /// Its name begins or ends with `/`, or has an empty part.
    EmptyPart,
}

impl Reference {
    /// Reads a reference, without the name of its store.
    pub fn parse(text: &str) -> Result<Self, InvalidReference> {
        if text.len() > BYTES {
            return Err(InvalidReference::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidReference::ControlCharacter);
        }
        let (front, path) = match text.split_once('#') {
            Some((front, path)) => (front, (!path.is_empty()).then_some(front.len() + 1)),
            None => (text, None),
        };
        let (body, version) = match front.rsplit_once('@') {
            Some((body, "")) => (body, None),
            Some((body, _)) => (body, Some((body.len() + 1, front.len()))),
            None => (front, None),
        };
        if body.is_empty() {
            return Err(InvalidReference::Empty);
        }
        Ok(Self { body: body.len(), version, path, text: text.to_owned() })
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name, and the key if this kind of store has some.
    #[must_use]
    pub fn split(&self, keys: Keys) -> (&str, Option<&str>) {
        let body = &self.text[..self.body];
        match (keys, body.rsplit_once('/')) {
            (Keys::Several, Some((name, key))) if !name.is_empty() && !key.is_empty() => {
                (name, Some(key))
            }
            _ => (body, None),
        }
    }

    /// What one request to the store is about.
    #[must_use]
    pub fn item(&self, keys: Keys) -> Item {
        Item { name: self.split(keys).0.to_owned(), version: self.version().map(str::to_owned) }
    }

    /// The version that is asked for; none means the current one.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.map(|(from, to)| &self.text[from..to])
    }

    /// The way into a JSON value: names of members and positions in lists, with `.` between them.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.map(|from| &self.text[from..])
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for InvalidReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a reference names a secret of the store: `name`, `name/key`, `name@version`, `name#json.path`"),
            Self::TooLong => write!(f, "a reference has {BYTES} bytes at most"),
            Self::ControlCharacter => f.write_str("a reference has no control characters"),
            Self::EmptyPart => f.write_str("a name in a store has no empty part between `/`"),
        }
    }
}

impl std::error::Error for InvalidReference {}

/// The longest reference, as the vault's format has it.
const BYTES: usize = 4096;
