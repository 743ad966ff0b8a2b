//! The trait `Secrets`: what is declared, and how a struct is made of what was loaded.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use strongroom_declared::Field;

use crate::check::Seen;
use crate::input::Input;

/// The implementation of the trait.
pub(super) fn implementation(input: &Input, seen: Option<&Seen>) -> TokenStream {
    let (item, runtime) = (&input.item, &input.runtime);
    let ident = &item.ident;
    let name = ident.to_string();
    let any_vault = input.options.any_vault;
    let fields = item.fields.iter().map(|field| declared_field(field, runtime));
    let build = build(seen, runtime);
    let body = body(input);
    let (generics, arguments, clause) = item.generics.split_for_impl();
    // Generics are an error; with this bound it stays the only one.
    let clause = if item.generics.params.is_empty() {
        quote_spanned!(Span::mixed_site()=> #clause)
    } else {
        let clause = clause.map(|clause| &clause.predicates);
        let own = quote_spanned!(Span::mixed_site()=>
            Self: ::core::marker::Send + ::core::marker::Sync + 'static);
        quote_spanned!(Span::mixed_site()=> where #own, #clause)
    };
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #runtime::Secrets for #ident #arguments #clause {
            const DECLARED: #runtime::__private::Declared = #runtime::__private::Declared {
                name: #name,
                fields: &[#(#fields),*],
                any_vault: #any_vault,
                build: #build,
            };

            fn build(
                values: &mut #runtime::__private::Values<'_>,
            ) -> ::core::option::Option<Self> {
                #body
            }
        }
    }
}

fn declared_field(field: &Field, runtime: &TokenStream) -> TokenStream {
    let (own, name, type_name) = (field.field_name(), &field.name, field.type_text());
    let optional = field.is_optional();
    quote_spanned! {Span::mixed_site()=>
        #runtime::__private::Field {
            field: #own,
            name: #name,
            type_name: #type_name,
            optional: #optional,
        }
    }
}

fn build(seen: Option<&Seen>, runtime: &TokenStream) -> TokenStream {
    let Some(Seen { vault, environment, generations }) = seen else {
        return quote_spanned!(Span::mixed_site()=> ::core::option::Option::None);
    };
    let vault = vault.0;
    let (environment, kind) = (environment.name(), environment.kind().as_str());
    quote_spanned! {Span::mixed_site()=>
        ::core::option::Option::Some(#runtime::__private::Build {
            vault: [#(#vault),*],
            environment: #environment,
            environment_type: #kind,
            generations: [#(#generations),*],
        })
    }
}

/// Takes every field, so that all that are wrong are known, and only then makes the struct.
///
/// A field whose type cannot be one is left out, and then there is no struct.
fn body(input: &Input) -> TokenStream {
    let item = &input.item;
    let sound = item.fields.iter().filter(|field| field.has_sound_type);
    let mut takes = TokenStream::new();
    let mut fields = TokenStream::new();
    for (at, field) in sound.enumerate() {
        let slot = Ident::new(&format!("slot_{at}"), Span::mixed_site());
        let (ident, name, ty) = (&field.ident, field.field_name(), field.value_type());
        let take = if field.is_optional() { "optional" } else { "required" };
        let take = Ident::new(take, Span::mixed_site());
        takes.extend(quote_spanned! {Span::mixed_site()=>
            let mut #slot = values.#take::<#ty>(#name);
        });
        fields.extend(quote_spanned!(Span::mixed_site()=> #ident: #slot.take()?,));
    }
    if !item.has_sound_shape || item.fields.iter().any(|field| !field.has_sound_type) {
        return quote_spanned!(Span::mixed_site()=> #takes ::core::option::Option::None);
    }
    quote_spanned! {Span::mixed_site()=>
        #takes
        if !values.complete() {
            return ::core::option::Option::None;
        }
        ::core::option::Option::Some(Self { #fields })
    }
}
