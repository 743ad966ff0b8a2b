//! JSON of another program: no input panics, and what is read is read again as it is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_formats::json::{read, write};
use strongroom_fuzz::formats::round_trip;

fuzz_target!(|input: &[u8]| {
    round_trip(input, read, |items| Ok(write(items)?.as_bytes().to_vec()));
});
