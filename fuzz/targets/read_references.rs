//! References in a file of another program: no input panics, and what is written is read again by the same format.

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
    // What is written `$${…}` to stay text is a reference to who reads the file again, and perhaps a malformed one; so is
    // what an empty value joins.
    let has_escapes = text.windows(2).any(|two| two == b"$$");
    for value in ["x", "it's \"#1\": {[\n- |", ""] {
        let written = template.write(|_| value.as_bytes()).expect("text");
        let again = Template::read(written.as_bytes(), format);
        assert!(has_escapes || value.is_empty() || again.is_ok(), "what was written is read again");
    }
});
