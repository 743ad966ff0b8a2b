//! `strongroom holder`.

use std::fs;

use snapbox::str;

#[cfg(unix)]
use crate::session::mode;
use crate::session::{MARKER, Session};

const PASSPHRASE: &str = "MARKER-5f1e correct horse battery staple";

#[test]
fn a_machine_gets_an_access_key_for_some_types() {
    let session = Session::with_secret();
    let outcome =
        session.typed("strongroom holder add ci --type dev,pr").that_shows_secrets().run();
    let key = outcome.succeeds().output();
    assert!(key.starts_with("strongroom_key_") && key.ends_with('\n') && key.lines().count() == 1);
    let words = outcome.stderr.clone();
    snapbox::assert_data_eq!(
        words,
        str![[r#"
added the holder `ci`: it opens `development` and `preview`
its access key was printed and is not shown again: on its machine give it to `strongroom key add`, in CI keep it as STRONGROOM_KEY
commit strongroom.toml, so that the holder can open it

"#]]
    );
    session.run("strongroom holder list").shows(str![[r#"
[0]
holder  kind        since       production  development  preview  local  roster
ci      access-key  [DATE....]  -           ✓            ✓        -      -
owner   access-key  [DATE....]  ✓           ✓            ✓        ✓      ✓
--- stderr

✓ opens it   · opens it through the roster key   old: a grant of an older key   - not

"#]]);
    session.run("strongroom holder list --json").shows(str![[r#"
[0]
[
  {
    "kind": "access-key",
    "name": "ci",
    "opens": [
      "development",
      "preview"
    ],
    "roster": false,
    "since": "[DATE....]"
  },
  {
    "kind": "access-key",
    "name": "owner",
    "opens": [
      "production",
      "development",
      "preview",
      "local"
    ],
    "roster": true,
    "since": "[DATE....]"
  }
]

"#]]);
    session.export("STRONGROOM_KEY", key);
    let get =
        session.typed("strongroom get --type dev github_api_token").that_shows_secrets().run();
    get.succeeds();
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the key of `ci` has no grant for `local`; it opens development, preview
       who could open it: owner
       read from: STRONGROOM_KEY

"#]]);
}

#[test]
fn a_key_goes_into_a_new_file() {
    let session = Session::with_secret();
    session.run("strongroom holder add ci --type dev --access-key --out ci.key").shows(str![[r#"
[0]
--- stderr
warning: ci.key lies in a git repository: move it to where it is used, and never commit it
added the holder `ci`: it opens `development`
its access key is in ci.key; on its machine: strongroom key add ci.key
commit strongroom.toml, so that the holder can open it

"#]]);
    #[cfg(unix)]
    assert_eq!(mode(&session.path("ci.key")), 0o600);
    let before = session.read("strongroom.toml");
    let key = session.read("ci.key");
    session.run("strongroom holder add other --type dev --out ci.key").shows(str![[r#"
[2]
--- stderr
error: ci.key exists already
       give the name of a file that does not exist yet

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    assert_eq!(session.read("ci.key"), key);
    session.run("strongroom holder add other --type dev --out nowhere/ci.key").ends_with(3);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_person_gets_a_passphrase_from_standard_input() {
    let session = Session::with_secret();
    session
        .typed("strongroom holder add recovery --roster --passphrase")
        .input(format!("{PASSPHRASE}\n"))
        .run()
        .shows(str![[r#"
[0]
--- stderr
added the holder `recovery`: it opens everything, and can add holders
it opens with the passphrase: at a prompt of this command, or in STRONGROOM_PASSPHRASE with STRONGROOM_HOLDER=recovery
commit strongroom.toml, so that the holder can open it

"#]]);
    session.run("strongroom holder list").shows(str![[r#"
[0]
holder    kind        since       production  development  preview  local  roster
owner     access-key  [DATE....]  ✓           ✓            ✓        ✓      ✓
recovery  passphrase  [DATE....]  ✓           ✓            ✓        ✓      ✓
--- stderr

✓ opens it   · opens it through the roster key   old: a grant of an older key   - not

"#]]);
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_PASSPHRASE", PASSPHRASE);
    session.typed("strongroom set --type prod x").input(MARKER).run().succeeds();
    // Whoever has the roster key can add holders.
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
}

#[test]
fn a_short_passphrase_is_refused() {
    let session = Session::with_vault();
    session
        .typed("strongroom holder add me --roster --passphrase")
        .input("MARKER-5f1e")
        .run()
        .shows(str![[r#"
[2]
--- stderr
error: a passphrase needs 12 characters at least, this has 11
       several words that do not belong together are easy to remember and hard to guess

"#]]);
    session.run("strongroom holder add me --roster --passphrase").shows(str![[r#"
[3]
--- stderr
error: no terminal to ask for the new passphrase at, and none on standard input
       give it with: --passphrase < FILE

"#]]);
}

#[test]
fn only_the_roster_adds_holders() {
    let session = Session::with_vault();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    let before = session.read("strongroom.toml");
    let outcome = session
        .typed("strongroom holder add other --type dev --out other.key")
        .variable("STRONGROOM_KEY_FILE", "ci.key")
        .run();
    outcome.shows(str![[r#"
[3]
--- stderr
error: the key of `ci` does not open the roster
       ask one of those who have it: owner
       read from: ci.key

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(!session.path("other.key").exists());
}

#[test]
fn who_has_the_roster_alone_counts_for_all() {
    let session = Session::with_vault();
    session.edit(|vault| {
        let (before, after) = vault.split_once("[keys.local]\n").expect("grants");
        let (_, after) = after.split_once('\n').expect("a grant");
        format!("{before}[keys.local]\n{after}")
    });
    session.run("strongroom holder list").shows(str![[r#"
[0]
holder  kind        since       production  development  preview  local  roster
owner   access-key  [DATE....]  ✓           ✓            ✓        ·      ✓
--- stderr

✓ opens it   · opens it through the roster key   old: a grant of an older key   - not

"#]]);
}

#[test]
fn a_holder_has_a_name_of_its_own_and_something_to_open() {
    let session = Session::with_vault();
    session.run("strongroom holder add ci").shows(str![[r#"
[2]
--- stderr
error: what may `ci` open? name it with --type, or give everything with --roster
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom holder add ci --type preview,dev

"#]]);
    session.run("strongroom holder add Owner --type dev").shows(str![[r#"
[2]
--- stderr
error: there is a holder `owner` already
       let it open more: strongroom holder grant owner --type TYPES, or everything: --roster

"#]]);
    session.run("strongroom holder add a/b --type dev").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a holder: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]);
    session.run("strongroom holder add ci --type staging").ends_with(2);
    session.run("strongroom holder add ci --type dev --roster").ends_with(2);
    session.run("strongroom holder add ci --type dev --passphrase --out x").ends_with(2);
    session.run("strongroom holder add ci --type dev --passphrase --access-key").ends_with(2);
}

#[test]
fn a_grant_that_was_slipped_in_is_noticed() {
    let session = Session::with_vault();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session.edit(|vault| {
        let grant =
            vault.split("ci = \"").nth(1).and_then(|text| text.split('"').next()).expect("a grant");
        let last = if grant.ends_with('A') { "E" } else { "A" };
        let changed = format!("{}{last}", &grant[..grant.len() - 1]);
        vault.replace(grant, &changed)
    });
    let before = session.read("strongroom.toml");
    session.run("strongroom holder add other --type dev --out other.key").shows(str![[r#"
[3]
--- stderr
error: the grant of `ci` in [keys.development] was not admitted by the roster: somebody may have slipped it in
       find out who wrote the line (git log -S), remove it, then try again

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(!session.path("other.key").exists());
}

#[test]
fn a_key_that_nobody_reads_adds_no_holder() {
    let session = Session::with_vault();
    let before = session.read("strongroom.toml");
    // Closed before the start: later, the key may be in the pipe already.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = session
        .command()
        .args(["holder", "add", "ci", "--type", "dev"])
        .stdout(writer)
        .output()
        .expect("an end");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(session.read("strongroom.toml"), before);
}
