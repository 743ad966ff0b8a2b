//! `strongroom edit` at a real pseudo-terminal: what goes wrong goes back to the editor.

use super::{left, scene, value};
use crate::screen::{Screen, refuse_secrets_on};
use crate::session::is_installed;

/// An editor that runs other lines each time it is opened.
fn by_turns(turns: &[&str]) -> String {
    let cases: Vec<String> =
        turns.iter().enumerate().map(|(at, lines)| format!("{at}) {lines} ;;\n")).collect();
    format!(
        "turn=$(cat turn 2> /dev/null || echo 0)\necho $((turn + 1)) > turn\ncase $turn in\n{}*) exit 9 ;;\nesac\n",
        cases.concat()
    )
}

#[test]
fn a_syntax_error_goes_back_to_the_editor_with_everything_that_was_typed() {
    let session = scene(&by_turns(&[
        "printf 'c=MARKER-5f1e-c\\nMARKER-5f1e-d\\n' >> \"$1\"",
        "grep -q '^c=MARKER-5f1e-c$' \"$1\" && sed -i 's/^MARKER-5f1e-d$/d=MARKER-5f1e-d/' \"$1\"",
    ]));
    let mut screen = Screen::of(&session, "strongroom edit");
    screen.shows("line 12, column 1: no `NAME=value`").shows("edit again? [Y/n] ").types("\r");
    screen.shows("created c for local").shows("created d for local");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(value(&session, "", "d"), "MARKER-5f1e-d");
    assert!(left(&session).is_empty());
}

#[test]
fn a_no_and_ctrl_c_change_nothing() {
    for (keys, status) in [("n\r", 1), ("\u{3}", 130)] {
        let session = scene("echo MARKER-5f1e >> \"$1\"");
        let before = session.read("strongroom.toml");
        let mut screen = Screen::of(&session, "strongroom edit");
        screen.shows("edit again? [Y/n] ").types(keys);
        refuse_secrets_on(&screen.ends_with(status));
        assert_eq!(session.read("strongroom.toml"), before);
        assert!(left(&session).is_empty());
    }
}

#[test]
fn a_value_that_others_changed_as_well_is_replaced_only_by_saving_again() {
    let session = scene(&by_turns(&[
        "sed -i 's/^a=.*/a=MARKER-5f1e-mine/' \"$1\"
         printf MARKER-5f1e-theirs | strongroom set --type local a 2> /dev/null
         printf MARKER-5f1e-theirs | strongroom set --type local b 2> /dev/null",
        "grep -q MARKER-5f1e-mine \"$1\"",
    ]));
    let mut screen = Screen::of(&session, "strongroom edit");
    screen.shows("`a` was changed for `local` by somebody else meanwhile");
    screen.shows("what you save the next time replaces what is there now");
    assert_eq!(value(&session, "", "a"), "MARKER-5f1e-theirs");
    screen.shows("edit again? [Y/n] ").types("y\r").shows("updated a for local (version 3)");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(value(&session, "", "a"), "MARKER-5f1e-mine");
    assert_eq!(value(&session, "", "b"), "MARKER-5f1e-theirs");
}

#[test]
fn ctrl_c_typed_into_the_editor_reaches_the_editor_alone() {
    let session = scene(
        "trap 'caught=1' INT
         echo it is open
         while [ -z \"$caught\" ]; do sleep 0.05 || true; done
         echo c=MARKER-5f1e >> \"$1\"",
    );
    // The shell around it gets the Ctrl-C as well.
    let mut screen = Screen::of(&session, "trap : INT; strongroom edit");
    screen.shows("it is open").types("\u{3}").shows("created c for local");
    refuse_secrets_on(&screen.ends_with(0));
    assert!(left(&session).is_empty());
}

#[test]
fn a_terminal_that_goes_away_takes_the_file_along() {
    let session = scene("touch open; echo it is open; while [ -e open ]; do sleep 0.05; done");
    let mut screen = Screen::of(&session, "strongroom edit");
    screen.shows("it is open");
    assert_eq!(left(&session).len(), 1);
    // What closing the window does.
    drop(screen);
    let started = std::time::Instant::now();
    while !left(&session).is_empty() {
        assert!(started.elapsed() < std::time::Duration::from_secs(10), "the file stays");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_real_vim_edits_aborts_and_leaves_nothing_behind() {
    if !is_installed("vim", "editing with a real vim") {
        return;
    }
    let session = scene("true");
    session.export("EDITOR", "vim");
    let mut screen = Screen::of(&session, "strongroom edit");
    screen.shows("MARKER-5f1e-b").types("Goc=MARKER-5f1e-c\u{1b}");
    let beside = || {
        let folder = left(&session).pop().expect("a private folder");
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>()
    };
    screen.shows("=MARKER-5f1e-c");
    assert_eq!(beside().len(), 2, "the file, the lock, and no swap file: {:?}", beside());
    screen.types(":wq\r").shows("created c for local");
    screen.ends_with(0);
    assert_eq!(value(&session, "", "c"), "MARKER-5f1e-c");
    let mut screen = Screen::of(&session, "strongroom edit");
    screen.shows("MARKER-5f1e-b").types("dG:w\r:cq\r");
    screen.shows("the editor `vim` ended with status 1: nothing was changed");
    screen.ends_with(1);
    assert!(left(&session).is_empty());
    let kept = std::fs::read_dir(session.home()).expect("a home");
    let kept: Vec<_> = kept.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(kept, [".config"], "no history of what was seen");
}
