//! The only place that prints: data to standard output, words to standard error.
//!
//! Whatever is printed here is safe for a terminal: control and bidirectional characters are shown
//! as escapes. The one exception is [`exactly`], which gives a value's own bytes.

mod progress;
mod table;
mod terminal;

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use strongroom_vault::{is_dangerous, shown_text};

pub(crate) use self::progress::Progress;
pub(crate) use self::table::{Cell, Table};
pub(crate) use self::terminal::{Asked, Terminal};
use crate::error::Error;
use crate::reveal;

/// Writes text to standard output. A reader that went away is no error: it has what it wanted.
pub(crate) fn data(text: &str) -> Result<(), Error> {
    quietly(try_data(&safe(text)))
}

/// Writes a table to standard output.
pub(crate) fn table(table: &Table) -> Result<(), Error> {
    quietly(try_data(&table.to_string()))
}

/// Writes JSON to standard output.
pub(crate) fn json(value: &Value) -> Result<(), Error> {
    let mut text = String::new();
    // JSON allows every character to be written as an escape, and dangerous ones stand in strings
    // only.
    for c in format!("{value:#}\n").chars() {
        if is_dangerous(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    quietly(try_data(&text))
}

/// Writes bytes to standard output as they are, with a newline on a terminal only.
pub(crate) fn exactly(bytes: &[u8]) -> Result<(), Error> {
    reveal::permit("a value")?;
    let mut output = io::stdout().lock();
    let newline: &[u8] = if output.is_terminal() && !bytes.ends_with(b"\n") { b"\n" } else { b"" };
    let written = output
        .write_all(bytes)
        .and_then(|()| output.write_all(newline))
        .and_then(|()| output.flush());
    quietly(written)
}

/// Writes a new key to standard output. It is shown once, so a reader that went away is an error.
pub(crate) fn new_key(text: &str) -> Result<(), Error> {
    reveal::permit("a key")?;
    let mut output = io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.write_all(b"\n"))
        .and_then(|()| output.flush())
        .map_err(|error| unwritten(&error).with_hint("nothing was changed"))
}

/// Says something on standard error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", safe(text));
}

/// Warns on standard error.
pub(crate) fn warn(text: &str) {
    labelled("warning", AnsiColor::Yellow, text);
}

/// Warns on standard error, if that is a terminal: what a person may want to know, and no program's log.
pub(crate) fn warn_person(text: &str) {
    if io::stderr().is_terminal() {
        warn(text);
    }
}

/// Shows an error on standard error, its further lines indented.
pub(crate) fn error(error: &Error) {
    if !error.text().is_empty() {
        labelled("error", AnsiColor::Red, error.text());
    }
}

/// Shows help, which clap styles, where it belongs.
pub(crate) fn help(help: &clap::builder::StyledStr, is_asked_for: bool) -> Result<(), Error> {
    if is_asked_for {
        quietly(try_data(&help.ansi().to_string()))
    } else {
        let _ = write!(anstream::stderr(), "{}", help.ansi());
        Ok(())
    }
}

/// Text without anything that changes what a terminal does, and without keys; line ends stay.
pub(crate) fn safe(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(shown_text).collect();
    lines.join("\n")
}

fn try_data(text: &str) -> io::Result<()> {
    let mut output = anstream::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

fn quietly(written: io::Result<()>) -> Result<(), Error> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| unwritten(&error)),
    }
}

fn unwritten(error: &io::Error) -> Error {
    Error::cannot(format!("cannot write to standard output: {error}"))
}

fn labelled(label: &str, colour: AnsiColor, text: &str) {
    let style: Style = colour.on_default().bold();
    let indent = format!("\n{:1$}", "", label.len() + 2);
    let text = safe(text).replace('\n', &indent);
    let _ = writeln!(anstream::stderr(), "{style}{label}:{style:#} {text}");
}
