//! An access key's text: what reads is written again byte for byte, and an error holds nothing of what was read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_vault::{AccessKey, AccessKeyFault};

fuzz_target!(|text: &str| match AccessKey::parse(text) {
    Ok(key) => {
        assert_eq!(*key.to_text(), text.strip_suffix('\n').unwrap_or(text));
        assert_eq!(format!("{key:?}"), "AccessKey([hidden])");
    }
    Err(fault) => {
        assert_printable(&fault);
        if fault == AccessKeyFault::NotAnAccessKey {
            assert!(!text.starts_with("strongroom_key_"));
        }
    }
});
