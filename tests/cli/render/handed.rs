//! `run --render`: a program opens a file that lies on no disk.

#[cfg(target_os = "linux")]
use std::fs;

use snapbox::str;

use super::session;
use crate::session::{MARKER, Session};

fn output(session: &Session, line: &str) -> String {
    session.typed(line).that_shows_secrets().run().succeeds().output()
}

#[test]
fn the_path_is_in_a_variable_and_in_arguments() {
    let session = session();
    session.write("app.yaml", "user: ${secret:db/user}\n");
    session.write("b.json", "{\"t\": \"${secret:github_api_token}\"}");
    let filled = "user: \"MARKER-5f1e-user\"\n";
    assert_eq!(
        output(&session, "strongroom run --render app.yaml=CONFIG -- sh -c 'cat $CONFIG'"),
        filled
    );
    assert_eq!(output(&session, "strongroom run --render app.yaml -- cat {app.yaml}"), filled);
    assert_eq!(
        output(
            &session,
            "strongroom run --render app.yaml=A --render b.json -- sh -c 'cat $A ${1#--config=}' - --config={b.json}"
        ),
        format!("{filled}{{\"t\": \"{MARKER}-token\"}}")
    );
    // The variables of `run` are there as well.
    let both = "strongroom run --only db/user --render app.yaml=CONFIG -- sh -c 'echo $DB__USER; cat $CONFIG'";
    assert_eq!(output(&session, both), format!("{MARKER}-user\n{filled}"));
}

#[cfg(target_os = "linux")]
#[test]
fn it_can_be_read_again_is_as_large_as_it_may_and_leaves_nothing() {
    let session = session();
    let before = files_below(&session);
    session.write("large.conf", "x".repeat(1 << 20) + "${secret:db/user}");
    let twice = "sh -c 'tail -c 16 {large.conf}; tail -c 16 {large.conf}; wc -c < {large.conf}'";
    assert_eq!(
        output(&session, &format!("strongroom run --render large.conf -- {twice}")),
        "MARKER-5f1e-userMARKER-5f1e-user1048592\n"
    );
    let never = session.run("strongroom run --render large.conf=UNREAD -- true");
    never.succeeds();
    session.run("strongroom run --render large.conf=A -- sh -c 'kill -9 $$'");
    fs::remove_file(session.path("large.conf")).expect("a file");
    assert_eq!(files_below(&session), before);
    // It goes to no program but the one that was started, and what that starts.
    let sealed = "strongroom run --render app.yaml=A -- sh -c '(echo other > $A) 2> refused || echo refused'";
    session.write("app.yaml", "user: ${secret:db/user}\n");
    let refused = session.run(sealed);
    assert_eq!(refused.output(), "refused\n");
}

#[cfg(target_os = "linux")]
fn files_below(session: &Session) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![session.path(""), session.home()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_file_that_nothing_leads_to_is_refused() {
    let session = session();
    session.write("app.yaml", "user: ${secret:db/user}\n");
    session.run("strongroom run --render app.yaml -- true").shows(str![[r#"
[2]
--- stderr
error: nothing tells the program where app.yaml is
       name a variable for its path: --render app.yaml=CONFIG_FILE
       or write {app.yaml} where the program's arguments are to have it: -- app --config {app.yaml}

"#]]);
    session.run("strongroom run --render app.yaml=DB__USER -- true").shows(str![[r#"
[2]
--- stderr
error: DB__USER would be the path of a file of --render, and something else as well: nothing was started
       give the path another variable: --render FILE=VARIABLE

"#]]);
    session.run("strongroom run --render app.yaml=A --render app.yaml=A -- true").ends_with(2);
    session.run("strongroom run --render app.yaml=LD_PRELOAD -- true").shows(str![[r#"
[3]
--- stderr
error: LD_PRELOAD can take over the program: nothing was started
       give the file's path another variable: --render app.yaml=CONFIG_FILE

"#]]);
    session.run("strongroom run --render nowhere.yaml=A -- true").ends_with(3);
    session.run("strongroom run --render app.yaml=1BAD -- true").shows(str![[r#"
[2]
--- stderr
error: --render app.yaml=1BAD: what follows the `=` is no name for a variable: letters, digits and `_`, and no digit at the start
       write: --render app.yaml=CONFIG_FILE

"#]]);
    for line in ["app.yaml=", "app.yaml=a-b", "=CONFIG"] {
        session
            .run(&format!("strongroom run --render {line} -- true"))
            .ends_with(2)
            .says("write: --render");
    }
    session.write("odd=1BAD", "x");
    session.run("strongroom run --render odd=1BAD -- test -s '{odd=1BAD}'").succeeds();
}

#[test]
fn nothing_is_started_where_a_reference_has_no_value() {
    let session = session();
    session.write("app.yaml", "user: ${secret:nobody}\n");
    session.run("strongroom run --render app.yaml=A -- touch started").shows(str![[r#"
[1]
--- stderr
error: app.yaml:1:7: there is no secret `nobody`
       set it with: strongroom set --type local nobody
       nothing was started

"#]]);
    assert!(!session.path("started").exists());
}

#[test]
fn a_shell_that_may_see_nothing_can_still_give_a_program_its_file() {
    let session = session();
    session.write("app.yaml", "user: ${secret:db/user}\n");
    session.export("STRONGROOM_NO_REVEAL", "1");
    session.run("strongroom run --render app.yaml=A -- sh -c 'test -s $A'").succeeds();
    session.run("strongroom render app.yaml").ends_with(3).says("STRONGROOM_NO_REVEAL");
    session.run("strongroom render app.yaml --out b").ends_with(3);
    assert!(!session.path("b").exists());
    session.run("strongroom render app.yaml --check").succeeds();
}

#[test]
fn the_log_names_what_was_opened_for_a_file() {
    let session = session();
    session.edit(|text| text.replacen("\n[", "\n[audit]\nlog = true\n\n[", 1));
    session.write("app.yaml", "user: ${secret:db/user}\n");
    session.typed("strongroom render app.yaml").that_shows_secrets().run().succeeds();
    session.run("strongroom run --only github_api_token --render app.yaml=A -- true").succeeds();
    let log = session.run("strongroom log --json").succeeds().output();
    let of = |command: &str| {
        let entries = log.split("\"command\"").filter(|it| it.contains(command));
        entries.collect::<String>()
    };
    assert!(of("\"render\"").contains("db/user"), "{log}");
    assert!(
        of("\"run\"").contains("db/user") && of("\"run\"").contains("github_api_token"),
        "{log}"
    );
}
