//! What the derive is given, as our types: the struct, its options, and where the runtime is.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use strongroom_declared::{Cfg, Declares, Errors, Options, Struct};
use syn::{DeriveInput, Meta, Path};

/// A struct of secrets or settings with its options.
pub(crate) struct Input {
    pub(crate) item: Struct,
    pub(crate) options: Options,
    /// The path of the crate `strongroom`.
    pub(crate) runtime: TokenStream,
}

impl Input {
    /// Reads the item of a derive; the attribute has put the options into `#[strongroom(…)]`.
    pub(crate) fn read(item: DeriveInput, declares: Declares, errors: &mut Errors) -> Self {
        let ours = item.attrs.iter().find(|attribute| attribute.path().is_ident("strongroom"));
        let options = match ours.map(|attribute| &attribute.meta) {
            Some(Meta::List(list)) => Options::read(declares, list.tokens.clone(), errors),
            _ => Options::default(),
        };
        let runtime = runtime(&options);
        Self { item: Struct::read(item, declares, Cfg::Decided, errors), options, runtime }
    }
}

/// The path of the crate `strongroom`, as the options say.
pub(crate) fn runtime(options: &Options) -> TokenStream {
    let usual = || quote_spanned!(Span::mixed_site()=> ::strongroom);
    options.krate.as_ref().map_or_else(usual, Path::to_token_stream)
}
