//! The settings of one component by Dapr's names, which have no case: each is taken, and what is left over is told.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

/// What a component says, with every reference followed.
#[derive(Default)]
pub(super) struct Fields {
    /// By names in small letters, with the names as written.
    left: BTreeMap<String, (String, Zeroizing<String>)>,
}

impl Fields {
    pub(super) fn new(all: impl IntoIterator<Item = (String, Zeroizing<String>)>) -> Self {
        let lowered = |(name, text): (String, _)| (name.to_ascii_lowercase(), (name, text));
        Self { left: all.into_iter().map(lowered).collect() }
    }

    /// Takes a text; an empty one is none.
    pub(super) fn take(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let (_, text) = self.left.remove(&name.to_ascii_lowercase())?;
        (!text.is_empty()).then_some(text)
    }

    /// Takes a text that is no secret.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).map(|text| (*text).clone())
    }

    /// Takes a text that must be there.
    pub(super) fn required(&mut self, name: &str) -> Result<String, String> {
        self.text(name).ok_or_else(|| format!("it needs `{name}` in its metadata"))
    }

    /// Takes a yes or no, as Dapr reads it.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let text = self.take(name)?.trim().to_ascii_lowercase();
        Some(matches!(text.as_str(), "y" | "yes" | "true" | "t" | "on" | "1"))
    }

    /// The names that nobody took.
    pub(super) fn left(&self) -> impl Iterator<Item = &str> {
        self.left.values().map(|(name, _)| name.as_str())
    }
}
