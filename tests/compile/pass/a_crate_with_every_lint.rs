#![forbid(missing_docs, unreachable_pub, unsafe_code, unused, warnings)]
#![forbid(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(
    ambiguous_negative_literals,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![forbid(
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::expect_used,
    clippy::impl_trait_in_params,
    clippy::indexing_slicing,
    clippy::infinite_loop,
    clippy::min_ident_chars,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::missing_trait_methods,
    clippy::panic,
    clippy::pub_with_shorthand,
    clippy::question_mark_used,
    clippy::same_name_method,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]
//! A crate that forbids what it can.

/// Loaded by nobody.
#[strongroom::secrets]
pub struct Secrets {
    /// A token.
    pub github_api_token: String,
    /// A port.
    pub port: Option<u16>,
}

/// Loaded by nobody either.
#[strongroom::settings]
#[derive(Debug)]
pub struct Settings {
    /// A number.
    #[setting(default = "3")]
    pub max_retries: u32,
    /// An address.
    pub public_url: Option<String>,
}

/// Private.
#[strongroom::secrets]
struct Others {
    /// A token.
    github_api_token: String,
}

/// Loads.
fn main() {
    if let Ok(others) = Others::get() {
        assert!(!others.github_api_token.is_empty(), "a value");
    }
}
