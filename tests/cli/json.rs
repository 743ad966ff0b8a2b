//! `docs/json.md`: every form on that page is what the command prints, and every command with
//! `--json` is there.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value as Json};
use snapbox::str;

use crate::session::{MARKER, Session, is_installed};

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/json.md");
    fs::read_to_string(page).expect("the page")
}

/// The commands of the page, each with its form.
fn forms(page: &str) -> Vec<(&str, Json)> {
    let parts = page.split("\n## ").skip(1).map(|part| {
        let (command, rest) = part.split_once('\n').expect("a heading");
        let form = rest.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
        (command, serde_json::from_str(form.expect("a form")).expect("JSON"))
    });
    parts.collect()
}

/// What a value has that its form does not allow.
fn differences(form: &Json, value: &Json, at: &str) -> Vec<String> {
    match (form, value) {
        (Json::String(form), _) => {
            let is_fine = form.split(" | ").any(|word| stands_for(word, value));
            if is_fine { Vec::new() } else { vec![format!("{at}: {value} is not {form}")] }
        }
        (Json::Array(form), Json::Array(values)) => {
            let each = values.iter().enumerate();
            each.flat_map(|(i, value)| differences(&form[0], value, &format!("{at}[{i}]")))
                .collect()
        }
        (Json::Object(form), Json::Object(values)) => keys_differ(form, values, at),
        // One of the two in `diff` has no value.
        (Json::Object(form), Json::Null) if form.contains_key("content") => Vec::new(),
        _ => vec![format!("{at}: {value} is not {form}")],
    }
}

fn keys_differ(form: &Map<String, Json>, values: &Map<String, Json>, at: &str) -> Vec<String> {
    let is_any = |key: &str| key.chars().all(char::is_uppercase);
    if let Some((_, each)) = form.iter().find(|(key, _)| is_any(key)) {
        let values = values.iter();
        return values
            .flat_map(|(key, value)| differences(each, value, &format!("{at}.{key}")))
            .collect();
    }
    let mut found: Vec<String> = form
        .keys()
        .filter(|key| !values.contains_key(*key))
        .map(|key| format!("{at}.{key} is not printed"))
        .collect();
    for (key, value) in values {
        match form.get(key) {
            Some(form) => found.extend(differences(form, value, &format!("{at}.{key}"))),
            None => found.push(format!("{at}.{key} is not described")),
        }
    }
    found
}

fn stands_for(word: &str, value: &Json) -> bool {
    let is_date = |text: &str| {
        text.len() == 10 && text.split('-').all(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    match (word, value) {
        ("ANYTHING", _)
        | ("TEXT", Json::String(_))
        | ("BOOLEAN", Json::Bool(_))
        | ("null", Json::Null) => true,
        ("NUMBER", Json::Number(number)) => number.is_u64(),
        ("DATE", Json::String(text)) => is_date(text),
        ("TYPE", Json::String(text)) => {
            ["production", "development", "preview", "local"].contains(&text.as_str())
        }
        (word, Json::String(text)) => word == text && word.chars().all(|c| !c.is_uppercase()),
        _ => false,
    }
}

/// A repository with a package, whose vault has something for every command of the page to tell.
fn scene() -> Session {
    let session = Session::new();
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    git(&session, &["init", "-q"]);
    session.write(".env", "PORT=80\nEMPTY=\n");
    session.write(
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    session.write(
        "src/main.rs",
        "#[strongroom::secrets]\nstruct S { stripe_key: String, other: Option<String> }\n\
         #[strongroom::settings]\nstruct T { most_retries: u8 }\nfn main() {}\n",
    );
    let home = std::env::home_dir().unwrap_or_default();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let own = std::env::var_os(name);
        session.export(name, own.unwrap_or_else(|| home.join(folder).into_os_string()));
    }
    session
}

/// What happens between the first command of the page and the second.
fn furnish(session: &Session) {
    session.edit(|text| text.replacen("[holders", "[audit]\nlog = true\n\n[holders", 1));
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom key deposit").succeeds();
    for line in [
        "strongroom set --type local,dev,prod stripe_key --about text",
        "strongroom set --env staging stripe_key",
        "strongroom set --mine stripe_key",
        "strongroom set --deposit --type prod waiting_key",
        "strongroom set --deposit --type dev later_key",
    ] {
        session.typed(line).input(MARKER).run().succeeds();
    }
    session.write("mounted/stripe_key", MARKER);
    session.write("mounted/other_key", MARKER);
    session.write("mounted2/stripe_key", MARKER);
    session.run("strongroom store add helper --kind command -- cat mounted/{name}").succeeds();
    git(session, &["add", "strongroom.toml"]);
    git(session, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "vault"]);
    session.typed("strongroom set --type prod stripe_key").input("another").run().succeeds();
    session.run("strongroom holder add recovery --roster --out recovery.key").succeeds();
}

/// Makes the vault an older one than was seen here.
fn see_newer_keys(session: &Session) {
    let folder = session.home().join(".config/strongroom/generations");
    let seen = fs::read_dir(folder).expect("a folder").next().expect("a vault").expect("a file");
    fs::write(seen.path(), "local 99\n").expect("what was seen");
}

fn git(session: &Session, words: &[&str]) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    assert!(git.args(words).status().expect("git").success(), "{words:?}");
}

#[test]
fn every_form_on_the_page_is_what_the_command_prints() {
    if !is_installed("git", "the forms of docs/json.md") {
        return;
    }
    let (page, session) = (page(), scene());
    let mut is_furnished = false;
    for (command, form) in forms(&page) {
        if command.starts_with("strongroom key older") {
            see_newer_keys(&session);
        }
        let outcome = session.typed(command).input(MARKER).run();
        assert!(outcome.status_is_one_of(&[0, 1]), "{command}: {}", outcome.stderr);
        let json: Json = serde_json::from_str(&outcome.output())
            .unwrap_or_else(|error| panic!("{command}: {error}\n{}", outcome.output()));
        let differences = differences(&form, &json, "");
        assert!(differences.is_empty(), "{command}: {differences:#?}\n{json:#}");
        assert_ne!(json, Json::Array(Vec::new()), "{command} prints nothing to compare");
        if !is_furnished {
            furnish(&session);
            is_furnished = true;
        }
    }
}

#[test]
fn every_command_with_json_is_on_the_page() {
    let page = page();
    let session = Session::new();
    let mut found = 0;
    for command in commands_below(&session, "strongroom") {
        let help = session.run(&format!("{command} --help")).succeeds().output();
        if help.contains("--json") {
            found += 1;
            let is_there = page.lines().any(|line| {
                line.strip_prefix("## ")
                    .is_some_and(|line| line.starts_with(&format!("{command} ")))
            });
            assert!(is_there, "{command}");
        }
    }
    assert!(found > 10, "{found}");
}

/// All commands, those of `env` and its kind too.
pub fn commands_below(session: &Session, command: &str) -> Vec<String> {
    let help = session.run(&format!("{command} --help")).succeeds().output();
    let Some(list) = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next())
    else {
        return vec![command.to_owned()];
    };
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let below = names.filter(|name| !name.is_empty() && *name != "help");
    below.flat_map(|name| commands_below(session, &format!("{command} {name}"))).collect()
}

#[test]
fn what_is_not_described_is_noticed() {
    let form = serde_json::json!({ "name": "TEXT", "list": [{ "kind": "a | b" }], "set": "DATE" });
    let check = |value: Json| differences(&form, &value, "").join(", ");
    let good = serde_json::json!({ "name": "x", "list": [{ "kind": "a" }], "set": "2026-01-31" });
    assert_eq!(check(good), "");
    assert_eq!(
        check(serde_json::json!({ "name": 1, "list": [{ "kind": "c" }], "more": null })),
        ".set is not printed, .list[0].kind: \"c\" is not a | b, .more is not described, .name: 1 is not TEXT"
    );
}

#[test]
fn a_key_and_json_do_not_share_standard_output() {
    let session = Session::with_vault();
    session.run("strongroom holder add ci --type dev --json").shows(str![[r#"
[2]
--- stderr
error: the access key and the JSON would both be on standard output
       write the key to a file: --out FILE

"#]]);
    session.run("strongroom init --vault other.toml --key-file - --json").ends_with(2);
    assert!(!session.path("other.toml").exists());
}

#[test]
fn an_error_prints_no_json() {
    let session = Session::with_vault();
    let outcome = session.run("strongroom list nothing --json");
    outcome.ends_with(1).says("there is no secret `nothing`");
    assert_eq!(outcome.output(), "");
}
