//! A struct of secrets or settings: its shape and its fields, read from a syn item.

use std::fmt;

use proc_macro2::Ident;
use strongroom_vault::fold;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Fields, Generics, Visibility};

use crate::declares::Declares;
use crate::derives;
use crate::errors::Errors;
use crate::field::Field;

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
    /// What its fields are.
    pub declares: Declares,
    /// The struct's name.
    pub ident: Ident,
    /// Its visibility.
    pub visibility: Visibility,
    /// Its generics, which are an error.
    pub generics: Generics,
    /// Its named fields, in order.
    pub fields: Vec<Field>,
    /// Whether it derives `Debug`, which is an error for secrets and is not looked for in settings.
    pub derives_debug: bool,
    /// Whether it is a struct with named fields and without generics.
    pub has_sound_shape: bool,
}

impl Struct {
    /// Reads an item.
    pub fn read(item: DeriveInput, declares: Declares, cfg: Cfg, errors: &mut Errors) -> Self {
        let DeriveInput { attrs, vis, ident, generics, data } = item;
        if cfg == Cfg::Decided
            && let Some((second, what)) =
                attrs.iter().find_map(|it| Declares::by(it).map(|what| (it, what)))
        {
            if what == declares {
                errors.push(second.path(), &declares.twice());
            } else {
                errors.push(second.path(), BOTH);
            }
        }
        let derives_debug = declares == Declares::Secrets && derives::check(&attrs, errors);
        let mut has_sound_shape = check_generics(&generics, declares, errors);
        let mut named = Punctuated::new();
        let fault = match data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => {
                    named = fields.named;
                    None
                }
                Fields::Unnamed(_) => {
                    let fault =
                        format!("the fields of a struct of {} have names", declares.plural());
                    Some(declares.not_a_struct(&fault))
                }
                Fields::Unit => {
                    let fault = format!("a struct of {} has named fields", declares.plural());
                    Some(declares.not_a_struct(&fault))
                }
            },
            Data::Enum(_) | Data::Union(_) => Some(declares.goes_on_a_struct()),
        };
        if let Some(fault) = fault {
            has_sound_shape = false;
            errors.push(&ident, &fault);
        }
        let mut fields = Vec::with_capacity(named.len());
        for mut field in named {
            if let Some(ident) = field.ident.take() {
                fields.push(Field::read(ident, field, declares, errors));
            }
        }
        check_spellings(&fields, declares, cfg, errors);
        Self { declares, ident, visibility: vis, generics, fields, derives_debug, has_sound_shape }
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

fn check_generics(generics: &Generics, declares: Declares, errors: &mut Errors) -> bool {
    let of = declares.plural();
    if !generics.params.is_empty() {
        let message = format!("a struct of {of} has no generics\nwrite the types out");
        errors.push(&generics.params, &message);
    } else if let Some(clause) = &generics.where_clause {
        errors.push(clause, &format!("a struct of {of} has no `where`\ndelete it"));
    } else {
        return true;
    }
    false
}

/// Refuses two fields for one secret: a value is in memory once, and each field can say what is
/// wrong with its own. Settings are held to the same.
fn check_spellings(fields: &[Field], declares: Declares, cfg: Cfg, errors: &mut Errors) {
    let may_exclude = |field: &Field| cfg == Cfg::Undecided && field.is_under_cfg();
    let mut seen: Vec<(String, &Field)> = Vec::with_capacity(fields.len());
    for field in fields.iter().filter(|field| field.nested.is_none()) {
        let name = fold(&field.name);
        for (other, first) in &seen {
            if *other == name && !may_exclude(first) && !may_exclude(field) {
                let message = format!(
                    "`{}` names the same {} as the field `{}`\nkeep one of the two fields",
                    field.name.escape_debug(),
                    declares.noun(),
                    first.ident
                );
                errors.push(field.naming(), &message);
                break;
            }
        }
        seen.push((name, field));
    }
}

const BOTH: &str = "a struct declares secrets or settings, not both\n\
                    make two structs of it: what is secret with `#[secrets]`, the rest with `#[settings]`";

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(words: &str, cfg: Cfg) -> Vec<String> {
        let mut errors = Errors::default();
        let item = syn::parse_str(words).expect("an item");
        Struct::read(item, Declares::Secrets, cfg, &mut errors);
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
