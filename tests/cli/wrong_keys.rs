//! Keys that are wrong, each in its own way and with its own words; and keys that are too old.

use std::fs;

use snapbox::str;

use crate::session::{MARKER, Session};

const GET: &str = "strongroom get github_api_token";
const PASSPHRASE: &str = "MARKER-5f1e correct horse";

fn without_kept_key() -> (Session, String) {
    let session = Session::with_secret();
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    fs::remove_file(session.kept_key("owner")).expect("a key");
    (session, key)
}

#[test]
fn no_key_lists_every_place_and_who_could_help() {
    let (session, _) = without_kept_key();
    session.run(GET).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home/.config/strongroom/keys (no key for this vault)
       get one from a holder (owner), who types: strongroom holder add NAME --type local
       then keep it with: strongroom key add

"#]]);
    session.typed("strongroom set --type prod x").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: no key for `production` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home/.config/strongroom/keys (no key for this vault)
       get one from a holder (owner), who types: strongroom holder add NAME --type production
       then keep it with: strongroom key add

"#]]);
    session.run("strongroom holder add ci --type dev").shows(str![[r#"
[3]
--- stderr
error: no key for the roster here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home/.config/strongroom/keys (no key for this vault)
       get one from a holder (owner), who types: strongroom holder add NAME --roster
       then keep it with: strongroom key add

"#]]);
    session
        .typed(GET)
        .variable("CREDENTIALS_DIRECTORY", "/nowhere")
        .variable("HOME", "relative")
        .run()
        .shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), /nowhere/strongroom.key (not there), STRONGROOM_PASSPHRASE (not set), a configuration folder (HOME is not set)
       get one from a holder (owner), who types: strongroom holder add NAME --type local
       then keep it with: strongroom key add

"#]]);
}

/// The user's entry in `/etc/passwd` has a home all the same, and nobody said that it is meant.
#[cfg(unix)]
#[test]
fn without_home_no_other_folder_is_taken_for_it() {
    let session = Session::with_secret();
    for home in [None, Some("")] {
        let mut command = session.command();
        match home {
            None => command.env_remove("HOME"),
            Some(home) => command.env("HOME", home),
        };
        let output = command.args(GET.split(' ').skip(1)).output().expect("the command");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("a configuration folder (HOME is not set)\n"), "{said}");
    }
}

#[test]
fn a_mistyped_or_truncated_key_is_told_from_a_wrong_one() {
    let (session, key) = without_kept_key();
    let with = |key: &str| session.typed(GET).variable("STRONGROOM_KEY", key).run();
    let mut mistyped = key.trim().to_owned();
    let last = if mistyped.ends_with('a') { 'b' } else { 'a' };
    mistyped.pop();
    mistyped.push(last);
    with(&mistyped).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the access key is mistyped: its checksum does not fit
       read from: STRONGROOM_KEY

"#]]);
    with(&key[..40]).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the access key is truncated or mistyped: 25 characters follow `strongroom_key_`, not 64
       read from: STRONGROOM_KEY

"#]]);
    with("hunter2").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: not an access key: one begins with `strongroom_key_`
       read from: STRONGROOM_KEY

"#]]);
    let (_, foreign) = without_kept_key();
    with(&foreign).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the access key is one of another vault
       check which vault is meant (STRONGROOM_VAULT), or get a key of this one from a holder
       read from: STRONGROOM_KEY

"#]]);
}

#[test]
fn a_key_whose_holder_is_gone_is_wrong() {
    let (session, key) = without_kept_key();
    session.typed("strongroom list").run().succeeds();
    session.edit(|vault| {
        vault.replace("[holders.owner]", "[holders.other]").replace("\nowner = ", "\nother = ")
    });
    session.typed(GET).variable("STRONGROOM_KEY", key).run().shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the access key opens nothing in this vault: it is a wrong one, or its holder was removed
       ask a holder for a new one: strongroom holder add NAME --type TYPE --access-key
       read from: STRONGROOM_KEY

"#]]);
}

#[test]
fn a_key_without_a_grant_says_who_could_open_it() {
    let session = Session::with_secret();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session.typed(GET).variable("STRONGROOM_KEY_FILE", "ci.key").run().shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the key of `ci` has no grant for `local`; it opens development
       who could open it: owner
       read from: ci.key

"#]]);
    session.typed(GET).variable("STRONGROOM_KEY_FILE", "nowhere.key").run().shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: cannot read the key: No such file or directory (os error 2)
       read from: nowhere.key

"#]]);
}

#[test]
fn a_wrong_passphrase_names_the_holders_that_were_tried() {
    let session = Session::new();
    session.typed("strongroom init --passphrase").input(PASSPHRASE).run().succeeds();
    session
        .typed("strongroom set --type local github_api_token")
        .input(MARKER)
        .variable("STRONGROOM_PASSPHRASE", PASSPHRASE)
        .run()
        .succeeds();
    let with = |holder: &str| {
        session
            .typed(GET)
            .variable("STRONGROOM_PASSPHRASE", "MARKER-5f1e wrong horse")
            .variable("STRONGROOM_HOLDER", holder)
            .run()
    };
    with("").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: wrong passphrase: it is not that of owner
       read from: STRONGROOM_PASSPHRASE

"#]]);
    with("nobody").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the vault has no holder `nobody`
       holders: owner
       read from: STRONGROOM_PASSPHRASE

"#]]);
    session.run(GET).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home/.config/strongroom/keys (no key for this vault)
       get one from a holder (owner), who types: strongroom holder add NAME --type local
       then keep it with: strongroom key add
       or give the passphrase of owner in STRONGROOM_PASSPHRASE

"#]]);
}

#[test]
fn a_grant_that_was_altered_or_moved_does_not_open() {
    let session = Session::with_secret();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    let vault = session.read("strongroom.toml");
    let grant = |holder: &str, table: &str| {
        let table = vault.split(&format!("[keys.{table}]\n")).nth(1).expect("a table");
        let line =
            table.lines().find(|line| line.starts_with(&format!("{holder} = "))).expect("a grant");
        line.to_owned()
    };
    let (local, dev) = (grant("owner", "local"), grant("owner", "development"));
    // Of another type.
    session.write("strongroom.toml", vault.replace(&local, &dev));
    session.run(GET).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the grant of `owner` for `local` was altered: it does not open
       restore [keys.local] from git
       read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
    session.run("strongroom check").ends_with(3);
    // Of another holder.
    let theirs = grant("ci", "development").replace("ci = ", "owner = ");
    session.write("strongroom.toml", vault.replace(&dev, &theirs));
    session.run("strongroom get --type dev github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: the grant of `owner` for `development` was altered: it does not open
       restore [keys.development] from git
       read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
    // One character.
    let at = 60;
    let changed = if &local[at..=at] == "A" { "B" } else { "A" };
    let altered = format!("{}{changed}{}", &local[..at], &local[at + 1..]);
    session.write("strongroom.toml", vault.replace(&local, &altered));
    session.run(GET).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the grant of `owner` for `local` was altered: it does not open
       restore [keys.local] from git
       read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
}

#[test]
fn a_value_that_was_altered_or_moved_does_not_open() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type local").succeeds();
    let vault = session.read("strongroom.toml");
    let line =
        vault.lines().find(|line| line.starts_with("local = {")).expect("a value").to_owned();
    let expect_altered = |changed: String| {
        assert_ne!(changed, vault);
        session.write("strongroom.toml", changed);
        session.run(GET).ends_with(3).says("altered");
    };
    for at in [70, 90, 100, line.len() - 5] {
        let digit = if &line[at..=at] == "A" { "B" } else { "A" };
        expect_altered(vault.replace(&line, &format!("{}{digit}{}", &line[..at], &line[at + 1..])));
    }
    expect_altered(vault.replace(&line, &line.replace("version = 1", "version = 2")));
    let moved = vault.replace("[secrets.github_api_token]", "[secrets.GitHubAPIToken]");
    session.write("strongroom.toml", moved);
    session.run(GET).shows(str![[r#"
[3]
--- stderr
error: cannot open `GitHubAPIToken` for `local`: altered: it does not open at this place with this key
       restore the line from git, or set it again with: strongroom set --type local GitHubAPIToken

"#]]);
    session.write("strongroom.toml", vault.replace(&line, &line.replace("local = ", "staging = ")));
    session.run("strongroom get --env staging github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `staging`: altered: it does not open at this place with this key
       restore the line from git, or set it again with: strongroom set --env staging github_api_token

"#]]);
}

#[test]
fn keys_that_were_rolled_back_are_refused() {
    let session = Session::with_secret();
    let seen = session.home().join(".config/strongroom/generations");
    let seen =
        fs::read_dir(seen).expect("what was seen").next().expect("a vault").expect("a file").path();
    assert_eq!(
        fs::read_to_string(&seen).expect("text"),
        "production 1\ndevelopment 1\npreview 1\nlocal 1\n"
    );
    fs::write(&seen, "local 2\n").expect("a file");
    session.run(GET).shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the keys were rolled back: the data key of `local` was seen with generation 2, and the vault has 1
       either a rotation was thrown away, or this is an older branch, or somebody put an older vault in its place
       see which, and take the older key if it is meant: strongroom key older
       if nobody here did that: find out who (git log -p strongroom.toml), and restore the newer one

"#]]);
    session.typed("strongroom set --type local x").input(MARKER).run().ends_with(3);
    // Also where the key of another type, which is opened first, is as it was.
    session.typed("strongroom set --type production,local x").input(MARKER).run().ends_with(3);
    session.run("strongroom check --type production --type local").ends_with(3);
    session.run("strongroom run -- true").ends_with(3);
    session.run("strongroom check").ends_with(3);
    session.run("strongroom holder add ci --type dev").ends_with(3);
    session
        .typed("strongroom get --type dev github_api_token")
        .that_shows_secrets()
        .run()
        .succeeds();
}
