//! Files that cannot be: the server does not start, and says which file, which line and what.

use std::time::Duration;

use super::component;
use crate::serve::serving::within;
use crate::session::Session;

/// What `serve` says when it refuses to start with some files.
fn refusal(session: &Session, words: &str) -> String {
    let mut command = session.command();
    command.args("serve --http-port 0 --grpc-port 0".split(' ')).args(words.split(' '));
    command.stdin(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let began = std::time::Instant::now();
    within(Duration::from_secs(90), || {
        let ended = child.try_wait().expect("a child").is_some();
        if !ended && began.elapsed() > Duration::from_mins(1) {
            child.kill().expect("it is killed");
        }
        ended.then_some(())
    });
    let output = child.wait_with_output().expect("it ended");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    crate::session::refuse_secrets(&said);
    said
}

#[test]
fn components_that_cannot_be_are_refused_with_file_and_line() {
    let env = |name: &str| component(name, "local.env", &[]);
    let led = |name: &str, store: &str| {
        let setting = "{ name: prefix, secretKeyRef: { name: a, key: b } }";
        component(name, "local.env", &[setting]) + &format!("auth: {{ secretStore: {store} }}\n")
    };
    for (text, said) in [
        (
            format!("{}---\n{}", env("a"), env("a")),
            "components/c.yaml, line 9: the component `a` is already in components/c.yaml, line 1\n",
        ),
        (
            component("a", "x", &[]),
            "components/c.yaml: line 5, column 9: the component `a`: there is no `secretstores.x` of version `v1`; there are: secretstores.aws.parameterstore, ",
        ),
        (
            env("a").replace("version: v1", "version: v2"),
            "the component `a`: there is no `secretstores.local.env` of version `v2`",
        ),
        (
            format!(
                "{}---\n{}---\n{}---\n{}",
                led("z", "a"),
                led("a", "b"),
                led("b", "c"),
                led("c", "a")
            ),
            "the secrets of components are in each other: `a` → `b` → `c` → `a`\n",
        ),
        (led("a", "a"), "the secrets of components are in each other: `a` → `a`\n"),
        (
            led("a", "nowhere"),
            "components/c.yaml, line 1: the component `a`: its secrets are in the store `nowhere`, and there is none",
        ),
        (
            component("a", "local.file", &[]),
            "components/c.yaml, line 1: the component `a`: it needs `secretsFile` in its metadata",
        ),
        (
            component("a", "local.env", &["{ name: prefix, envRef: DAPR_API_TOKEN }"]),
            "components/c.yaml: line 8, column 15: `prefix` of the component `a`: the variable `DAPR_API_TOKEN` is never given",
        ),
        (
            component("a", "local.env", &["{ name: prefix, envRef: STRONGROOM_KEY }"]),
            "the variable `STRONGROOM_KEY` is never given",
        ),
        ("kind: Component\nspec: {\n".to_owned(), "components/c.yaml: line 3, column 1: "),
        (
            "kind: Component\n".to_owned(),
            "components/c.yaml: line 1, column 1: `metadata` is not there",
        ),
        ("a: b\n".to_owned(), "components/c.yaml: line 1, column 1: `kind` is not there"),
    ] {
        let session = Session::new();
        session.write("components/c.yaml", &text);
        let all = refusal(&session, "--resources-path components");
        assert!(all.contains(said), "{text}\n{all}");
    }
}

#[test]
fn a_component_called_as_another_store_is_refused() {
    let session = Session::with_vault();
    session.write("components/c.yaml", component("vault", "local.env", &[]));
    let all = refusal(&session, "--type local --resources-path components");
    let said = "components/c.yaml, line 1: two stores are called `vault`\n";
    assert!(all.contains(said), "{all}");
}

#[test]
fn rules_that_cannot_be_are_refused_with_file_and_line() {
    for (file, text, said) in [
        (
            "a.yaml",
            "kind: Configuration\nspec:\n  secrets:\n    scopes:\n    - storeName: s\n    - storeName: s\n",
            "a.yaml: line 6, column 18: the store `s` has two scopes",
        ),
        (
            "a.yaml",
            "kind: Configuration\nspec:\n  secrets:\n    scopes:\n    - storeName: s\n      defaultAccess: x\n",
            "a.yaml: line 6, column 22: `defaultAccess` of the store `s` is neither `allow` nor `deny`",
        ),
        ("a.toml", "errors = \"some\"\n", "a.toml: line 1, column 10: unknown variant `some`"),
    ] {
        let session = Session::new();
        session.write(file, text);
        session.write("components/c.yaml", component("env", "local.env", &[]));
        let all = refusal(&session, &format!("--resources-path components --config {file}"));
        assert!(all.contains(said), "{text}\n{all}");
    }
    let session = Session::new();
    let all = refusal(&session, "--resources-path nowhere");
    assert!(all.contains("cannot read the folder of components nowhere: "), "{all}");
}
