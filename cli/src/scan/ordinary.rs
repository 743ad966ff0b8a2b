//! Values that are not looked for: too short, or such as stand in every program.

use std::fmt;

use strongroom_vault::Index;

/// Why a value is not looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ordinary {
    /// Fewer than 8 bytes: it would be found by chance.
    Short,
    /// A word, a number, an address of this machine, or a name in the vault.
    Common,
}

impl Ordinary {
    /// The stable word for `--json`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Common => "ordinary",
        }
    }
}

impl fmt::Display for Ordinary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "too short",
            Self::Common => "too ordinary",
        })
    }
}

/// Whether a value would be found where nobody leaked it, and why.
pub(crate) fn why_ordinary(index: &Index<'_>, value: &[u8]) -> Option<Ordinary> {
    if value.len() < SHORTEST {
        Some(Ordinary::Short)
    } else if is_common(value) || is_name(index, value) {
        Some(Ordinary::Common)
    } else {
        None
    }
}

fn is_common(value: &[u8]) -> bool {
    is_monotonous(value) || is_one_word(value) || is_address_of_this_machine(value)
}

/// `00000000`, `********`.
fn is_monotonous(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    for b in value {
        seen[usize::from(*b)] = true;
    }
    seen.iter().filter(|is_seen| **is_seen).count() < DIFFERENT
}

/// `localhost`, `changeme`, `127.0.0.1`, `2026-11-21`: a short text of letters in one case, or of digits.
fn is_one_word(value: &[u8]) -> bool {
    let separator = |b: &u8| matches!(b, b'-' | b'_' | b'.' | b':' | b'/' | b' ');
    let only = |is_of_class: fn(&u8) -> bool| value.iter().all(|b| is_of_class(b) || separator(b));
    value.len() < WORD
        && (only(u8::is_ascii_lowercase)
            || only(u8::is_ascii_uppercase)
            || only(u8::is_ascii_digit))
}

/// `http://localhost:3000/path`: without a user or a password in it, it is no secret.
fn is_address_of_this_machine(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let Some((_, rest)) = text.split_once("://") else { return false };
    let is_here = HERE.iter().any(|host| rest.starts_with(host));
    is_here && !rest.contains(['@', '?', '#'])
}

/// The name of a secret, an environment or a holder stands in this very vault.
fn is_name(index: &Index<'_>, value: &[u8]) -> bool {
    let is = |name: &str| name.as_bytes() == value;
    index.secrets().any(|secret| is(secret.name()))
        || index.environments().any(|environment| is(environment.name()))
        || index.holders().iter().any(|holder| is(holder.name()))
}

/// The fewest bytes that are looked for: the length of a window.
const SHORTEST: usize = super::table::WINDOW;

/// The fewest different bytes of what is looked for.
const DIFFERENT: usize = 5;

/// Bytes from which on letters of one case are more than a word: `correct-horse-battery`.
const WORD: usize = 12;

const HERE: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];
