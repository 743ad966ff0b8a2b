//! `strongroom copy` and `strongroom move`.

use snapbox::str;

use crate::session::{MARKER, Session};

fn value(session: &Session, flags: &str, name: &str) -> String {
    let line = format!("strongroom get {flags} {name}");
    session.typed(&line).that_shows_secrets().run().succeeds().output()
}

fn set(session: &Session, flags: &str, name: &str, value: &str) {
    let line = format!("strongroom set {flags} {name}");
    session.typed(&line).input(format!("{MARKER}-{value}")).run().succeeds();
}

/// `a` and `b` for development, `b` otherwise for production, `staging` with a value of `a`.
fn scene() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    set(&session, "--type dev", "a", "a");
    set(&session, "--type dev", "b", "b");
    set(&session, "--type prod", "b", "other");
    set(&session, "--env staging", "a", "staging");
    session
}

#[test]
fn values_are_copied_to_several_environments_in_one_save() {
    let session = scene();
    let before = session.read("strongroom.toml");
    session.run("strongroom copy a --from dev --to prod,local --dry-run").shows(str![[r#"
[0]
--- stderr
would copy a from development to production
would copy a from development to local
nothing was changed

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom copy A --from dev --to prod,local").shows(str![[r#"
[0]
--- stderr
copied a from development to production
copied a from development to local

"#]]);
    for of in ["--type dev", "--type prod", "--type local"] {
        assert_eq!(value(&session, of, "a"), format!("{MARKER}-a"));
    }
    session.run("strongroom copy a a --from dev --to prod").shows(str![[r#"
[0]
--- stderr
unchanged a for production: it has this value already

"#]]);
}

#[test]
fn another_value_is_replaced_only_when_that_is_said() {
    let session = scene();
    let before = session.read("strongroom.toml");
    session.run("strongroom copy --all --from dev --to prod,staging").shows(str![[r#"
[2]
--- stderr
error: `a` for `staging`, `b` for `production` have another value already: nothing was changed
       replace what is there with: --replace

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom copy --all --from dev --to prod,staging --replace").shows(str![[r#"
[0]
--- stderr
copied a from development to production
copied a from development to staging (version 2)
copied b from development to production (version 2)
copied b from development to staging

"#]]);
    assert_eq!(value(&session, "--type prod", "b"), format!("{MARKER}-b"));
}

#[test]
fn a_named_environment_gives_what_is_its_own() {
    let session = scene();
    session.run("strongroom copy --all --from staging --to local").shows(str![[r#"
[0]
--- stderr
copied a from staging to local

"#]]);
    assert_eq!(value(&session, "--type local", "a"), format!("{MARKER}-staging"));
    session.run("strongroom copy a b --from staging --to local").shows(str![[r#"
[1]
--- stderr
error: `b` has no value of its own for `staging`
       `staging` has the value of its type there; take that with: --from development

"#]]);
    session.run("strongroom copy b --from local --to pr").shows(str![[r#"
[1]
--- stderr
error: `b` has no value of its own for `local`

"#]]);
    session.run("strongroom copy --all --from preview --to local").shows(str![[r#"
[1]
--- stderr
error: `preview` has no values of its own

"#]]);
}

#[test]
fn a_moved_value_is_gone_where_it_was() {
    let session = scene();
    session.run("strongroom move a --from staging --to preview").shows(str![[r#"
[0]
--- stderr
moved a from staging to preview
staging has the value of development for a now

"#]]);
    session.run("strongroom move b --from dev --to local").shows(str![[r#"
[0]
--- stderr
moved b from development to local
staging, which had the value of development, has none of b now

"#]]);
    session.run("strongroom move a --from dev --to staging,prod").shows(str![[r#"
[0]
--- stderr
moved a from development to staging
moved a from development to production

"#]]);
    session.run("strongroom list").shows(str![[r#"
[0]
secret  production  development  preview  local  staging
a       ✓ 1         -            ✓ 1      -      ✓ 1
b       ✓ 1         -            -        ✓ 1    -
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    assert_eq!(value(&session, "--env staging", "a"), format!("{MARKER}-a"));
}

#[test]
fn a_move_onto_another_value_moves_nothing() {
    let session = scene();
    let before = session.read("strongroom.toml");
    session.run("strongroom move --all --from dev --to prod").shows(str![[r#"
[2]
--- stderr
error: `b` for `production` has another value already: nothing was changed
       replace what is there with: --replace

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom move --all --from dev --to prod --replace --dry-run").shows(str![[
        r#"
[0]
--- stderr
would move a from development to production
would move b from development to production (version 2)
staging, which had the value of development, has none of b now
nothing was changed

"#
    ]]);
    assert_eq!(session.read("strongroom.toml"), before);
    set(&session, "--type prod", "b", "b");
    session.run("strongroom move b --from dev --to prod").shows(str![[r#"
[0]
--- stderr
moved b from development to production, which had this value already
staging, which had the value of development, has none of b now

"#]]);
}

#[test]
fn what_is_not_said_or_not_known_is_refused() {
    let session = scene();
    for (line, says) in [
        ("copy --from dev --to prod", "<NAME>..."),
        ("copy a --all --from dev --to prod", "cannot be used with"),
        ("copy a --from dev", "--to"),
        ("copy a --from dev --to dev", "--from and --to are both `development`"),
        ("copy a --from dev --to staing", "did you mean `staging`?"),
        ("move a --from developmnt --to prod", "did you mean `development`?"),
    ] {
        session.run(&format!("strongroom {line}")).ends_with(2).says(says);
    }
    session.run("strongroom move nothing --from dev --to prod").ends_with(1);
}

#[test]
fn both_keys_are_needed_and_an_altered_value_goes_nowhere() {
    let session = scene();
    session.run("strongroom holder add dev --type dev --out dev.key").succeeds();
    let before = session.read("strongroom.toml");
    session
        .typed("strongroom copy a --from dev --to prod")
        .variable("STRONGROOM_KEY_FILE", "dev.key")
        .run()
        .shows(str![[r#"
[3]
--- stderr
error: the key of `dev` has no grant for `production`; it opens development
       who could open it: owner
       read from: dev.key

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.replace("development = { version = 1", "development = { version = 9");
    session.run("strongroom move --all --from dev --to local").shows(str![[r#"
[3]
--- stderr
error: cannot open `a` for `development`: altered: it does not open at this place with this key
       restore the line from git, or set it again with: strongroom set --type development a

"#]]);
}
