//! Files that cannot be read: their name, the line, the column, and a vault that stays byte for byte.

use snapbox::str;

use crate::session::{MARKER, Session};

/// Imports a text and compares the vault.
#[track_caller]
fn refused(file: &str, text: &str, options: &str, expected: impl snapbox::IntoData) {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session.write(file, text.replace("VALUE", MARKER));
    session.run(&format!("strongroom import {file} --type local {options}")).shows(expected);
    assert_eq!(session.read("strongroom.toml"), before, "the vault changed");
}

#[test]
fn a_faulty_dotenv_file() {
    refused(
        ".env",
        "A=VALUE\n  VALUE\n",
        "",
        str![[r#"
[3]
--- stderr
error: .env:2:3: no `NAME=value`
       nothing was changed

"#]],
    );
    refused(
        ".env.local",
        "A=VALUE\nB='VALUE\nC=VALUE\n",
        "",
        str![[r#"
[3]
--- stderr
error: .env.local:2:3: quoted value has no closing delimiter
       nothing was changed

"#]],
    );
    refused(
        "prod.env",
        "A=\"VALUE\"VALUE\n",
        "",
        str![[r#"
[3]
--- stderr
error: prod.env:1:16: unexpected text after the closing quote
       nothing was changed

"#]],
    );
}

#[test]
fn a_faulty_json_file() {
    refused(
        "a.json",
        "{\n  \"a\": \"VALUE\",\n  \"b\": VALUE\n}",
        "",
        str![[r#"
[3]
--- stderr
error: a.json:3:8: expected value
       nothing was changed

"#]],
    );
    refused(
        "a.json",
        "{\"a\": {\n  \"b\": [\"VALUE\"]}}",
        "",
        str![[r#"
[3]
--- stderr
error: a.json:2:8: `a/b` is a list: a secret has one value
       nothing was changed

"#]],
    );
    refused(
        "a.json",
        "{\"a\": \"VALUE\",\n \"a\": \"VALUE\"}",
        "",
        str![[r#"
[3]
--- stderr
error: a.json:2:7: `a` stands twice, first at line 1, column 7: keep one of the two
       nothing was changed

"#]],
    );
}

#[test]
fn a_faulty_yaml_file() {
    refused(
        "a.yaml",
        "a: VALUE\n b: VALUE\n",
        "",
        str![[r#"
[3]
--- stderr
error: a.yaml:2:3: mapping values are not allowed in this context
       nothing was changed

"#]],
    );
    refused(
        "a.yml",
        "a: &x VALUE\nb: *x\n",
        "",
        str![[r#"
[3]
--- stderr
error: a.yml:2:4: aliases and merge keys are not read: write the value in their place
       nothing was changed

"#]],
    );
    refused(
        "a.yml",
        "a: VALUE\nb:\n",
        "",
        str![[r#"
[3]
--- stderr
error: a.yml:2:2: `b` is null: give it a value, or leave it out
       nothing was changed

"#]],
    );
}

#[test]
fn a_faulty_toml_file() {
    refused(
        "a.toml",
        "a = \"VALUE\"\nb = VALUE\n",
        "",
        str![[r#"
[3]
--- stderr
error: a.toml:2:5: string values must be quoted, expected literal string
       nothing was changed

"#]],
    );
    refused(
        "a.toml",
        "[a]\nb = [\"VALUE\"]\n",
        "",
        str![[r#"
[3]
--- stderr
error: a.toml:2:5: `a/b` is a list: a secret has one value
       nothing was changed

"#]],
    );
}

#[test]
fn faulty_kubernetes_secrets() {
    let secret = "kind: Secret\nmetadata:\n  name: db\ndata:\n  password: VALUE\n";
    refused(
        "a.yaml",
        secret,
        "--format kubernetes",
        str![[r#"
[3]
--- stderr
error: a.yaml:5:13: the value of `db/password` is not base64
       nothing was changed

"#]],
    );
    refused(
        "a.yaml",
        "kind: Pod\n",
        "--format kubernetes",
        str![[r#"
[3]
--- stderr
error: a.yaml: there is no `kind: Secret` in it
       nothing was changed

"#]],
    );
}

#[test]
fn a_faulty_list_of_encore() {
    refused(
        "secrets",
        "Foo=SGVsbG8,VALUE",
        "--format encore",
        str![[r#"
[3]
--- stderr
error: secrets:1:13: no `NAME=value`
       nothing was changed

"#]],
    );
    refused(
        "secrets",
        "envref:MISSING",
        "--format encore",
        str![[r#"
[3]
--- stderr
error: secrets: the variable `MISSING` is not set
       nothing was changed

"#]],
    );
    let configuration = "{\"secrets\": {\n  \"Foo\": {\"$env\": \"MISSING\"}}}";
    refused(
        "infra.json",
        configuration,
        "--format encore",
        str![[r#"
[3]
--- stderr
error: infra.json:2:10: `Foo` is in the variable `MISSING`, which is not set
       nothing was changed

"#]],
    );
}

#[test]
fn no_file_has_a_key_imported() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    for variable in ["STRONGROOM_KEY", "strongroom_x", "STRONGROOM_X", "CREDENTIALS_DIRECTORY"] {
        for file in [
            format!("envref:{variable}"),
            format!("{{\"secrets\": {{\"$env\": \"{variable}\"}}}}"),
            format!("{{\"secrets\": {{\"A\": {{\"$env\": \"{variable}\"}}}}}}"),
        ] {
            let typed = session.typed("strongroom import --format encore --type local");
            let outcome = typed.variable(variable, "A=YQ").input(file).run();
            let said = format!("the variable `{variable}` holds or leads to a key");
            outcome.ends_with(3).says(&said);
        }
    }
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn bytes_that_are_no_text() {
    let session = Session::with_secret();
    session.write(".env", b"A=x\nB=\xff\n");
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: .env:2:3: not UTF-8 text
       nothing was changed

"#]]);
}

#[test]
fn what_says_no_format() {
    let session = Session::with_secret();
    session.run("strongroom import nofile --type local").shows(str![[r#"
[3]
--- stderr
error: cannot read nofile: No such file or directory (os error 2)

"#]]);
    session.write("secrets", "");
    session.run("strongroom import secrets --type local").shows(str![[r#"
[2]
--- stderr
error: the name of secrets does not say its format
       name it with: --format dotenv|json|yaml|toml|kubernetes|encore

"#]]);
    session.run("strongroom import --type local").shows(str![[r#"
[2]
--- stderr
error: standard input does not say its format
       name it with: --format dotenv|json|yaml|toml|kubernetes|encore

"#]]);
    session.run("strongroom import .env").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom import --type local .env

"#]]);
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: cannot read .env: No such file or directory (os error 2)

"#]]);
    session.run("strongroom import .env --type local --name app").shows(str![[r#"
[2]
--- stderr
error: --name is about Kubernetes Secrets: --format kubernetes

"#]]);
    session.run("strongroom import .env --type local --format jsom").shows(str![[r#"
[2]
--- stderr
error: invalid value 'jsom' for '--format <FORMAT>'
         [possible values: dotenv, json, yaml, toml, kubernetes, encore]
         tip: a similar value exists: 'json'
       For more information, try '--help'.

"#]]);
    session.write(".env", "# nothing yet\n");
    session.run("strongroom import .env --type local").shows(str![[r#"
[0]
--- stderr
.env holds no values

"#]]);
}

#[test]
fn every_name_that_stands_twice_is_told() {
    let session = Session::with_secret();
    session.write(".env", format!("A=x\nB=x\nC=x\nB={MARKER}\nA={MARKER}\n"));
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: .env: names stand twice: keep one of each
       line 4, column 1: `B` stands twice, first at line 2, column 1: keep one of the two
       line 5, column 1: `A` stands twice, first at line 1, column 1: keep one of the two
       nothing was changed

"#]]);
}

#[test]
fn what_no_program_would_be_given_is_told() {
    let session = Session::with_secret();
    session.write(".env", "PATH=/x\nA=x\n");
    session.run("strongroom import .env --type local --dry-run").shows(str![[r#"
[0]
secret  line  local
PATH    1     create
A       2     create
--- stderr
nothing was changed
warning: as variables these can take over a program, so `run` and `export` refuse them: `PATH` (line 1)
         leave them out there, or of the import, with: --except PATH

"#]]);
    session.run("strongroom import .env --type local").shows(str![[r#"
[0]
--- stderr
local: 2 created
warning: as variables these can take over a program, so `run` and `export` refuse them: `PATH` (line 1)
         leave them out there, or of the import, with: --except PATH
.env still holds the values in clear: delete it once nothing needs it

"#]]);
}

#[test]
fn a_value_that_is_too_large() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session.write(".env", format!("A=x\nB={MARKER}{}\n", "x".repeat(1 << 20)));
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: the vault cannot take this of .env: nothing was changed
       line 2: `B` is too large: a vault takes 1 MiB at most: keep large files elsewhere
       change them in the file, or leave them out with: --except B

"#]]);
    session.write("a.json", vec![b' '; (16 << 20) + 1]);
    session.run("strongroom import a.json --type local").shows(str![[r#"
[3]
--- stderr
error: a.json has more than 16777216 bytes

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}
