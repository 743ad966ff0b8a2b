//! `export`: the values of an environment as files of other programs.

mod github;
#[cfg(target_os = "linux")]
mod killed;

use snapbox::{IntoData as _, str};

use crate::session::{MARKER, Session};
#[cfg(unix)]
use crate::session::{mode, set_mode};

/// A vault with values of every kind of shape for `local`.
fn session() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add laptop --type local").succeeds();
    for (name, value) in [
        ("github_api_token", format!("{MARKER}-token")),
        ("db/password", format!("it's {MARKER} $HOME")),
        ("tls-key", format!("-----BEGIN\n{MARKER}\n-----END\n")),
    ] {
        let file = session.path("value");
        std::fs::write(&file, value).expect("a file");
        session.run(&format!("strongroom set --type local {name} --from-file value")).succeeds();
    }
    let set = "strongroom set --env laptop github_api_token";
    session.typed(set).input(format!("{MARKER}-laptop")).run().succeeds();
    session
}

/// What an export prints.
fn exported(session: &Session, options: &str) -> String {
    let line = format!("strongroom export {options}");
    session.typed(&line).that_shows_secrets().run().succeeds().output()
}

#[test]
fn every_format_has_the_values_of_the_environment() {
    let session = session();
    let formats = ["dotenv", "shell", "json", "yaml", "toml", "kubernetes --name shop"];
    let all = formats.map(|format| exported(&session, &format!("--env laptop --format {format}")));
    snapbox::assert_data_eq!(
        all.join("----\n"),
        str![[r#"
DB__PASSWORD="it's MARKER-5f1e $HOME"
GITHUB_API_TOKEN=MARKER-5f1e-laptop
TLS_KEY='-----BEGIN
MARKER-5f1e
-----END
'
----
export DB__PASSWORD='it'\''s MARKER-5f1e $HOME'
export GITHUB_API_TOKEN='MARKER-5f1e-laptop'
export TLS_KEY='-----BEGIN
MARKER-5f1e
-----END
'
----
{
  "db": {
    "password": "it's MARKER-5f1e $HOME"
  },
  "github_api_token": "MARKER-5f1e-laptop",
  "tls-key": "-----BEGIN\nMARKER-5f1e\n-----END\n"
}
----
db:
  password: "it's MARKER-5f1e $HOME"
github_api_token: "MARKER-5f1e-laptop"
tls-key: "-----BEGIN\nMARKER-5f1e\n-----END\n"
----
github_api_token = "MARKER-5f1e-laptop"
tls-key = "-----BEGIN\nMARKER-5f1e\n-----END\n"

[db]
password = "it's MARKER-5f1e $HOME"
----
apiVersion: v1
kind: Secret
metadata:
  name: "db"
type: Opaque
data:
  password: "aXQncyBNQVJLRVItNWYxZSAkSE9NRQ=="
---
apiVersion: v1
kind: Secret
metadata:
  name: "shop"
type: Opaque
data:
  github_api_token: "TUFSS0VSLTVmMWUtbGFwdG9w"
  tls-key: "LS0tLS1CRUdJTgpNQVJLRVItNWYxZQotLS0tLUVORAo="

"#]]
        .raw()
    );
    let encore = exported(&session, "--format encore --only github_api_token");
    snapbox::assert_data_eq!(encore, str!["github_api_token=TUFSS0VSLTVmMWUtdG9rZW4"]);
}

#[cfg(unix)]
#[test]
fn a_shell_reads_every_byte_back() {
    let session = Session::with_vault();
    let value: Vec<u8> = (1..=255).collect();
    session.write("value", &value);
    session.run("strongroom set --type local bytes --from-file value").succeeds();
    let mut shell = std::process::Command::new("sh");
    session.set_up(&mut shell);
    shell.args(["-c", "eval \"$(\"$0\" export --format shell)\"; printf %s \"$BYTES\""]);
    let output = shell.arg(crate::session::STRONGROOM).output().expect("a shell");
    assert_eq!(output.stdout, value);
}

#[cfg(unix)]
#[test]
fn a_file_is_private_and_never_overwritten_by_accident() {
    let session = session();
    session.run("strongroom export --format json --out a.json").shows(str![[r#"
[0]
--- stderr
wrote 3 values to a.json

"#]]);
    assert_eq!(mode(&session.path("a.json")), 0o600);
    assert_eq!(session.read("a.json"), exported(&session, "--format json"));
    session.run("strongroom export --format yaml --out a.json").shows(str![[r#"
[2]
--- stderr
error: a.json exists already
       replace it with: --force

"#]]);
    set_mode(&session.path("a.json"), 0o644);
    session.run("strongroom export --format yaml --out a.json --force").succeeds();
    assert_eq!(mode(&session.path("a.json")), 0o600);
    assert_eq!(session.read("a.json"), exported(&session, "--format yaml"));
    session.run("strongroom export --format json --out no/a.json").ends_with(3);
    let names = std::fs::read_dir(session.path("")).expect("a folder");
    let names = names.filter_map(|name| name.expect("an entry").file_name().into_string().ok());
    let left: Vec<String> = names.filter(|name| name.contains(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_a_format_cannot_carry_is_named_and_nothing_is_written() {
    let session = session();
    session.write("value", format!("{MARKER}\0\u{e9}").as_bytes());
    session.run("strongroom set --type local with_nul --from-file value").succeeds();
    session.write("value", [MARKER.as_bytes(), b"\xff"].concat());
    session.run("strongroom set --type local latin --from-file value").succeeds();
    for (format, expected) in [
        (
            "dotenv",
            str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `latin`: the value is not UTF-8 text
       `with_nul`: the value holds a NUL byte
       kubernetes and encore carry every value
       leave them out with: --except latin,with_nul

"#]],
        ),
        (
            "shell",
            str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `with_nul`: the value holds a NUL byte
       kubernetes and encore carry every value
       leave it out with: --except with_nul

"#]],
        ),
        (
            "json",
            str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `latin`: the value is not UTF-8 text
       kubernetes and encore carry every value
       leave it out with: --except latin

"#]],
        ),
        (
            "kubernetes",
            str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `github_api_token`: it has no group, so nothing says which Secret it is in
       `latin`: it has no group, so nothing says which Secret it is in
       `tls-key`: it has no group, so nothing says which Secret it is in
       `with_nul`: it has no group, so nothing says which Secret it is in
       name the Secret of those without a group with: --name NAME
       leave them out with: --except github_api_token,latin,tls-key,with_nul

"#]],
        ),
        (
            "encore",
            str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `db/password`: no name for a secret of Encore: letters, digits and `_`, and no digit at the start
       `tls-key`: no name for a secret of Encore: letters, digits and `_`, and no digit at the start
       leave them out with: --except db/password,tls-key

"#]],
        ),
    ] {
        session.run(&format!("strongroom export --format {format} --out file")).shows(expected);
        assert!(!session.path("file").exists(), "{format}");
    }
}

#[test]
fn names_that_clash_or_take_over_a_program_are_refused() {
    let session = session();
    for name in ["db__password", "path", "2fa"] {
        session
            .typed(&format!("strongroom set --type local {name}"))
            .input(MARKER)
            .run()
            .succeeds();
    }
    session.run("strongroom export --format dotenv").shows(str![[r#"
[3]
--- stderr
error: nothing was written: `db/password` and `db__password` both give the variable DB__PASSWORD
       leave one out with: --except NAME,… or --only NAME,…

"#]]);
    session.run("strongroom export --format shell --except db__password").shows(str![[r#"
[3]
--- stderr
error: PATH can take over a program: nothing was written
       leave it out with: --except db__password,path
       or write it all the same with: --allow-dangerous

"#]]);
    session.run("strongroom export --format shell --except db__password --allow-dangerous").shows(
        str![[r#"
[3]
--- stderr
error: the format cannot carry this: nothing was written
       `2fa`: no name for a variable: letters, digits and `_`, and no digit at the start
       leave it out with: --except db__password,2fa

"#]],
    );
    exported(&session, "--format json --only path");
}

#[test]
fn options_of_other_formats_are_refused() {
    let session = session();
    session.run("strongroom export --format json --name shop").shows(str![[r#"
[2]
--- stderr
error: --name and --namespace are for: --format kubernetes

"#]]);
    session.run("strongroom export --format kubernetes --name Shop").shows(str![[r#"
[2]
--- stderr
error: --name: no name for a Secret: lower-case letters, digits, `-` and `.`

"#]]);
    session.run("strongroom export --format kubernetes --namespace a.b").shows(str![[r#"
[2]
--- stderr
error: --namespace: no name for a namespace: lower-case letters, digits and `-`

"#]]);
    session.run("strongroom export").shows(str![[r#"
[2]
--- stderr
error: the following required arguments were not provided:
         --format <FORMAT>
       Usage: strongroom export [--type TYPE | --env NAME] --format FORMAT [OPTIONS]
       For more information, try '--help'.

"#]]);
    session.run("strongroom export --format json --only nothing").shows(str![[r#"
[1]
--- stderr
error: there is no secret `nothing`
       see those that exist with: strongroom list

"#]]);
}

#[cfg(unix)]
#[test]
fn a_device_or_a_link_is_not_replaced() {
    let session = Session::with_secret();
    for target in ["/dev/null", "elsewhere.json"] {
        std::os::unix::fs::symlink(target, session.path("out.json")).expect("a link");
        session
            .run("strongroom export --format json --out out.json --force")
            .ends_with(2)
            .says("out.json is no regular file, and is not replaced");
        assert!(session.path("out.json").is_symlink());
        std::fs::remove_file(session.path("out.json")).expect("a link");
    }
}
