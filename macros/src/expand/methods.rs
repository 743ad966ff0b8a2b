//! The methods of a struct of secrets.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::input::Input;

/// The methods, as visible as the struct.
pub(super) fn of(input: &Input) -> TokenStream {
    let (item, runtime) = (&input.item, &input.runtime);
    let (ident, visibility) = (&item.ident, &item.visibility);
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
    quote_spanned! {Span::mixed_site()=>
        // Few programs call all of them, and a struct may be public in a private module.
        #[allow(dead_code, unreachable_pub)]
        impl #generics #ident #arguments #clause {
            /// Loads every secret; blocks until all are there.
            ///
            /// # Errors
            ///
            /// Every secret that could not be had, each with its cause and what to do about it.
            #visibility fn load() -> ::core::result::Result<Self, #runtime::LoadError> {
                #load
            }

            /// Loads every secret without blocking an async runtime.
            ///
            /// # Errors
            ///
            /// Every secret that could not be had, each with its cause and what to do about it.
            #visibility async fn load_async() -> ::core::result::Result<Self, #runtime::LoadError> {
                #load_async
            }

            /// Gives the secrets of the whole program, loaded at the first call.
            ///
            /// # Errors
            ///
            /// As the first call had them: every secret that could not be had.
            #visibility fn get() -> ::core::result::Result<&'static Self, &'static #runtime::LoadError> {
                #get
            }

            /// Makes the struct from values at hand, by the names of their secrets: for tests.
            ///
            /// # Errors
            ///
            /// Every field without a value, and every value that is not valid for its field.
            #visibility fn from_values<N, V>(
                values: impl ::core::iter::IntoIterator<Item = (N, V)>,
            ) -> ::core::result::Result<Self, #runtime::LoadError>
            where
                N: ::core::convert::AsRef<::core::primitive::str>,
                V: ::core::convert::AsRef<[::core::primitive::u8]>,
            {
                #from_values
            }
        }
    }
}
