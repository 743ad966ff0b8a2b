//! Which types a field may have, as far as the words tell; `FromSecret` and `FromSetting` are the compiler's to check.

use quote::ToTokens as _;
use strongroom_vault::{TextType, expected_in_list, list_of};
use syn::{GenericArgument, PathArguments, Type};

use crate::declares::Declares;
use crate::errors::Errors;

/// How the build reads the text of a setting: as one of a type, or as a list of those.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// The text as a whole.
    One(TextType),
    /// Each element of a list.
    List(TextType),
}

impl Reads {
    /// What an error says is expected; nothing where the text fits.
    #[must_use]
    pub fn expected(self, text: &str) -> Option<String> {
        match self {
            Self::One(ty) => (!ty.fits(text)).then(|| ty.expected().to_owned()),
            Self::List(ty) => {
                let mut elements = list_of(text).enumerate();
                let (position, element) = elements.find(|(_, element)| !ty.fits(element))?;
                Some(expected_in_list(ty.expected(), position, element))
            }
        }
    }
}

/// How a text is read for a type, if its words tell.
pub(crate) fn reads(ty: &Type) -> Option<Reads> {
    match argument(ty, "Vec") {
        Some(element) => named(element).map(Reads::List),
        None => named(ty).map(Reads::One),
    }
}

/// A type that is known by its name. One with a path is known where that is the standard library's: anybody may have a
/// `Duration` of their own.
fn named(ty: &Type) -> Option<TextType> {
    let Type::Path(path) = bare(ty) else { return None };
    let words: Vec<String> = path.path.segments.iter().map(|it| it.ident.to_string()).collect();
    let (last, parents) = words.split_last()?;
    let is_standard = parents.is_empty() || matches!(parents[0].as_str(), "std" | "core" | "alloc");
    let is_plain =
        path.qself.is_none() && path.path.segments.iter().all(|it| it.arguments.is_none());
    if is_standard && is_plain { TextType::named(last) } else { None }
}

/// The `T` of an `Option<T>`, told by the last word of its path.
pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    argument(ty, "Option")
}

/// The `T` of a `Word<T>`, told by the last word of its path.
fn argument<'t>(ty: &'t Type, word: &str) -> Option<&'t Type> {
    let Type::Path(path) = bare(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == word)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// Checks a field's type; returns whether it can be one.
pub(crate) fn check(ty: &Type, declares: Declares, errors: &mut Errors) -> bool {
    let Some(inner) = optional(ty) else { return check_value(ty, declares, "", "", errors) };
    if let Some(innermost) = optional(inner) {
        let message = format!(
            "a {} is there or not, so one `Option` is enough\nwrite `Option<{}>`",
            declares.noun(),
            text(innermost)
        );
        errors.push(inner, &message);
        return false;
    }
    check_value(inner, declares, "Option<", ">", errors)
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
fn check_value(
    ty: &Type,
    declares: Declares,
    before: &str,
    after: &str,
    errors: &mut Errors,
) -> bool {
    let instead = |owned: &str| format!("write `{before}{owned}{after}`");
    let (allowed, implements) = match declares {
        Declares::Secrets => (SECRET_TYPES, "FromSecret"),
        Declares::Settings => (SETTING_TYPES, "FromSetting"),
    };
    let allowed = || format!("{allowed}, or a type that implements `strongroom::{implements}`");
    let own = |hint: String| {
        format!("{hint}, or a type of your own that implements `strongroom::{implements}`")
    };
    let list = |element: &Type| match declares {
        Declares::Secrets => "Vec<u8>".to_owned(),
        Declares::Settings => format!("Vec<{}>", text(element)),
    };
    if declares == Declares::Settings
        && argument(ty, "Vec").is_some_and(|element| argument(element, "Vec").is_some())
    {
        let message = format!(
            "a setting cannot be a list of lists: one is written with commas\n\
             {}, with the feature `json`, or a type of your own that implements `strongroom::FromSetting`",
            instead(&format!("strongroom::Json<{}>", text(ty)))
        );
        errors.push(ty, &message);
        return false;
    }
    let (what, hint) = match bare(ty) {
        Type::Path(_) | Type::Macro(_) | Type::Verbatim(_) => return true,
        Type::Reference(reference) => {
            let owned = match bare(&reference.elem) {
                Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
                Type::Slice(slice) => list(&slice.elem),
                Type::Array(array) => list(&array.elem),
                other => text(other),
            };
            ("a reference", own(instead(&owned)))
        }
        Type::Array(array) => ("an array", own(instead(&list(&array.elem)))),
        Type::Slice(slice) => ("a slice", own(instead(&list(&slice.elem)))),
        Type::Tuple(_) => ("a tuple", own("write a field for each of its parts".to_owned())),
        Type::FnPtr(_) => ("a function", allowed()),
        Type::Ptr(_) => ("a pointer", allowed()),
        Type::ImplTrait(_) | Type::TraitObject(_) => ("a trait", allowed()),
        _ => ("this type", allowed()),
    };
    errors.push(ty, &format!("a {} cannot be {what}\n{hint}", declares.noun()));
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

const SECRET_TYPES: &str = "write `String`, `Vec<u8>`, `Option<_>`";
const SETTING_TYPES: &str = "write `String`, `bool`, a number, `Duration`, `Vec<_>`, `Option<_>`";

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
            assert!(!check(&parse(words), Declares::Secrets, &mut errors), "{words}");
            let found = errors.into_iter().next().map(|error| error.to_string());
            assert!(found.as_ref().is_some_and(|found| found.starts_with(message)), "{found:?}");
        }
    }

    #[test]
    fn a_type_is_read_as_its_name_says() {
        use Reads::{List, One};
        for (words, read) in [
            ("u16", Some(One(TextType::U16))),
            ("String", Some(One(TextType::Text))),
            ("std::time::Duration", Some(One(TextType::Duration))),
            ("Vec<(u8)>", Some(List(TextType::U8))),
            ("chrono::Duration", None),
            ("crate::Duration", None),
            ("Duration<Seconds>", None),
            ("Vec<Vec<u8>>", None),
            ("<T as Of>::u16", None),
            ("Level", None),
        ] {
            assert_eq!(reads(&parse(words)), read, "{words}");
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
