//! Faults as tokens: an error stops the build, a warning can only speak through a deprecation.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use strongroom_declared::Errors;

/// Errors that the compiler reports, each at its place.
pub(crate) fn compile_errors(errors: Errors) -> TokenStream {
    errors.into_iter().map(syn::Error::into_compile_error).collect()
}

/// A warning that the compiler reports at this place.
pub(crate) fn warning(at: Span, message: &str) -> TokenStream {
    let build_check = Ident::new("BUILD_CHECK", at);
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #[deprecated(note = #message)]
            const BUILD_CHECK: () = ();
            #build_check
        };
    }
}
