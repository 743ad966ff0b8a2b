//! `check` in workspaces: which packages count, and which look for another vault.

use std::fs;

use serde_json::Value as Json;
use snapbox::str;

use super::package;
use crate::session::Session;

#[test]
fn a_package_that_finds_no_vault_is_a_fault() {
    let session = Session::with_vault();
    fs::remove_dir(session.path(".git")).expect("no repository");
    package(&session, "api/", "api");
    package(&session, "payments/", "payments");
    package(&session, "plain/", "plain");
    session.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"api\", \"payments\", \"plain\"]\n",
    );
    session.write(
        "api/src/lib.rs",
        "#[strongroom::secrets(vault = \"../../strongroom.toml\")] struct A { of_api: Option<String> }",
    );
    session
        .write("payments/src/lib.rs", "\n#[strongroom::secrets]\nstruct P { stripe_key: String }");
    session.write("plain/src/lib.rs", "");
    session.run("strongroom check --type local").shows(str![[r#"
[1]
declared  local     where
of_api    optional  api/src/lib.rs:1
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: payments/src/lib.rs:2: package `payments` finds no vault when it is built: outside of a git repository only its own folder is searched
       name the vault with STRONGROOM_VAULT, for this command too
1 declared, 0 missing for `local`

"#]]);
    let outcome = session.run("strongroom check --type local --json");
    let json: Json = serde_json::from_slice(&outcome.ends_with(1).stdout).expect("JSON");
    assert_eq!(json["faults"][0]["place"], "payments/src/lib.rs:2");
    session
        .typed("strongroom check --type local")
        .variable("STRONGROOM_VAULT", session.path("strongroom.toml"))
        .run()
        .ends_with(1)
        .says("strongroom set --type local stripe_key");
}

#[test]
fn a_vault_below_the_root_does_not_serve_a_package_beside_it() {
    let session = Session::new();
    package(&session, "api/", "api");
    package(&session, "payments/", "payments");
    session
        .write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"api\", \"payments\"]\n");
    session.write("api/src/lib.rs", "#[strongroom::secrets] struct A { of_api: Option<String> }");
    session.write("payments/src/lib.rs", "#[strongroom::secrets] struct P { stripe_key: String }");
    session.run("strongroom -C api init").says("packages elsewhere in the repository");
    session.run("strongroom -C api check --type local").shows(str![[r#"
[1]
declared  local     where
of_api    optional  src/lib.rs:1
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: [ROOT]/work/payments/src/lib.rs:1: package `payments` finds no vault when it is built: none lies between its folder and the root of its git repository
       name the vault with STRONGROOM_VAULT, for this command too
1 declared, 0 missing for `local`

"#]]);
}

#[test]
fn every_member_of_the_workspace_counts() {
    let session = Session::with_vault();
    package(&session, "api/", "api");
    package(&session, "worker/", "worker");
    session.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"api\", \"worker\"]\n");
    session.write("api/src/lib.rs", "#[strongroom::secrets] struct A { of_the_api: String }");
    session.write(
        "worker/src/main.rs",
        "#[strongroom::secrets] struct W { of_the_worker: String } fn main() {}",
    );
    session.run("strongroom check --type local").shows(str![[r#"
[1]
declared       local    where
of_the_api     missing  api/src/lib.rs:1
of_the_worker  missing  worker/src/main.rs:1
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 declared, 2 missing for `local`
set what is missing with:
  strongroom set --type local of_the_api
  strongroom set --type local of_the_worker

"#]]);
    session.run("strongroom -C api check --type local").shows(str![[r#"
[1]
declared       local    where
of_the_api     missing  src/lib.rs:1
of_the_worker  missing  [ROOT]/work/worker/src/main.rs:1
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 declared, 2 missing for `local`
set what is missing with:
  strongroom set --type local of_the_api
  strongroom set --type local of_the_worker

"#]]);
}

#[test]
fn a_struct_of_another_vault_is_not_counted() {
    let session = Session::with_vault();
    package(&session, "api/", "api");
    package(&session, "worker/", "worker");
    session.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"api\", \"worker\"]\n");
    session.run("strongroom -C worker init --nested").succeeds();
    session.write(
        "api/src/lib.rs",
        "#[strongroom::secrets(vault = \"../../worker/strongroom.toml\")] struct W { of_worker: String }
         #[strongroom::secrets(vault = \"../../strongroom.toml\")] struct A { of_api: String }",
    );
    session.write(
        "worker/src/main.rs",
        "#[strongroom::secrets] struct W { of_worker_too: String } fn main() {}",
    );
    session.run("strongroom check --type local").shows(str![[r#"
[1]
declared  local    where
of_api    missing  api/src/lib.rs:2
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
package `worker` looks for another vault, [ROOT]/work/worker/strongroom.toml: its secrets are not among these
1 declared, 1 missing for `local`
set what is missing with:
  strongroom set --type local of_api

"#]]);
    let json: Json =
        serde_json::from_slice(&session.run("strongroom check --json").stdout).expect("JSON");
    assert_eq!(json["elsewhere"][0]["package"], "worker");
    session.run("strongroom -C worker check --type local").shows(str![[r#"
[1]
declared       local    where
of_worker      missing  [ROOT]/work/api/src/lib.rs:1
of_worker_too  missing  src/main.rs:1
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 declared, 2 missing for `local`
set what is missing with:
  strongroom set --type local of_worker
  strongroom set --type local of_worker_too

"#]]);
}
