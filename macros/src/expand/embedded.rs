//! What a program carries of its vault, as static data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use strongroom_vault::{Environment, EnvironmentType, PassphraseCosts};

use crate::check::{Carried, Needs, Sealed};
use crate::input::Input;

/// The constant of the trait that has it.
pub(super) fn constant(input: &Input, carried: &Carried) -> TokenStream {
    let runtime = &input.runtime;
    let private = quote_spanned!(Span::mixed_site()=> #runtime::__private);
    let Carried { vault, environment, named, grants, roster, secrets } = carried;
    let (vault, name) = (vault.0, environment.name());
    let kind_of = |kind: EnvironmentType| kind_path(runtime, kind);
    let kind = kind_of(environment.kind());
    let names = named.iter().map(Environment::name);
    let kinds = named.iter().map(|each| kind_of(each.kind()));
    let grants = grants.iter().map(|(holder, needs, sealed)| {
        let kind = holder_kind(&private, needs);
        quote_spanned! {Span::mixed_site()=>
            #private::EmbeddedGrant { holder: #holder, kind: #kind, sealed: #sealed }
        }
    });
    let secrets = secrets.iter().map(|(name, values)| {
        let values = values.iter().map(|each| value(&private, each));
        quote_spanned! {Span::mixed_site()=>
            #private::EmbeddedSecret { name: #name, values: &[#(#values),*] }
        }
    });
    quote_spanned! {Span::mixed_site()=>
        const EMBEDDED: ::core::option::Option<&'static #private::Embedded> =
            ::core::option::Option::Some(&#private::Embedded {
                id: [#(#vault),*],
                environment: #name,
                kind: #kind,
                named_environments: &[#((#names, #kinds)),*],
                grants: &[#(#grants),*],
                roster: &[#(#roster),*],
                secrets: &[#(#secrets),*],
            });
    }
}

fn kind_path(runtime: &TokenStream, kind: EnvironmentType) -> TokenStream {
    let variant = match kind {
        EnvironmentType::Production => "Production",
        EnvironmentType::Development => "Development",
        EnvironmentType::Preview => "Preview",
        EnvironmentType::Local => "Local",
    };
    let variant = Ident::new(variant, Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> #runtime::EnvironmentType::#variant)
}

fn holder_kind(private: &TokenStream, needs: &Needs) -> TokenStream {
    match needs {
        Needs::AccessKey => {
            quote_spanned!(Span::mixed_site()=> #private::EmbeddedKind::AccessKey)
        }
        Needs::PublicKey => quote_spanned!(Span::mixed_site()=> #private::EmbeddedKind::Age),
        Needs::Passphrase(salt, PassphraseCosts { memory_kib, passes, lanes }) => quote_spanned! {
            Span::mixed_site()=>
            #private::EmbeddedKind::Passphrase(
                #salt,
                #private::PassphraseCosts {
                    memory_kib: #memory_kib,
                    passes: #passes,
                    lanes: #lanes,
                },
            )
        },
    }
}

fn value(private: &TokenStream, value: &Sealed) -> TokenStream {
    let Sealed { environment, version, set, text } = value;
    let (year, month, day) = (set.year, set.month, set.day);
    quote_spanned! {Span::mixed_site()=>
        #private::EmbeddedValue {
            environment: #environment,
            version: #version,
            set: #private::Date { year: #year, month: #month, day: #day },
            sealed: #text,
        }
    }
}
