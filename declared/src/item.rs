//! A struct of secrets: its shape and its fields, read from a syn item.

use std::fmt;

use proc_macro2::Ident;
use strongroom_vault::fold;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Fields, Generics, Visibility};

use crate::derives;
use crate::errors::Errors;
use crate::field::Field;
use crate::options::{TWICE, is_secrets};

/// Whether the compiler has decided yet which fields exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cfg {
    /// The item came through a derive: what a `#[cfg(…)]` excludes is gone, and of the attributes
    /// only those after the derive are left.
    Decided,
    /// The item is as it stands in a file: fields that exclude each other are both there.
    Undecided,
}

/// What a struct declares.
#[non_exhaustive]
pub struct Struct {
    /// The struct's name.
    pub ident: Ident,
    /// Its visibility.
    pub visibility: Visibility,
    /// Its generics, which are an error.
    pub generics: Generics,
    /// Its named fields, in order.
    pub fields: Vec<Field>,
    /// Whether it derives `Debug`, which is an error.
    pub derives_debug: bool,
    /// Whether it is a struct with named fields and without generics.
    pub has_sound_shape: bool,
}

impl Struct {
    /// Reads an item.
    pub fn read(item: DeriveInput, cfg: Cfg, errors: &mut Errors) -> Self {
        let DeriveInput { attrs, vis, ident, generics, data } = item;
        if cfg == Cfg::Decided
            && let Some(second) = attrs.iter().find(|attribute| is_secrets(attribute))
        {
            errors.push(second.path(), TWICE);
        }
        let derives_debug = derives::check(&attrs, errors);
        let mut has_sound_shape = check_generics(&generics, errors);
        let mut named = Punctuated::new();
        let fault = match data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => {
                    named = fields.named;
                    None
                }
                Fields::Unnamed(_) => Some("the fields of a struct of secrets have names"),
                Fields::Unit => Some("a struct of secrets has named fields"),
            },
            Data::Enum(_) | Data::Union(_) => Some("`#[secrets]` goes on a struct"),
        };
        if let Some(fault) = fault {
            has_sound_shape = false;
            errors.push(&ident, &not_a_struct(fault));
        }
        let mut fields = Vec::with_capacity(named.len());
        for mut field in named {
            if let Some(ident) = field.ident.take() {
                fields.push(Field::read(ident, field, errors));
            }
        }
        check_spellings(&fields, cfg, errors);
        Self { ident, visibility: vis, generics, fields, derives_debug, has_sound_shape }
    }
}

impl fmt::Debug for Struct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Struct")
            .field("ident", &self.ident)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

fn check_generics(generics: &Generics, errors: &mut Errors) -> bool {
    if !generics.params.is_empty() {
        errors.push(&generics.params, "a struct of secrets has no generics\nwrite the types out");
    } else if let Some(clause) = &generics.where_clause {
        errors.push(clause, "a struct of secrets has no `where`\ndelete it");
    } else {
        return true;
    }
    false
}

/// Refuses two fields for one secret: a value is in memory once, and each field can say what is
/// wrong with its own.
fn check_spellings(fields: &[Field], cfg: Cfg, errors: &mut Errors) {
    let may_exclude = |field: &Field| cfg == Cfg::Undecided && field.is_under_cfg();
    let mut seen: Vec<(String, &Field)> = Vec::with_capacity(fields.len());
    for field in fields.iter().filter(|field| field.nested.is_none()) {
        let name = fold(&field.name);
        for (other, first) in &seen {
            if *other == name && !may_exclude(first) && !may_exclude(field) {
                let message = format!(
                    "`{}` names the same secret as the field `{}`\nkeep one of the two fields",
                    field.name.escape_debug(),
                    first.ident
                );
                errors.push(field.naming(), &message);
                break;
            }
        }
        seen.push((name, field));
    }
}

/// What is wrong with an item's shape, and how a struct of secrets is written.
#[must_use]
pub fn not_a_struct(fault: &str) -> String {
    format!("{fault}\nwrite it like this: struct Secrets {{ github_api_token: String }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(words: &str, cfg: Cfg) -> Vec<String> {
        let mut errors = Errors::default();
        Struct::read(syn::parse_str(words).expect("an item"), cfg, &mut errors);
        errors.into_iter().map(|error| error.to_string()).collect()
    }

    #[test]
    fn every_fault_is_reported() {
        let found = faults(
            "#[derive(Clone, Debug)]
             struct Secrets<T> { _a: &'static str, #[secret(nam = \"x y\")] b: (u8, u8), B: T }",
            Cfg::Decided,
        );
        assert_eq!(found.len(), 7, "{found:#?}");
    }

    #[test]
    fn no_character_of_a_name_does_something_to_a_terminal() {
        let field = r#"#[secret(name = "\u{1b}[2J/\u{202e}")]"#;
        let words = format!("struct Secrets {{ {field} a: String, {field} b: String }}");
        let found = faults(&words, Cfg::Decided);
        let dangerous = |c| c != '\n' && strongroom_vault::is_dangerous(c);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found.iter().all(|fault| !fault.contains(dangerous)), "{found:#?}");
    }

    #[test]
    fn fields_under_cfg_may_name_one_secret_where_cfg_is_undecided() {
        let words = "struct Secrets { #[cfg(a)] key: String, #[cfg(not(a))] key: Option<String> }";
        assert_eq!(faults(words, Cfg::Undecided), Vec::<String>::new());
        assert_eq!(faults(words, Cfg::Decided).len(), 1);
        let words = "struct Secrets { #[cfg(a)] key: String, #[secret(name = \"KEY\")] b: String }";
        assert_eq!(faults(words, Cfg::Undecided), Vec::<String>::new());
        let words = "struct Secrets { key: String, #[secret(name = \"KEY\")] b: String }";
        assert_eq!(faults(words, Cfg::Undecided).len(), 1);
    }
}
