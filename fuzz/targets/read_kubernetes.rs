//! Kubernetes manifests: no input panics, and the Secrets that are read are read again as they are written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_formats::kubernetes::{read, write};
use strongroom_formats::{ReadError, ReadFault};
use strongroom_fuzz::formats::round_trip;

fuzz_target!(|input: &[u8]| {
    let read = |input: &[u8]| match read(input, Some("app")) {
        // What is left when nothing can be carried.
        Err(ReadError { fault: ReadFault::NoSecret, .. }) => Ok(Vec::new()),
        read => read,
    };
    round_trip(input, read, |items| Ok(write(items, Some("app"), None)?.as_bytes().to_vec()));
});
