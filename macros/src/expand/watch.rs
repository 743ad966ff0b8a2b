//! What makes cargo rebuild: the vault's file and the variables that choose.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::check::Checked;
use crate::this_build::WATCHED_VARIABLES;

/// Names the file and the variables to the compiler in a function that is never called: a constant
/// would leave the file's bytes in a library and in the incremental cache.
pub(super) fn of(checked: &Checked) -> TokenStream {
    if !checked.watches_variables {
        return TokenStream::new();
    }
    let (file, variables) = (checked.watched_file.iter(), WATCHED_VARIABLES);
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            fn _watch() {
                #( let _ = ::core::include_bytes!(#file); )*
                #( let _ = ::core::option_env!(#variables); )*
            }
        };
    }
}
