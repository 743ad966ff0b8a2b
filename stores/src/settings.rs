//! The settings of one store, as a vault has them in `[stores.NAME]`: read by name, and none of them ignored.

use std::collections::BTreeMap;
use std::fmt;

use strongroom_vault::{Setting as Written, StoreEntry, VaultId};
use zeroize::Zeroizing;

/// What one setting says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// A list of texts.
    List(Vec<String>),
    /// A list of something else: no setting is one.
    OtherList,
}

/// The settings of a store by their dotted names; `kind` is not among them.
///
/// An adapter takes what it knows; what is left over is refused by [`finish`](Settings::finish), so that a typo loses
/// nothing silently.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    left: BTreeMap<String, Setting>,
    given: BTreeMap<&'static str, Given>,
    known: Vec<&'static str>,
    #[cfg_attr(
        not(any(feature = "kubernetes", feature = "strongroom")),
        expect(dead_code, reason = "only some kinds ask which one this is")
    )]
    vault: Option<VaultId>,
}

/// A text that may be secret; no message shows it.
#[derive(Clone)]
struct Given(#[cfg_attr(not(feature = "given"), expect(dead_code))] Zeroizing<String>);

/// A setting that is missing, unknown or of another shape.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidSettings {
    /// It must be there.
    Missing {
        /// The setting.
        name: &'static str,
        /// What it says, in words.
        what: &'static str,
    },
    /// It is of another shape.
    Shape {
        /// The setting.
        name: String,
        /// What it should be, in words.
        expected: &'static str,
    },
    /// This kind of store has no such setting.
    Unknown {
        /// The setting.
        name: String,
        /// The ones that it has.
        known: Vec<&'static str>,
    },
    /// What it says cannot be.
    Refused {
        /// The setting.
        name: &'static str,
        /// Why, in words that go on after its name.
        why: &'static str,
    },
    /// Two settings that cannot both be.
    Together {
        /// The one.
        name: &'static str,
        /// The other.
        other: &'static str,
    },
}

impl Settings {
    /// Settings by their dotted names.
    pub fn new(settings: impl IntoIterator<Item = (String, Setting)>) -> Self {
        Self { left: settings.into_iter().collect(), ..Self::default() }
    }

    /// The same with what only who starts a program says, and no vault: a credential, or what would weaken a connection. It
    /// comes from a file of the operator's own. What an adapter has no use for is refused as other settings are.
    #[must_use]
    pub fn with_given(mut self, name: &'static str, text: Zeroizing<String>) -> Self {
        self.given.insert(name, Given(text));
        self
    }

    /// Takes what who started the program says; settings of a vault are never among it.
    #[cfg(feature = "given")]
    pub(crate) fn given(&mut self, name: &'static str) -> Option<Zeroizing<String>> {
        self.given.remove(name).map(|Given(text)| text)
    }

    /// The settings that a vault has for a store.
    #[must_use]
    pub fn of(entry: &StoreEntry<'_>) -> Self {
        let mut left = BTreeMap::new();
        let mut lists: Vec<String> = Vec::new();
        // The elements of a list come behind it, and are read with it.
        for (path, setting) in entry.settings() {
            let is_element = lists.iter().any(|list| path.starts_with(list));
            if path == "kind" || is_element {
                continue;
            }
            let setting = match setting {
                Written::Text(text) => Setting::Text(text.to_string()),
                Written::Integer(number) => Setting::Integer(*number),
                Written::Boolean(is) => Setting::Boolean(*is),
                Written::List(_) => {
                    lists.push(format!("{path}."));
                    let texts = entry.list(path);
                    texts.map_or(Setting::OtherList, |texts| {
                        Setting::List(texts.into_iter().map(str::to_owned).collect())
                    })
                }
            };
            left.insert(path.clone(), setting);
        }
        Self { left, ..Self::default() }
    }

    /// The settings in this vault, which is no store of its own.
    #[must_use]
    pub fn within(self, vault: VaultId) -> Self {
        Self { vault: Some(vault), ..self }
    }

    /// The vault that has these settings.
    #[cfg(any(feature = "kubernetes", feature = "strongroom"))]
    pub(crate) fn vault(&self) -> Option<VaultId> {
        self.vault
    }

    fn take<T>(
        &mut self,
        name: &'static str,
        expected: &'static str,
        read: impl FnOnce(Setting) -> Option<T>,
    ) -> Result<Option<T>, InvalidSettings> {
        self.known.push(name);
        let Some(setting) = self.left.remove(name) else { return Ok(None) };
        match read(setting) {
            Some(value) => Ok(Some(value)),
            None => Err(InvalidSettings::Shape { name: name.to_owned(), expected }),
        }
    }

    /// Takes a text.
    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, InvalidSettings> {
        let read = |setting| match setting {
            Setting::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        };
        self.take(name, "a text", read)
    }

    /// Takes a text that must be there; `what` says in words what it is.
    pub fn required_text(
        &mut self,
        name: &'static str,
        what: &'static str,
    ) -> Result<String, InvalidSettings> {
        self.text(name)?.ok_or(InvalidSettings::Missing { name, what })
    }

    /// Takes a whole number from 1 to `most`.
    pub fn number(
        &mut self,
        name: &'static str,
        most: u32,
    ) -> Result<Option<u32>, InvalidSettings> {
        let read = |setting| match setting {
            Setting::Integer(number) => {
                u32::try_from(number).ok().filter(|it| (1..=most).contains(it))
            }
            _ => None,
        };
        self.take(name, "a whole number, not too large", read)
    }

    /// Takes a yes or no.
    pub fn boolean(&mut self, name: &'static str) -> Result<Option<bool>, InvalidSettings> {
        let read = |setting| match setting {
            Setting::Boolean(is) => Some(is),
            _ => None,
        };
        self.take(name, "`true` or `false`", read)
    }

    /// Takes a list of texts that is not empty.
    pub fn list(&mut self, name: &'static str) -> Result<Option<Vec<String>>, InvalidSettings> {
        let read = |setting| match setting {
            Setting::List(texts) if !texts.is_empty() => Some(texts),
            _ => None,
        };
        self.take(name, "a list of texts", read)
    }

    /// Refuses what nobody took.
    pub fn finish(self) -> Result<(), InvalidSettings> {
        let given = self.given.into_keys().map(str::to_owned);
        match self.left.into_keys().chain(given).next() {
            Some(name) => Err(InvalidSettings::Unknown { name, known: self.known }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, what } => write!(f, "it needs the setting `{name}`: {what}"),
            Self::Shape { name, expected } => write!(f, "its setting `{name}` must be {expected}"),
            Self::Unknown { name, known } if known.is_empty() => {
                write!(f, "it has no setting `{name}`, and no other")
            }
            Self::Unknown { name, known } => {
                write!(f, "it has no setting `{name}`; it has: {}", known.join(", "))
            }
            Self::Refused { name, why } => write!(f, "its setting `{name}` {why}"),
            Self::Together { name, other } => {
                write!(f, "its settings `{name}` and `{other}` exclude each other")
            }
        }
    }
}

impl std::error::Error for InvalidSettings {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_took_is_refused_with_what_there_is() {
        let mut settings = Settings::new([("prefx".to_owned(), Setting::Text("A_".to_owned()))]);
        assert_eq!(settings.text("prefix"), Ok(None));
        let error = settings.finish().expect_err("one is left");
        assert_eq!(error.to_string(), "it has no setting `prefx`; it has: prefix");
    }

    #[test]
    fn what_is_given_is_not_shown_and_not_ignored() {
        let text = Zeroizing::new("hunter2".to_owned());
        let settings = Settings::default().with_given("token", text);
        assert!(!format!("{settings:?}").contains("hunter2"));
        let error = settings.finish().expect_err("nobody took it");
        assert_eq!(error.to_string(), "it has no setting `token`, and no other");
    }

    #[test]
    fn another_shape_is_refused_by_name() {
        let mut settings = Settings::new([("port".to_owned(), Setting::Integer(0))]);
        let error = settings.number("port", 65_535).expect_err("it is 0");
        assert_eq!(error.to_string(), "its setting `port` must be a whole number, not too large");
    }
}
