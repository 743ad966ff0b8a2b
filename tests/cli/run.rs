//! `strongroom run`.

use std::fs;
#[cfg(unix)]
use std::process::Stdio;

use snapbox::str;

use crate::session::{MARKER, Session};

fn output(session: &Session, line: &str) -> String {
    session.typed(line).that_shows_secrets().run().succeeds().output()
}

/// A vault with a secret for each rule about names.
fn vault() -> Session {
    let session = Session::with_secret();
    session
        .typed("strongroom set --type local api-credentials/api.key")
        .input("MARKER-5f1e key")
        .run()
        .succeeds();
    session
}

#[test]
fn secrets_are_variables() {
    let session = vault();
    let variables = output(&session, "strongroom run -- env");
    let variables: Vec<&str> = variables.lines().filter(|line| line.contains(MARKER)).collect();
    assert_eq!(
        variables,
        ["API_CREDENTIALS__API_KEY=MARKER-5f1e key", "GITHUB_API_TOKEN=MARKER-5f1e-token"]
    );
    assert_eq!(output(&session, "strongroom run sh -c 'echo $0 $1' -- -x"), "-- -x\n");
}

#[test]
fn a_named_environment_falls_back_to_its_type_for_each_secret() {
    let session = vault();
    session.run("strongroom env add staging --type local").succeeds();
    session
        .typed("strongroom set --env staging github_api_token")
        .input("MARKER-5f1e-own")
        .run()
        .succeeds();
    let own =
        "strongroom run --env staging -- sh -c 'echo $GITHUB_API_TOKEN $API_CREDENTIALS__API_KEY'";
    assert_eq!(output(&session, own), "MARKER-5f1e-own MARKER-5f1e key\n");
}

#[test]
fn the_chosen_environment_is_told_and_an_unset_one_is_not() {
    let session = vault();
    session.run("strongroom env add staging --type local").succeeds();
    let tell = "-- sh -c 'echo ${STRONGROOM_ENV-unset}'";
    assert_eq!(output(&session, &format!("strongroom run {tell}")), "unset\n");
    assert_eq!(output(&session, &format!("strongroom run --type dev {tell}")), "development\n");
    session.export("STRONGROOM_ENV", "staging");
    assert_eq!(output(&session, &format!("strongroom run {tell}")), "staging\n");
    assert_eq!(output(&session, &format!("strongroom run --type local {tell}")), "local\n");
}

#[test]
fn the_program_does_not_get_the_key() {
    let session = vault();
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_KEY", key);
    session.export("STRONGROOM_KEY_FILE", "/nowhere");
    session.export("STRONGROOM_PASSPHRASE", MARKER);
    session.export("STRONGROOM_HOLDER", "somebody");
    session.export("STRONGROOM_VAULT", "strongroom.toml");
    let names = "sh -c 'env | grep ^STRONGROOM | cut -d= -f1 | sort'";
    assert_eq!(output(&session, &format!("strongroom run -- {names}")), "STRONGROOM_VAULT\n");
    assert_eq!(
        output(&session, &format!("strongroom run --keep-key -- {names}")),
        "STRONGROOM_HOLDER\nSTRONGROOM_KEY\nSTRONGROOM_KEY_FILE\nSTRONGROOM_PASSPHRASE\nSTRONGROOM_VAULT\n"
    );
}

#[test]
fn the_status_is_that_of_the_program() {
    let session = vault();
    session.run("strongroom run -- sh -c 'exit 42'").ends_with(42);
    session.run("strongroom run -- nosuchcommand").shows(str![[r#"
[127]
--- stderr
error: `nosuchcommand`: command not found

"#]]);
    session.run("strongroom run -- ./strongroom.toml").shows(str![[r#"
[126]
--- stderr
error: cannot run `./strongroom.toml`: Permission denied (os error 13)

"#]]);
    session.run("strongroom run").shows(str![[r#"
[2]
--- stderr
error: the following required arguments were not provided:
         <COMMAND>...
       Usage: strongroom run [--type TYPE | --env NAME] [OPTIONS] -- COMMAND [ARGUMENTS]
       For more information, try '--help'.

"#]]);
}

#[cfg(unix)]
#[test]
fn signals_are_those_of_the_program() {
    use std::os::unix::process::ExitStatusExt;
    let session = vault();
    let status = session
        .command()
        .args(["run", "--", "sh", "-c", "kill -TERM $$"])
        .status()
        .expect("an end");
    assert_eq!(status.signal(), Some(15));
    // The process that was started is the program itself.
    let mut child = session
        .command()
        .args(["run", "--", "sh", "-c", "echo $$; read line"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a start");
    let id = child.id();
    drop(child.stdin.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), id.to_string());
}

#[test]
fn standard_input_is_the_programs() {
    let session = vault();
    let outcome = session.typed("strongroom run -- cat").input("passed on").run();
    assert_eq!(outcome.succeeds().output(), "passed on");
}

#[test]
fn only_some_secrets_when_asked() {
    let session = vault();
    let names = "-- sh -c 'env | grep -c MARKER'";
    assert_eq!(
        output(&session, &format!("strongroom run --only GitHubAPIToken,github_api_token {names}")),
        "1\n"
    );
    session.run("strongroom run --only githb_api_token -- true").shows(str![[r#"
[1]
--- stderr
error: there is no secret `githb_api_token`
       did you mean `github_api_token`?

"#]]);
    session.run("strongroom run --type dev --only api-credentials/api.key -- true").shows(str![[
        r#"
[1]
--- stderr
error: `api-credentials/api.key` has no value for `development`: nothing was started
       set one with: strongroom set --type development api-credentials/api.key

"#
    ]]);
}

#[test]
fn all_secrets_but_some_when_asked() {
    let session = vault();
    let names = "-- sh -c 'env | grep MARKER | cut -d= -f1'";
    assert_eq!(
        output(&session, &format!("strongroom run --except GitHubAPIToken {names}")),
        "API_CREDENTIALS__API_KEY\n"
    );
    session.run("strongroom run --except githb_api_token -- true").shows(str![[r#"
[1]
--- stderr
error: there is no secret `githb_api_token`
       did you mean `github_api_token`?

"#]]);
    session.run("strongroom run --except a --only b -- true").ends_with(2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_value_too_large_for_an_environment_is_named() {
    let session = vault();
    let value = format!("{MARKER}{}", "x".repeat(200_000));
    session.typed("strongroom set --type local large").input(value).run().succeeds();
    session.run("strongroom run -- true").shows(str![[r#"
[126]
--- stderr
error: cannot run `true`: Argument list too long (os error 7)
       the largest value is that of `large`, and a process's environment is limited (on Linux to about 128 KiB for one value)
       leave it out with: --except large

"#]]);
    session.run("strongroom run --except large -- true").succeeds();
    session
        .run("strongroom run --except github_api_token -- true")
        .says("leave it out with: --except github_api_token,large");
}

#[test]
fn two_secrets_of_one_variable_are_refused() {
    let session = Session::with_vault();
    for name in ["smtp/password", "smtp__password"] {
        session
            .typed(&format!("strongroom set --type local {name}"))
            .input(MARKER)
            .run()
            .succeeds();
    }
    session.run("strongroom run -- true").shows(str![[r#"
[3]
--- stderr
error: `smtp/password` and `smtp__password` both give the variable SMTP__PASSWORD
       leave one out with: --except NAME,… or --only NAME,…

"#]]);
    session.run("strongroom run --only smtp/password -- true").succeeds();
}

#[test]
fn a_variable_that_takes_over_the_program_is_refused() {
    let session = Session::with_vault();
    for name in ["ld-preload", "node.options"] {
        session
            .typed(&format!("strongroom set --type local {name}"))
            .input("MARKER-5f1e")
            .run()
            .succeeds();
    }
    session.run("strongroom run -- true").shows(str![[r#"
[3]
--- stderr
error: LD_PRELOAD, NODE_OPTIONS can take over the program: nothing was started
       leave them out with: --except ld-preload,node.options
       or set it all the same with: --allow-dangerous

"#]]);
    assert_eq!(
        output(
            &session,
            "strongroom run --allow-dangerous --only node.options -- sh -c 'echo $NODE_OPTIONS'"
        ),
        "MARKER-5f1e\n"
    );
}

#[test]
fn a_value_that_no_variable_can_hold_is_refused() {
    let session = Session::with_vault();
    session.typed("strongroom set --type local x").input("MARKER-5f1e\0").run().succeeds();
    session.run("strongroom run -- true").shows(str![[r#"
[3]
--- stderr
error: the value of `x` holds a NUL byte, so it cannot be a variable: nothing was started
       leave it out with: --except x

"#]]);
}

#[cfg(unix)]
#[test]
fn a_value_need_not_be_text() {
    let session = Session::with_vault();
    session.typed("strongroom set --type local x").input(b"\xff\xfe").run().succeeds();
    let outcome = session.typed("strongroom run -- sh -c 'printf %s \"$X\"'").run();
    assert_eq!(outcome.succeeds().stdout, b"\xff\xfe");
}

#[test]
fn nothing_is_started_if_a_value_does_not_open() {
    let session = vault();
    session.run("strongroom env add staging --type local").succeeds();
    session.edit(|vault| {
        let mut lines: Vec<String> = vault.lines().map(str::to_owned).collect();
        for line in lines.iter_mut().filter(|line| line.starts_with("local = { version = 1")) {
            *line = line.replace("version = 1", "version = 2");
        }
        lines.join("\n") + "\n"
    });
    session.run("strongroom run -- touch started").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `local`
       `api-credentials/api.key`: altered: it does not open at this place with this key
       `github_api_token`: altered: it does not open at this place with this key
       restore the lines from git, or set the values again
       or leave them out with: --except api-credentials/api.key,github_api_token

"#]]);
    session.run("strongroom run --env staging --only github_api_token -- touch started").shows(
        str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `staging`
       `github_api_token` (that of local): altered: it does not open at this place with this key
       restore the lines from git, or set the values again
       or leave it out of --only: github_api_token

"#]],
    );
    assert!(!session.path("started").exists());
    session.run("strongroom run --type dev -- touch started").succeeds();
    assert!(session.path("started").exists());
}

#[test]
fn nothing_is_started_without_a_key() {
    let session = vault();
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom run -- touch started").shows(str![[r#"
[3]
--- stderr
error: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home/.config/strongroom/keys (no key for this vault)
       get one from a holder (owner), who types: strongroom holder add NAME --type local
       then keep it with: strongroom key add

"#]]);
    session
        .typed("strongroom run -- touch started")
        .variable("STRONGROOM_KEY", "")
        .run()
        .ends_with(3);
    assert!(!session.path("started").exists());
}

#[test]
fn an_environment_without_values_is_noticed() {
    let session = vault();
    session.run("strongroom run --type prod -- true").shows(str![[r#"
[0]
--- stderr
warning: no secret has a value for `production`

"#]]);
}
