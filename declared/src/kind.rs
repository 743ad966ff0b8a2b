//! Which types a field may have, as far as the words tell; `FromSecret` is the compiler's to check.

use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, Type};

use crate::errors::Errors;

/// The `T` of an `Option<T>`, told by the last word of its path.
pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = bare(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// Checks a field's type; returns whether it can be one.
pub(crate) fn check(ty: &Type, errors: &mut Errors) -> bool {
    let Some(inner) = optional(ty) else { return check_value(ty, "", "", errors) };
    if let Some(innermost) = optional(inner) {
        let hint = format!("write `Option<{}>`", text(innermost));
        errors.push(inner, &format!("a secret is there or not, so one `Option` is enough\n{hint}"));
        return false;
    }
    check_value(inner, "Option<", ">", errors)
}

/// Checks the type of a nested struct; returns whether it can be one.
pub(crate) fn check_nested(ty: &Type, errors: &mut Errors) -> bool {
    if let Some(inner) = optional(ty) {
        let hint = format!("write `{}`: each of its own fields may be an `Option`", text(inner));
        errors.push(ty, &format!("a nested struct is always there\n{hint}"));
        return false;
    }
    if matches!(bare(ty), Type::Path(_) | Type::Macro(_) | Type::Verbatim(_)) {
        return true;
    }
    errors.push(ty, "a nested struct is a struct with `#[secrets]`\nwrite its path");
    false
}

/// Checks the type of a value that stands between two texts.
fn check_value(ty: &Type, before: &str, after: &str, errors: &mut Errors) -> bool {
    let instead = |owned: &str| format!("write `{before}{owned}{after}`");
    let (what, hint) = match bare(ty) {
        Type::Path(_) | Type::Macro(_) | Type::Verbatim(_) => return true,
        Type::Reference(reference) => {
            let owned = match bare(&reference.elem) {
                Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
                Type::Slice(_) | Type::Array(_) => "Vec<u8>".to_owned(),
                other => text(other),
            };
            ("a reference", instead(&owned))
        }
        Type::Array(_) => ("an array", instead("Vec<u8>")),
        Type::Slice(_) => ("a slice", instead("Vec<u8>")),
        Type::Tuple(_) => ("a tuple", "write a field for each of its parts".to_owned()),
        Type::FnPtr(_) => ("a function", ALLOWED.to_owned()),
        Type::Ptr(_) => ("a pointer", ALLOWED.to_owned()),
        Type::ImplTrait(_) | Type::TraitObject(_) => ("a trait", ALLOWED.to_owned()),
        _ => ("this type", ALLOWED.to_owned()),
    };
    let own = if hint == ALLOWED { "" } else { OWN };
    errors.push(ty, &format!("a secret cannot be {what}\n{hint}{own}"));
    false
}

/// A type without parentheses and without the invisible group in which a macro hands it over.
fn bare(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Paren(paren) => &paren.elem,
            Type::Group(group) => &group.elem,
            _ => return ty,
        };
    }
}

/// A type as people write it; tokens print with a space between any two.
pub(crate) fn text(ty: &Type) -> String {
    let spaced = bare(ty).to_token_stream().to_string();
    let mut text = String::with_capacity(spaced.len());
    let mut rest = spaced.chars().peekable();
    while let Some(c) = rest.next() {
        let is_needed = |before: char, after: char| {
            matches!(before, ',' | ';' | '+') || after == '+' || is_word(before) && is_word(after)
        };
        if c.is_whitespace() {
            let (before, after) = (text.chars().next_back(), rest.peek().copied());
            if before.zip(after).is_some_and(|(before, after)| is_needed(before, after)) {
                text.push(' ');
            }
        } else {
            text.push(c);
        }
    }
    text
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '\'')
}

const ALLOWED: &str =
    "write `String`, `Vec<u8>`, `Option<_>`, or a type that implements `strongroom::FromSecret`";
const OWN: &str = ", or a type of your own that implements `strongroom::FromSecret`";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Type {
        syn::parse_str(words).expect("a type")
    }

    #[test]
    fn a_type_reads_as_written() {
        for words in [
            "String",
            "Option<u16>",
            "std::option::Option<Vec<u8>>",
            "Wrapped<String, 3>",
            "Box<dyn Secret + Send>",
            "<String as Own>::Kind<'static, T>",
        ] {
            assert_eq!(text(&parse(words)), words);
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (words, message) in [
            ("&'static str", "a secret cannot be a reference\nwrite `String`, or"),
            ("Option<&'static Key>", "a secret cannot be a reference\nwrite `Option<Key>`, or"),
            ("[u8]", "a secret cannot be a slice\nwrite `Vec<u8>`, or"),
            ("*const u8", "a secret cannot be a pointer\nwrite `String`, `Vec<u8>`, `Option<_>`"),
            ("dyn Send + Sync", "a secret cannot be a trait\nwrite `String`"),
            ("impl Send", "a secret cannot be a trait\nwrite `String`"),
            ("!", "a secret cannot be this type\nwrite `String`"),
            (
                "Option<(Option<u8>)>",
                "a secret is there or not, so one `Option` is enough\nwrite `Option<u8>`",
            ),
        ] {
            let mut errors = Errors::default();
            assert!(!check(&parse(words), &mut errors), "{words}");
            let found = errors.into_iter().next().map(|error| error.to_string());
            assert!(found.as_ref().is_some_and(|found| found.starts_with(message)), "{found:?}");
        }
    }

    #[test]
    fn an_option_is_told_by_its_last_word() {
        for words in ["Option<u8>", "std::option::Option<u8>", "::core::option::Option<(u8)>"] {
            assert!(optional(&parse(words)).is_some(), "{words}");
        }
        for words in ["Option", "Option<>", "Options<u8>", "Option<u8, u8>", "Vec<Option<u8>>"] {
            assert!(optional(&parse(words)).is_none(), "{words}");
        }
    }
}
