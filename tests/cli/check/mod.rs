//! `strongroom check`, with a real `cargo metadata` on small packages.

mod doubtful;
mod json;
mod nested;
mod opening;
mod packages;
mod settings;

use serde_json::Value as Json;
use snapbox::str;

use crate::session::{MARKER, Session};

const MAIN: &str = "\
#[strongroom::secrets]
struct Secrets {
    /// ed25519 private key for the SSH server
    ssh_private_key: String,
    /// personal access token for deployments
    github_api_token: String,
    sentry_dsn: Option<String>,
}

fn main() {}
";

/// The package of the guide, with a vault that has `github_api_token` for `local` and
/// `development`.
fn shop() -> Session {
    let session = Session::with_secret();
    package(&session, "", "shop");
    session.write("src/main.rs", MAIN);
    session
}

/// Makes a package. cargo itself is the one that runs this test, not rustup's stand-in, which wants
/// its own home.
fn package(session: &Session, folder: &str, name: &str) {
    if let Some(cargo) = std::env::var_os("CARGO") {
        session.export("CARGO", cargo);
    }
    let manifest =
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    session.write(&format!("{folder}Cargo.toml"), manifest);
}

#[test]
fn declared_secrets_and_environments_make_a_table() {
    let session = shop();
    session.typed("strongroom set --type local old_token").input(MARKER).run().succeeds();
    session.run("strongroom check").shows(str![[r#"
[1]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         missing   src/main.rs:4

not declared  values
old_token     local
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 values open
3 declared, 1 missing for `local`
set what is missing with:
  strongroom set --type local ssh_private_key

"#]]);
    session.typed("strongroom set --type local ssh_private_key").input(MARKER).run().succeeds();
    session.run("strongroom check").shows(str![[r#"
[0]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         ✓ 1       src/main.rs:4

not declared  values
old_token     local
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
3 values open
3 declared, 0 missing for `local`

"#]]);
}

#[test]
fn the_active_environment_and_those_of_the_build_count() {
    let session = shop();
    session.typed("strongroom set --type local ssh_private_key").input(MARKER).run().succeeds();
    session.run("strongroom check").ends_with(0);
    session.typed("strongroom check").variable("STRONGROOM_ENV", "pr").run().ends_with(1);
    session.edit(|vault| vault + "\n[build]\ncheck = [\"prod\"]\n");
    session.run("strongroom check").shows(str![[r#"
[1]
declared          production  development  preview   local     where
github_api_token  missing     ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   missing     -            -         ✓ 1       src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 values open
3 declared, 2 missing for `production`
counted: `local` and `production`
set what is missing with:
  strongroom set --type production github_api_token
  strongroom set --type production ssh_private_key

"#]]);
    session.run("strongroom check --type local").shows(str![[r#"
[0]
declared          local     where
github_api_token  ✓ 1       src/main.rs:6
sentry_dsn        optional  src/main.rs:7
ssh_private_key   ✓ 1       src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 values open
3 declared, 0 missing for `local`

"#]]);
    session.run("strongroom check --type prod,dev").ends_with(1);
    session.run("strongroom check --all").ends_with(1);
    session.run("strongroom check --all --type dev").ends_with(2);
}

#[test]
fn a_named_environment_takes_the_values_of_its_type() {
    let session = shop();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom check --env staging").shows(str![[r#"
[1]
declared          staging   where
github_api_token  ·         src/main.rs:6
sentry_dsn        optional  src/main.rs:7
ssh_private_key   missing   src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
1 value opens
3 declared, 1 missing for `staging`
set what is missing with:
  strongroom set --env staging ssh_private_key

"#]]);
}

#[test]
fn any_spelling_declares_and_the_command_uses_that_of_the_vault() {
    let session = Session::with_vault();
    package(&session, "", "shop");
    session.write("src/main.rs", MAIN);
    session.typed("strongroom set --type dev GitHubAPIToken").input(MARKER).run().succeeds();
    session.run("strongroom check --type dev,local").shows(str![[r#"
[1]
declared          development  local     where
github_api_token  ✓ 1          missing   src/main.rs:6
sentry_dsn        optional     optional  src/main.rs:7
ssh_private_key   missing      missing   src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
1 value opens
3 declared, 2 missing for `development` and `local`
set what is missing with:
  strongroom set --type local GitHubAPIToken
  strongroom set --type development,local ssh_private_key

"#]]);
}

#[test]
fn structs_are_found_wherever_they_stand() {
    let session = Session::with_vault();
    package(&session, "", "shop");
    session.write(
        "src/main.rs",
        "mod inner { pub mod deep { #[secrets] pub struct A { in_a_module: String } } }
         fn main() {
             #[strongroom::secrets] struct B { in_a_function: String }
             let _ = || { #[strongroom::secrets] struct C { in_a_closure: String } };
         }
         struct Own;
         impl Own { fn method() { #[strongroom::secrets] struct D { in_a_method: String } } }
         #[cfg_attr(feature = \"x\", strongroom::secrets)] struct E { under_cfg_attr: String }
         #[strongroom::secrets(any_vault)] struct F { #[secret(name = \"group/key\")] named: String }
         // #[secrets] struct G { in_a_comment: String }
         const TEXT: &str = \"#[secrets] struct H { in_a_text: String }\";",
    );
    session.write("src/other.rs", "#[strongroom::secrets] struct I { in_another_file: String }");
    session.write("tests/it.rs", "#[strongroom::secrets] struct J { in_a_test: String }");
    session.write(
        "examples/e/main.rs",
        "#[strongroom::secrets] struct K { in_an_example: String } fn main() {}",
    );
    session.write("benches/b.rs", "#[strongroom::secrets] struct L { in_a_benchmark: String }");
    session.write(
        "build.rs",
        "#[strongroom::secrets] struct M { in_a_build_script: String } fn main() {}",
    );
    session.write("target/CACHEDIR.TAG", "");
    session
        .write("target/x.rs", "#[strongroom::secrets] struct N { in_the_target_folder: String }");
    let json: Json =
        serde_json::from_slice(&session.run("strongroom check --json").stdout).expect("JSON");
    let names: Vec<&str> = json["declared"]
        .as_array()
        .expect("secrets")
        .iter()
        .filter_map(|each| each["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "group/key",
            "in_a_benchmark",
            "in_a_build_script",
            "in_a_closure",
            "in_a_function",
            "in_a_method",
            "in_a_module",
            "in_a_test",
            "in_an_example",
            "in_another_file",
            "under_cfg_attr"
        ]
    );
}

#[test]
fn one_secret_declared_twice_is_one_line() {
    let session = shop();
    session.write(
        "src/bin/worker.rs",
        "#[strongroom::secrets]\nstruct Worker { GitHubApiToken: Option<String> }\nfn main() {}\n",
    );
    session.run("strongroom check --type prod").shows(str![[r#"
[1]
declared         production  where
GitHubApiToken   missing     src/bin/worker.rs:2, src/main.rs:6
sentry_dsn       optional    src/main.rs:7
ssh_private_key  missing     src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
3 declared, 2 missing for `production`
set what is missing with:
  strongroom set --type production github_api_token
  strongroom set --type production ssh_private_key

"#]]);
}

#[test]
fn what_shows_values_is_reported() {
    let session = shop();
    session.typed("strongroom set --type local ssh_private_key").input(MARKER).run().succeeds();
    session.write(
        "src/more.rs",
        "#[derive(Clone, serde::Serialize)]\n#[strongroom::secrets]\nstruct A { github_api_token: String }\n
         #[derive(Debug)]\n#[strongroom::secrets]\nstruct B { #[secret(name = \"a b\")] github_api_token: String }\n",
    );
    session.run("strongroom check").shows(str![[r#"
[1]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6, src/more.rs:3
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         ✓ 1       src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: src/more.rs:1: `Serialize` derived here would write every value to wherever the struct goes
       delete it, and copy what must go out into a struct that is made for it
error: src/more.rs:5: `Debug` derived here would print every value
       delete it: the struct has a `Debug` that shows none
error: src/more.rs:7: `a b` cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
2 values open
3 declared, 0 missing for `local`

"#]]);
}

#[test]
fn a_file_that_is_not_rust_is_left_out_and_named() {
    let session = shop();
    session.write("src/broken.rs", "#[strongroom::secrets]\nstruct Broken {\n    a: String,\n");
    session.write("src/other.rs", "not rust, and nothing declared either");
    session.run("strongroom check --type dev").shows(str![[r#"
[1]
declared          development  where
github_api_token  ✓ 1          src/main.rs:6
sentry_dsn        optional     src/main.rs:7
ssh_private_key   missing      src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: src/broken.rs:2: cannot be read, and was left out: cannot parse string into token stream
1 value opens
3 declared, 1 missing for `development`; 1 file could not be read
set what is missing with:
  strongroom set --type development ssh_private_key

"#]]);
}

#[test]
fn a_file_that_is_not_rust_is_a_fault_of_its_own() {
    let session = shop();
    session.typed("strongroom set --type local ssh_private_key").input(MARKER).run().succeeds();
    session.typed("strongroom set --type local perhaps").input(MARKER).run().succeeds();
    session.run("strongroom check").ends_with(0);
    session
        .write("src/broken.rs", "#[strongroom::secrets]\nstruct Broken {\n    perhaps: String,\n");
    session.run("strongroom check").shows(str![[r#"
[1]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         ✓ 1       src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: src/broken.rs:2: cannot be read, and was left out: cannot parse string into token stream
3 values open
3 declared, 0 missing for `local`; 1 file could not be read

"#]]);
}

#[test]
fn only_environments_that_lack_something_are_named() {
    let session = shop();
    let line = "strongroom set --type prod,dev,local ssh_private_key";
    session.typed(line).input(MARKER).run().succeeds();
    let line = "strongroom set --type prod github_api_token";
    session.typed(line).input(MARKER).run().succeeds();
    session.run("strongroom check --all").shows(str![[r#"
[1]
declared          production  development  preview   local     where
github_api_token  ✓ 1         ✓ 1          missing   ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   ✓ 1         ✓ 1          missing   ✓ 1       src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
6 values open
3 declared, 2 missing for `preview`
counted: `production`, `development`, `preview` and `local`
set what is missing with:
  strongroom set --type preview github_api_token
  strongroom set --type preview ssh_private_key

"#]]);
}

#[test]
fn without_source_code_only_values_are_checked() {
    let session = Session::with_secret();
    session.run("strongroom check").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
1 value opens

"#]]);
    session.run("strongroom run --check -- true").shows(str![[r#"
[3]
--- stderr
error: --check finds no source code: no Cargo.toml in [ROOT]/work or above
       nothing was started

"#]]);
}

#[test]
fn without_cargo_only_values_are_checked() {
    let session = shop();
    session.forget("CARGO");
    session.export("PATH", "/nowhere");
    session.run("strongroom check").shows(str![[r#"
[0]
--- stderr
cargo is not on the PATH: only the vault's own values were checked
1 value opens

"#]]);
}

#[test]
fn what_cargo_refuses_is_shown() {
    let session = shop();
    session.write("Cargo.toml", "[package]\nnme = \"shop\"\n");
    let outcome = session.run("strongroom check");
    outcome.ends_with(3).says("cargo metadata failed");
}

#[test]
fn a_dangerous_character_in_source_code_reaches_no_terminal() {
    let session = shop();
    session.write(
        "src/a\u{1b}[31m.rs",
        "#[strongroom::secrets] struct A { #[secret(name = \"x\\u{1b}[31m\")] a: String }",
    );
    session.run("strongroom check").ends_with(1).says("\\u{1b}");
    session.run("strongroom check --json").ends_with(1);
}

#[test]
fn run_refuses_what_is_declared_and_missing() {
    let session = shop();
    session.run("strongroom run --check -- true").shows(str![[r#"
[1]
--- stderr
error: nothing was started, because of what the source code declares for `local`
       `ssh_private_key` has no value; set one with: strongroom set --type local ssh_private_key

"#]]);
    session.typed("strongroom set --type local ssh_private_key").input(MARKER).run().succeeds();
    session.run("strongroom run --check -- true").succeeds();
}
