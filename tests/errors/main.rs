//! The page of messages, `docs/errors.md`: made of the source, and compared with what is checked in.
//!
//! `SNAPSHOTS=overwrite cargo test -p strongroom-tests --test errors` writes it anew.

mod cases;
mod messages;
mod notes;
mod page;
mod source;
mod text;

use std::fs;

use crate::notes::notes;
use crate::source::root;

#[test]
fn the_page_of_messages_is_the_one_that_the_source_makes() {
    let path = root().join("docs/errors.md");
    let made = page::make();
    if std::env::var_os("SNAPSHOTS").is_some_and(|action| action == "overwrite") {
        fs::write(&path, &made).expect("the page");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    if let Some((line, (made, found))) =
        (1..).zip(made.lines().zip(found.lines())).find(|(_, (a, b))| a != b)
    {
        panic!("docs/errors.md:{line} has\n  {found}\nand the source makes\n  {made}\n{RENEW}");
    }
    assert_eq!(
        made.lines().count(),
        found.lines().count(),
        "docs/errors.md has another length\n{RENEW}"
    );
}

/// A message says what to do on a line of its own; or its variant is documented, or a note says it.
#[test]
fn every_message_has_a_cure_and_every_note_a_message() {
    let messages: Vec<_> = page::messages().collect();
    let is_noted = |text: &str| notes().any(|(start, _)| text.starts_with(start));
    let without: Vec<&str> = messages
        .iter()
        .filter(|message| message.cause.is_empty())
        .map(|message| message.text.as_str())
        .filter(|text| text.trim_end().lines().count() == 1 && !is_noted(text))
        .collect();
    assert!(
        without.is_empty(),
        "say on a further line what to do, or add a note to tests/errors/notes: {without:#?}"
    );
    let unused = notes().map(|(start, _)| start);
    let unused: Vec<_> = unused
        .filter(|start| !messages.iter().any(|message| message.text.starts_with(**start)))
        .collect();
    assert!(unused.is_empty(), "no message begins like these notes: {unused:#?}");
}

const RENEW: &str =
    "renew it with: SNAPSHOTS=overwrite cargo test -p strongroom-tests --test errors";
