//! Editing: any vault that reads, and a few changes; the result reads, and differs only as it was meant to.
//!
//! The input is a vault's text, a zero byte, and the changes. A text without `[strongroom]` is put behind a vault whose
//! keys are at hand, so that values can be set, opened and granted in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_fuzz::changes::{Changed, changes};
use strongroom_fuzz::ours::OURS;
use strongroom_fuzz::same::{assert_lines_kept, assert_same_but_for, read_back};
use strongroom_vault::{Document, Draft, Index};

fuzz_target!(|bytes: &[u8]| {
    let split = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let Ok(text) = std::str::from_utf8(&bytes[..split]) else { return };
    let ours = !text.contains("[strongroom]");
    let text = if ours { format!("{}\n{text}", OURS.text) } else { text.to_owned() };
    let Ok(document) = Document::parse(&text) else { return };
    let Ok(index) = Index::of(&document) else { return };
    let mut draft = Draft::new(&document, &index);
    let made = changes(bytes.get(split + 1..).unwrap_or_default());
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{text}\n{made:?}");
    }
    let changed = Changed::make(&made, &mut draft, &index, &OURS.ring);
    match draft.finish() {
        Err(error) => assert_printable(&error),
        Ok(after) => {
            assert_same_but_for(&changed, &index, &read_back(&after), &OURS.ring);
            assert_lines_kept(&changed, &text, &after);
        }
    }
});
