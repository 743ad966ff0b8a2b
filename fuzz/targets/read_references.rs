//! References in a file of another program: no input panics, nor does reading again what was written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_formats::render::{Format, Template};
use strongroom_fuzz::assert_printable;

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else { return };
    let format = [Format::Text, Format::Json, Format::Toml, Format::Yaml][usize::from(choice % 4)];
    let template = match Template::read(text, format) {
        Ok(template) => template,
        Err(error) => return assert_printable(&error),
    };
    for value in ["x", "it's \"#1\": {[\n- |", ""] {
        let written = template.write(|_| value.as_bytes()).expect("text");
        let _ = Template::read(written.as_bytes(), format);
    }
});
