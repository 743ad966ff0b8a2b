//! `strongroom init`.

use std::fs;

use snapbox::str;

use crate::session::Session;
#[cfg(unix)]
use crate::session::{mode, set_mode};

#[test]
fn a_vault_is_made_and_its_key_kept() {
    let session = Session::new();
    session.run("strongroom init").shows(str![[r#"
[0]
--- stderr
created strongroom.toml: an empty vault for production, development, preview and local
its first holder `owner` has an access key, in the file
  [ROOT]/home/.config/strongroom/keys/[ID]/owner.key
this file exists once: back it up, in a password manager for example
whoever loses the last key of a vault loses its secrets, so make a second holder now:
  strongroom holder add recovery --roster --passphrase
commit strongroom.toml, and set your first secret with:
  strongroom set --type local NAME

"#]]);
    assert!(session.kept_key("owner").is_file());
    assert_eq!(session.read(".gitignore"), "strongroom.mine.toml\n");
    session.run("strongroom list").shows(str![[r#"
[0]
--- stderr
the vault has no secrets yet; set one with: strongroom set --type local NAME

"#]]);
    session.run("strongroom holder list").shows(str![[r#"
[0]
holder  kind        since       production  development  preview  local  roster
owner   access-key  [DATE....]  ✓           ✓            ✓        ✓      ✓
--- stderr

✓ opens it   · opens it through the roster key   old: a grant of an older key   - not

"#]]);
}

#[test]
fn the_vault_holds_no_key_and_begins_with_what_it_is() {
    let session = Session::with_vault();
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    let vault = session.read("strongroom.toml");
    assert!(!vault.contains(key.trim()));
    assert!(vault.starts_with(
        "# Strongroom vault. Names are readable, values are sealed. Commit this file.\n"
    ));
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_key() {
    let session = Session::with_vault();
    assert_eq!(mode(&session.kept_key("owner")), 0o600);
    session.run("strongroom init --vault other.toml --key-file key.txt").succeeds();
    assert_eq!(mode(&session.path("key.txt")), 0o600);
}

#[test]
fn a_vault_is_never_overwritten() {
    let session = Session::with_vault();
    let before = session.read("strongroom.toml");
    session.run("strongroom init").shows(str![[r#"
[3]
--- stderr
error: there is a vault already: strongroom.toml

"#]]);
    session.run("strongroom init --nested").ends_with(3);
    session.run("strongroom init --vault strongroom.toml").ends_with(3);
    assert_eq!(session.read("strongroom.toml"), before);
    let keys = session.kept_key("owner");
    let vaults = keys.parent().and_then(|folder| folder.parent()).expect("keys");
    assert_eq!(fs::read_dir(vaults).expect("keys").count(), 1, "no key without a vault");
}

#[test]
fn a_second_vault_in_a_repository_is_asked_for() {
    let session = Session::with_vault();
    fs::create_dir(session.path("inner")).expect("a folder");
    session.run("strongroom -C inner init").shows(str![[r#"
[3]
--- stderr
error: there is a vault for this repository already: [ROOT]/work/strongroom.toml
       add secrets to that one, or make another one for this folder with: strongroom init --nested

"#]]);
    session.run("strongroom -C inner init --nested").succeeds();
    assert!(session.path("inner/strongroom.toml").is_file());
}

#[test]
fn a_vault_below_the_root_of_a_repository_does_not_serve_all_of_it() {
    let session = Session::new();
    fs::create_dir(session.path("inner")).expect("a folder");
    session.run("strongroom -C inner init").shows(str![[r#"
[0]
--- stderr
created strongroom.toml: an empty vault for production, development, preview and local
packages elsewhere in the repository do not find it: a vault at its root, [ROOT]/work, serves all of them
its first holder `owner` has an access key, in the file
  [ROOT]/home/.config/strongroom/keys/[ID]/owner.key
this file exists once: back it up, in a password manager for example
whoever loses the last key of a vault loses its secrets, so make a second holder now:
  strongroom holder add recovery --roster --passphrase
commit strongroom.toml, and set your first secret with:
  strongroom set --type local NAME

"#]]);
    let at_root = session.run("strongroom init");
    assert!(!at_root.succeeds().stderr.contains("packages elsewhere"));
}

#[test]
fn gitignore_keeps_its_lines_and_gets_one() {
    let session = Session::new();
    session.write(".gitignore", "/target\n*.log");
    session.run("strongroom init").succeeds();
    assert_eq!(session.read(".gitignore"), "/target\n*.log\nstrongroom.mine.toml\n");
    session.run("strongroom init --vault other.toml").succeeds();
    assert_eq!(session.read(".gitignore"), "/target\n*.log\nstrongroom.mine.toml\n");
}

#[cfg(unix)]
#[test]
fn a_gitignore_that_git_does_not_read_is_left_alone() {
    let session = Session::new();
    session.write("elsewhere", "x\n");
    std::os::unix::fs::symlink("elsewhere", session.path(".gitignore")).expect("a link");
    let outcome = session.run("strongroom init");
    outcome.succeeds().says("cannot write .gitignore: it is no regular file, so git does not");
    outcome.says("add this line to it: strongroom.mine.toml");
    assert_eq!(session.read("elsewhere"), "x\n");
    fs::remove_file(session.path(".gitignore")).expect("a link");
    let pipe = session.path(".gitignore");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo").success());
    let other = session.run("strongroom init --vault other.toml");
    other.succeeds().says("cannot write .gitignore: it is no regular file");
}

#[test]
fn the_first_holder_has_a_name() {
    let session = Session::new();
    session.run("strongroom init --holder alice").says("`alice`").succeeds();
    assert!(session.kept_key("alice").is_file());
    let other = Session::new();
    other.run("strongroom init --holder ../x").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a holder: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]);
    assert!(!other.path("strongroom.toml").exists());
}

#[test]
fn a_first_holder_with_a_passphrase_takes_it_from_standard_input() {
    let session = Session::new();
    session.typed("strongroom init --passphrase").input("too short\n").run().shows(str![[r#"
[2]
--- stderr
error: a passphrase needs 12 characters at least, this has 9
       several words that do not belong together are easy to remember and hard to guess

"#]]);
    session.run("strongroom init --passphrase").shows(str![[r#"
[3]
--- stderr
error: no terminal to ask for the new passphrase at, and none on standard input
       give it with: --passphrase < FILE

"#]]);
    session
        .typed("strongroom init --passphrase")
        .input("several words\nin two lines\n")
        .run()
        .shows(str![[r#"
[2]
--- stderr
error: a passphrase is one line, and standard input has several

"#]]);
    assert!(!session.path("strongroom.toml").exists());
    let passphrase = "MARKER-5f1e correct horse";
    session.typed("strongroom init --passphrase").input(passphrase).run().shows(str![[r#"
[0]
--- stderr
created strongroom.toml: an empty vault for production, development, preview and local
its first holder `owner` opens it with the passphrase that you chose
nobody can recover it: write it down and keep it where you keep such things
whoever loses the last key of a vault loses its secrets, so make a second holder now:
  strongroom holder add recovery --roster --passphrase
commit strongroom.toml, and set your first secret with:
  strongroom set --type local NAME

"#]]);
    session.export("STRONGROOM_PASSPHRASE", passphrase);
    session.typed("strongroom set --type local x").input("MARKER-5f1e").run().succeeds();
    session.run("strongroom holder list").shows(str![[r#"
[0]
holder  kind        since       production  development  preview  local  roster
owner   passphrase  [DATE....]  ✓           ✓            ✓        ✓      ✓
--- stderr

✓ opens it   · opens it through the roster key   old: a grant of an older key   - not

"#]]);
}

#[test]
fn without_a_home_somebody_says_where_the_key_goes() {
    let session = Session::new();
    session.export("HOME", "relative");
    session.run("strongroom init").shows(str![[r#"
[3]
--- stderr
error: no configuration folder to keep the key in: HOME is not set
       say where it goes with: --key-file FILE, or use --passphrase

"#]]);
    assert!(!session.path("strongroom.toml").exists());
    session.run("strongroom init --key-file key.txt").shows(str![[r#"
[0]
--- stderr
warning: key.txt lies in a git repository: move it to where it is used, and never commit it
created strongroom.toml: an empty vault for production, development, preview and local
its first holder `owner` has an access key, in the file
  key.txt
use it with: export STRONGROOM_KEY_FILE=key.txt, or: strongroom key add key.txt
this file exists once: back it up, in a password manager for example
whoever loses the last key of a vault loses its secrets, so make a second holder now:
  strongroom holder add recovery --roster --passphrase
commit strongroom.toml, and set your first secret with:
  strongroom set --type local NAME

"#]]);
    session.export("STRONGROOM_KEY_FILE", "key.txt");
    session.typed("strongroom set --type local x").input("MARKER-5f1e").run().succeeds();
}

#[test]
fn a_key_file_is_never_overwritten() {
    let session = Session::new();
    session.write("key.txt", "precious");
    session.run("strongroom init --key-file key.txt").shows(str![[r#"
[2]
--- stderr
error: key.txt exists already
       give the name of a file that does not exist yet

"#]]);
    assert_eq!(session.read("key.txt"), "precious");
    assert!(!session.path("strongroom.toml").exists());
}

#[test]
fn a_key_is_printed_only_when_that_is_asked_for() {
    let session = Session::new();
    let outcome = session.typed("strongroom init --key-file -").that_shows_secrets().run();
    let key = outcome.succeeds().output();
    assert!(key.starts_with("strongroom_key_") && key.ends_with('\n'));
    assert!(!session.home().join(".config/strongroom/keys").exists());
    session.export("STRONGROOM_KEY", key);
    session.typed("strongroom set --type local x").input("MARKER-5f1e").run().succeeds();
}

#[test]
fn no_vault_is_made_where_the_key_cannot_be_kept() {
    let session = Session::new();
    fs::write(session.home().join(".config"), "a file where a folder should be").expect("a file");
    session.run("strongroom init").shows(str![[r#"
[3]
--- stderr
error: cannot keep the key in [ROOT]/home/.config/strongroom/keys: Not a directory (os error 20)

"#]]);
    assert!(!session.path("strongroom.toml").exists());
}

#[test]
fn no_key_is_left_where_the_vault_cannot_be_made() {
    let session = Session::new();
    session.run("strongroom init --vault nowhere/strongroom.toml").shows(str![[r#"
[3]
--- stderr
error: cannot create the vault nowhere/strongroom.toml: No such file or directory (os error 2)

"#]]);
    let keys = session.home().join(".config/strongroom/keys");
    let left = fs::read_dir(keys)
        .expect("keys")
        .flat_map(|vault| fs::read_dir(vault.expect("a folder").path()).expect("a folder"));
    assert_eq!(left.count(), 0);
    session.run("strongroom init --vault nowhere/strongroom.toml --key-file key.txt").ends_with(3);
    assert!(!session.path("key.txt").exists());
}

#[cfg(unix)]
#[test]
fn a_vault_that_others_may_write_is_made_all_the_same_and_refused_by_run() {
    let session = Session::with_secret();
    set_mode(&session.path("strongroom.toml"), 0o666);
    session.run("strongroom run -- true").shows(str![[r#"
[3]
--- stderr
error: others can write the vault [ROOT]/work/strongroom.toml
       mend it with: chmod go-w [ROOT]/work/strongroom.toml

"#]]);
}
