//! What is no setting: what is secret, what has the name of a secret, and what is not there.

use snapbox::str;

use crate::session::{MARKER, Session};

#[test]
fn what_is_secret_is_refused() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    let key = std::fs::read_to_string(session.kept_key("owner")).expect("a key");
    let token = "the value of `github_api_token` for `development`";
    for (name, value, what) in [
        ("token", format!("{MARKER}-token"), token),
        ("url", format!("https://me:{MARKER}-token@host"), token),
        ("key", key.trim().to_owned(), "an access key"),
    ] {
        session.run(&format!("strongroom setting set --default {name} {value}")).shows(format!(
            "[1]\n--- stderr\nerror: this is no setting: it holds {what}, and everybody who can read \
             the vault could read it here\n       keep it as a secret: strongroom set {name}\n"
        ));
    }
    assert_eq!(session.read("strongroom.toml"), before);
    session.plays(str![[r#"
$ strongroom setting set --default aws AKIAIOSFODNN7EXAMPLE
[0]
--- stderr
warning: this looks like an access key of AWS, and a setting is plain: everybody who can read the vault can read it
         keep it as a secret: strongroom set aws
created aws by default
$ strongroom setting get --type prod aws
[0]
AKIAIOSFODNN7EXAMPLE

"#]]);
}

#[test]
fn a_name_is_of_a_secret_or_of_a_setting() {
    let session = Session::with_secret();
    session.run("strongroom setting set --default aws 1").succeeds();
    session.typed("strongroom set --type local AWS").input("x").run().shows(str![[r#"
[3]
--- stderr
error: `aws` is a setting, and a secret cannot have its name
       see it with: strongroom setting list aws

"#]]);
    session.plays(str![[r#"
$ strongroom setting set --default GitHub-API-Token 1
[3]
--- stderr
error: `github_api_token` is a secret, and a setting cannot have its name
       see it with: strongroom list github_api_token
$ strongroom rename github_api_token aws
[3]
--- stderr
error: `aws` is a setting, and a secret cannot have its name
       see it with: strongroom setting list aws
$ strongroom get aws
[1]
--- stderr
error: there is no secret `aws`
       `aws` is a setting: strongroom setting list aws
$ strongroom setting get github_api_token
[1]
--- stderr
error: there is no setting `github_api_token`
       `github_api_token` is a secret: strongroom list github_api_token

"#]]);
}

#[test]
fn what_is_not_there_is_named() {
    let session = Session::with_vault();
    session.run("strongroom setting set --default aws 1").succeeds();
    session.plays(str![[r#"
$ strongroom setting get awss
[1]
--- stderr
error: there is no setting `awss`
       did you mean `aws`?
$ strongroom setting unset --type local aws
[1]
--- stderr
error: `aws` has no value of its own for local
       see those that it has with: strongroom setting list aws
$ strongroom setting unset aws
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom setting unset --type local aws
       or for every environment without a value of its own: --default

"#]]);
}
