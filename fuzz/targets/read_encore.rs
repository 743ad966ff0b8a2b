//! Encore's lists and configurations: no input panics, and what is read is read again as it is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_formats::encore::{NoContent, read, write};
use strongroom_fuzz::formats::round_trip;

fuzz_target!(|input: &[u8]| {
    // A variable holds what its own name says, so that an input can reach what is behind it.
    let variables = |name: &str| match name {
        "UNSET" => Err(NoContent::Unset),
        "KEY" => Err(NoContent::OfKeys),
        name => Ok(name.as_bytes().to_vec().into()),
    };
    round_trip(
        input,
        |input| read(input, &variables),
        |items| Ok(write(items)?.as_bytes().to_vec()),
    );
});
