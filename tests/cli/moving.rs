//! A project with a `.env` of 30 entries moves over as the guide says, and back.
//!
//! What it read before is what `dotenvy` makes of the file: not our own reader.

use std::collections::BTreeMap;

use snapbox::str;

use crate::session::Session;

const FILE: &str = include_str!("moving.env");

/// What is no secret, and stays where it is.
const SETTINGS: &str = "HOST,PORT,RUST_LOG,BASE_URL";

/// Values in which `dotenvy` puts variables; the vault keeps what stands there.
const EXPANDED: [&str; 2] = ["LEGACY_HASH", "GREETING"];

/// Values without a byte, which are not set.
const EMPTY: [&str; 2] = ["SENTRY_DSN", "SMTP_USER"];

fn project(file: &str) -> Session {
    let session = Session::with_vault();
    if let Some(cargo) = std::env::var_os("CARGO") {
        session.export("CARGO", cargo);
    }
    session.write(".env", file);
    session.write(".gitignore", ".env\n");
    session.write(
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    session.write("src/main.rs", "fn main() {}\n");
    session
}

fn moved() -> Session {
    let session = project(FILE);
    session.run(&format!("strongroom import .env --type local --except {SETTINGS}")).succeeds();
    session
}

/// What a program reads of a file through `dotenvy`.
fn read_before(file: &str) -> BTreeMap<String, String> {
    dotenvy::from_read_iter(file.as_bytes()).map(|entry| entry.expect("an entry")).collect()
}

/// What a program reads that `run` starts.
fn read_after(session: &Session) -> BTreeMap<String, String> {
    let printed = session.typed("strongroom run -- env -0").that_shows_secrets().run();
    let text = printed.succeeds().output();
    let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn the_project_reads_what_it_read_before() {
    let before = read_before(FILE);
    assert_eq!(before.len(), 30);
    let after = read_after(&moved());
    let settings: Vec<&str> = SETTINGS.split(',').collect();
    for (name, value) in &before {
        match name.as_str() {
            name if settings.contains(&name) || EMPTY.contains(&name) => {
                assert_eq!(after.get(name), None, "{name}");
            }
            name if EXPANDED.contains(&name) => assert_ne!(after.get(name), Some(value), "{name}"),
            name => assert!(after.get(name) == Some(value), "{name} differs"),
        }
    }
    assert_eq!(after["GREETING"], "Hello, ${NOBODY}!");
    assert_eq!(
        after["LEGACY_HASH"],
        "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
    );
}

#[test]
fn what_is_taken_over_skipped_and_left_to_do_is_said() {
    let session = project(FILE);
    let import = format!("strongroom import .env --type local --except {SETTINGS}");
    session.run(&import).shows(str![[r#"
[0]
--- stderr
local: 24 created, 2 skipped
skipped, because the value is empty: `SENTRY_DSN` and `SMTP_USER`
set it all the same with: --allow-empty
warning: readers of .env files do not agree about `LEGACY_HASH` (line 19), `PAGER_URL` (line 35), `TLS_PASSPHRASE` (line 37), `GREETING` (line 45)
         look at what was read here with: strongroom get --type local LEGACY_HASH
.env still holds the values in clear: delete it once nothing needs it

"#]]);
}

#[test]
fn a_name_that_stands_twice_stops_everything() {
    let session = project(&format!("{FILE}SMTP_PORT=2525\n"));
    let before = session.read("strongroom.toml");
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: .env:46:1: `SMTP_PORT` stands twice, first at line 41, column 1: keep one of the two
       nothing was changed

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn the_struct_that_the_guide_asks_for_has_all_of_its_values() {
    let session = moved();
    let fields: String = read_before(FILE)
        .keys()
        .filter(|name| !SETTINGS.split(',').any(|setting| setting == *name))
        .map(|name| match name.as_str() {
            "DATABASE_POOL_SIZE" | "SMTP_PORT" => format!("    {}: u32,\n", name.to_lowercase()),
            empty if EMPTY.contains(&empty) => {
                format!("    {}: Option<String>,\n", empty.to_lowercase())
            }
            name => format!("    {}: String,\n", name.to_lowercase()),
        })
        .collect();
    let source =
        format!("#[strongroom::secrets]\nstruct Secrets {{\n{fields}}}\n\nfn main() {{}}\n");
    session.write("src/main.rs", source);
    let checked = session.run("strongroom check");
    checked.succeeds().says("26 declared, 0 missing for `local`");
    assert!(!checked.output().contains("not declared"), "{}", checked.output());
}

#[test]
fn the_way_back_gives_the_same_values() {
    let session = moved();
    let inside = read_after(&session);
    session.run("strongroom export --type local --format dotenv --out back.env").succeeds();
    let back = read_before(&session.read("back.env"));
    assert_eq!(back.len(), 24);
    for (name, value) in &back {
        assert!(inside.get(name) == Some(value), "{name} differs");
    }
}
