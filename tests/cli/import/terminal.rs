//! Import at a real terminal: it is no input, and shows a bar for what takes long.

use std::fmt::Write as _;

use crate::screen::Screen;
use crate::session::{MARKER, Session};

#[test]
fn a_terminal_is_no_file() {
    let session = Session::with_vault();
    let mut screen = Screen::of(&session, "strongroom import --format dotenv --type local");
    screen.shows("standard input is a terminal: name a file, or send one");
    screen.shows("for one value at a prompt: strongroom set --type local NAME");
    screen.ends_with(2);
}

#[test]
fn what_takes_longer_than_a_second_shows_a_bar_and_leaves_none() {
    let session = Session::with_vault();
    let mut text = String::new();
    for number in 0..8_000 {
        writeln!(text, "NAME_{number}={MARKER}").expect("a string");
    }
    session.write(".env", text);
    let import = "strongroom import .env --type prod,dev,pr,local";
    let mut screen = Screen::of(&session, import);
    screen.shows("sealing ").shows("/8000");
    screen.shows("local: 8000 created");
    let seen = screen.ends_with(0);
    assert!(!seen.contains(MARKER));
    let after = seen.rsplit_once("/8000").expect("a bar").1;
    assert!(after.contains("\u{1b}[2K"), "the bar was not cleared: {after:?}");
    // Without a terminal there is none.
    let outcome = session.run(&format!("{import} --replace"));
    assert!(!outcome.succeeds().stderr.contains("sealing"), "{}", outcome.stderr);
}
