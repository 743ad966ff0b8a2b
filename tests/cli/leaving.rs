//! Removing a holder and rotating keys, as typed.

use std::collections::BTreeSet;
use std::fs;

use snapbox::str;

use crate::session::{MARKER, Session, is_installed};

/// A vault with values for three types; `guest` opens development and local, `ci` production.
fn team() -> Session {
    let session = Session::with_secret();
    let set = session.typed("strongroom set --type prod stripe_key").input(MARKER);
    set.run().succeeds();
    session.run("strongroom holder add guest --type dev,local --out guest.key").succeeds();
    session.run("strongroom holder add ci --type prod --out ci.key").succeeds();
    session
}

fn get(session: &Session, key: &str, kind: &str, name: &str) -> Result<String, String> {
    if key.is_empty() {
        session.forget("STRONGROOM_KEY_FILE");
    } else {
        session.export("STRONGROOM_KEY_FILE", session.path(key).into_os_string());
    }
    let get = session.typed(&format!("strongroom get --type {kind} {name}"));
    let outcome = get.that_shows_secrets().run();
    session.forget("STRONGROOM_KEY_FILE");
    if outcome.status_is_one_of(&[0]) { Ok(outcome.output()) } else { Err(outcome.stderr.clone()) }
}

#[test]
fn whoever_is_removed_opens_nothing_more_and_what_they_know_is_listed() {
    let session = team();
    session.run("strongroom holder remove guest --yes").shows(str![[r#"
[0]
development
  [ ] github_api_token
local
  [ ] github_api_token
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
removed the holder `guest`
new data keys for `development` and `local`; values sealed again: 2
`guest` knows what is listed, and git's history keeps it: change each where it came from, and set it again
machines that do not remember which keys they saw (CI, containers) would still take an older vault:
give them new access keys with: strongroom key rotate --rekey --keys-to FOLDER
commit strongroom.toml now, and let everybody pull it

"#]]);
    assert!(get(&session, "guest.key", "local", "github_api_token").is_err());
    assert!(get(&session, "", "local", "github_api_token").is_ok());
    assert!(get(&session, "ci.key", "prod", "stripe_key").is_ok());
    session.run("strongroom check --type local").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
1 value opens
warning: `guest` was removed on [DATE....] and still knows 2 values
         list them with: strongroom holder known guest
         change each where it came from, then: strongroom set

"#]]);
    session
        .typed("strongroom set --type local,dev github_api_token")
        .input(format!("{MARKER}-new"))
        .run()
        .succeeds();
    session.run("strongroom check --type local").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
1 value opens

"#]]);
    session.run("strongroom holder add guest --type dev --out again.key").shows(str![[r#"
[2]
--- stderr
error: a holder `guest` was removed on [DATE....], and old lines of that name may come back with a merge
       take another name, or say that it is meant: --again

"#]]);
    session.run("strongroom holder add guest --type dev --out again.key --again").succeeds();
    assert!(get(&session, "again.key", "dev", "github_api_token").is_ok());
}

#[test]
fn nobody_is_removed_without_a_yes() {
    let session = team();
    let before = session.read("strongroom.toml");
    session.run("strongroom holder remove guest").shows(str![[r#"
[2]
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
error: no terminal to ask at
       do it without a question: --yes

"#]]);
    session.run("strongroom holder remove nobody --yes").shows(str![[r#"
[2]
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
error: there is no holder `nobody`
       see: strongroom holder list

"#]]);
    session.run("strongroom holder remove owner --yes").shows(str![[r#"
[3]
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
error: `owner` is the last holder of the roster key: nobody could add holders any more
       add another one first: strongroom holder add NAME --roster

"#]]);
    session.run("strongroom holder remove guest --type prod --yes").shows(str![[r#"
[2]
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
error: `guest` has no grant for `production`
       see: strongroom holder list

"#]]);
    session.export("STRONGROOM_KEY_FILE", session.path("guest.key").into_os_string());
    session.run("strongroom holder remove ci --yes").shows(str![[r#"
[3]
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
error: the key of `guest` does not open the roster
       ask one of those who have it: owner
       read from: [ROOT]/work/guest.key

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn one_type_is_taken_away_and_given_again() {
    let session = team();
    session.run("strongroom holder remove guest --type dev --yes").shows(str![[r#"
[0]
development
  [ ] github_api_token
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
`guest` opens `development` no more
new data keys for `development`; values sealed again: 1
`guest` knows what is listed, and git's history keeps it: change each where it came from, and set it again
machines that do not remember which keys they saw (CI, containers) would still take an older vault:
give them new access keys with: strongroom key rotate --rekey --keys-to FOLDER
commit strongroom.toml now, and let everybody pull it

"#]]);
    assert!(get(&session, "guest.key", "dev", "github_api_token").is_err());
    assert!(get(&session, "guest.key", "local", "github_api_token").is_ok());
    session.run("strongroom holder grant guest --type dev,prod").shows(str![[r#"
[0]
--- stderr
`guest` opens `development` and `production` now
commit strongroom.toml, so that the holder can open it

"#]]);
    assert!(get(&session, "guest.key", "dev", "github_api_token").is_ok());
    assert!(get(&session, "guest.key", "prod", "stripe_key").is_ok());
}

#[test]
fn after_a_rotation_nobody_has_to_do_anything() {
    let session = team();
    session.run("strongroom key rotate --yes").shows(str![[r#"
[0]
--- stderr
new data keys for `production`, `development`, `preview` and `local`; values sealed again: 3
commit strongroom.toml now, and let everybody pull it

"#]]);
    assert!(get(&session, "ci.key", "prod", "stripe_key").is_ok());
    assert!(get(&session, "guest.key", "dev", "github_api_token").is_ok());
    assert!(get(&session, "", "dev", "github_api_token").is_ok());
    let generations = session.home().join(".config/strongroom/generations");
    let file =
        fs::read_dir(generations).expect("a folder").next().expect("a vault").expect("a file");
    let seen = fs::read_to_string(file.path()).expect("a file");
    assert_eq!(seen, "production 2\ndevelopment 2\npreview 2\nlocal 2\n");
}

#[test]
fn new_access_keys_close_the_older_vault_to_machines_without_a_memory() {
    let session = team();
    let older = session.read("strongroom.toml");
    session.run("strongroom key rotate --rekey --yes").shows(str![[r#"
[2]
--- stderr
error: new access keys are made for `ci` and `guest`: where do they go?
       write them to files with: --keys-to FOLDER

"#]]);
    let rotate = session.run("strongroom key rotate --rekey --yes --keys-to new");
    rotate.shows(str![[r#"
[0]
--- stderr
warning: new/ci.key lies in a git repository: move it to where it is used, and never commit it
warning: new/guest.key lies in a git repository: move it to where it is used, and never commit it
new data keys for `production`, `development`, `preview` and `local`; values sealed again: 3
the new access key of `ci` is in new/ci.key
the new access key of `guest` is in new/guest.key
your own kept key is another one now: back it up; the old one is kept beside it, as NAME~previous.key
commit strongroom.toml now, and let everybody pull it

"#]]);
    assert!(get(&session, "ci.key", "prod", "stripe_key").is_err());
    assert!(get(&session, "new/ci.key", "prod", "stripe_key").is_ok());
    assert!(get(&session, "new/guest.key", "dev", "github_api_token").is_ok());
    assert!(get(&session, "", "dev", "github_api_token").is_ok());
    session.write("strongroom.toml", older);
    assert!(get(&session, "new/ci.key", "prod", "stripe_key").is_err());
}

#[test]
fn removing_who_had_everything_makes_everything_new() {
    let session = team();
    session.run("strongroom holder add second --roster --out second.key").succeeds();
    let add = session.typed("strongroom holder add paper --roster --passphrase");
    add.input(format!("{MARKER} correct horse battery")).run().succeeds();
    let removed = session.run("strongroom holder remove second --yes --keys-to new");
    removed.shows(str![[r#"
[0]
production
  [ ] stripe_key
development
  [ ] github_api_token
local
  [ ] github_api_token
--- stderr
warning: there is no git here, so lines that were deleted before do not show
         if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate
warning: new/ci.key lies in a git repository: move it to where it is used, and never commit it
warning: new/guest.key lies in a git repository: move it to where it is used, and never commit it
removed the holder `second`
new data keys for `production`, `development`, `preview` and `local`; values sealed again: 3
the new access key of `ci` is in new/ci.key
the new access key of `guest` is in new/guest.key
your own kept key is another one now: back it up; the old one is kept beside it, as NAME~previous.key
dropped, since nobody but they know their passphrases: `paper`
add each again: strongroom holder add NAME --passphrase
`second` knows what is listed, and git's history keeps it: change each where it came from, and set it again
commit strongroom.toml now, and let everybody pull it

"#]]);
    for (key, kind, name) in [
        ("new/ci.key", "prod", "stripe_key"),
        ("new/guest.key", "local", "github_api_token"),
        ("", "prod", "stripe_key"),
    ] {
        assert!(get(&session, key, kind, name).is_ok(), "{key}");
    }
    for key in ["second.key", "ci.key", "guest.key"] {
        assert!(get(&session, key, "local", "github_api_token").is_err(), "{key}");
    }
    session.run("strongroom holder add third --type dev --out third.key").succeeds();
}

#[test]
fn a_value_that_a_merge_left_under_the_previous_key_is_named_and_sealed_again() {
    let session = team();
    let line = |text: &str| {
        let table = text.split("[secrets.github_api_token]\n").nth(1).expect("a table");
        table.lines().find(|line| line.starts_with("local")).expect("a line").to_owned()
    };
    let before = line(&session.read("strongroom.toml"));
    session.run("strongroom key rotate --type local --yes").succeeds();
    let after = line(&session.read("strongroom.toml"));
    session.replace(&after, &before);
    let refused = get(&session, "", "local", "github_api_token").expect_err("under another key");
    snapbox::assert_data_eq!(
        refused,
        str![[r#"
error: cannot open `github_api_token` for `local`: sealed under another data key (a merge with a rotation, or an edited [environments])
       look who set it, then seal it again: strongroom reseal github_api_token
       or set another value with: strongroom set --type local github_api_token

"#]]
    );
    session.run("strongroom key rotate --type local --yes").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: sealed under another data key
       look who wrote the line, then seal it again: strongroom reseal github_api_token

"#]]);
    session.run("strongroom reseal").shows(str![[r#"
[2]
--- stderr
github_api_token for local, version 1, lies under another data key
  from      unknown: git does not keep this vault
whoever was removed could have made it, and an author's name in git is what the author wrote
error: no terminal to ask at
       do it without a question: --yes

"#]]);
    session.run("strongroom reseal --yes").shows(str![[r#"
[0]
--- stderr
sealed github_api_token for local again, version 1
commit strongroom.toml, so that it counts for everybody

"#]]);
    assert!(get(&session, "", "local", "github_api_token").is_ok());
    session.run("strongroom reseal").shows(str![[r#"
[0]
--- stderr
every value lies under the current data key of its type

"#]]);
}

#[test]
fn a_line_that_was_deleted_before_the_removal_is_found_in_gits_history() {
    if !is_installed("git", "removing a holder whose lines were deleted") {
        return;
    }
    let session = team();
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    let git = |words: &[&str]| {
        let mut git = std::process::Command::new("git");
        session.set_up(&mut git);
        git.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(words);
        assert!(git.status().expect("git").success(), "{words:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "strongroom.toml"]);
    git(&["commit", "-qm", "a vault"]);
    session.edit(|text| {
        let (head, rest) = text.split_once("[keys.local]\n").expect("a table");
        let kept = rest.lines().filter(|line| !line.starts_with("guest = "));
        format!("{head}[keys.local]\n{}\n", kept.collect::<Vec<_>>().join("\n"))
    });
    git(&["commit", "-qam", "nothing to see"]);
    session.run("strongroom holder remove guest --yes").shows(str![[r#"
[0]
development
  [ ] github_api_token
local
  [ ] github_api_token
--- stderr
removed the holder `guest`
new data keys for `development` and `local`; values sealed again: 2
`guest` knows what is listed, and git's history keeps it: change each where it came from, and set it again
machines that do not remember which keys they saw (CI, containers) would still take an older vault:
give them new access keys with: strongroom key rotate --rekey --keys-to FOLDER
commit strongroom.toml now, and let everybody pull it

"#]]);
}

#[test]
fn a_rotation_forgets_no_kept_key_but_its_own() {
    let session = Session::with_secret();
    let add = "strongroom holder add owner.next --roster --out ../next.key";
    session.run(add).succeeds();
    let (own, other) = (session.kept_key("owner"), session.kept_key("owner.next"));
    fs::copy(session.path("../next.key"), &other).expect("kept");
    let kept = fs::read(&other).expect("a key");
    session.write("new", "a file where a folder is wanted");
    session.run("strongroom key rotate --rekey --yes --keys-to new").ends_with(3);
    assert_eq!(fs::read(&other).ok().as_ref(), Some(&kept));
    let older = fs::read(&own).expect("a key");
    session.run("strongroom key rotate --rekey --yes --keys-to keys").succeeds();
    assert_eq!(fs::read(&other).ok().as_ref(), Some(&kept));
    let names = fs::read_dir(own.parent().expect("a folder")).expect("keys");
    let names: BTreeSet<_> = names.map(|entry| entry.expect("an entry").file_name()).collect();
    let expected = ["owner.key", "owner.next.key", "owner~previous.key", "owner~previous.newest"];
    assert_eq!(names, expected.map(Into::into).into());
    fs::remove_file(&other).expect("no longer kept");
    // As a rotation leaves it that ends right after its save.
    fs::rename(&own, session.kept_key("owner~next")).expect("renamed");
    fs::copy(session.kept_key("owner~next"), &own).expect("a key as private");
    fs::write(&own, older).expect("the key before");
    assert!(get(&session, "", "local", "github_api_token").is_ok());
    session.run("strongroom key rotate --rekey --yes --keys-to new").ends_with(3);
    assert!(get(&session, "", "local", "github_api_token").is_ok());
    session.run("strongroom key rotate --rekey --yes --keys-to again").succeeds();
    assert!(get(&session, "", "local", "github_api_token").is_ok());
}

#[test]
fn what_a_removed_holder_knows_is_listed_until_it_is_changed() {
    let session = team();
    session.run("strongroom holder known guest").ends_with(2);
    session.run("strongroom holder remove guest --yes").succeeds();
    std::fs::remove_file(session.kept_key("owner")).expect("no key is needed");
    session.run("strongroom holder known Guest").shows(str![[r#"
[0]
development
  [ ] github_api_token
local
  [ ] github_api_token

"#]]);
    session.run("strongroom holder known guest --json").shows(str![[r#"
[0]
{
  "known": [
    {
      "environment": "development",
      "secrets": [
        {
          "name": "github_api_token",
          "notes": []
        }
      ]
    },
    {
      "environment": "local",
      "secrets": [
        {
          "name": "github_api_token",
          "notes": []
        }
      ]
    }
  ],
  "name": "guest",
  "removed": "[DATE....]"
}

"#]]);
    session.edit(|text| text.replace(", due = [\"guest\"]", ""));
    session.run("strongroom holder known guest").shows(str![[r#"
[0]
--- stderr
nothing is left that `guest` knows

"#]]);
    session.run("strongroom holder known nobody").shows(str![[r#"
[2]
--- stderr
error: there is no holder `nobody`
       see: strongroom holder list

"#]]);
}
