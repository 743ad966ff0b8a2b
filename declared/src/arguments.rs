//! The arguments of an attribute: `key` or `key = value`, each at most once, unknown ones with a
//! near miss.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
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
        let Self { attribute, keys, usage } = self;
        let TokenTree::Ident(key) = first else {
            errors.push(&first, &format!("`{attribute}` takes no such argument\nknown: {usage}"));
            return None;
        };
        let word = key.to_string();
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
            Some(equals) if is_punct(&equals, '=') && rest.len() > 0 => Some(ungroup(rest)),
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

/// Tokens without the invisible group in which a macro hands over a fragment.
fn ungroup(tokens: impl Iterator<Item = TokenTree>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.collect();
    match tokens.as_slice() {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => group.stream(),
        _ => tokens.into_iter().collect(),
    }
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
