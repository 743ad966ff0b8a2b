//! The options of `#[secrets(…)]` and `#[settings(…)]`.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitStr, Meta, Path};

use crate::arguments::{Argument, Form, text};
use crate::declares::Declares;
use crate::errors::Errors;

/// What `#[secrets(…)]` or `#[settings(…)]` says about the struct as a whole.
#[derive(Default)]
#[non_exhaustive]
pub struct Options {
    /// `vault = "…"`: the vault's file, relative to the source file.
    pub vault: Option<LitStr>,
    /// `crate = …`: where the crate `strongroom` is, for who renamed or re-exports it.
    pub krate: Option<Path>,
    /// `any_vault`: the program may load from another vault than the one that the build checked.
    pub any_vault: bool,
    /// `embed`: the sealed values of the fields are compiled in.
    pub embed: Option<Ident>,
    /// `nested`: the struct is a part of others, and is checked and loaded with them.
    pub nested: bool,
}

impl Options {
    /// Reads what stands between the parentheses of the attribute.
    pub fn read(declares: Declares, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let arguments = form(declares).read(tokens, errors);
        check_together(&arguments, errors);
        for Argument { key, value } in arguments {
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
                ("embed", None) => options.embed = Some(key),
                ("nested", None) => options.nested = true,
                (word, value) => errors.push(&value, &format!("`{word}` takes no value")),
            }
        }
        options
    }

    /// Reads the attribute for what a struct declares among these; none if there is none.
    pub fn of(declares: Declares, attributes: &[Attribute], errors: &mut Errors) -> Option<Self> {
        let is_it = |attribute: &&Attribute| Declares::by(attribute) == Some(declares);
        let mut found = attributes.iter().filter(is_it);
        let options = match &found.next()?.meta {
            Meta::Path(_) => Self::default(),
            Meta::List(list) => Self::read(declares, list.tokens.clone(), errors),
            Meta::NameValue(pair) => {
                let Form { attribute, usage, .. } = form(declares);
                errors.push(&pair.value, &format!("`{attribute}` takes no value\nknown: {usage}"));
                Self::default()
            }
        };
        if let Some(second) = found.next() {
            errors.push(second.path(), &declares.twice());
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

/// Refuses options of which one makes the other meaningless, at the one to delete.
fn check_together(arguments: &[Argument], errors: &mut Errors) {
    let key = |word: &str| arguments.iter().map(|each| &each.key).find(|key| *key == word);
    if key("nested").is_some() {
        for word in ["vault", "any_vault", "embed"] {
            if let Some(key) = key(word) {
                errors.push(key, &format!("`{word}` says nothing beside `nested`\n{NESTED}"));
            }
        }
    } else if let (Some(_), Some(key)) = (key("embed"), key("any_vault")) {
        errors.push(key, "`any_vault` says nothing beside `embed`: no vault is read\ndelete it");
    }
}

const VAULT_USAGE: &str = "`vault` takes a path in quotes: vault = \"../strongroom.toml\"";
const CRATE_USAGE: &str = "`crate` takes a path without quotes: crate = my_crate::strongroom";
const NESTED: &str = "delete it: a nested struct is checked and loaded with the struct that has it";

/// What the attribute takes.
fn form(declares: Declares) -> &'static Form {
    match declares {
        Declares::Secrets => &SECRETS,
        Declares::Settings => &SETTINGS,
    }
}

static SECRETS: Form = Form {
    attribute: "#[secrets]",
    keys: &["vault", "crate", "any_vault", "embed", "nested"],
    usage: "`vault = \"…\"`, `crate = …`, `any_vault`, `embed`, `nested`",
    others: &[],
};

static SETTINGS: Form = Form {
    attribute: "#[settings]",
    keys: &["vault", "crate", "any_vault"],
    usage: "`vault = \"…\"`, `crate = …`, `any_vault`",
    others: &[
        (
            "embed",
            "a program carries sealed values of secrets only, and reads settings in the vault\ndelete it",
        ),
        (
            "nested",
            "only a struct of secrets can be a part of another\n\
             delete it, and load the struct by itself",
        ),
    ],
};
