//! What must not be derived for a struct of secrets.

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

use crate::errors::Errors;

/// Looks through the `#[derive(…)]`s of a struct; returns whether `Debug` is among them.
///
/// A derive that is no list of paths is the compiler's to report.
pub(crate) fn check(attributes: &[Attribute], errors: &mut Errors) -> bool {
    let mut debug = false;
    for attribute in attributes {
        let Meta::List(list) = &attribute.meta else { continue };
        if !ends_in(&list.path, "derive") {
            continue;
        }
        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
        for path in paths.parse2(list.tokens.clone()).unwrap_or_default() {
            if ends_in(&path, "Debug") {
                debug = true;
                errors.push(&path.segments.last(), DEBUG);
            } else if ends_in(&path, "Serialize") {
                errors.push(&path.segments.last(), SERIALIZE);
            }
        }
    }
    debug
}

fn ends_in(path: &Path, word: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == word)
}

const DEBUG: &str = "`Debug` derived here would print every value\n\
                     delete it: the struct has a `Debug` that shows none";

const SERIALIZE: &str = "`Serialize` derived here would write every value to wherever the struct \
                         goes\n\
                         delete it, and copy what must go out into a struct that is made for it";
