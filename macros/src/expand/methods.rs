//! The methods of a struct of secrets.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};

use crate::input::Input;

/// The methods, as visible as the struct.
pub(super) fn of(input: &Input) -> TokenStream {
    let (item, runtime) = (&input.item, &input.runtime);
    let (ident, visibility) = (&item.ident, visibility(input));
    let private = quote_spanned!(Span::mixed_site()=> #runtime::__private);
    let (mut load, mut load_async, mut from_values, mut get) = (
        quote_spanned!(Span::mixed_site()=> #private::load::<Self>()),
        quote_spanned!(Span::mixed_site()=> #private::load_async::<Self>().await),
        quote_spanned!(Span::mixed_site()=> #private::from_values::<Self, N, V>(values)),
        quote_spanned! {Span::mixed_site()=>
            static LOADED: #private::Once<#ident> = #private::Once::new();
            LOADED.get()
        },
    );
    if !item.has_sound_shape {
        // The build fails anyway; the methods are there for their callers.
        let never = || quote_spanned!(Span::mixed_site()=> loop {});
        (load, load_async, from_values, get) = (never(), never(), never(), never());
    }
    let (generics, arguments, clause) = item.generics.split_for_impl();
    let owned = quote_spanned!(Span::mixed_site()=>
        ::core::result::Result<Self, #runtime::LoadError>);
    let shared = quote_spanned!(Span::mixed_site()=>
        ::core::result::Result<&'static Self, &'static #runtime::LoadError>);
    let [load_doc, load_async_doc, get_doc, from_values_doc] = DOCS;
    quote_spanned! {Span::mixed_site()=>
        impl #generics #ident #arguments #clause {
            #[doc = #load_doc]
            #visibility fn load() -> #owned {
                #load
            }

            #[doc = #load_async_doc]
            #visibility async fn load_async() -> #owned {
                #load_async
            }

            #[doc = #get_doc]
            #visibility fn get() -> #shared {
                #get
            }

            #[doc = #from_values_doc]
            #visibility fn from_values<I, N, V>(values: I) -> #owned
            where
                I: ::core::iter::IntoIterator<Item = (N, V)>,
                N: ::core::convert::AsRef<::core::primitive::str>,
                V: ::core::convert::AsRef<[::core::primitive::u8]>,
            {
                #from_values
            }
        }
    }
}

/// The struct's visibility. Its first word is where the compiler sees a method begin: were that in
/// the user's code, unused methods would be reported there.
fn visibility(input: &Input) -> TokenStream {
    let mut tokens = input.item.visibility.to_token_stream().into_iter();
    let mut first = tokens.next();
    if let Some(first) = &mut first {
        first.set_span(Span::mixed_site());
    }
    first.into_iter().chain(tokens).collect()
}

/// What the documentation of an application says of each method, in their order.
const DOCS: [&str; 4] = [
    "Loads every secret; blocks until all are there.\n\n# Errors\n\n\
     Every secret that could not be had, each with its cause and what to do about it.",
    "Loads every secret without blocking an async runtime.\n\n# Errors\n\n\
     Every secret that could not be had, each with its cause and what to do about it.",
    "Gives the secrets of the whole program, loaded at the first call.\n\n# Errors\n\n\
     As the first call had them: every secret that could not be had.",
    "Makes the struct of values at hand, each by the name of its secret: for tests.\n\n# Errors\n\n\
     Every field without a value, every value that is not valid for its field, and every name \
     that no field has.",
];
