//! The options of `#[secrets(…)]`.

use std::fmt;

use proc_macro2::TokenStream;
use syn::{Attribute, LitStr, Meta, Path};

use crate::arguments::{Argument, Form, text};
use crate::errors::Errors;

/// What `#[secrets(…)]` says about the struct as a whole.
#[derive(Default)]
#[non_exhaustive]
pub struct Options {
    /// `vault = "…"`: the vault's file, relative to the source file.
    pub vault: Option<LitStr>,
    /// `crate = …`: where the crate `strongroom` is, for who renamed or re-exports it.
    pub krate: Option<Path>,
    /// `any_vault`: the program may load from another vault than the one that the build checked.
    pub any_vault: bool,
}

impl Options {
    /// Reads what stands between the parentheses of `#[secrets(…)]`.
    pub fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for Argument { key, value } in FORM.read(tokens, errors) {
            match (key.to_string().as_str(), value) {
                ("vault", value) => options.vault = text(&key, value, VAULT_USAGE, errors),
                ("crate", Some(value)) => {
                    match syn::parse::Parser::parse2(Path::parse_mod_style, value.clone()) {
                        Ok(path) => options.krate = Some(path),
                        Err(_) => errors.push(&value, CRATE_USAGE),
                    }
                }
                ("crate", None) => errors.push(&key, CRATE_USAGE),
                ("any_vault", None) => options.any_vault = true,
                ("any_vault", Some(value)) => errors.push(&value, "`any_vault` takes no value"),
                _ => errors.push(&key, EMBED),
            }
        }
        options
    }

    /// Reads the `#[secrets]` among these attributes; none if there is none.
    pub fn of(attributes: &[Attribute], errors: &mut Errors) -> Option<Self> {
        let mut found = attributes.iter().filter(|attribute| is_secrets(attribute));
        let options = match &found.next()?.meta {
            Meta::Path(_) => Self::default(),
            Meta::List(list) => Self::read(list.tokens.clone(), errors),
            Meta::NameValue(pair) => {
                errors.push(&pair.value, &format!("`#[secrets]` takes no value\nknown: {USAGE}"));
                Self::default()
            }
        };
        if let Some(second) = found.next() {
            errors.push(second.path(), TWICE);
        }
        Some(options)
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("vault", &self.vault.as_ref().map(LitStr::value))
            .field("any_vault", &self.any_vault)
            .finish_non_exhaustive()
    }
}

/// Whether an attribute is `#[secrets]`, by the last word of its path.
#[must_use]
pub fn is_secrets(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "secrets")
}

/// What is said of a second `#[secrets]`.
pub(crate) const TWICE: &str = "`#[secrets]` a second time\nkeep one of the two";

const USAGE: &str = "`vault = \"…\"`, `crate = …`, `any_vault`";
const VAULT_USAGE: &str = "`vault` takes a path in quotes: vault = \"../strongroom.toml\"";
const CRATE_USAGE: &str = "`crate` takes a path without quotes: crate = my_crate::strongroom";
const EMBED: &str =
    "`embed` is not in this version\ndelete it: the vault is read when the program starts";

const FORM: Form =
    Form { attribute: "#[secrets]", keys: &["vault", "crate", "any_vault", "embed"], usage: USAGE };
