//! A field: its name, the secret or setting that it names, and its type.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use strongroom_vault::check_secret_name;
use syn::ext::IdentExt as _;
use syn::{Attribute, LitStr, Meta, Type};

use crate::arguments::{Argument, Form, text};
use crate::declares::Declares;
use crate::errors::Errors;
use crate::kind::{self, Reads};

/// A field of a struct of secrets or settings.
#[non_exhaustive]
pub struct Field {
    /// The field's name.
    pub ident: Ident,
    /// The secret's or setting's name: that of `#[secret(name = "…")]`, else the field's own without `r#`.
    pub name: String,
    /// The text in `#[secret(name = "…")]`.
    pub given_name: Option<LitStr>,
    /// `#[secret(nested)]`: the field is a struct of secrets, whose names come after this prefix.
    pub nested: Option<String>,
    /// `#[setting(default = "…")]`: what the setting is where the vault has nothing.
    pub default: Option<LitStr>,
    /// The type.
    pub ty: Type,
    /// Whether a field can have this type, as far as its words tell.
    pub has_sound_type: bool,
    /// The attributes, `#[cfg(…)]` among them.
    pub attributes: Vec<Attribute>,
}

impl Field {
    /// Reads a named field.
    pub(crate) fn read(
        ident: Ident,
        field: syn::Field,
        declares: Declares,
        errors: &mut Errors,
    ) -> Self {
        let Attributes { name: given_name, nested, default } =
            Attributes::read(&field.attrs, declares, errors);
        let name = given_name.as_ref().map_or_else(|| ident.unraw().to_string(), LitStr::value);
        if nested.is_none()
            && let Err(fault) = check_secret_name(&name)
        {
            match &given_name {
                Some(literal) => errors.push(
                    literal,
                    &format!(
                        "`{}` cannot be the name of a {}: {fault}",
                        name.escape_debug(),
                        declares.noun()
                    ),
                ),
                None => errors.push(&ident, &declares.not_a_name(&name, fault)),
            }
        }
        let has_sound_type = match nested {
            None => kind::check(&field.ty, declares, errors),
            Some(_) => kind::check_nested(&field.ty, errors),
        };
        if let Some(default) = &default
            && kind::optional(&field.ty).is_some()
        {
            errors.push(default, NEVER_NONE);
        }
        let (ty, attributes) = (field.ty, field.attrs);
        Self { ident, name, given_name, nested, default, ty, has_sound_type, attributes }
    }

    /// The field's name without `r#`.
    #[must_use]
    pub fn field_name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Whether the secret or setting may be missing: the type is an `Option<…>`.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        kind::optional(&self.ty).is_some()
    }

    /// How the build reads a text for this field's type, if it knows that: of a list, an element.
    #[must_use]
    pub fn text_type(&self) -> Option<Reads> {
        kind::reads(self.value_type())
    }

    /// The type that a value becomes: the field's, or what is inside its `Option<…>`.
    #[must_use]
    pub fn value_type(&self) -> &Type {
        kind::optional(&self.ty).unwrap_or(&self.ty)
    }

    /// The type as people write it.
    #[must_use]
    pub fn type_text(&self) -> String {
        kind::text(&self.ty)
    }

    /// Whether a `#[cfg(…)]` decides if the field exists.
    #[must_use]
    pub fn is_under_cfg(&self) -> bool {
        self.attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
    }

    /// The tokens that name the secret.
    pub(crate) fn naming(&self) -> &dyn ToTokens {
        self.given_name.as_ref().map_or(&self.ident, |literal| literal as &dyn ToTokens)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("ident", &self.ident)
            .field("name", &self.name)
            .field("type", &self.type_text())
            .finish_non_exhaustive()
    }
}

/// What `#[secret(…)]` or `#[setting(…)]` says.
#[derive(Default)]
struct Attributes {
    name: Option<LitStr>,
    nested: Option<String>,
    default: Option<LitStr>,
}

impl Attributes {
    fn read(attributes: &[Attribute], declares: Declares, errors: &mut Errors) -> Self {
        let word = declares.noun();
        let mut read = Self::default();
        let mut seen = false;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(word)) {
            if seen {
                let message = format!("`#[{word}]` a second time\nkeep one of the two");
                errors.push(attribute.path(), &message);
                continue;
            }
            seen = true;
            let tokens = match &attribute.meta {
                Meta::Path(_) => TokenStream::new(),
                Meta::List(list) => list.tokens.clone(),
                Meta::NameValue(pair) => {
                    let message =
                        format!("`#[{word}]` takes no value\nwrite #[{word}(name = \"…\")]");
                    errors.push(&pair.value, &message);
                    continue;
                }
            };
            if tokens.is_empty() {
                let message = format!(
                    "`#[{word}]` says nothing without a name\n\
                     write #[{word}(name = \"…\")], or delete it"
                );
                errors.push(attribute.path(), &message);
            }
            read.take(form(declares).read(tokens, errors), errors);
        }
        read
    }

    fn take(&mut self, arguments: Vec<Argument>, errors: &mut Errors) {
        let is_nested = arguments.iter().any(|argument| argument.key == "nested");
        if is_nested {
            self.nested = Some(String::new());
        }
        for Argument { key, value } in arguments {
            match (key.to_string().as_str(), value) {
                ("name", _) if is_nested => errors.push(&key, NAME_OF_NESTED),
                ("name", value) => self.name = text(&key, value, NAME_USAGE, errors),
                ("nested", Some(value)) => errors.push(&value, "`nested` takes no value"),
                ("prefix", _) if !is_nested => errors.push(&key, PREFIX_OF_ONE),
                ("prefix", value) => self.nested = Some(prefix(&key, value, errors)),
                ("default", value) => self.default = text(&key, value, DEFAULT_USAGE, errors),
                _ => {}
            }
        }
    }
}

/// The text of `prefix = "…"`, with which the names of secrets can begin.
fn prefix(key: &Ident, value: Option<TokenStream>, errors: &mut Errors) -> String {
    let Some(literal) = text(key, value, PREFIX_USAGE, errors) else {
        return String::new();
    };
    let prefix = literal.value();
    // Any letter may follow.
    if let Err(fault) = check_secret_name(&format!("{prefix}x")) {
        let prefix = prefix.escape_debug();
        errors.push(&literal, &format!("no secret's name can begin with `{prefix}`: {fault}"));
    }
    prefix
}

const NAME_USAGE: &str = "`name` takes a text in quotes: name = \"smtp/password\"";

const NAME_OF_NESTED: &str = "`name` names one secret, and a nested struct has names of its own\n\
     write a text that comes before them: prefix = \"shop_db/\"";
const PREFIX_OF_ONE: &str =
    "`prefix` is for a nested struct\nwrite #[secret(nested, prefix = \"…\")], or: name = \"…\"";
const PREFIX_USAGE: &str = "`prefix` takes a text in quotes: prefix = \"shop_db/\"";

const DEFAULT_USAGE: &str = "`default` takes a text in quotes, of a number too: default = \"3\"";
const NEVER_NONE: &str = "an `Option` with a default is never `None`\n\
                          write the type without `Option`, or delete the default";

/// What the attribute of a field takes.
fn form(declares: Declares) -> &'static Form {
    match declares {
        Declares::Secrets => &SECRET,
        Declares::Settings => &SETTING,
    }
}

static SECRET: Form = Form {
    attribute: "#[secret]",
    keys: &["name", "nested", "prefix"],
    usage: "`name = \"…\"`, `nested`, `prefix = \"…\"`",
    others: &[(
        "default",
        "no secret stands in source code\n\
         write the type as `Option<_>`, or declare it as a setting, with #[strongroom::settings]",
    )],
};

static SETTING: Form = Form {
    attribute: "#[setting]",
    keys: &["name", "default"],
    usage: "`name = \"…\"`, `default = \"…\"`",
    others: &[
        ("nested", NO_PART),
        (
            "prefix",
            "it is for nested structs, which only secrets have\nwrite the whole name: name = \"log/level\"",
        ),
    ],
};

const NO_PART: &str = "only a struct of secrets can be a part of another\n\
                       take the field out, and load the struct by itself";
