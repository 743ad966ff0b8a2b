//! `#[secrets]`: read the struct, check it against the vault, write what it gets.
//!
//! Applications use these macros through the crate `strongroom`, which documents them.
//!
//! The attribute adds the derive `Declaration` to the struct and hands its options over in `#[strongroom(…)]`; the
//! derive does everything else, because a derive sees fields after `#[cfg(…)]` and an attribute does not.

mod attribute;
mod check;
mod errors;
mod expand;
mod input;
mod settings;

use proc_macro::TokenStream;
use strongroom_declared::Errors;

use self::input::Input;
use self::settings::Settings;

/// Declares the secrets of an application: each field is one.
#[proc_macro_attribute]
pub fn secrets(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::declare(&options.into(), item.into()).into()
}

/// What `#[secrets]` adds to a struct; not for use by hand.
#[doc(hidden)]
#[proc_macro_derive(Declaration, attributes(secret, strongroom))]
pub fn declaration(item: TokenStream) -> TokenStream {
    let item = match syn::parse(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error().into(),
    };
    let mut errors = Errors::default();
    let input = Input::read(item, &mut errors);
    let checked = check::check(&input, &Settings::of_this_build());
    expand::expand(&input, &checked, errors).into()
}
