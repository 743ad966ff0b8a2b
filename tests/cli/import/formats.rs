//! Each format, read from a file or standard input.

use snapbox::{IntoData as _, str};

use crate::session::{MARKER, Session};

/// The names and values of `local`.
fn values(session: &Session) -> String {
    let line = "strongroom export --type local --format json";
    session.typed(line).that_shows_secrets().run().succeeds().output()
}

#[test]
fn numbers_and_words_are_taken_as_they_are_written() {
    let session = Session::with_vault();
    session
        .write("a.json", r#"{"big": 12345678901234567890.10, "on": true, "db": {"port": 5432}}"#);
    session.write("b.yaml", "norway: no\nmode: 0o17\nday: 2026-01-02\nsmtp:\n  port: 1_000\n");
    session.write("c.toml", "hex = 0xFF\n[cache]\nttl = 1e3\n");
    for file in ["a.json", "b.yaml", "c.toml"] {
        session.run(&format!("strongroom import {file} --type local")).succeeds();
    }
    snapbox::assert_data_eq!(
        values(&session),
        str![[r#"
{
  "big": "12345678901234567890.10",
  "day": "2026-01-02",
  "hex": "0xFF",
  "mode": "0o17",
  "norway": "no",
  "on": "true",
  "cache": {
    "ttl": "1e3"
  },
  "db": {
    "port": "5432"
  },
  "smtp": {
    "port": "1_000"
  }
}

"#]]
        .raw()
    );
}

#[test]
fn kubernetes_secrets_are_groups() {
    let session = Session::with_vault();
    let manifest = "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  metadata: {name: db}\n  data: {password: aHVudGVy}\n\
        - kind: Secret\n  metadata: {name: shop}\n  stringData: {token: plain}\n- kind: ConfigMap\n  data: {a: b}\n";
    session
        .typed("strongroom import --format kubernetes --name shop --type local")
        .input(manifest)
        .run()
        .shows(str![[r#"
[0]
--- stderr
local: 2 created

"#]]);
    snapbox::assert_data_eq!(
        values(&session),
        str![[r#"
{
  "db": {
    "password": "hunter"
  },
  "token": "plain"
}

"#]]
        .raw()
    );
}

#[test]
fn encore_is_read_in_every_form() {
    let session = Session::with_vault();
    let typed = |input: &str| {
        session
            .typed("strongroom import - --format encore --type local --replace")
            .variable("PART_0", "Foo=SGVs")
            .variable("PART_1", "bG8,Bar=V29ybGQ")
            .variable("ALL", r#"{"Foo": "Hello", "Bar": "World"}"#)
            .variable("BAR", "World")
            .input(input)
            .run()
    };
    typed("Foo=SGVsbG8,Bar=V29ybGQ\n").shows(str![[r#"
[0]
--- stderr
local: 2 created

"#]]);
    for same in [
        "envref:PART_0,PART_1",
        "gzip:H4sIAAAAAAACA3PLz7cNdg8rTnK30HFKLLINM7KsTHIPBADoECl/FwAAAA==",
        r#"{"secrets": {"$env": "ALL"}}"#,
        r#"{"metadata": {}, "secrets": {"Foo": "Hello", "Bar": {"$env": "BAR"}}}"#,
    ] {
        assert_eq!(typed(same).succeeds().stderr, "local: 2 unchanged\n", "{same}");
    }
    snapbox::assert_data_eq!(
        values(&session),
        str![[r#"
{
  "Bar": "World",
  "Foo": "Hello"
}

"#]]
        .raw()
    );
}

#[test]
fn what_readers_of_dotenv_files_do_not_agree_about_is_told() {
    let session = Session::with_vault();
    session.write(".env", format!("A={MARKER}#x\nB=fine\nC='{MARKER}'\n"));
    session.run("strongroom import .env --type local").shows(str![[r#"
[0]
--- stderr
local: 3 created
warning: readers of .env files do not agree about `A` (line 1)
         look at what was read here with: strongroom get --type local A
.env still holds the values in clear: delete it once nothing needs it

"#]]);
}

#[test]
fn files_that_another_tool_has_sealed_are_refused() {
    let session = Session::with_vault();
    session.write(
        "a.yaml",
        "db: ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CC,type:str]\nsops:\n  age: [x]\n",
    );
    session.run("strongroom import a.yaml --type local").shows(str![[r#"
[2]
--- stderr
error: the values in a.yaml are sealed by sops: nothing was changed
       open them first: sops decrypt a.yaml | strongroom import --format yaml --type local

"#]]);
    session.write(".env", "DOTENV_PUBLIC_KEY=\"03aa\"\nA=\"encrypted:BAAA\"\n");
    session.run("strongroom import .env --type local").shows(str![[r#"
[2]
--- stderr
error: the values in .env are sealed by dotenvx: nothing was changed
       open them first: dotenvx decrypt --stdout -f .env | strongroom import --format dotenv --type local

"#]]);
}

#[test]
fn a_manifest_is_no_file_of_secrets() {
    let session = Session::with_vault();
    let manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: b}\n";
    session.write("db.yaml", manifest);
    session.run("strongroom import db.yaml --type local").shows(str![[r#"
[2]
--- stderr
error: db.yaml is a manifest of Kubernetes: nothing was changed
       read its Secrets with: --format kubernetes

"#]]);
    session.run("strongroom import db.yaml --type local --format kubernetes").succeeds();
}
