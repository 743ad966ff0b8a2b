//! The table of what is looked for: windows hashed with random keys, and digests of whole spellings. Nothing of a
//! value is in it.
//!
//! Of every spelling one window of 8 bytes is chosen. A filter of bits says in a few instructions that the 8 bytes at some place
//! are none of these windows; of the few that pass, 32 bits of a keyed digest are compared, and of what passes that too the keyed
//! digest of the whole spelling. An automaton, the usual way to look for many texts at once, would hold every byte of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sha2::{Digest, Sha256};
use strongroom_vault::{NoRandomness, random};

use super::keys::{self, KeyKind};
use super::spellings::Spelling;

/// What is looked for, by a number that the caller gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A value, in a spelling.
    Value(usize, Spelling),
    /// A key of any vault, or an age identity.
    Key(KeyKind),
}

/// Something that was found in a piece of bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) what: What,
    /// Where it begins in the piece.
    pub(crate) start: usize,
}

/// Everything that is looked for.
pub(crate) struct Table {
    keys: RandomKeys,
    filters: [Filter; 2],
    /// The tag of a window and the number of a needle, sorted.
    tags: Vec<(u32, u32)>,
    needles: Vec<Needle>,
    longest: usize,
    /// Digests of spellings that are there already, and whose they are; empty when the table is finished.
    seen: HashMap<[u8; 32], (usize, Spelling)>,
}

/// One spelling.
struct Needle {
    what: What,
    /// Where its window stands in it.
    offset: usize,
    length: usize,
    digest: [u8; 32],
}

struct RandomKeys {
    secret: [u8; 32],
    multipliers: [u64; 2],
}

impl Table {
    /// A table for about so many values, which finds keys already.
    pub(crate) fn new(values: usize) -> Result<Self, NoRandomness> {
        let bits = (values * BITS_OF_A_VALUE).next_power_of_two().ilog2().clamp(MIN_BITS, MAX_BITS);
        let multiplier = || Ok(u64::from_ne_bytes(random()?) | 1);
        let mut table = Self {
            keys: RandomKeys { secret: random()?, multipliers: [multiplier()?, multiplier()?] },
            filters: [Filter::new(bits), Filter::new(bits + 1)],
            tags: Vec::new(),
            needles: Vec::new(),
            longest: keys::KEY_BYTES,
            seen: HashMap::new(),
        };
        for kind in KeyKind::ALL {
            let (prefix, offset) = (kind.prefix().as_bytes(), kind.telling_window());
            table.enter(What::Key(kind), prefix, offset);
        }
        Ok(table)
    }

    /// The value that is the same, if it was added.
    pub(crate) fn value_of(&self, plain: &[u8]) -> Option<usize> {
        match self.seen.get(&self.keys.digest(plain)) {
            Some((value, Spelling::Plain)) => Some(*value),
            _ => None,
        }
    }

    /// Adds a spelling of a value. One that is there already is not added again.
    pub(crate) fn add(&mut self, value: usize, spelling: Spelling, text: &[u8]) {
        if text.len() < WINDOW {
            return;
        }
        let Entry::Vacant(new) = self.seen.entry(self.keys.digest(text)) else { return };
        new.insert((value, spelling));
        self.enter(What::Value(value, spelling), text, rarest_window(text));
    }

    /// Makes the table ready to be asked.
    pub(crate) fn finish(&mut self) {
        self.tags.sort_unstable();
        self.seen = HashMap::new();
    }

    /// Bytes of the longest spelling.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Gives everything whose window begins in `bytes[from..to]`.
    pub(crate) fn look(&self, bytes: &[u8], from: usize, to: usize, mut take: impl FnMut(Hit)) {
        let end = (to + WINDOW - 1).min(bytes.len());
        let Some(piece) = bytes.get(from..end) else { return };
        let [first, second] = &self.filters;
        let [multiplier, other] = self.keys.multipliers;
        for (at, window) in piece.windows(WINDOW).enumerate() {
            let number = number_of(window);
            if first.has(number.wrapping_mul(multiplier)) && second.has(number.wrapping_mul(other))
            {
                self.compare(bytes, from + at, &mut take);
            }
        }
    }

    /// Compares what stands around a window that passed the filters.
    #[cold]
    fn compare(&self, bytes: &[u8], at: usize, take: &mut impl FnMut(Hit)) {
        let tag = self.keys.tag(&bytes[at..at + WINDOW]);
        let first = self.tags.partition_point(|(other, _)| *other < tag);
        for (_, number) in self.tags[first..].iter().take_while(|(other, _)| *other == tag) {
            let needle = &self.needles[*number as usize];
            let Some(start) = at.checked_sub(needle.offset) else { continue };
            let is_it = match needle.what {
                What::Key(kind) => kind.begins(&bytes[start..]),
                What::Value(..) => bytes
                    .get(start..start + needle.length)
                    .is_some_and(|text| self.keys.digest(text) == needle.digest),
            };
            if is_it {
                take(Hit { what: needle.what, start });
            }
        }
    }

    fn enter(&mut self, what: What, text: &[u8], offset: usize) {
        let window = &text[offset..offset + WINDOW];
        let number = number_of(window);
        for (filter, multiplier) in self.filters.iter_mut().zip(self.keys.multipliers) {
            filter.set(number.wrapping_mul(multiplier));
        }
        // No vault has 2^32 spellings of values: it has 16 MiB at most.
        let needle = u32::try_from(self.needles.len()).unwrap_or(u32::MAX);
        self.tags.push((self.keys.tag(window), needle));
        self.longest = self.longest.max(text.len());
        let digest = self.keys.digest(text);
        self.needles.push(Needle { what, offset, length: text.len(), digest });
    }
}

impl RandomKeys {
    /// The key has a fixed length and stands first, and what is digested is compared as a whole: a longer text with a
    /// digest that follows from it is no match for anything.
    fn digest(&self, text: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(self.secret).chain_update(text).finalize().into()
    }

    /// As many bits of a digest as tell windows apart, and not so many that a window could be found from them.
    fn tag(&self, window: &[u8]) -> u32 {
        let [a, b, c, d, ..] = self.digest(window);
        u32::from_be_bytes([a, b, c, d])
    }
}

/// Bits that say of most windows that they are none of those that are looked for.
struct Filter {
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    fn new(bits: u32) -> Self {
        Self { words: vec![0; 1 << (bits - WORD_BITS)], shift: u64::BITS - bits }
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.words.get(word).is_some_and(|word| word >> bit & 1 == 1)
    }

    fn set(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.words[word] |= 1 << bit;
    }

    /// The upper bits, on which all of the window has an influence.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a filter has 2^24 bits at most")]
    fn place(&self, hash: u64) -> (usize, u32) {
        let bit = (hash >> self.shift) as usize;
        (bit >> WORD_BITS, (bit & 63) as u32)
    }
}

#[inline]
fn number_of(window: &[u8]) -> u64 {
    u64::from_le_bytes(window.try_into().unwrap_or_default())
}

/// Where the window begins that is the least likely to stand anywhere else: every candidate that is none costs the digest
/// of a whole spelling.
fn rarest_window(text: &[u8]) -> usize {
    let rarity = |window: &[u8]| {
        let distinct = (0..WINDOW).filter(|at| !window[..*at].contains(&window[*at])).count();
        let unusual: usize = window
            .iter()
            .map(|b| match b {
                b'a'..=b'z' | b' ' | b'-' | b'.' | b'/' | b':' | b'%' | b'\\' => 0,
                _ => 1,
            })
            .sum();
        distinct * 2 + unusual
    };
    let windows = text.windows(WINDOW).take(WINDOWS_COMPARED).enumerate();
    windows.max_by_key(|(_, window)| rarity(window)).map_or(0, |(at, _)| at)
}

/// Bytes of a window.
pub(crate) const WINDOW: usize = 8;

/// Bits of the first filter for each value: some 10 spellings, of which one in 60 passes.
const BITS_OF_A_VALUE: usize = 512;
const MIN_BITS: u32 = 16;
const MAX_BITS: u32 = 23;
const WORD_BITS: u32 = 6;

/// How many windows of a long spelling are compared for the rarest.
const WINDOWS_COMPARED: usize = 1 << 14;
