//! `store allow` and `forbid`: a store's command runs only where somebody allowed exactly it.

use snapbox::str;

use super::value;
use crate::session::{MARKER, Session};

/// A vault with the store `pass`, whose command prints a value and notes that it ran.
fn scene() -> Session {
    let session = Session::with_vault();
    session.write("pass.sh", format!("touch ran\nprintf '{MARKER}-%s\\n' \"$1\"\n"));
    session.run("strongroom store add pass --kind command -- sh pass.sh {name}").succeeds();
    session.run("strongroom link --type prod token pass:token --no-fetch").succeeds();
    session
}

#[test]
fn a_command_runs_only_once_it_is_allowed() {
    let session = scene();
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `pass`: the store runs a command, and nobody allowed that on this machine
       look at what it would run, and allow it with: strongroom store allow pass

"#]]);
    session.run("strongroom run --type prod -- touch started").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `production`
       `token`: at `token` in the store `pass`: the store runs a command, and nobody allowed that on this machine
       look at what it would run, and allow it with: strongroom store allow pass
       or leave it out with: --except token

"#]]);
    session.run("strongroom export --type prod --format json").ends_with(3);
    session.run("strongroom check --type prod --live").shows(str![[r#"
[1]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
1 reference fits its seal
error: `token` for `production`: at `token` in the store `pass`: the store runs a command, and nobody allowed that on this machine
       look at what it would run, and allow it with: strongroom store allow pass
0 values were fetched from their stores, 1 could not be; nothing is shown of them

"#]]);
    session
        .run("strongroom link --type prod other pass:other")
        .ends_with(3)
        .says("store allow pass");
    session
        .run("strongroom sync --type prod --store pass --yes")
        .ends_with(3)
        .says("store allow pass");
    assert!(!session.path("ran").exists() && !session.path("started").exists());
    session.run("strongroom store allow pass").shows(str![[r#"
[2]
--- stderr
to fetch a value, pass runs this as you, with {name}, {key} and {version} replaced:
  sh pass.sh '{name}'
error: no terminal to ask at: nothing was allowed
       allow it with: --yes

"#]]);
    session.run("strongroom store allow pass --yes --json").shows(str![[r#"
[0]
{
  "allowed": true,
  "name": "pass",
  "runs": [
    [
      "sh",
      "pass.sh",
      "{name}"
    ]
  ]
}
--- stderr
to fetch a value, pass runs this as you, with {name}, {key} and {version} replaced:
  sh pass.sh '{name}'
allowed pass to run its command on this machine

"#]]);
    session.run("strongroom store allow pass").shows(str![[r#"
[0]
--- stderr
pass may run its command on this machine already: sh pass.sh '{name}'

"#]]);
    assert_eq!(value(&session, "--type prod", "token"), format!("{MARKER}-token"));
    session.run("strongroom check --type prod --live").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
1 reference fits its seal
1 value was fetched from its store; nothing is shown of them

"#]]);
    session.run("strongroom store forbid pass").shows(str![[r#"
[0]
--- stderr
pass may not run its command on this machine any more

"#]]);
    session.run("strongroom store forbid pass --json").shows(str![[r#"
[0]
{
  "allowed": false,
  "name": "pass",
  "runs": [
    [
      "sh",
      "pass.sh",
      "{name}"
    ]
  ]
}
--- stderr
pass was not allowed to run its command on this machine

"#]]);
    session.run("strongroom get --type prod token").ends_with(3);
}

#[test]
fn another_command_is_allowed_anew() {
    let session = scene();
    session.run("strongroom store allow pass --yes").succeeds();
    session.run("strongroom store set pass -- sh pass.sh '{name} x'").shows(str![[r#"
[0]
--- stderr
changed pass: command='["sh","pass.sh","{name} x"]'
its reference is sealed again
what it runs is not allowed on this machine; look at it: strongroom store allow pass

"#]]);
    session.run("strongroom get --type prod token").ends_with(3).says("nobody allowed that");
    // Somebody without a key changes it: then the seal fits no more, also where it would be allowed.
    let other = scene();
    other.run("strongroom store allow pass --yes").succeeds();
    other.replace("\"pass.sh\", ", "\"-c\", \"touch pwned\", ");
    other.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `pass`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token pass:REFERENCE

"#]]);
    other.run("strongroom store allow pass --yes").succeeds();
    other.run("strongroom get --type prod token").ends_with(3).says("its seal does not fit");
    other.run("strongroom check --type prod --live").shows(str![[r#"
[3]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
error: `token` for `production`: at `token` in the store `pass`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token pass:REFERENCE
nothing was fetched from a store

"#]]);
    assert!(!other.path("pwned").exists());
}

#[test]
fn a_store_that_runs_nothing_has_nothing_to_allow() {
    let session = super::scene();
    session.run("strongroom store allow mounted --yes").shows(str![[r#"
[0]
--- stderr
mounted may be asked from this machine already: path=mounted

"#]]);
    session.run("strongroom store allow nowhere --yes").shows(str![[r#"
[1]
--- stderr
error: there is no store `nowhere`
       see those that exist with: strongroom store list

"#]]);
}

#[test]
fn a_command_that_hangs_is_given_up() {
    let session = scene();
    session.write("pass.sh", "exec sleep 60\n");
    session.run("strongroom store set pass timeout_seconds=1").succeeds();
    session.run("strongroom store allow pass --yes").succeeds();
    let start = std::time::Instant::now();
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `pass`: unreachable: `sh` was not done within 1 s (`timeout_seconds`), and was ended

"#]]);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn a_command_that_fails_says_with_which_status() {
    let session = scene();
    session.write("pass.sh", format!("echo {MARKER} >&2; echo {MARKER}; exit 7\n"));
    session.run("strongroom store allow pass --yes").succeeds();
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `pass`: not valid: `sh` ended with status 7; run it by hand to see what it says

"#]]);
    session.run("strongroom store add gone --kind command -- no-such-program {name}").succeeds();
    session.run("strongroom store allow gone --yes").succeeds();
    session.run("strongroom link --type prod other gone:other").shows(str![[r#"
[3]
--- stderr
error: cannot link `other` for `production`: at `other` in the store `gone`: unreachable: there is no program `no-such-program`
       nothing was recorded
       record it without fetching it with: --no-fetch

"#]]);
}

#[test]
fn without_a_key_by_its_own_word_no_command_runs_and_no_seal_is_checked() {
    let session = scene();
    session.run("strongroom store allow pass --yes").succeeds();
    session.write("mounted/token", format!("{MARKER}-token"));
    session.run("strongroom store add mounted --kind directory --path mounted").succeeds();
    session.run("strongroom link --type dev token mounted:token").succeeds();
    session.typed("strongroom set --type dev sealed").input(MARKER).run().succeeds();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom get --type dev token").ends_with(3).says("no key");
    session.export("STRONGROOM_KEYLESS", "1");
    assert_eq!(value(&session, "--type dev", "token"), format!("{MARKER}-token"));
    session.run("strongroom get --type dev sealed").shows(str![[r#"
[3]
--- stderr
error: cannot open `sealed` for `development`: sealed, and STRONGROOM_KEYLESS says that no key is here

"#]]);
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `pass`: the store runs a command or opens another vault with a key, which never happens with STRONGROOM_KEYLESS
       unset STRONGROOM_KEYLESS where a key is at hand

"#]]);
    session.run("strongroom run --type dev --only token -- true").succeeds();
    session.run("strongroom check --type dev,prod --live").shows(str![[r#"
[1]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
values for `production` and `development` were not opened: no key for them here
error: `token` for `production`: at `token` in the store `pass`: the store runs a command or opens another vault with a key, which never happens with STRONGROOM_KEYLESS
       unset STRONGROOM_KEYLESS where a key is at hand
1 value was fetched from its store, 1 could not be; nothing is shown of them

"#]]);
    assert!(!session.path("ran").exists());
}

/// A vault whose store somebody else declared: nobody on this machine has looked at it, and no seal vouches for it.
fn of_somebody_else() -> Session {
    let session = Session::with_vault();
    session.write("mounted/token", format!("{MARKER}-token"));
    session.write("elsewhere/token", format!("{MARKER}-elsewhere"));
    let text = session.read("strongroom.toml");
    let store = "[stores.mounted]\nkind = \"directory\"\npath = \"mounted\"\n";
    session.write("strongroom.toml", format!("{text}\n{store}"));
    session
}

#[test]
fn a_store_that_no_seal_vouches_for_is_looked_at_once_on_each_machine() {
    let session = of_somebody_else();
    session.run("strongroom link --type prod token mounted:token").shows(str![[r#"
[2]
--- stderr
error: the store `mounted` was not asked: no seal vouches for its settings yet, and nobody has looked at them on this machine: kind=directory path=mounted
       look at them, and allow it with: strongroom store allow mounted

"#]]);
    for line in [
        "strongroom link --type prod token mounted:token --no-fetch",
        "strongroom sync --type prod --store mounted --yes",
    ] {
        session.run(line).ends_with(2).says("strongroom store allow mounted");
    }
    let set = session.typed("strongroom set --type prod --store mounted token --replace");
    set.input(MARKER).run().ends_with(2).says("strongroom store allow mounted");
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-token"));
    session.run("strongroom store allow mounted").shows(str![[r#"
[2]
--- stderr
mounted is asked with what this machine logs in with, and has these settings:
  path=mounted
error: no terminal to ask at: nothing was allowed
       allow it with: --yes

"#]]);
    session.run("strongroom store allow mounted --yes").shows(str![[r#"
[0]
--- stderr
mounted is asked with what this machine logs in with, and has these settings:
  path=mounted
allowed mounted to be asked from this machine

"#]]);
    session.run("strongroom link --type prod token mounted:token").succeeds();
    // From now on a seal vouches for it, for whoever has the key.
    session.run("strongroom store forbid mounted").shows(str![[r#"
[0]
--- stderr
mounted may not be asked from this machine any more

"#]]);
    session.run("strongroom link --type prod other mounted:token").succeeds();
}

#[test]
fn a_store_that_was_led_elsewhere_is_looked_at_again() {
    let session = of_somebody_else();
    session.run("strongroom store allow mounted --yes").succeeds();
    let text = session.read("strongroom.toml").replace("\"mounted\"", "\"elsewhere\"");
    session.write("strongroom.toml", text);
    session
        .run("strongroom link --type prod token mounted:token")
        .ends_with(2)
        .says("path=elsewhere");
}

#[test]
fn whoever_changes_a_store_that_is_known_has_looked_at_it() {
    let session = of_somebody_else();
    session.run("strongroom store set mounted path=elsewhere").succeeds();
    session.run("strongroom link --type prod token mounted:token").ends_with(2);
    session.run("strongroom store allow mounted --yes").succeeds();
    session.run("strongroom store set mounted path=mounted").succeeds();
    session.run("strongroom link --type prod token mounted:token").succeeds();
}

#[test]
fn a_seal_of_one_type_vouches_for_no_value_of_another() {
    let session = of_somebody_else();
    session.run("strongroom store allow mounted --yes").succeeds();
    session.run("strongroom link --type dev token mounted:token").succeeds();
    session.run("strongroom store forbid mounted").succeeds();
    session.run("strongroom link --type dev other mounted:token").succeeds();
    session
        .run("strongroom link --type prod token mounted:token")
        .ends_with(2)
        .says("kind=directory");
    session.run("strongroom store default production mounted").succeeds();
    session
        .typed("strongroom set --type prod secret")
        .input(MARKER)
        .run()
        .ends_with(2)
        .says("strongroom store allow mounted");
    assert!(!session.path("mounted/secret").exists());
}

#[test]
fn a_reference_under_another_data_key_does_not_hide_that_a_store_was_led_elsewhere() {
    let session = of_somebody_else();
    session.run("strongroom store allow mounted --yes").succeeds();
    for name in ["token", "other"] {
        session.run(&format!("strongroom link --type prod {name} mounted:token")).succeeds();
    }
    session.run("strongroom store forbid mounted").succeeds();
    // The second byte of a seal begins the fingerprint of its data key.
    let text = session.read("strongroom.toml");
    let at = text.find("seal = \"").expect("a seal") + "seal = \"AB".len();
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    session.write("strongroom.toml", format!("{}{other}{}", &text[..at], &text[at + 1..]));
    session.run("strongroom link --type prod third mounted:token").ends_with(2);
}

#[test]
fn references_that_a_changed_store_left_behind_are_linked_again_one_after_the_other() {
    let session = of_somebody_else();
    session.run("strongroom store allow mounted --yes").succeeds();
    for name in ["token", "other"] {
        session.run(&format!("strongroom link --type prod {name} mounted:token")).succeeds();
    }
    let (old, new) = ("path = \"mounted\"", "path = \"elsewhere\"");
    let text = session.read("strongroom.toml").replace(old, new);
    session.write("strongroom.toml", text);
    session
        .run("strongroom link --type prod token mounted:token")
        .ends_with(3)
        .says("or, if its settings are right, allow it: strongroom store allow mounted");
    session.run("strongroom store allow mounted --yes").succeeds();
    for name in ["token", "other"] {
        session.run(&format!("strongroom link --type prod {name} mounted:token")).succeeds();
    }
    session.run("strongroom check --type prod --live").says("2 values were fetched");
}

#[test]
fn what_was_given_up_is_not_taken_again_without_a_look() {
    let session = of_somebody_else();
    session.run("strongroom store allow mounted --yes").succeeds();
    session.run("strongroom store set mounted path=elsewhere").succeeds();
    let text = session.read("strongroom.toml").replace("\"elsewhere\"", "\"mounted\"");
    session.write("strongroom.toml", text);
    session.run("strongroom link --type prod token mounted:token").ends_with(2);
}
