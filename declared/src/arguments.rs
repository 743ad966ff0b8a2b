//! The arguments of an attribute: `key` or `key = value`, each at most once, unknown ones with a
//! near miss.

use proc_macro2::{Ident, TokenStream, TokenTree};
use strongroom_vault::nearest;
use syn::LitStr;

use crate::errors::Errors;

/// One argument whose key is known.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    pub(crate) value: Option<TokenStream>,
}

/// What an attribute takes: its name, its keys, and how to write each.
pub(crate) struct Form {
    pub(crate) attribute: &'static str,
    pub(crate) keys: &'static [&'static str],
    pub(crate) usage: &'static str,
    /// Keys that the like attribute of the other macro takes: each with why this one does not, and what to do.
    pub(crate) others: &'static [(&'static str, &'static str)],
}

impl Form {
    /// Reads arguments; what is not one of this form is an error and left out.
    pub(crate) fn read(&self, tokens: TokenStream, errors: &mut Errors) -> Vec<Argument> {
        let mut arguments: Vec<Argument> = Vec::new();
        let mut tokens = tokens.into_iter();
        while let Some(first) = tokens.next() {
            if is_punct(&first, ',') {
                continue;
            }
            let rest = tokens.by_ref().take_while(|token| !is_punct(token, ','));
            let rest: Vec<TokenTree> = rest.collect();
            if let Some(argument) = self.argument(first, rest, errors) {
                if arguments.iter().any(|other| other.key == argument.key) {
                    let key = &argument.key;
                    errors.push(key, &format!("`{key}` a second time\nkeep one of the two"));
                } else {
                    arguments.push(argument);
                }
            }
        }
        arguments
    }

    fn argument(
        &self,
        first: TokenTree,
        rest: Vec<TokenTree>,
        errors: &mut Errors,
    ) -> Option<Argument> {
        let Self { attribute, keys, usage, others } = self;
        let TokenTree::Ident(key) = first else {
            errors.push(&first, &format!("`{attribute}` takes no such argument\nknown: {usage}"));
            return None;
        };
        let word = key.to_string();
        if let Some((_, why)) = others.iter().find(|(other, _)| *other == word) {
            errors.push(&key, &format!("`{attribute}` takes no `{word}`: {why}"));
            return None;
        }
        if !keys.contains(&word.as_str()) {
            let hint = nearest(&word, keys.iter().copied()).map_or_else(
                || format!("known: {usage}"),
                |near| format!("did you mean `{near}`?"),
            );
            errors.push(&key, &format!("unknown option `{word}` in `{attribute}`\n{hint}"));
            return None;
        }
        let mut rest = rest.into_iter();
        let value = match rest.next() {
            None => None,
            Some(equals) if is_punct(&equals, '=') && rest.len() > 0 => Some(rest.collect()),
            Some(other) => {
                errors.push(&other, &format!("`{word}` is not written like this\nknown: {usage}"));
                return None;
            }
        };
        Some(Argument { key, value })
    }
}

/// An argument's value as text in quotes; anything else is an error that says how to write it.
pub(crate) fn text(
    key: &Ident,
    value: Option<TokenStream>,
    usage: &str,
    errors: &mut Errors,
) -> Option<LitStr> {
    let Some(value) = value else {
        errors.push(key, usage);
        return None;
    };
    let literal = syn::parse2(value.clone()).ok();
    if literal.is_none() {
        errors.push(&value, usage);
    }
    literal
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, Literal};

    use super::*;
    use crate::{Declares, Options};

    fn faults(tokens: TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        Options::read(Declares::Secrets, tokens, &mut errors);
        assert!(!errors.is_empty(), "no fault");
        errors.into_iter().map(|error| error.to_string()).collect()
    }

    #[test]
    fn every_argument_has_one_way_to_be_written() {
        for (words, message) in [
            ("vault =", "`vault` is not written like this"),
            ("vault \"x\"", "`vault` is not written like this"),
            ("any_vault x y", "`any_vault` is not written like this"),
            ("crate x = y", "`crate` is not written like this"),
            ("vault", "`vault` takes a path in quotes"),
            ("vault = x", "`vault` takes a path in quotes"),
            ("vault = (\"x\")", "`vault` takes a path in quotes"),
            ("any_vault, vault = \"a\", vault = \"b\"", "`vault` a second time"),
            ("= x", "`#[secrets]` takes no such argument"),
            ("valt = \"x\"", "unknown option `valt` in `#[secrets]`\ndid you mean `vault`?"),
            ("rotation", "unknown option `rotation` in `#[secrets]`\nknown: "),
        ] {
            let found = faults(words.parse().expect("tokens"));
            assert!(found.len() == 1 && found[0].starts_with(message), "{words}: {found:?}");
        }
    }

    #[test]
    fn a_value_that_a_macro_hands_over_is_read() {
        let value = TokenTree::from(Literal::string("shop.toml"));
        let mut errors = Errors::default();
        for delimiter in [Delimiter::None, Delimiter::Parenthesis] {
            let group = TokenTree::from(Group::new(delimiter, value.clone().into()));
            let tokens = "vault =".parse::<TokenStream>().expect("tokens").into_iter();
            let options =
                Options::read(Declares::Secrets, tokens.chain([group]).collect(), &mut errors);
            let vault = options.vault.map(|vault| vault.value());
            let is_read = delimiter == Delimiter::None;
            assert_eq!(vault.as_deref(), is_read.then_some("shop.toml"));
            assert_eq!(errors.is_empty(), is_read);
        }
    }
}
