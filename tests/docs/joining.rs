//! A colleague who joins: what they type until the program runs, and what they need not type any more after that.

use std::path::Path;

use tour::{Output, Stage};

const MAIN: &str = r#"
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
}

fn main() -> Result<(), strongroom::LoadError> {
    let secrets = Secrets::load()?;
    println!("loaded {}", secrets.github_api_token);
    Ok(())
}
"#;

/// A line that somebody types in their clone, with a home of their own and no variable of ours.
fn typed(stage: &Stage, who: &str, line: &str) -> Output {
    let line = format!("export HOME=\"$PWD/home-{who}\"; cd {who} && {{ {line}; }}");
    stage.quiet(&line).expect("a shell")
}

/// As [`typed`], and it must succeed; gives what it prints.
#[track_caller]
fn types(stage: &Stage, who: &str, line: &str) -> String {
    let output = typed(stage, who, line).succeeds();
    output.unwrap_or_else(|failure| panic!("{who}: {failure}")).text().to_owned()
}

/// Runs the program, which must fail and say this.
#[track_caller]
fn is_refused(stage: &Stage, line: &str, words: &str) {
    let output = typed(stage, "dev", line).fails_with(1).and_then(|output| output.says(words));
    output.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_colleague_pulls_unlocks_once_and_runs_the_program_from_then_on() {
    let command = Path::new(env!("CARGO_BIN_EXE_strongroom"));
    let stage = Stage::with_command(command).expect("a stage");
    let made = "git init -q --bare -b main shop.git && mkdir home-owner home-dev && \
                git clone -q shop.git owner && git clone -q shop.git dev";
    stage.quiet(made).expect("a shell").succeeds().expect("two clones");
    let publish = "git add -A && git commit -qm more && git push -q origin main";

    // Not `shop`: the pages of the guide have a program of that name in the same target folder.
    types(&stage, "owner", "git checkout -qb main && cargo init -q --name joining .");
    types(&stage, "owner", "cargo add strongroom --path ../strongroom/runtime");
    stage.put("owner/src/main.rs", MAIN).expect("a program");
    types(&stage, "owner", "strongroom init");
    let set = |value: &str| format!("echo {value} | strongroom set --type local github_api_token");
    types(&stage, "owner", &set("first"));
    types(&stage, "owner", publish);

    // The program itself says what somebody without a key is to do.
    let public_key = types(&stage, "dev", "git pull -q && strongroom key new 2> /dev/null");
    let add = format!("strongroom holder add NAME {} --type local", public_key.trim());
    is_refused(&stage, "cargo run -q", &add);
    let added = types(&stage, "owner", &add.replace("NAME", "dev"));
    let fingerprint = added.split("--expect ").nth(1).and_then(|it| it.split_whitespace().next());
    let fingerprint = fingerprint.expect("a fingerprint");
    types(&stage, "owner", publish);

    let joins = format!("git pull -q && strongroom unlock --expect {fingerprint} && cargo run -q");
    let ran = types(&stage, "dev", &joins);
    assert!(ran.ends_with("loaded first\n"), "{ran}");

    // Somebody else makes a new key, sets another value under it, and lets somebody go.
    types(&stage, "owner", "strongroom holder add ci --type local --access-key --out ../ci.key");
    types(&stage, "owner", "strongroom key rotate --type local --yes");
    types(&stage, "owner", &set("second"));
    types(&stage, "owner", publish);
    assert_eq!(types(&stage, "dev", "git pull -q && cargo run -q"), "loaded second\n");
    types(&stage, "owner", "strongroom holder remove ci --yes");
    types(&stage, "owner", publish);
    assert_eq!(types(&stage, "dev", "git pull -q && cargo run -q"), "loaded second\n");

    // Until it is said that this is over, there or here.
    types(&stage, "dev", "strongroom lock");
    is_refused(&stage, "cargo run -q", "you are `dev` here: open it with: strongroom unlock");
    types(&stage, "dev", "strongroom unlock && cargo run -q");
    types(&stage, "owner", "strongroom holder remove dev --yes");
    types(&stage, "owner", publish);
    is_refused(&stage, "git pull -q && cargo run -q", "`dev` was removed");
}
