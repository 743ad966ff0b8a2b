//! A dotenv file: no input panics, and what is read is read again as it is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_formats::dotenv::{read, write};
use strongroom_fuzz::formats::round_trip;

fuzz_target!(|input: &[u8]| {
    round_trip(
        input,
        |input| Ok(read(input)?.entries),
        |items| Ok(write(items)?.sheet.as_bytes().to_vec()),
    );
});
