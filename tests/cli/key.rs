//! `strongroom key`.

use std::fs;

use snapbox::str;

use crate::session::Session;
#[cfg(unix)]
use crate::session::{mode, set_mode};

/// A vault with a holder `ci`, whose key lies in `ci.key`.
fn vault() -> Session {
    let session = Session::with_secret();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session
}

#[test]
fn a_key_is_kept_listed_and_removed() {
    let session = vault();
    session.run("strongroom key add ci.key").shows(str![[r#"
[0]
--- stderr
kept the key of `ci`, which opens development, in
  [ROOT]/home/.config/strongroom/keys/[ID]/ci.key

"#]]);
    #[cfg(unix)]
    assert_eq!(mode(&session.kept_key("ci")), 0o600);
    session.run("strongroom key list").shows(str![[r#"
[0]
holder  opens        kept        file
ci      development  access key  [ROOT]/home/.config/strongroom/keys/[ID]/ci.key
owner   everything   access key  [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
    session.run("strongroom key list --json").shows(str![[r#"
[0]
[
  {
    "file": "[ROOT]/home/.config/strongroom/keys/[ID]/ci.key",
    "holder": "ci",
    "kept": "access-key",
    "opens": [
      "development"
    ],
    "roster": false,
    "until": null
  },
  {
    "file": "[ROOT]/home/.config/strongroom/keys/[ID]/owner.key",
    "holder": "owner",
    "kept": "access-key",
    "opens": [
      "production",
      "development",
      "preview",
      "local"
    ],
    "roster": true,
    "until": null
  }
]

"#]]);
    session.run("strongroom key remove ci").shows(str![[r#"
[2]
--- stderr
if this is the only copy of the key, what it alone opens is lost for ever
error: no terminal to ask at
       remove it with: --yes

"#]]);
    session.run("strongroom key remove ci --yes").shows(str![[r#"
[0]
--- stderr
removed the key of `ci` from this machine

"#]]);
    session.run("strongroom key remove owmer --yes").shows(str![[r#"
[1]
--- stderr
error: no key of `owmer` is kept for this vault
       did you mean `owner`?

"#]]);
    session.run("strongroom key remove owner --yes").succeeds();
    session.run("strongroom key list").shows(str![[r#"
[0]
--- stderr
no key is kept for this vault; keep one with: strongroom key add

"#]]);
}

#[test]
fn a_key_comes_from_standard_input_in_any_wrapping() {
    let session = vault();
    let key = session.read("ci.key");
    for given in [key.clone(), key.trim().to_owned(), format!("  {}\r\n", key.trim())] {
        session.typed("strongroom key add").input(given).run().succeeds();
    }
    assert_eq!(fs::read_to_string(session.kept_key("ci")).expect("a key"), key);
}

#[test]
fn a_kept_key_opens_its_types() {
    let session = vault();
    session.run("strongroom key add ci.key").succeeds();
    session.run("strongroom key remove owner --yes").succeeds();
    session
        .typed("strongroom get --type dev github_api_token")
        .that_shows_secrets()
        .run()
        .succeeds();
    session.run("strongroom get --type local github_api_token").ends_with(3);
}

#[test]
fn what_opens_nothing_is_not_kept() {
    let session = vault();
    let other = Session::with_vault();
    session.typed("strongroom key add").input("hunter2").run().shows(str![[r#"
[2]
--- stderr
error: not an access key: one begins with `strongroom_key_`

"#]]);
    session.typed("strongroom key add").input(vec![b'x'; 5000]).run().shows(str![[r#"
[2]
--- stderr
error: not an access key: the text is too long

"#]]);
    let foreign = fs::read_to_string(other.kept_key("owner")).expect("a key");
    session.typed("strongroom key add").input(foreign).run().shows(str![[r#"
[3]
--- stderr
error: the access key is one of another vault
       check which vault is meant (STRONGROOM_VAULT), or get a key of this one from a holder
       read from: the key given

"#]]);
    session.run("strongroom key add nowhere.key").shows(str![[r#"
[3]
--- stderr
error: cannot read the key from nowhere.key: No such file or directory (os error 2)

"#]]);
    session.run("strongroom key list").shows(str![[r#"
[0]
holder  opens       kept        file
owner   everything  access key  [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
}

#[cfg(unix)]
#[test]
fn a_kept_key_that_others_can_read_is_refused() {
    let session = vault();
    set_mode(&session.kept_key("owner"), 0o640);
    session.run("strongroom get github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: others can read the key in [ROOT]/home/.config/strongroom/keys/[ID]/owner.key
       mend it with: chmod 600 [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
    session.run("strongroom run -- touch started").ends_with(3);
    session.run("strongroom key list").ends_with(3);
    assert!(!session.path("started").exists());
}

#[test]
fn a_variable_that_comes_first_is_mentioned() {
    let session = vault();
    session.export("STRONGROOM_KEY_FILE", "ci.key");
    session.run("strongroom key list").shows(str![[r#"
[0]
holder  opens       kept        file
owner   everything  access key  [ROOT]/home/.config/strongroom/keys/[ID]/owner.key
--- stderr
STRONGROOM_KEY_FILE is set and comes before kept keys

"#]]);
}

#[test]
fn without_a_home_no_key_is_kept() {
    let session = vault();
    session.export("HOME", "relative");
    session.run("strongroom key list").shows(str![[r#"
[3]
--- stderr
error: no configuration folder to keep keys in: HOME is not set

"#]]);
}
