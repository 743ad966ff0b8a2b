//! References follow: a rename, a copy, a move, another type, another key.

use snapbox::str;

use super::{linked, value};
use crate::git::Clone;
use crate::session::{MARKER, Session};

/// The reference leads to the value, and its seal fits.
#[track_caller]
fn still_leads(session: &Session, environment: &str, name: &str) {
    assert_eq!(value(session, environment, name), format!("{MARKER}-token"));
    session.run(&format!("strongroom check {environment} --live")).succeeds();
}

#[test]
fn a_renamed_secret() {
    let session = linked();
    session.run("strongroom rename token api_token").succeeds();
    still_leads(&session, "--type prod", "api_token");
}

#[test]
fn a_reference_is_copied_and_moved_as_one() {
    let session = linked();
    session.run("strongroom copy token --from prod --to dev,local").shows(str![[r#"
[0]
--- stderr
copied token from production to development
copied token from production to local

"#]]);
    still_leads(&session, "--type dev", "token");
    session.run("strongroom copy token --from prod --to dev").shows(str![[r#"
[0]
--- stderr
unchanged token for development: it has this value already

"#]]);
    session.typed("strongroom set --type preview token").input(MARKER).run().succeeds();
    session.run("strongroom copy token --from prod --to preview").shows(str![[r#"
[2]
--- stderr
error: `token` for `preview` has another value already: nothing was changed
       replace what is there with: --replace

"#]]);
    session.run("strongroom move token --from prod --to preview --replace").shows(str![[r#"
[0]
--- stderr
moved token from production to preview (version 2)

"#]]);
    still_leads(&session, "--type preview", "token");
    let vault = session.read("strongroom.toml");
    assert_eq!(vault.matches("store = \"mounted\"").count(), 3, "{vault}");
    session.replace("ref = \"token\"", "ref = \"tokem\"");
    session.run("strongroom copy token --from dev --to prod").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `development`: at `tokem` in the store `mounted`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type development token mounted:REFERENCE

"#]]);
}

#[test]
fn an_environment_of_another_type() {
    let session = linked();
    session.run("strongroom env add staging --type prod").succeeds();
    session.run("strongroom copy token --from prod --to staging").succeeds();
    session.run("strongroom env retype staging --type dev").succeeds();
    still_leads(&session, "--env staging", "token");
}

#[test]
fn another_data_key() {
    let session = linked();
    session.run("strongroom key rotate --type prod --yes").succeeds();
    still_leads(&session, "--type prod", "token");
}

#[test]
fn an_editor_leaves_references_alone() {
    let session = linked();
    session.export("EDITOR", "sh -c 'cat \"$0\" > seen; printf \"new=x\\n\" >> \"$0\"'");
    session.run("strongroom edit --type prod").shows(str![[r#"
[0]
--- stderr
created new for production

"#]]);
    let seen = session.read("seen");
    let kept = seen.split("kept as they are:").nth(1).expect("a list");
    snapbox::assert_data_eq!(
        kept,
        str![[r#"

#   token: kept in the store `mounted`

"#]]
    );
    still_leads(&session, "--type prod", "token");
}

#[test]
fn a_value_of_ones_own_beats_a_reference() {
    let session = linked();
    session.run("strongroom link --type local token mounted:token").succeeds();
    session.typed("strongroom set --mine token").input(format!("{MARKER}-own")).run().succeeds();
    assert_eq!(value(&session, "", "token"), format!("{MARKER}-own"));
    session.run("strongroom unset --mine token").succeeds();
    assert_eq!(value(&session, "", "token"), format!("{MARKER}-token"));
}

#[test]
fn a_due_mark_goes_when_another_value_is_written() {
    let session = linked();
    let file = session.home().join("ci.key");
    session
        .run(&format!("strongroom holder add ci --type prod --out {}", file.display()))
        .succeeds();
    session.run("strongroom holder remove ci --yes").succeeds();
    assert!(session.read("strongroom.toml").contains("due = [\"ci\"]"));
    let set = "strongroom set --type prod --store mounted token";
    session.typed(set).input(format!("{MARKER}-token")).run().succeeds();
    assert!(session.read("strongroom.toml").contains("due"), "it is the same value");
    session.typed(set).input(MARKER).run().succeeds();
    assert!(!session.read("strongroom.toml").contains("due"));
}

#[test]
fn what_became_of_a_store_is_seen_in_git() {
    let clone = Clone::new();
    let session = &clone.session;
    session.write("mounted/token", format!("{MARKER}-token"));
    session.write("mounted/other", format!("{MARKER}-other"));
    session.run("strongroom store add mounted --kind directory --path mounted").succeeds();
    session.run("strongroom store add gone --kind env --prefix A_").succeeds();
    session.run("strongroom link --type prod token mounted:token").succeeds();
    clone.commit("Ann", "a store");
    session.run("strongroom store set mounted trim=true").succeeds();
    session.run("strongroom store default prod mounted").succeeds();
    session.run("strongroom store remove gone").succeeds();
    session.run("strongroom store add pass --kind command -- pass show 'a {name}'").succeeds();
    snapbox::assert_data_eq!(
        session.run("strongroom diff").succeeds().output(),
        str![[r#"
   what           name     where
-  store          gone                 env prefix=A_
~  store          mounted              directory path=mounted → directory path=mounted trim=true
+  store          pass                 command command='["pass","show","a {name}"]'
+  store-default           production  mounted
~  value          token    production  version 1, sealed again

"#]]
    );
    let converted = session.run("strongroom git textconv strongroom.toml").succeeds().output();
    let stores: Vec<&str> = converted.lines().filter(|line| line.starts_with("store ")).collect();
    snapbox::assert_data_eq!(
        stores.join("\n"),
        str![[r#"
store mounted: directory path=mounted trim=true
store pass: command command='["pass","show","a {name}"]'
store default production: mounted
"#]]
    );
    clone.commit("Ann", "changed");
    // Sealed again is no other value.
    let history = session.run("strongroom history token").succeeds().output();
    assert_eq!(history.lines().count(), 2, "{history}");
    session.run("strongroom link --type prod token mounted:other").succeeds();
    snapbox::assert_data_eq!(
        session.run("strongroom diff").succeeds().output(),
        str![[r#"
   what   name   where
~  value  token  production  version 1 → version 2, another reference

"#]]
    );
    clone.commit("Ann", "another");
    session
        .run("strongroom rollback token --to 1 --type prod --yes")
        .ends_with(1)
        .says("record it again: strongroom link --type production token mounted:token");
    session.run("strongroom link --type production token mounted:token --replace").succeeds();
    still_leads(session, "--type prod", "token");
}
