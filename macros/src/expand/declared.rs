//! The traits of loading and dropping: what is declared, how a struct is made of what was loaded,
//! how it is wiped.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use strongroom_declared::{Declares, Field};
use strongroom_vault::Environment;
use syn::ext::IdentExt as _;

use super::embedded;
use crate::check::{Checked, Named, Names, Seen};
use crate::input::Input;

/// The implementations, in a scope of their own.
pub(super) fn implementations(input: &Input, checked: &Checked) -> TokenStream {
    let kinds = kinds(input);
    let loadable = loadable(input, checked);
    let drop = drop(input);
    let nested_checks = checked.nested.as_ref().map(|names| nested_checks(input, names));
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #kinds
            #loadable
            #drop
            #nested_checks
        };
    }
}

/// How each field is taken from what was loaded and how it is wiped, in a constant of its own.
///
/// Each constant asks the field's type for its trait once, and nothing else does, so that a type
/// without it is one error, at the type.
fn kinds(input: &Input) -> TokenStream {
    let fields = sound_fields(input);
    let mut tokens = TokenStream::new();
    for kind in Kind::ALL {
        if fields.iter().any(|field| Kind::of(input, field) == kind) {
            tokens.extend(kind.function(input));
        }
    }
    for (at, field) in fields.into_iter().enumerate() {
        let (name, kind, value_type) = (kind_of(at), Kind::of(input, field), field.value_type());
        let ty = kind.tuple(input, &field.ty.to_token_stream());
        let function = local(kind.take());
        tokens.extend(quote_spanned! {Span::mixed_site()=>
            const #name: #ty = #function::<#value_type>();
        });
    }
    tokens
}

/// What a field can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Required,
    Optional,
    Nested,
    Setting,
    OptionalSetting,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::Required, Self::Optional, Self::Nested, Self::Setting, Self::OptionalSetting];

    fn of(input: &Input, field: &Field) -> Self {
        match (input.item.declares, &field.nested, field.is_optional()) {
            (Declares::Secrets, Some(_), _) => Self::Nested,
            (Declares::Secrets, None, true) => Self::Optional,
            (Declares::Secrets, None, false) => Self::Required,
            (Declares::Settings, _, true) => Self::OptionalSetting,
            (Declares::Settings, _, false) => Self::Setting,
        }
    }

    /// What declares such a field.
    fn declare(self) -> &'static str {
        match self {
            Self::Required | Self::Setting => "required",
            Self::Optional | Self::OptionalSetting => "optional",
            Self::Nested => "nested",
        }
    }

    /// What takes such a field from what was loaded.
    fn take(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Nested => "nested",
            Self::Setting => "setting",
            Self::OptionalSetting => "optional_setting",
        }
    }

    /// What gives the functions for fields of this kind.
    fn function(self, input: &Input) -> TokenStream {
        let (runtime, take) = (&input.runtime, local(self.take()));
        let generic = |words| quote_spanned!(Span::mixed_site()=> #words);
        let optional = || quote_spanned!(Span::mixed_site()=> ::core::option::Option<T>);
        let (field_type, bound, wipe) = match self {
            Self::Required => (generic(local("T")), "FromSecret", "wipe"),
            Self::Optional => (optional(), "FromSecret", "wipe_optional"),
            Self::Nested => (generic(local("T")), "Secrets", "leave"),
            Self::Setting => (generic(local("T")), "FromSetting", "leave"),
            Self::OptionalSetting => (optional(), "FromSetting", "leave"),
        };
        let (bound, wipe) = (local(bound), local(wipe));
        let more = match self {
            Self::Nested => {
                quote_spanned!(Span::mixed_site()=> <T as #runtime::Loadable>::DECLARED)
            }
            _ => TokenStream::new(),
        };
        let ty = self.tuple(input, &field_type);
        quote_spanned! {Span::mixed_site()=>
            const fn #take<T: #runtime::#bound>() -> #ty {
                (|values| values.#take(), #runtime::__private::#wipe, #more)
            }
        }
    }

    /// The functions that take and that wipe a field of this type, and what a nested one declares.
    fn tuple(self, input: &Input, field_type: &TokenStream) -> TokenStream {
        let runtime = &input.runtime;
        let more = match self {
            Self::Nested => {
                quote_spanned!(Span::mixed_site()=> &'static #runtime::__private::Declared)
            }
            _ => TokenStream::new(),
        };
        quote_spanned! {Span::mixed_site()=>
            (
                fn(&mut #runtime::__private::Values) -> #runtime::__private::Slot<#field_type>,
                fn(&mut #field_type),
                #more
            )
        }
    }
}

/// Constants that cannot be had while a secret of a nested struct has no value.
fn nested_checks(input: &Input, names: &Names) -> TokenStream {
    let (runtime, mut tokens) = (&input.runtime, TokenStream::new());
    for (at, field) in sound_fields(input).into_iter().enumerate() {
        let Some(prefix) = &field.nested else { continue };
        let environment = |named: &Named| {
            let (environment, secrets) = (&named.environment, named.below(prefix));
            let (name, kind) = (environment.name(), environment.kind().as_str());
            quote_spanned! {Span::mixed_site()=>
                #runtime::__private::Checked { name: #name, kind: #kind, secrets: #secrets }
            }
        };
        let lists =
            [&names.checked, &names.elsewhere, &names.expired, &names.stray, &names.waiting];
        let [checked, elsewhere, expired, stray, waiting] =
            lists.map(|each| each.iter().map(environment));
        let (kind, type_name) = (kind_of(at), field.type_text());
        // The compiler shows the message where the call stands, from its first word to its last.
        let here = field.ident.span().resolved_at(Span::mixed_site());
        tokens.extend(quote_spanned! {here=>
            const _: () = check_nested(
                #kind.2, #prefix, #type_name,
                &#runtime::__private::Found {
                    checked: &[#(#checked),*],
                    elsewhere: &[#(#elsewhere),*],
                    expired: &[#(#expired),*],
                    stray: &[#(#stray),*],
                    waiting: &[#(#waiting),*],
                },
            );
        });
    }
    if tokens.is_empty() {
        return tokens;
    }
    quote_spanned! {Span::mixed_site()=>
        use #runtime::__private::check_nested;
        #tokens
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

/// The traits of what can be loaded.
fn loadable(input: &Input, checked: &Checked) -> TokenStream {
    let (item, runtime) = (&input.item, &input.runtime);
    let ident = &item.ident;
    let name = ident.unraw().to_string();
    let any_vault = input.options.any_vault;
    let names_vault = input.options.vault.is_some();
    let fields = declared_fields(input);
    let build = build(checked.seen.as_ref(), runtime);
    let embedded = checked.carried.as_ref().map(|carried| embedded::constant(input, carried));
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
    let kind = local(match item.declares {
        Declares::Secrets => "Secrets",
        Declares::Settings => "Settings",
    });
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #generics #runtime::#kind for #ident #arguments #clause {}

        #[automatically_derived]
        impl #generics #runtime::Loadable for #ident #arguments #clause {
            const DECLARED: &'static #runtime::__private::Declared =
                &#runtime::__private::Declared {
                    kind: #runtime::__private::Kind::#kind,
                    name: #name,
                    fields: &[#fields],
                    any_vault: #any_vault,
                    names_vault: #names_vault,
                    build: #build,
                };

            #embedded

            fn build(
                values: &mut #runtime::__private::Values,
            ) -> ::core::option::Option<Self> {
                #body
            }
        }
    }
}

fn declared_fields(input: &Input) -> TokenStream {
    let (runtime, mut tokens, mut sound) = (&input.runtime, TokenStream::new(), 0);
    for field in &input.item.fields {
        let kind = Kind::of(input, field);
        let (own, type_name, function) =
            (field.field_name(), field.type_text(), local(kind.declare()));
        let default = field.default.as_ref().map(|default| {
            let default = default.value();
            quote_spanned!(Span::mixed_site()=> .or(#default))
        });
        let is_sound = field.has_sound_type && input.item.has_sound_shape;
        let (name, declared) = match &field.nested {
            // What is no struct of secrets declares nothing; the build fails anyway.
            Some(_) if !is_sound => continue,
            Some(prefix) => {
                let kind = kind_of(sound);
                (prefix, quote_spanned!(Span::mixed_site()=> #kind.2))
            }
            None => (&field.name, TokenStream::new()),
        };
        sound += usize::from(is_sound);
        tokens.extend(quote_spanned! {Span::mixed_site()=>
            #runtime::__private::Field::#function(#own, #name, #type_name, #declared) #default,
        });
    }
    tokens
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
        let (slot, kind, ident) = (local(&format!("slot_{at}")), kind_of(at), &field.ident);
        takes.extend(quote_spanned!(Span::mixed_site()=> let mut #slot = #kind.0(values);));
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

/// A `Drop` that wipes every field; what is no secret is not wiped, so that it can be moved out.
fn drop(input: &Input) -> TokenStream {
    if !is_sound(input) || input.item.declares == Declares::Settings {
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
