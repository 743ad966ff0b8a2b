//! `export --format github`, in a step of GitHub Actions: masks first, then variables.

use snapbox::str;

use crate::session::{MARKER, Session};

#[test]
fn a_step_masks_every_line_and_sets_variables() {
    let session = Session::with_secret();
    session.write("value", format!("100% {MARKER}\n\n{MARKER}-two\n"));
    session.run("strongroom set --type local tls_key --from-file value").succeeds();
    session.write("env", "BEFORE=1\n");
    let outcome = session
        .typed("strongroom export --format github")
        .variable("GITHUB_ENV", session.path("env").into_os_string())
        .that_shows_secrets()
        .run();
    outcome.shows(str![[r#"
[0]
::add-mask::MARKER-5f1e-token
::add-mask::100%25 MARKER-5f1e%0A%0AMARKER-5f1e-two%0A
::add-mask::100%25 MARKER-5f1e
::add-mask::MARKER-5f1e-two
--- stderr
set 2 variables for the steps that follow

"#]]);
    let env = session.read("env");
    let delimiter =
        env.lines().nth(1).and_then(|line| line.split_once("<<")).expect("a delimiter").1;
    assert_eq!(delimiter.len(), "ghadelimiter_".len() + 32);
    assert_eq!(
        env,
        format!(
            "BEFORE=1\nGITHUB_API_TOKEN<<{delimiter}\n{MARKER}-token\n{delimiter}\n\
             TLS_KEY<<{delimiter}\n100% {MARKER}\n\n{MARKER}-two\n\n{delimiter}\n"
        )
    );
}

#[test]
fn a_line_that_somebody_left_open_is_ended_first() {
    let session = Session::with_secret();
    session.write("env", "BEFORE=1");
    let env = session.path("env").into_os_string();
    let typed = session.typed("strongroom export --format github").variable("GITHUB_ENV", env);
    typed.that_shows_secrets().run().succeeds();
    let env = session.read("env");
    assert!(env.starts_with("BEFORE=1\nGITHUB_API_TOKEN<<"), "{env}");
}

#[test]
fn outside_of_a_step_nothing_is_written() {
    let session = Session::with_secret();
    session.run("strongroom export --format github").shows(str![[r#"
[3]
--- stderr
error: GITHUB_ENV is not set: this is no step of GitHub Actions
       for a file use: --format dotenv

"#]]);
    let nowhere = session.path("nowhere/env").into_os_string();
    let typed = session.typed("strongroom export --format github").variable("GITHUB_ENV", nowhere);
    typed.run().shows(str![[r#"
[3]
--- stderr
error: cannot write to [ROOT]/work/nowhere/env: No such file or directory (os error 2)
       named by: GITHUB_ENV

"#]]);
    session.run("strongroom set --type local github_sha --allow-empty").succeeds();
    session.run("strongroom set --type local runner_x --allow-empty").succeeds();
    session.write("env", "");
    let env = session.path("env").into_os_string();
    let typed = session.typed("strongroom export --format github").variable("GITHUB_ENV", env);
    typed.run().shows(str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `github_sha`: the runner keeps this variable to itself
       `runner_x`: the runner keeps this variable to itself
       leave them out with: --except github_sha,runner_x

"#]]);
    assert_eq!(session.read("env"), "");
}
