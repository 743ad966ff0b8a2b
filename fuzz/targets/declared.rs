//! What `strongroom check` reads of source code: any text is looked through, or left out with words that are safe to print.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_vault::check_secret_name;

#[path = "../../cli/src/source/depth.rs"]
mod depth;
#[path = "../../cli/src/source/structs.rs"]
#[expect(dead_code, reason = "a file is a text with a path")]
mod structs;

fuzz_target!(|text: &str| {
    // Every input is to get past the look for the attribute's name.
    let text = format!("{text}\n// secrets");
    // Under a fuzzer proc-macro2 keeps no places, and every line is 0.
    let lines = text.matches('\n').count() + 1;
    match structs::of_code(&text) {
        Err(unread) => {
            assert_ne!(unread.message, "it cannot be read", "the reader panicked");
            assert!(unread.line <= lines, "line {} of {lines}", unread.line);
        }
        Ok(found) => found.iter().for_each(|found| check(found, lines)),
    }
});

fn check(found: &structs::Found, lines: usize) {
    assert!(found.line <= lines);
    for (line, message) in &found.faults {
        assert_printable(message);
        assert!(*line <= lines, "line {line} of {lines}");
    }
    for field in &found.fields {
        assert!(field.line <= lines);
        assert!(
            check_secret_name(&field.name).is_ok() || !found.faults.is_empty(),
            "{:?} is no name, and nobody says so",
            field.name
        );
    }
}
