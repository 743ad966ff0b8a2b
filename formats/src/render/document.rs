//! What tells a Dapr component from other documents, and one that needs itself.

use super::frame::{Frame, Word};

/// What is known of a document.
#[derive(Default)]
pub(super) struct Document {
    is_component: bool,
    is_store: bool,
    has_key_refs: bool,
    name: Option<String>,
    /// Where it says in which store its secrets are looked for, and in which.
    looks_in: Option<(usize, String)>,
}

impl Document {
    /// Notes a text that stands in these mappings.
    pub(super) fn note(&mut self, frames: &[Frame], text: &str, at: usize) {
        let word = |frame: &Frame| frame.key_word();
        match frames {
            [top] if word(top) == Some(Word::Kind) => self.is_component = text == "Component",
            [top, inner] => match (word(top), word(inner)) {
                (Some(Word::Metadata), Some(Word::Name)) => self.name = Some(text.to_owned()),
                (Some(Word::Spec), Some(Word::Type)) => {
                    self.is_store = text.starts_with("secretstores.");
                }
                (Some(Word::Auth), Some(Word::SecretStore)) => {
                    self.looks_in = Some((at, text.to_owned()));
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Notes that something in it refers to a secret's key.
    pub(super) fn has_key_refs(&mut self) {
        self.has_key_refs = true;
    }

    /// Where a secret store says that it keeps itself what it needs to be opened.
    pub(super) fn needs_itself(self) -> Option<usize> {
        let is_store = self.is_component && self.is_store && self.has_key_refs;
        let (at, looks_in) = self.looks_in.filter(|_| is_store)?;
        (self.name? == looks_in).then_some(at)
    }
}
