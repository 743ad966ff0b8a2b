//! References in a file of another program: no input panics, and every value reads back from where its reference stood.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_formats::render::{Format, Template};
use strongroom_fuzz::assert_printable;
use strongroom_fuzz::read_back::assert_reads_back;

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let format = [Format::Text, Format::Json, Format::Toml, Format::Yaml][usize::from(choice % 4)];
    let template = match Template::read(bytes, format) {
        Ok(template) => template,
        Err(error) => return assert_printable(&error),
    };
    for near in template.near_misses() {
        assert_printable(&near.right);
    }
    let text = std::str::from_utf8(bytes).expect("what was read is text");
    for value in ["x", "it's \"#1\": {[\n- |", "", " \u{85}\n"] {
        let written = template.write(|_| value.as_bytes()).expect("text");
        let written = std::str::from_utf8(written.as_bytes()).expect("text");
        assert_reads_back(text, format, value, written);
        let _ = Template::read(written.as_bytes(), format);
    }
});
