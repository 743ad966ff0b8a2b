//! The attribute: adds the derive, which sees the fields that exist, and hands the options over to
//! it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use strongroom_declared::{Declares, Errors, Options};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Visibility};

use crate::errors::compile_errors;
use crate::input::runtime;

/// The item as it was, with the derive before it; what is no struct only gets an error.
///
/// An error in the options is the derive's to report: it reads them as well.
pub(crate) fn declare(declares: Declares, options: &TokenStream, item: TokenStream) -> TokenStream {
    let read = |input: ParseStream<'_>| read_kind(declares, input);
    let item = match read.parse2(item.clone()) {
        Ok(Kind::Struct) => item,
        Ok(Kind::Declared) => return item,
        Err(error) => {
            let mut errors = Errors::default();
            errors.add(error);
            let errors = compile_errors(errors);
            return quote!(#item #errors);
        }
    };
    let runtime = runtime(&Options::read(declares, options.clone(), &mut Errors::default()));
    let derive = Ident::new(
        match declares {
            Declares::Secrets => "Declaration",
            Declares::Settings => "SettingsDeclaration",
        },
        Span::mixed_site(),
    );
    // The full path: a crate may have a `derive` of its own.
    quote_spanned! {Span::mixed_site()=>
        #[::core::prelude::v1::derive(#runtime::__private::#derive)]
        #[strongroom(#options)]
        #item
    }
}

enum Kind {
    Struct,
    /// A struct that another attribute of ours has declared; its derive reports this one.
    Declared,
}

/// Reads an item to the word that says what it is.
fn read_kind(declares: Declares, input: ParseStream<'_>) -> syn::Result<Kind> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let word: TokenTree = input.parse()?;
    input.parse::<TokenStream>()?;
    if word.to_string() != "struct" {
        return Err(syn::Error::new(word.span(), declares.goes_on_a_struct()));
    }
    let is_ours = |attribute: &Attribute| attribute.path().is_ident("strongroom");
    Ok(if attributes.iter().any(is_ours) { Kind::Declared } else { Kind::Struct })
}
