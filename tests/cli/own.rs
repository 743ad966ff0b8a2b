//! `--mine`: values of one's own, for `local` alone.

use std::process::Command;

use snapbox::str;

use crate::session::{MARKER, Session};

/// A vault with a secret for `local` and development, and an own value of it.
fn with_own() -> Session {
    let session = Session::with_secret();
    session
        .typed("strongroom set --mine GitHubAPIToken")
        .input(format!("{MARKER}-own"))
        .run()
        .succeeds();
    session
}

fn get(session: &Session, line: &str) -> String {
    session.typed(line).that_shows_secrets().run().succeeds().output()
}

#[test]
fn a_value_of_ones_own_is_kept_beside_the_vault_and_beats_it() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    let set = "strongroom set --mine GitHubAPIToken";
    session.typed(set).input("MARKER-5f1e-own").run().shows(str![[r#"
[0]
--- stderr
created github_api_token for local, for you alone

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    let own = session.read("strongroom.mine.toml");
    assert!(own.contains("[secrets.github_api_token]\nlocal = { version = 1"), "{own}");
    assert_eq!(session.read(".gitignore"), "strongroom.mine.toml\n");
    let outcome = session.typed("strongroom get github_api_token").that_shows_secrets().run();
    assert_eq!(outcome.succeeds().output(), format!("{MARKER}-own"));
    assert_eq!(outcome.stderr, "your own value of github_api_token, from strongroom.mine.toml\n");
    let run = "strongroom run -- printenv GITHUB_API_TOKEN";
    assert_eq!(get(&session, run).trim_end(), format!("{MARKER}-own"));
    let dev = "strongroom get --type dev github_api_token";
    assert_eq!(get(&session, dev), format!("{MARKER}-token"));

    session.typed(set).input("MARKER-5f1e-own").run().shows(str![[r#"
[0]
--- stderr
unchanged github_api_token for local, for you alone

"#]]);
    session.typed(set).input("MARKER-5f1e-new").run().shows(str![[r#"
[0]
--- stderr
updated github_api_token for local, for you alone (version 2)

"#]]);
    session.run("strongroom unset --mine github-api-token").shows(str![[r#"
[0]
--- stderr
removed your own github-api-token for local; the value of the vault counts now

"#]]);
    session.run("strongroom unset --mine github-api-token").shows(str![[r#"
[1]
--- stderr
error: you have no value of your own of `github-api-token` for `local`

"#]]);
    assert_eq!(get(&session, "strongroom get github_api_token"), format!("{MARKER}-token"));
}

#[test]
fn own_values_are_marked_in_the_list() {
    let session = with_own();
    session.typed("strongroom set --mine only_mine").input("MARKER-5f1e").run().shows(str![[r#"
[0]
--- stderr
created only_mine for local, for you alone
the build looks at the vault, which has no value yet: strongroom set --type local only_mine

"#]]);
    session.run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local
github_api_token  -           ✓ 1          -        ✓ 1 *
only_mine         -           -            -        - *
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key
* you have a value of your own, which beats it: strongroom.mine.toml

"#]]);
    session.run("strongroom list github_api_token").shows(str![[r#"
[0]
github_api_token
environment  version  set         content
development  1        [DATE....]  sealed
local        1        [DATE....]  sealed
local *      1        [DATE....]  your own, in strongroom.mine.toml
one value: development, local

"#]]);
    session.run("strongroom list only_mine --json").shows(str![[r#"
[0]
{
  "about": null,
  "deposits": [],
  "name": "only_mine",
  "own": [
    "local"
  ],
  "same": [],
  "values": []
}

"#]]);
}

#[test]
fn only_local_has_values_of_ones_own() {
    let session = with_own();
    session.run("strongroom env add desk --type local").succeeds();
    session.typed("strongroom set --mine --type prod x").input("MARKER-5f1e").run().shows(str![[
        r#"
[2]
--- stderr
error: `production` is not of the type `local`, and values of your own count there only
       leave --mine out to set the value for everybody

"#
    ]]);
    let desk = "strongroom set --mine --env desk github_api_token";
    session.typed(desk).input("MARKER-5f1e-desk").run().shows(str![[r#"
[0]
--- stderr
created github_api_token for desk, for you alone

"#]]);
    assert_eq!(
        get(&session, "strongroom get --env desk github_api_token"),
        format!("{MARKER}-desk")
    );
    assert_eq!(
        get(&session, "strongroom get --type local github_api_token"),
        format!("{MARKER}-own")
    );
}

#[test]
fn a_file_that_git_tracks_counts_nowhere() {
    let session = with_own();
    for words in [&["init", "-q"][..], &["add", "-f", "strongroom.mine.toml"]] {
        let git = Command::new("git").args(words).current_dir(session.path("")).output();
        assert!(git.expect("git is needed").status.success(), "{words:?}");
    }
    for line in ["strongroom get github_api_token", "strongroom run -- true", "strongroom list"] {
        session.run(line).ends_with(3).says("git tracks");
    }
    session.typed("strongroom set --mine x").input("MARKER-5f1e").run().shows(str![[r#"
[3]
--- stderr
error: git tracks [ROOT]/work/strongroom.mine.toml, which holds one developer's own values
       take it out of git with: git rm --cached [ROOT]/work/strongroom.mine.toml
       and add this line to .gitignore: strongroom.mine.toml

"#]]);
    get(&session, "strongroom get --type dev github_api_token");
}

#[test]
fn a_damaged_file_is_named_with_its_line() {
    let session = with_own();
    session.write("strongroom.mine.toml", "[secrets.a]\nproduction = 1\n");
    session.run("strongroom get github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot use your own values in [ROOT]/work/strongroom.mine.toml:2:14: a table is expected here
       see docs/format.md

"#]]);
    session.write("strongroom.mine.toml", "[environments]\n");
    session.run("strongroom run -- true").shows(str![[r#"
[3]
--- stderr
error: cannot use your own values in [ROOT]/work/strongroom.mine.toml:1:2: unknown key `environments` at the top of the vault
       delete it, or see docs/format.md for the keys that exist

"#]]);
}

#[test]
fn a_rotation_of_local_leaves_values_of_ones_own_that_are_sealed_again() {
    let session = with_own();
    session.typed("strongroom set --mine only_mine").input("MARKER-5f1e-only").run().succeeds();
    session.run("strongroom key rotate --type local --yes").succeeds();
    session.run("strongroom get github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open your own value of `github_api_token`: sealed under another data key (a merge with a rotation, or an edited [environments])
       after a rotation seal it again: strongroom reseal github_api_token
       or set it again with: strongroom set --mine github_api_token, or remove it: strongroom unset --mine github_api_token

"#]]);
    session.run("strongroom run -- true").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `local`
       `github_api_token` (your own): sealed under another data key (a merge with a rotation, or an edited [environments])
       `only_mine` (your own): sealed under another data key (a merge with a rotation, or an edited [environments])
       what lies under another data key is sealed again with: strongroom reseal
       restore the lines from git, or set the values again
       or leave them out with: --except github_api_token,only_mine

"#]]);
    session.run("strongroom check --type local").says("strongroom reseal");
    let doctor = session.run("strongroom doctor");
    assert!(doctor.output().contains("seal them again: strongroom reseal"), "{}", doctor.output());
    let vault = session.read("strongroom.toml");
    session.run("strongroom reseal only_mine").shows(str![[r#"
[0]
--- stderr
sealed your own only_mine for local again, in strongroom.mine.toml

"#]]);
    session.run("strongroom reseal").shows(str![[r#"
[0]
--- stderr
sealed your own github_api_token for local again, in strongroom.mine.toml

"#]]);
    assert_eq!(session.read("strongroom.toml"), vault);
    assert_eq!(get(&session, "strongroom get github_api_token"), format!("{MARKER}-own"));
    assert_eq!(get(&session, "strongroom get only_mine"), format!("{MARKER}-only"));
    session.run("strongroom reseal").succeeds().says("every value lies under the current data key");
    // After a second rotation the key is gone.
    session.run("strongroom key rotate --type local --yes").succeeds();
    session.run("strongroom key rotate --type local --yes").succeeds();
    session.run("strongroom reseal only_mine").shows(str![[r#"
[3]
--- stderr
error: your own value of `only_mine` for `local` lies under a data key that is gone: only the current one and the one before are kept
       set it again with: strongroom set --mine only_mine, or remove it: strongroom unset --mine only_mine

"#]]);
}
