//! `strongroom get`.

use snapbox::str;

use crate::session::{MARKER, Session};

fn get(session: &Session, line: &str) -> String {
    session.typed(line).that_shows_secrets().run().succeeds().output()
}

#[test]
fn it_prints_the_bytes_and_nothing_else() {
    let session = Session::with_secret();
    let outcome =
        session.typed("strongroom get --type local github_api_token").that_shows_secrets().run();
    assert_eq!(outcome.succeeds().output(), format!("{MARKER}-token"));
    assert_eq!(outcome.stderr, "");
}

#[test]
fn any_spelling_finds_a_secret() {
    let session = Session::with_secret();
    for spelling in ["GitHubAPIToken", "GITHUB_API_TOKEN", "github-api-token"] {
        assert_eq!(get(&session, &format!("strongroom get {spelling}")), format!("{MARKER}-token"));
    }
}

#[test]
fn without_a_flag_it_is_the_active_environment() {
    let session = Session::with_secret();
    session
        .typed("strongroom set --type prod github_api_token")
        .input("MARKER-5f1e-prod")
        .run()
        .succeeds();
    assert_eq!(get(&session, "strongroom get github_api_token"), format!("{MARKER}-token"));
    session.export("STRONGROOM_ENV", "prod");
    assert_eq!(get(&session, "strongroom get github_api_token"), format!("{MARKER}-prod"));
    assert_eq!(
        get(&session, "strongroom get --type local github_api_token"),
        format!("{MARKER}-token")
    );
    session.export("STRONGROOM_ENV", "stagng");
    session.run("strongroom get github_api_token").shows(str![[r#"
[2]
--- stderr
error: STRONGROOM_ENV: unknown environment `stagng`
       known here: production, development, preview, local (short: prod, dev, pr)
       declare it with: strongroom env add stagng --type development

"#]]);
    session.export("STRONGROOM_ENV", "");
    session.run("strongroom get github_api_token").shows(str![[r#"
[2]
--- stderr
error: STRONGROOM_ENV: the name of an environment is empty: unset it, or give one
       known here: production, development, preview, local (short: prod, dev, pr)

"#]]);
}

#[test]
fn a_named_environment_falls_back_to_its_type() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    assert_eq!(
        get(&session, "strongroom get --env staging github_api_token"),
        format!("{MARKER}-token")
    );
    session
        .typed("strongroom set --env staging github_api_token")
        .input("MARKER-5f1e-own")
        .run()
        .succeeds();
    assert_eq!(
        get(&session, "strongroom get --env staging github_api_token"),
        format!("{MARKER}-own")
    );
    assert_eq!(
        get(&session, "strongroom get --type dev github_api_token"),
        format!("{MARKER}-token")
    );
}

#[test]
fn what_is_missing_is_named_with_the_command_that_sets_it() {
    let session = Session::with_secret();
    session.run("strongroom get --type prod github_api_token").shows(str![[r#"
[1]
--- stderr
error: `github_api_token` has no value for `production`
       set one with: strongroom set --type production github_api_token

"#]]);
    session.run("strongroom get githb_api_token").shows(str![[r#"
[1]
--- stderr
error: there is no secret `githb_api_token`
       did you mean `github_api_token`?
       or set it: strongroom set --type local githb_api_token

"#]]);
    session.run("strongroom get smtp/password").shows(str![[r#"
[1]
--- stderr
error: there is no secret `smtp/password`
       see those that exist with: strongroom list
       or set it: strongroom set --type local smtp/password

"#]]);
    session.run("strongroom get --type prod --env local x").ends_with(2);
}

#[test]
fn a_reference_to_no_store_is_not_fetched() {
    let session = Session::with_secret();
    let head = session.read("strongroom.toml");
    let sealed =
        head.split("sealed = \"").nth(1).and_then(|text| text.split('"').next()).expect("a value");
    // A reference's seal is a value's head and tag, here of any bytes: nothing is fetched to check
    // it.
    let seal = format!("{}{}", &sealed[..28], "A".repeat(22));
    session.edit(|vault| {
        vault.replacen(
            &format!("sealed = \"{sealed}\""),
            &format!("store = \"cluster\", ref = \"api/key\", seal = \"{seal}\""),
            1,
        )
    });
    session.run("strongroom get --type dev github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: at `api/key` in the store `cluster`: the vault has no such store in [stores]
       declare it with: strongroom store add cluster --kind KIND

"#]]);
    session.run("strongroom run --type dev -- true").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `development`
       `github_api_token`: at `api/key` in the store `cluster`: the vault has no such store in [stores]
       declare it with: strongroom store add cluster --kind KIND
       or leave it out with: --except github_api_token

"#]]);
    session.run("strongroom list github_api_token").shows(str![[r#"
[0]
github_api_token
environment  version  set         content
development  1        [DATE....]  in the store cluster: api/key
local        1        [DATE....]  sealed

"#]]);
}
