//! Looks through this process's own memory for pieces of values and keys, without ever holding one of them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

/// What is looked for, each byte changed, so that looking for it does not put it into memory.
pub struct Needles {
    /// Windows by their first byte.
    windows: Vec<Vec<(String, Vec<u8>)>>,
}

/// Each byte of a needle is changed by this.
const MASK: u8 = 0x5a;

/// The shortest piece that counts.
const WINDOW: usize = 12;

impl Needles {
    /// Reads `NAME=HEX` words.
    pub fn read(words: &str) -> Self {
        let mut windows: Vec<Vec<(String, Vec<u8>)>> = vec![Vec::new(); 256];
        for word in words.split_whitespace() {
            let (name, hex) = word.split_once('=').expect("a name and hexadecimal digits");
            let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("digits");
            let masked: Vec<u8> = (0..hex.len()).step_by(2).map(digit).collect();
            for window in masked.windows(WINDOW) {
                windows[usize::from(window[0] ^ MASK)].push((name.to_owned(), window.to_vec()));
            }
        }
        Self { windows }
    }

    /// How many pieces of each needle are in memory that can be written, and where.
    pub fn found(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        let memory = File::open("/proc/self/mem").expect("one's own memory");
        let maps = fs::read_to_string("/proc/self/maps").expect("one's own maps");
        let mut chunk = vec![0; CHUNK + WINDOW];
        for line in maps.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (start, end) = words[0].split_once('-').expect("a range");
            let address = |text| u64::from_str_radix(text, 16).expect("an address");
            let (mut at, end) = (address(start), address(end));
            if !words[1].starts_with("rw") {
                continue;
            }
            let place = words.get(5).copied().unwrap_or("anonymous");
            while at < end {
                let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(chunk.len());
                let Ok(length) = memory.read_at(&mut chunk[..length], at) else { break };
                self.look_through(&chunk[..length], place, &mut found);
                if length < chunk.len() {
                    break;
                }
                at += CHUNK as u64;
            }
            chunk.fill(0);
        }
        found
    }

    fn look_through(&self, bytes: &[u8], place: &str, found: &mut BTreeMap<String, usize>) {
        for (at, &first) in bytes.iter().enumerate() {
            for (name, window) in &self.windows[usize::from(first)] {
                let Some(piece) = bytes.get(at..at + WINDOW) else { continue };
                if piece.iter().zip(window).all(|(byte, masked)| byte ^ MASK == *masked) {
                    *found.entry(format!("{name} in {place}")).or_default() += 1;
                }
            }
        }
    }
}

const CHUNK: usize = 1 << 16;
