//! Our types as tokens: what a struct of secrets gets.
//!
//! Generated code is a guest: every path is full, every name that could meet one of the user's is
//! hygienic, every item has a doc comment, and nothing is unsafe. Whatever is wrong, the struct has
//! its trait and its methods, so that a fault here is not followed by others wherever they are
//! used.

mod declared;
mod embedded;
mod methods;
mod watch;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use strongroom_declared::{Declares, Errors, Field};
use syn::ext::IdentExt as _;

use crate::check::Checked;
use crate::errors::{compile_errors, warning};
use crate::input::Input;

/// Everything that the derive adds beside the struct.
pub(crate) fn expand(input: &Input, checked: &Checked, errors: Errors) -> TokenStream {
    let mut tokens = compile_errors(errors);
    for error in &checked.errors {
        tokens.extend(syn::Error::new(error.at, &error.message).into_compile_error());
    }
    for finding in &checked.findings {
        tokens.extend(if checked.only_warns {
            warning(finding.at, &finding.message)
        } else {
            syn::Error::new(finding.at, &finding.message).into_compile_error()
        });
    }
    tokens.extend(declared::implementations(input, checked));
    tokens.extend(methods::of(input));
    tokens.extend(debug(input));
    tokens.extend(watch::of(checked));
    tokens
}

/// A `Debug` that shows which fields there are, and of no field what is in it.
fn debug(input: &Input) -> TokenStream {
    let item = &input.item;
    // What is no secret may be shown; whether it is, is for whoever wrote the struct.
    if item.derives_debug || item.declares == Declares::Settings {
        return TokenStream::new();
    }
    let ident = &item.ident;
    let name = ident.unraw().to_string();
    let fields = item.fields.iter().map(Field::field_name);
    let (generics, arguments, clause) = item.generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics ::core::fmt::Debug for #ident #arguments #clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Formatter::debug_struct(f, #name)
                    #( .field(#fields, &::core::format_args!("[hidden]")) )*
                    .finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use strongroom_vault::{EnvironmentType, VaultId};

    use super::*;
    use crate::check::Seen;

    #[test]
    fn generated_code_is_safe_and_names_everything_in_full() {
        let item = "pub struct Secrets { github_api_token: Own, port: Maybe<Own> }";
        let words = ["Option", "Result", "Some", "None", "Drop", "Debug"];
        names_in_full(item, Declares::Secrets, &words);
        let item =
            "pub struct Settings { #[setting(default = \"3\")] retries: Own, url: Maybe<Own> }";
        names_in_full(item, Declares::Settings, &["Option", "Some", "None"]);
    }

    fn names_in_full(item: &str, declares: Declares, foreign: &[&str]) {
        let mut errors = Errors::default();
        let input = Input::read(syn::parse_str(item).expect("a struct"), declares, &mut errors);
        let environment = EnvironmentType::Local.into();
        let named = Vec::new();
        let seen = Seen { vault: VaultId([7; 16]), environment, named, generations: [1; 4] };
        let watched_file = Some("/strongroom.toml".to_owned());
        let checked = Checked {
            seen: Some(seen),
            watched_file,
            watches_variables: true,
            ..Checked::default()
        };
        let words = expand(&input, &checked, errors).to_string();
        let words: Vec<&str> = words.split_whitespace().collect();
        assert!(!words.contains(&"unsafe"), "{words:?}");
        for name in foreign {
            let places = words.iter().enumerate().filter(|(_, word)| *word == name);
            for (at, _) in places {
                assert_eq!(words[at - 1], "::", "{:?}", &words[at.saturating_sub(8)..=at]);
            }
            assert!(words.contains(name), "{name}");
        }
    }
}
