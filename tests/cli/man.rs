//! `strongroom man`.

use std::fs;
use std::process::Command;

use snapbox::str;

use crate::session::{Session, is_installed};

#[test]
fn every_command_has_a_page() {
    let session = Session::new();
    session.run("strongroom man pages").succeeds();
    let help = session.run("strongroom --help").output();
    let commands = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
    for line in commands.expect("commands").lines() {
        let command = line.split_whitespace().next().expect("a name");
        let page = session.read(&format!("pages/strongroom-{command}.1"));
        assert!(page.contains(&format!("strongroom {command}")), "{page}");
    }
    let page = session.read("pages/strongroom-env-add.1");
    for part in ["Declare a named environment", "\\fB\\-\\-type\\fR", "strongroom env add staging"]
    {
        assert!(page.contains(part), "{part} is in\n{page}");
    }
    assert!(session.read("pages/strongroom.1").contains("Exit status: 0 done"));
    for (page, synopsis) in [
        ("env-add", "strongroom env add [OPTIONS] \\-\\-type <TYPE> <NAME>"),
        ("set", "strongroom set [\\-\\-type TYPES] [\\-\\-env NAMES] [OPTIONS] NAME"),
    ] {
        let page = session.read(&format!("pages/strongroom-{page}.1"));
        let page = page.replace("\\fB", "").replace("\\fR", "");
        assert!(page.contains(synopsis), "{synopsis} is in\n{page}");
    }
    assert!(session.read("pages/strongroom.1").contains("\n.SH NOTES\n"));
    assert!(session.read("pages/strongroom-env-add.1").contains("\n.SH EXAMPLES\n"));
    for page in fs::read_dir(session.path("pages")).expect("pages") {
        let page = page.expect("a page").path();
        let text = fs::read_to_string(&page).expect("text");
        assert!(!text.contains("EXTRA"), "{}: {text}", page.display());
    }
}

#[test]
fn man_can_read_the_pages() {
    if !is_installed("groff", "the form of the manual pages") {
        return;
    }
    let session = Session::new();
    session.run("strongroom man pages").succeeds();
    for page in fs::read_dir(session.path("pages")).expect("pages") {
        let page = page.expect("a page").path();
        let mut groff = Command::new("groff");
        let output =
            groff.args(["-k", "-man", "-ww", "-Tutf8"]).arg(&page).output().expect("groff");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{}: {said}", page.display());
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.lines().count() > 15, "{shown}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let session = Session::new();
    session.write("file", "");
    session.run("strongroom man file/pages").shows(str![[r#"
[3]
--- stderr
error: cannot make the folder file/pages: Not a directory (os error 20)

"#]]);
}

#[cfg(unix)]
#[test]
fn a_link_among_the_pages_leads_to_nothing_that_is_written() {
    let session = Session::new();
    session.write("pages/other.1", "a page of another program");
    session.write("mine", "a file of somebody");
    std::os::unix::fs::symlink("../mine", session.path("pages/strongroom.1")).expect("a link");
    for _ in 0..2 {
        session.run("strongroom man pages").succeeds();
        assert_eq!(session.read("mine"), "a file of somebody");
        assert!(session.read("pages/strongroom.1").contains("strongroom"));
    }
    let pages = fs::read_dir(session.path("pages")).expect("pages");
    let is_page = |name: &std::path::Path| name.extension().is_some_and(|it| it == "1");
    assert!(pages.map(|page| page.expect("a page").path()).all(|page| is_page(&page)));
}
