//! What clients and operators send to the server: paths, queries, options and patterns of names. No input panics; what was
//! encoded is decoded as it was; and a pattern fits what a plain reading of it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_server::fuzzing::{allows, matches, path, query};

fuzz_target!(|input: &str| {
    let _ = path(input);
    let _ = query(input);
    if input.is_empty() {
        return;
    }
    let encoded: String = input.bytes().map(|byte| format!("%{byte:02x}")).collect();
    assert_eq!(path(&format!("/v1.0/{encoded}")).expect("text")[1], input);
    assert_eq!(query(&format!("key={encoded}")).0, [input]);

    let (pattern, rest) = input.split_once('\n').unwrap_or((input, ""));
    let (name, options) = rest.split_once('\n').unwrap_or((rest, ""));
    // The plain reading takes its time, which nobody has for long ones.
    if pattern.len() < 24 && name.len() < 24 {
        assert_eq!(matches(pattern, name), fits(pattern.as_bytes(), name.as_bytes()), "{pattern} {name}");
    }
    let _ = allows(options, "vault", name);
});

/// Whether a name fits a pattern, one character after the other.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', pattern_rest)), _) => {
            fits(pattern_rest, name) || name.split_first().is_some_and(|(_, rest)| fits(pattern, rest))
        }
        (Some((expected, pattern)), Some((found, name))) => expected == found && fits(pattern, name),
        _ => false,
    }
}
