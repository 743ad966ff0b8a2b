//! The traits of loading and dropping: what is declared, how a struct is made of what was loaded,
//! how it is wiped.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use strongroom_declared::Field;
use strongroom_vault::Environment;
use syn::ext::IdentExt as _;

use crate::check::Seen;
use crate::input::Input;

/// The implementations, in a scope of their own.
pub(super) fn implementations(input: &Input, seen: Option<&Seen>) -> TokenStream {
    let kinds = kinds(input);
    let secrets = secrets(input, seen);
    let drop = drop(input);
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #kinds
            #secrets
            #drop
        };
    }
}

/// How each field is taken from what was loaded and how it is wiped, in a constant of its own.
///
/// Each constant asks the field's type for `FromSecret` once, and nothing else does, so that a type
/// without it is one error, at the type.
fn kinds(input: &Input) -> TokenStream {
    let fields = sound_fields(input);
    let mut tokens = TokenStream::new();
    if fields.iter().any(|field| !field.is_optional()) {
        let generic = quote_spanned!(Span::mixed_site()=> T);
        tokens.extend(kind(input, "required", "wipe", &generic));
    }
    if fields.iter().any(|field| field.is_optional()) {
        let generic = quote_spanned!(Span::mixed_site()=> ::core::option::Option<T>);
        tokens.extend(kind(input, "optional", "wipe_optional", &generic));
    }
    for (at, field) in fields.into_iter().enumerate() {
        let (name, value_type) = (kind_of(at), field.value_type());
        let ty = kind_type(input, &field.ty.to_token_stream());
        let kind = local(if field.is_optional() { "optional" } else { "required" });
        tokens.extend(quote_spanned! {Span::mixed_site()=>
            const #name: #ty = #kind::<#value_type>();
        });
    }
    tokens
}

/// What gives the functions for fields of one kind.
fn kind(input: &Input, take: &str, wipe: &str, field_type: &TokenStream) -> TokenStream {
    let (runtime, take, wipe) = (&input.runtime, local(take), local(wipe));
    let ty = kind_type(input, field_type);
    quote_spanned! {Span::mixed_site()=>
        const fn #take<T: #runtime::FromSecret>() -> #ty {
            (|values, field| values.#take(field), #runtime::__private::#wipe)
        }
    }
}

/// The functions that take and that wipe a field of this type.
fn kind_type(input: &Input, field_type: &TokenStream) -> TokenStream {
    let runtime = &input.runtime;
    quote_spanned! {Span::mixed_site()=>
        (
            fn(&mut #runtime::__private::Values<'_>, &'static ::core::primitive::str)
                -> #runtime::__private::Slot<#field_type>,
            fn(&mut #field_type),
        )
    }
}

fn kind_of(at: usize) -> Ident {
    local(&format!("KIND_{at}"))
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The fields that can be loaded; none of a struct with generics, whose types mean nothing
/// elsewhere.
fn sound_fields(input: &Input) -> Vec<&Field> {
    let shape = input.item.has_sound_shape;
    input.item.fields.iter().filter(|field| shape && field.has_sound_type).collect()
}

/// The trait `Secrets`.
fn secrets(input: &Input, seen: Option<&Seen>) -> TokenStream {
    let (item, runtime) = (&input.item, &input.runtime);
    let ident = &item.ident;
    let name = ident.unraw().to_string();
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
    let Some(Seen { vault, environment, named, generations }) = seen else {
        return quote_spanned!(Span::mixed_site()=> ::core::option::Option::None);
    };
    let vault = vault.0;
    let environment = environment.name();
    let names = named.iter().map(Environment::name);
    let kinds = named.iter().map(|each| each.kind().as_str());
    quote_spanned! {Span::mixed_site()=>
        ::core::option::Option::Some(#runtime::__private::Build {
            vault: [#(#vault),*],
            environment: #environment,
            named_environments: &[#((#names, #kinds)),*],
            generations: [#(#generations),*],
        })
    }
}

/// Takes every field, so that all that are wrong are known, and only then makes the struct.
fn body(input: &Input) -> TokenStream {
    if !is_sound(input) {
        return quote_spanned!(Span::mixed_site()=> ::core::option::Option::None);
    }
    let mut takes = TokenStream::new();
    let mut fields = TokenStream::new();
    for (at, field) in input.item.fields.iter().enumerate() {
        let (slot, kind) = (local(&format!("slot_{at}")), kind_of(at));
        let (ident, name) = (&field.ident, field.field_name());
        takes.extend(quote_spanned!(Span::mixed_site()=> let mut #slot = #kind.0(values, #name);));
        fields.extend(quote_spanned!(Span::mixed_site()=> #ident: #slot.take()?,));
    }
    quote_spanned! {Span::mixed_site()=>
        #takes
        if !values.complete() {
            return ::core::option::Option::None;
        }
        ::core::option::Option::Some(Self { #fields })
    }
}

/// A `Drop` that wipes every field.
fn drop(input: &Input) -> TokenStream {
    if !is_sound(input) {
        return TokenStream::new();
    }
    let ident = &input.item.ident;
    let wipes = input.item.fields.iter().enumerate().map(|(at, field)| {
        let (ident, kind) = (&field.ident, kind_of(at));
        quote_spanned!(Span::mixed_site()=> #kind.1(&mut self.#ident);)
    });
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl ::core::ops::Drop for #ident {
            fn drop(&mut self) {
                #(#wipes)*
            }
        }
    }
}

/// Whether the struct can be made and wiped: every field has a kind.
fn is_sound(input: &Input) -> bool {
    sound_fields(input).len() == input.item.fields.len() && input.item.has_sound_shape
}
