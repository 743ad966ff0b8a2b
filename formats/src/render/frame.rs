//! A mapping or a list that is being read, and what of it is a `secretKeyRef`.

use std::ops::Range;

use super::fault::TemplateFault;
use crate::reference::of_key_ref;

/// A mapping or a list that is open.
pub(super) struct Frame {
    pub(super) is_mapping: bool,
    /// Whether it is, or lies in, a key.
    pub(super) is_key: bool,
    pub(super) start: usize,
    /// The key whose value follows.
    pub(super) key: Option<Key>,
    members: usize,
    said: Said,
    pub(super) has_value: bool,
    found: Option<KeyRef>,
}

/// What a mapping says, if it is that of a `secretKeyRef`; the name is that of an entry too.
#[derive(Default)]
struct Said {
    name: Option<String>,
    key: Option<String>,
    has_others: bool,
    is_anchored: bool,
}

/// A key.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) word: Word,
    pub(super) range: Range<usize>,
    pub(super) is_quoted: bool,
}

/// A `secretKeyRef`, from the key that a `value` would stand in place of.
pub(super) struct KeyRef {
    pub(super) range: Range<usize>,
    pub(super) is_quoted: bool,
    /// The secret's name.
    pub(super) name: String,
    pub(super) fault: Option<TemplateFault>,
}

/// A value in a mapping or a list.
pub(super) enum Member<'a> {
    Text(&'a str),
    Mapping(Box<Frame>),
    Alias,
    List,
}

/// The keys that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Name,
    Key,
    Optional,
    Value,
    ValueFrom,
    SecretKeyRef,
    Kind,
    Metadata,
    Spec,
    Type,
    Auth,
    SecretStore,
    Other,
}

impl Word {
    pub(super) fn of(text: &str) -> Self {
        match text {
            "name" => Self::Name,
            "key" => Self::Key,
            "optional" => Self::Optional,
            "value" => Self::Value,
            "valueFrom" => Self::ValueFrom,
            "secretKeyRef" => Self::SecretKeyRef,
            "kind" => Self::Kind,
            "metadata" => Self::Metadata,
            "spec" => Self::Spec,
            "type" => Self::Type,
            "auth" => Self::Auth,
            "secretStore" => Self::SecretStore,
            _ => Self::Other,
        }
    }
}

impl Frame {
    pub(super) fn new(start: usize, is_mapping: bool, is_key: bool, is_anchored: bool) -> Self {
        let said = Said { is_anchored, ..Said::default() };
        let (key, found) = (None, None);
        Self { is_mapping, is_key, start, key, members: 0, said, has_value: false, found }
    }

    /// What the key means whose value follows.
    pub(super) fn key_word(&self) -> Option<Word> {
        self.key.as_ref().map(|key| key.word)
    }

    /// What stands beside a name: an entry that refers to a secret.
    pub(super) fn take_found(&mut self) -> Option<KeyRef> {
        self.said.name.as_ref()?;
        self.found.take()
    }

    /// Takes a member that is complete.
    pub(super) fn take(&mut self, file: &str, member: &Member<'_>, range: &Range<usize>) {
        self.members += 1;
        let Some(key) = self.key.take().filter(|_| self.is_mapping) else { return };
        let found = |name: String, fault: Option<TemplateFault>| {
            let (range, is_quoted) = (key.range.start..range.end, key.is_quoted);
            let fault = fault.or(key.is_explicit(file).then_some(TemplateFault::Anchored));
            Some(KeyRef { range, is_quoted, name, fault })
        };
        let anchored = |it: &Self| it.said.is_anchored.then_some(TemplateFault::Anchored);
        match (key.word, member) {
            (Word::Name, Member::Text(text)) => self.said.name = Some((*text).to_owned()),
            (Word::Key, Member::Text(text)) => self.said.key = Some((*text).to_owned()),
            (Word::Optional, Member::Text(_)) => {}
            (Word::SecretKeyRef, Member::Alias) => {
                self.found = found(String::new(), Some(TemplateFault::Anchored));
            }
            (Word::SecretKeyRef, Member::Mapping(inner)) => {
                // A schema has such a key too, and no name in it.
                if let Some(name) = inner.said.name.as_deref().filter(|_| !inner.said.has_others) {
                    let name = of_key_ref(name, inner.said.key.as_deref());
                    self.found = found(name, anchored(inner));
                }
                self.said.has_others = true;
            }
            (Word::ValueFrom, Member::Mapping(inner)) => {
                if let (Some(there), 1) = (&inner.found, inner.members) {
                    self.found = found(there.name.clone(), there.fault.or(anchored(inner)));
                }
                self.said.has_others = true;
            }
            (word, _) => {
                self.has_value |= word == Word::Value;
                self.said.has_others = true;
            }
        }
    }
}

impl Key {
    /// Whether it is written with a `?` before it: then it is no place for another key.
    fn is_explicit(&self, file: &str) -> bool {
        // Not from the start of the line: all of a file may be one.
        file[..self.range.start].trim_end_matches([' ', '\t']).ends_with('?')
    }
}
