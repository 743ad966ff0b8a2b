//! The methods of a struct of secrets.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};

use crate::input::Input;

/// The methods, as visible as the struct. The runtime has their words in a macro by example, which
/// the compiler expands in a fraction of the time that this one takes.
pub(super) fn of(input: &Input) -> TokenStream {
    if !input.item.has_sound_shape {
        return in_vain(input);
    }
    let (runtime, ident, visibility) = (&input.runtime, &input.item.ident, visibility(input));
    let methods = if input.options.nested { "from_values_method" } else { "methods" };
    let methods = proc_macro2::Ident::new(methods, Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> #runtime::__private::#methods! { #visibility #ident })
}

/// The methods of what is no struct of secrets: the build fails anyway, and their callers shall not
/// add to its errors.
fn in_vain(input: &Input) -> TokenStream {
    let (item, runtime, visibility) = (&input.item, &input.runtime, visibility(input));
    let ident = &item.ident;
    let (generics, arguments, clause) = item.generics.split_for_impl();
    let owned = quote_spanned!(Span::mixed_site()=>
        ::core::result::Result<Self, #runtime::LoadError>);
    let shared = quote_spanned!(Span::mixed_site()=>
        ::core::result::Result<&'static Self, &'static #runtime::LoadError>);
    quote_spanned! {Span::mixed_site()=>
        impl #generics #ident #arguments #clause {
            /// Loads nothing.
            #visibility fn load() -> #owned {
                loop {}
            }

            /// Loads nothing.
            #visibility async fn load_async() -> #owned {
                loop {}
            }

            /// Gives nothing.
            #visibility fn get() -> #shared {
                loop {}
            }

            /// Makes nothing.
            #visibility fn from_values<I, N, V>(_values: I) -> #owned
            where
                I: ::core::iter::IntoIterator<Item = (N, V)>,
                N: ::core::convert::AsRef<::core::primitive::str>,
                V: ::core::convert::AsRef<[::core::primitive::u8]>,
            {
                loop {}
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
