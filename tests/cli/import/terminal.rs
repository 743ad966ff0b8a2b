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
    const IMPORT: &str = "strongroom import .env --type prod,dev,pr,local";
    let with = |names: usize| {
        let session = Session::with_vault();
        let mut text = String::new();
        for number in 0..names {
            writeln!(text, "NAME_{number}={MARKER}").expect("a string");
        }
        session.write(".env", text);
        let mut screen = Screen::of(&session, IMPORT);
        screen.shows(&format!("local: {names} created"));
        let seen = screen.ends_with(0);
        assert!(!seen.contains(MARKER));
        let after = seen.rsplit_once(&format!("/{names}")).map(|(_, after)| after.to_owned());
        Some((session, after?))
    };
    // A fast machine seals the first number within the second.
    let (session, after) = [8_000, 20_000].into_iter().find_map(with).expect("a bar");
    assert!(after.contains("\u{1b}[2K"), "the bar was not cleared: {after:?}");
    // Without a terminal there is none.
    let outcome = session.run(&format!("{IMPORT} --replace"));
    assert!(!outcome.succeeds().stderr.contains("sealing"), "{}", outcome.stderr);
}
