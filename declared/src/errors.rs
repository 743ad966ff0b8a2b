//! Collects every fault of a struct, so that one build shows them all.

use quote::ToTokens;

/// The faults found so far, each with its place.
#[derive(Debug, Default)]
pub struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds a fault that these tokens show.
    pub fn push(&mut self, tokens: &dyn ToTokens, message: &str) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds a fault that a parser found.
    pub fn add(&mut self, fault: syn::Error) {
        self.0.push(fault);
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Errors {
    type Item = syn::Error;
    type IntoIter = std::vec::IntoIter<syn::Error>;

    /// The faults, in the order of the source text.
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
