//! `set --generate`: a random value that nobody needs to see, of any length and alphabet, or a UUID.

use strongroom_vault::{NoRandomness, random};
use uuid::fmt::Hyphenated;
use zeroize::Zeroizing;

use crate::error::Error;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recipe {
    /// So many characters of an alphabet.
    Characters { length: usize, alphabet: Alphabet },
    /// A UUID of version 4.
    Uuid,
}

/// Which characters a value is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alphabet {
    /// What it is called.
    name: &'static str,
    /// Each character once, 2 to 95 of them.
    characters: Vec<u8>,
}

impl Recipe {
    /// The recipe that the options give: `what` is a length or `uuid`.
    pub(super) fn of(
        what: Option<&str>,
        length: Option<&str>,
        alphabet: Option<&str>,
    ) -> Result<Self, Error> {
        let length = match (what, length) {
            (Some(UUID), None) if alphabet.is_none() => return Ok(Self::Uuid),
            (Some(UUID), _) => {
                return Err(Error::usage("a UUID has a length and an alphabet of its own"));
            }
            (Some(_), Some(_)) => {
                return Err(Error::usage(
                    "--length repeats what --generate says: give one of them",
                ));
            }
            (given, None) | (None, given) => given.map_or(Ok(DEFAULT_LENGTH), length_of)?,
        };
        let alphabet = Alphabet::of(alphabet.unwrap_or(ALPHANUMERIC))?;
        Ok(Self::Characters { length, alphabet })
    }

    /// Whether a word is one that `--generate` takes, and not the name of a secret.
    pub(super) fn is_word(word: &str) -> bool {
        word == UUID || word.bytes().all(|b| b.is_ascii_digit())
    }

    /// A new value.
    pub(super) fn make(&self) -> Result<Zeroizing<Vec<u8>>, NoRandomness> {
        match self {
            Self::Characters { length, alphabet } => alphabet.draw(*length),
            Self::Uuid => {
                let bytes: Zeroizing<[u8; 16]> = Zeroizing::new(random()?);
                let mut text = Zeroizing::new(vec![0; Hyphenated::LENGTH]);
                let uuid = uuid::Builder::from_random_bytes(*bytes).into_uuid();
                uuid.hyphenated().encode_lower(&mut text);
                Ok(text)
            }
        }
    }

    /// What is made, in words that tell nothing about the value itself.
    pub(super) fn described(&self) -> String {
        match self {
            Self::Characters { length, alphabet } => {
                let (name, bits) = (alphabet.name, alphabet.bits(*length));
                match name {
                    GIVEN => format!(
                        "{length} characters, of the {} given, {bits} bits",
                        alphabet.characters.len()
                    ),
                    name => format!("{length} {name} characters, {bits} bits"),
                }
            }
            Self::Uuid => "a UUID of version 4, 122 bits".to_owned(),
        }
    }
}

impl Alphabet {
    fn of(word: &str) -> Result<Self, Error> {
        let known = |name, characters: &[&[u8]]| Self { name, characters: characters.concat() };
        match word {
            "hex" => return Ok(known("hexadecimal", &[DIGITS, b"abcdef"])),
            "base64url" => return Ok(known("base64url", &[UPPER, LOWER, DIGITS, b"-_"])),
            ALPHANUMERIC => return Ok(known(ALPHANUMERIC, &[UPPER, LOWER, DIGITS])),
            _ => {}
        }
        let mut characters = word.as_bytes().to_vec();
        characters.sort_unstable();
        characters.dedup();
        let is_printable = |byte: &u8| (b' '..=b'~').contains(byte);
        if characters.len() < 2 || !characters.iter().all(is_printable) {
            return Err(Error::usage(
                "--alphabet takes hex, base64url, alphanumeric, or at least two different characters of printable ASCII",
            ));
        }
        Ok(Self { name: GIVEN, characters })
    }

    /// Draws characters, each as likely as every other: bytes beyond the last whole round of the alphabet are thrown away.
    fn draw(&self, length: usize) -> Result<Zeroizing<Vec<u8>>, NoRandomness> {
        let size = self.characters.len();
        let fair = 256 - 256 % size;
        let mut value = Zeroizing::new(Vec::with_capacity(length));
        while value.len() < length {
            let bytes: Zeroizing<[u8; 64]> = Zeroizing::new(random()?);
            let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
            let missing = length - value.len();
            value.extend(fair.take(missing).map(|byte| self.characters[byte % size]));
        }
        Ok(value)
    }

    /// How many bits somebody who knows the alphabet and the length would have to guess, rounded down.
    fn bits(&self, length: usize) -> u64 {
        #[expect(clippy::cast_precision_loss, reason = "both are far below 2^52")]
        let bits = length as f64 * (self.characters.len() as f64).log2();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and rounding down is meant"
        )]
        let bits = bits as u64;
        bits
    }
}

fn length_of(word: &str) -> Result<usize, Error> {
    word.parse().ok().filter(|length| (1..=LONGEST).contains(length)).ok_or_else(|| {
        Error::usage(format!(
            "a generated value has 1 to {LONGEST} characters, or is a UUID\n\
             for example: strongroom set --type local NAME --generate 32"
        ))
    })
}

const UUID: &str = "uuid";
const ALPHANUMERIC: &str = "alphanumeric";
const GIVEN: &str = "given";
const DEFAULT_LENGTH: usize = 32;
const LONGEST: usize = 4_096;
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const DIGITS: &[u8] = b"0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(what: &str, alphabet: &str) -> Recipe {
        Recipe::of(Some(what), None, Some(alphabet)).expect("a recipe")
    }

    #[test]
    fn every_character_is_as_likely_as_every_other() {
        for alphabet in ["hex", "alphanumeric", "base64url", "abc", "!~ "] {
            let recipe = recipe("4096", alphabet);
            let Recipe::Characters { alphabet, .. } = &recipe else { panic!("characters") };
            let size = alphabet.characters.len();
            let mut counts = [0_u32; 256];
            for _ in 0..40 {
                let value = recipe.make().expect("randomness");
                assert_eq!(value.len(), 4_096);
                value.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
            }
            let drawn = f64::from(40 * 4_096);
            let expected = drawn / f64::from(u32::try_from(size).expect("small"));
            let squares = alphabet.characters.iter().map(|byte| {
                let off = f64::from(counts[usize::from(*byte)]) - expected;
                off * off / expected
            });
            let sum: f64 = squares.sum();
            // The mean of chi-squared is its degrees of freedom; `byte % size` without rejection is at 400 and more.
            let freedom = f64::from(u32::try_from(size - 1).expect("small"));
            assert!(sum < freedom + 8.0 * (2.0 * freedom).sqrt() + 8.0, "{size}: {sum}");
            let known: u32 = alphabet.characters.iter().map(|b| counts[usize::from(*b)]).sum();
            assert_eq!(known, 40 * 4_096, "nothing but the alphabet");
        }
    }

    #[test]
    fn bits_are_rounded_down() {
        for (what, alphabet, bits) in [
            ("32", "alphanumeric", 190),
            ("64", "hex", 256),
            ("43", "base64url", 258),
            ("1", "ab", 1),
        ] {
            let described = recipe(what, alphabet).described();
            assert!(described.ends_with(&format!(", {bits} bits")), "{described}");
        }
    }
}
