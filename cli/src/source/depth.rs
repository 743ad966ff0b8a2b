//! How deep code nests: a parser goes down as deep, and its stack has an end.

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// At most so many tokens on the way down into any expression or type of a file; no code that people write comes near.
pub(super) const MOST: usize = 4_000;

/// Whether a parser could have to go down deeper than [`MOST`] tokens.
///
/// Not only brackets nest: so do `&&&&T`, `A<A<A<T>>>`, `!!!!x` and `else if`. So every token counts from the begin of the
/// field, statement or item that it belongs to, on top of those before the brackets round it.
pub(super) fn is_too_deep(tokens: TokenStream) -> bool {
    let mut levels = vec![Level::new(tokens, 0)];
    while let Some(level) = levels.last_mut() {
        let Some(token) = level.rest.next() else {
            levels.pop();
            continue;
        };
        level.count(&token);
        if level.depth > MOST {
            return true;
        }
        if let TokenTree::Group(group) = token {
            let inner = Level::new(group.stream(), level.depth);
            levels.push(inner);
        }
    }
    false
}

/// One pair of brackets that is being looked through.
struct Level {
    rest: IntoIter,
    /// The tokens before its brackets.
    outside: usize,
    /// Those, and the ones since the last begin in here.
    depth: usize,
    /// How many `<` are open: a comma between them begins nothing.
    angles: usize,
    previous: Previous,
}

#[derive(PartialEq, Eq)]
enum Previous {
    Braces,
    /// A `-` or `=`, which makes an arrow of a `>`.
    Shaft,
    Other,
}

impl Level {
    fn new(tokens: TokenStream, outside: usize) -> Self {
        let rest = tokens.into_iter();
        Self { rest, outside, depth: outside, angles: 0, previous: Previous::Other }
    }

    fn count(&mut self, token: &TokenTree) {
        self.depth += 1;
        let previous = std::mem::replace(&mut self.previous, Previous::Other);
        match token {
            TokenTree::Punct(punct) => match punct.as_char() {
                '<' => self.angles += 1,
                '>' if previous != Previous::Shaft => self.angles = self.angles.saturating_sub(1),
                '-' | '=' => self.previous = Previous::Shaft,
                ',' if self.angles == 0 => self.begin(),
                ';' => self.begin(),
                _ => {}
            },
            // Behind the braces of one item or statement the next one begins, if it does not go on.
            TokenTree::Ident(word)
                if previous == Previous::Braces && word != "else" && word != "as" =>
            {
                self.begin();
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                self.previous = Previous::Braces;
            }
            _ => {}
        }
    }

    fn begin(&mut self) {
        self.depth = self.outside + 1;
        self.angles = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_deep(code: &str) -> bool {
        is_too_deep(code.parse().expect("tokens"))
    }

    #[test]
    fn whatever_nests_counts() {
        let n = MOST;
        for deep in [
            format!("const A: u8 = {}1{};", "(".repeat(n), ")".repeat(n)),
            format!("const A: u8 = {}1;", "!".repeat(n)),
            format!("struct A {{ b: {}u8 }}", "&".repeat(n)),
            format!("struct A {{ b: {}u8{} }}", "A<".repeat(n), ">".repeat(n)),
            format!("struct A {{ b: {}u8{} }}", "A<u8, ".repeat(n), ">".repeat(n)),
            format!("struct A {{ b: {}u8{} }}", "A<fn() -> u8, ".repeat(n), ">".repeat(n)),
            format!("fn a() {{ if a {{}} {} }}", "else if a {}".repeat(n)),
            format!("fn a() {{ {} 1 }}", "{1} + ".repeat(n)),
            format!("fn a() {}{}", "{ a; match a { b => ".repeat(n / 4), "} }".repeat(n / 4)),
            format!("#[a({}1{})] struct A;", "[".repeat(n), "]".repeat(n)),
        ] {
            assert!(is_deep(&deep), "{}", &deep[..60]);
        }
    }

    #[test]
    fn what_stands_side_by_side_does_not_count() {
        let n = MOST;
        for wide in [
            "fn a(b: Vec<u8>, c: u8) -> Vec<u8> { d(); if e < f { g } else { h } }\n".repeat(n),
            format!("const A: [u8; 1] = [{}];", "1, ".repeat(n)),
            format!(
                "struct A {{ {} }}",
                "/// About.\n#[b(c)] pub b: HashMap<u8, Vec<u8>>,".repeat(n)
            ),
            format!(
                "fn a() {{ {} }}",
                "let a = b(|c| c + 1)?; if a {} for b in c {} d(e, f);".repeat(n)
            ),
            format!(
                "fn a() {{ match a {{ {} }} }}",
                "A::B { c, .. } if d => e(f), G => {}".repeat(n)
            ),
        ] {
            assert!(!is_deep(&wide), "{}", &wide[..60]);
        }
    }
}
