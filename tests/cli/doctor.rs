//! `strongroom doctor`: what is found and what is not, and what to do.

use std::fs;
use std::process::Command;

use serde_json::Value as Json;
use snapbox::str;

use crate::session::{Session, is_installed};
#[cfg(unix)]
use crate::session::{is_root, set_mode};

/// What `doctor --json` found: state, what it is about, what was found, and what to do, in one line each.
fn findings(session: &Session, line: &str, status: i32) -> Vec<String> {
    let json: Json =
        serde_json::from_str(&session.run(line).ends_with(status).output()).expect("JSON");
    assert_eq!(json["well"], Json::from(status == 0));
    let text = |finding: &Json, key: &str| finding[key].as_str().unwrap_or("").to_owned();
    let all = json["findings"].as_array().expect("findings");
    let line = |finding: &Json| {
        let [state, about, found, then] =
            ["state", "about", "found", "then"].map(|key| text(finding, key));
        session.redacted(&format!("{state} {about}: {found} > {then}"))
    };
    all.iter().map(line).collect()
}

#[track_caller]
fn finds(session: &Session, expected: &str) {
    let all = findings(session, "strongroom doctor --json", 1);
    assert!(all.iter().any(|line| line.starts_with(expected)), "{expected}\nis not in {all:#?}");
}

/// A vault that nothing is wrong with, committed to a real repository.
fn healthy() -> Option<Session> {
    if !is_installed("git", "what doctor says of git") {
        return None;
    }
    let session = Session::new();
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    git(&session, &["init", "-q"]);
    session.run("strongroom init").succeeds();
    session.run("strongroom holder add recovery --roster --out ../recovery.key").succeeds();
    git(&session, &["add", "strongroom.toml", ".gitignore"]);
    Some(session)
}

fn git(session: &Session, words: &[&str]) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    assert!(git.args(words).status().expect("git").success(), "{words:?}");
}

#[test]
fn without_anything_it_says_what_to_do_first() {
    let session = Session::new();
    session.typed("strongroom doctor").variable("PATH", "").run().shows(str![[r#"
[1]
state    about          found
ok       version        strongroom 0.1.0
problem  vault          no strongroom.toml found
                        looked in: [ROOT]/work
                        make one with: strongroom init, or name one with: --vault FILE
ok       environment    local: STRONGROOM_ENV is not set
ok       key variables  no variable gives one
ok       kept keys      [ROOT]/home/.config/strongroom/keys
warning  git            [ROOT]/work is a repository, and git is not on the PATH
                        install git: `strongroom diff` needs it
ok       cargo          no cargo on the PATH: nothing is built here
ok       cargo          no rustc on the PATH: nothing is built here
ok       editor         neither VISUAL nor EDITOR is set
ok       terminal       none here: values come from standard input and files
ok       core dumps     none of this command
--- stderr

1 problem, 1 warning

"#]]);
}

#[test]
fn a_new_vault_wants_a_second_holder() {
    let session = Session::with_secret();
    session.typed("strongroom doctor").variable("PATH", "").run().shows(str![[r#"
[1]
state    about          found
ok       version        strongroom 0.1.0
ok       vault          [ROOT]/work/strongroom.toml (found from this folder upwards)
                        format 1, 1 secret, 1462 bytes, id [ID]
ok       permissions    nobody else can write the vault
warning  holders        one holder alone can open everything
                        make a second one: strongroom holder add recovery --roster --passphrase
ok       environment    local: STRONGROOM_ENV is not set
ok       key variables  no variable gives one
ok       kept keys      [ROOT]/home/.config/strongroom/keys
ok       key            that of `owner` opens everything, from [ROOT]/home/.config/strongroom/keys/[ID]/owner.key
ok       kept keys      [ROOT]/home/.config/strongroom/keys/[ID]/owner.key (access key) opens everything
warning  git            [ROOT]/work is a repository, and git is not on the PATH
                        install git: `strongroom diff` needs it
ok       cargo          no cargo on the PATH: nothing is built here
ok       cargo          no rustc on the PATH: nothing is built here
ok       editor         neither VISUAL nor EDITOR is set
ok       terminal       none here: values come from standard input and files
ok       core dumps     none of this command
--- stderr

2 warnings

"#]]);
}

#[test]
fn where_all_is_well_the_status_says_so() {
    let Some(session) = healthy() else { return };
    session.export("CARGO_HOME", session.path("../none"));
    session.export("RUSTUP_HOME", rustup_home());
    let all = findings(&session, "strongroom doctor --json", 0);
    assert!(all.iter().all(|line| line.starts_with("ok ")), "{all:#?}");
    assert!(all.contains(&"ok git: the vault is tracked > ".to_owned()), "{all:#?}");
    assert!(all.contains(&"ok holders: 2 holders can open everything > ".to_owned()), "{all:#?}");
    session.run("strongroom doctor").says("all is well");
}

#[test]
fn stores_that_this_machine_cannot_ask_are_said_with_what_to_do() {
    let session = crate::stores::linked();
    session.run("strongroom store add op --kind command -- op read '{name}'").succeeds();
    session.run("strongroom store add far --kind directory --path far").succeeds();
    session.run("strongroom store add cluster --kind kubernetes").succeeds();
    let vault = session.read("strongroom.toml");
    let broken = vault.replace("path = \"far\"", "pth = \"far\"");
    session.write("strongroom.toml", broken);
    finds(&session, "ok stores: mounted, of the kind directory > ");
    finds(
        &session,
        "warning stores: op: the store runs a command, and nobody allowed that on this machine > \
         look at what it would run, and allow it with: strongroom store allow op",
    );
    let cluster = "ok stores: cluster, of the kind kubernetes";
    finds(&session, cluster);
    #[cfg(not(feature = "kubernetes"))]
    finds(&session, &format!("{cluster}, which this command cannot ask > "));
    // No value is there yet.
    finds(
        &session,
        "warning stores: far: the store is not declared well: it needs the setting `path`",
    );
    let vault = session.read("strongroom.toml").replace("path = \"mounted\"", "pth = \"mounted\"");
    session.write("strongroom.toml", vault);
    finds(
        &session,
        "problem stores: mounted: the store is not declared well: it needs the setting `path`",
    );
}

/// Where rustup keeps the compilers, for a session with another home.
fn rustup_home() -> std::ffi::OsString {
    let home = std::env::home_dir().unwrap_or_default().join(".rustup");
    std::env::var_os("RUSTUP_HOME").unwrap_or_else(|| home.into_os_string())
}

#[test]
fn git_is_asked_about_the_vault_and_about_keys() {
    let Some(session) = healthy() else { return };
    git(&session, &["rm", "-q", "--cached", "strongroom.toml"]);
    finds(&session, "warning git: the vault is not committed > commit it: git add strongroom.toml");
    session.write(".gitignore", "*.toml\n");
    finds(&session, "problem git: the vault is ignored");
    session.write(".gitignore", "");
    finds(&session, "warning git: strongroom.mine.toml is not ignored > add this line");
    fs::copy(session.kept_key("owner"), session.path("a.key")).expect("a copy");
    git(&session, &["add", "a.key"]);
    finds(&session, "problem git: git tracks a.key, which holds an access key > take it out:");
    session.export("STRONGROOM_KEY_FILE", "a.key");
    finds(&session, "problem key variables: git tracks a.key, which holds a key > take it out:");
}

#[test]
fn a_clone_that_is_not_set_up_is_said_to_be_none_where_the_line_is_there() {
    let Some(session) = healthy() else { return };
    session.export("CARGO_HOME", session.path("../none"));
    session.export("RUSTUP_HOME", rustup_home());
    let all = findings(&session, "strongroom doctor --json", 0);
    assert!(!all.iter().any(|line| line.contains("set up")), "{all:#?}");
    session.write(".gitattributes", "/strongroom.toml merge=strongroom diff=strongroom\n");
    finds(
        &session,
        "warning git: not set up in this clone: merge driver, readable diffs, scan before each commit \
         > set up what is missing with: strongroom git install",
    );
    session.run("strongroom git install --no-hook").succeeds();
    finds(&session, "warning git: not set up in this clone: scan before each commit >");
    session.run("strongroom git install").succeeds();
    let all = findings(&session, "strongroom doctor --json", 0);
    let said = "ok git: it merges, shows and scans for the vault in this clone > ";
    assert!(all.contains(&said.to_owned()), "{all:#?}");
}

#[test]
fn values_that_a_removed_holder_knows_and_those_of_another_key_are_not_well() {
    let Some(session) = healthy() else { return };
    session.typed("strongroom set --type dev,local token").input("MARKER-5f1e").run().succeeds();
    let before = session.read("strongroom.toml");
    session.run("strongroom holder add guest --type dev --out ../guest.key").succeeds();
    session.run("strongroom holder remove guest --yes").succeeds();
    finds(
        &session,
        "warning values: known to holders who were removed: token (development) > change each where it",
    );
    let line = |text: &str| {
        let mut lines = text.lines().filter(|line| line.starts_with("development = { version"));
        lines.next_back().expect("a value").to_owned()
    };
    let now = session.read("strongroom.toml");
    session.write("strongroom.toml", now.replace(&line(&now), &line(&before)));
    finds(
        &session,
        "problem values: under another data key, and so not counted: token (development) > look who set each",
    );
}

#[test]
fn what_cargo_sets_is_compared_with_what_the_command_uses() {
    let session = Session::with_vault();
    session.run("strongroom --vault other.toml init").succeeds();
    let set = |text: &str| session.write(".cargo/config.toml", format!("[env]\n{text}\n"));
    set("STRONGROOM_VAULT = { value = \"strongroom.toml\", relative = true }");
    finds(&session, "ok build: [ROOT]/work/.cargo/config.toml sets STRONGROOM_VAULT: builds look");
    set("STRONGROOM_VAULT = { value = \"other.toml\", relative = true }");
    finds(&session, "warning build: [ROOT]/work/.cargo/config.toml sets STRONGROOM_VAULT: builds");
    set("STRONGROOM_VAULT = \"/nowhere/strongroom.toml\"");
    finds(&session, "problem build: [ROOT]/work/.cargo/config.toml sets STRONGROOM_VAULT to a");
    set("STRONGROOM_ENV = \"dev\"");
    finds(&session, "ok environment: development, for cargo, from [ROOT]/work/.cargo");
    set("STRONGROOM_ENV = \"devel\"");
    finds(&session, "problem environment: for cargo, from [ROOT]/work/.cargo/config.toml: unknown");
    session.write(".cargo/config.toml", "[env\n");
    finds(&session, "problem build: [ROOT]/work/.cargo/config.toml is not TOML");
}

#[test]
fn the_environment_says_where_it_came_from() {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    finds(&session, "ok environment: local: STRONGROOM_ENV is not set");
    session.export("STRONGROOM_ENV", "staging");
    finds(&session, "ok environment: staging, of the type development, from STRONGROOM_ENV");
    session.export("STRONGROOM_ENV", "stagin");
    finds(&session, "problem environment: from STRONGROOM_ENV: unknown environment `stagin`");
}

#[test]
fn keys_are_said_by_what_they_open() {
    let session = Session::with_vault();
    finds(&session, "ok key: that of `owner` opens everything, from [ROOT]/home/.config");
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session.export("STRONGROOM_KEY", "\n");
    finds(&session, "ok key variables: STRONGROOM_KEY is set, but empty");
    session.export("STRONGROOM_KEY_FILE", "ci.key");
    finds(&session, "ok key variables: STRONGROOM_KEY_FILE is set");
    finds(&session, "ok key: that of `ci` opens `development`, from ci.key");
    session.export("STRONGROOM_KEY_FILE", "nowhere.key");
    finds(&session, "problem key: cannot read the key");
    session.forget("STRONGROOM_KEY_FILE");
    session.forget("STRONGROOM_KEY");
    session.export("STRONGROOM_KEY", "nonsense");
    finds(&session, "problem key: not an access key");
    session.forget("STRONGROOM_KEY");
    session.run("strongroom key remove owner --yes").succeeds();
    finds(&session, "warning key: none for this vault here");
}

#[test]
fn a_vault_with_a_passphrase_needs_no_key_here() {
    let session = Session::new();
    session
        .typed("strongroom init --passphrase")
        .input("MARKER-5f1e correct horse")
        .run()
        .succeeds();
    finds(&session, "ok key: none here: a command asks for the passphrase of owner");
}

#[test]
fn faults_of_the_vault_are_shown_with_their_line() {
    let session = Session::with_vault();
    let whole = session.read("strongroom.toml");
    session.write("strongroom.toml", "[strongroom\n");
    finds(&session, "problem vault: cannot use the vault [ROOT]/work/strongroom.toml:1:");
    session.write("strongroom.toml", [0xff, 0xfe]);
    finds(&session, "problem vault: cannot use the vault [ROOT]/work/strongroom.toml");
    session.write("strongroom.toml", whole.replace("format = 1", "format = 2"));
    finds(&session, "problem vault: cannot use the vault [ROOT]/work/strongroom.toml");
    session.write("strongroom.toml", &whole);
    session.write(".strongroom.toml.new", "half");
    finds(&session, "warning vault: .strongroom.toml.new is left of a save");
    session.write("strongroom.mine.toml", "[secrets\n");
    finds(
        &session,
        "problem own values: cannot use your own values in [ROOT]/work/strongroom.mine.toml:1:9",
    );
}

#[cfg(unix)]
#[test]
fn modes_are_looked_at() {
    let session = Session::with_vault();
    let vault = session.path("strongroom.toml");
    set_mode(&vault, 0o666);
    finds(&session, "problem permissions: others can write the vault");
    set_mode(&vault, 0o444);
    finds(&session, "warning permissions: the vault is read-only");
    set_mode(&vault, 0o644);
    set_mode(&session.kept_key("owner"), 0o644);
    finds(&session, "problem kept keys: others can read the key in [ROOT]/home");
    if is_root() {
        std::os::unix::fs::chown(&vault, Some(4242), None).expect("another owner");
        finds(&session, "warning permissions: the vault belongs to another user, 4242");
    }
}

#[test]
fn an_editor_that_is_not_there_is_noticed() {
    let session = Session::with_vault();
    finds(&session, "ok editor: neither VISUAL nor EDITOR is set");
    session.export("EDITOR", "no-such-editor --wait");
    finds(&session, "warning editor: `no-such-editor`, from EDITOR, is not on the PATH");
    session.export("VISUAL", "git");
    finds(&session, "ok editor: git, from VISUAL");
}

#[test]
fn old_keys_that_somebody_put_back_are_noticed() {
    let session = Session::with_vault();
    session.run("strongroom get nothing").ends_with(1);
    let folder = session.home().join(".config/strongroom/generations");
    let file = fs::read_dir(&folder).expect("a folder").next().expect("a file").expect("a file");
    fs::write(file.path(), "production 7\n").expect("a file");
    finds(&session, "problem generations: the keys were rolled back");
}
