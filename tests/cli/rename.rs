//! `strongroom rename`.

use snapbox::str;

use crate::session::{MARKER, Session};

fn value(session: &Session, name: &str) -> String {
    session.typed(&format!("strongroom get {name}")).that_shows_secrets().run().succeeds().output()
}

#[test]
fn a_secret_has_another_name_and_the_same_values() {
    let session = Session::with_secret();
    // cargo itself, not rustup's stand-in, which wants its own home.
    session.export("CARGO", std::env::var_os("CARGO").expect("cargo runs the tests"));
    session.write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n");
    session.write(
        "src/main.rs",
        "#[strongroom::secrets]\nstruct Secrets {\n    github_api_token: String,\n}\nfn main() {}\n",
    );
    let before = session.read("strongroom.toml");
    session.run("strongroom rename github_api_token deploy_token --dry-run").shows(str![[r#"
[0]
--- stderr
would rename github_api_token to deploy_token: its values are sealed again, version and date stay
where a struct declares github_api_token: rename the field, or put above it: #[secret(name = "deploy_token")]
find it with: strongroom check

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom rename github_api_token deploy_token").shows(str![[r#"
[0]
--- stderr
renamed github_api_token to deploy_token: its values are sealed again, version and date stay
where a struct declares github_api_token: rename the field, or put above it: #[secret(name = "deploy_token")]
find it with: strongroom check

"#]]);
    assert_eq!(value(&session, "deploy_token"), format!("{MARKER}-token"));
    let found = session.run("strongroom check").ends_with(1).output();
    assert!(found.contains("src/main.rs:3"), "{found}");
    session.run("strongroom list").shows(str![[r#"
[0]
secret        production  development  preview  local
deploy_token  -           ✓ 1          -        ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    session.run("strongroom get github_api_token").ends_with(1);
    session.run("strongroom rename deploy_token other_token").shows(str![[r#"
[0]
--- stderr
renamed deploy_token to other_token: its values are sealed again, version and date stay
where a struct declares deploy_token: rename the field, or put above it: #[secret(name = "other_token")]
find it with: strongroom check

"#]]);
}

#[test]
fn without_source_code_the_cure_is_told_all_the_same() {
    let session = Session::with_secret();
    session.run("strongroom rename github_api_token deploy_token").shows(str![[r#"
[0]
--- stderr
renamed github_api_token to deploy_token: its values are sealed again, version and date stay
where a struct declares github_api_token: rename the field, or put above it: #[secret(name = "deploy_token")]
find it with: strongroom check

"#]]);
}

#[test]
fn another_spelling_needs_no_other_field() {
    let session = Session::with_secret();
    session.run("strongroom rename github_api_token GitHubAPIToken").shows(str![[r#"
[0]
--- stderr
renamed github_api_token to GitHubAPIToken: its values are sealed again, version and date stay

"#]]);
    assert!(session.read("strongroom.toml").contains("[secrets.GitHubAPIToken]"));
    assert_eq!(value(&session, "github_api_token"), format!("{MARKER}-token"));
    session.run("strongroom rename github_api_token GitHubAPIToken").shows(str![[r#"
[0]
--- stderr
unchanged GitHubAPIToken: that is its name

"#]]);
}

#[test]
fn a_name_that_is_taken_unknown_or_not_allowed_changes_nothing() {
    let session = Session::with_secret();
    session.typed("strongroom set --type local stripe_key").input(MARKER).run().succeeds();
    let before = session.read("strongroom.toml");
    session.run("strongroom rename github_api_token StripeKey").shows(str![[r#"
[2]
--- stderr
error: there is a secret `stripe_key` already
       see it with: strongroom list stripe_key

"#]]);
    session.run("strongroom rename githb_api_token x").shows(str![[r#"
[1]
--- stderr
error: there is no secret `githb_api_token`
       did you mean `github_api_token`?

"#]]);
    session.run("strongroom rename github_api_token _x").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a secret: a name begins with a letter or a digit (A-Z, a-z, 0-9)

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn every_type_with_a_value_needs_its_key() {
    let session = Session::with_secret();
    session.run("strongroom holder add dev --type dev --out dev.key").succeeds();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_KEY_FILE", "dev.key");
    let before = session.read("strongroom.toml");
    session.run("strongroom rename github_api_token deploy_token").shows(str![[r#"
[3]
--- stderr
error: cannot rename `github_api_token`: the key of `dev` has no grant for `local`; it opens development
       who could open it: owner
       read from: dev.key

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_value_kept_in_a_store_or_altered_keeps_its_name() {
    let session = Session::with_secret();
    let seal = "A".repeat(50);
    session.edit(|vault| {
        format!(
            "{vault}\n[secrets.kept]\nlocal = {{ version = 1, set = 2026-11-20, store = \"cluster\", ref = \"a/b\", seal = \"{seal}\" }}\n"
        )
    });
    session.run("strongroom rename kept other").shows(str![[r#"
[3]
--- stderr
error: the reference `kept` for `local` is to the store `cluster`, and there is no [stores.cluster]
       declare it with: strongroom store add cluster --kind KIND
       or link it elsewhere: strongroom link --type local kept STORE:REFERENCE

"#]]);
    session.replace("version = 1", "version = 2");
    let before = session.read("strongroom.toml");
    session.run("strongroom rename github_api_token other").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: altered: it does not open at this place with this key
       restore the line from git, or remove it with: strongroom unset --type development github_api_token

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_value_of_ones_own_keeps_its_name_and_that_is_said() {
    let session = Session::with_secret();
    session.typed("strongroom set --mine github_api_token").input(MARKER).run().succeeds();
    session.run("strongroom rename github_api_token deploy_token").shows(str![[r#"
[0]
--- stderr
renamed github_api_token to deploy_token: its values are sealed again, version and date stay
where a struct declares github_api_token: rename the field, or put above it: #[secret(name = "deploy_token")]
find it with: strongroom check
your own value keeps the old name; set it again with: strongroom set --mine deploy_token

"#]]);
    session.run("strongroom rename deploy_token deployToken").shows(str![[r#"
[0]
--- stderr
renamed deploy_token to deployToken: its values are sealed again, version and date stay

"#]]);
}
