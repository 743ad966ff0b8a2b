//! `link`: a value is fetched once, never shown, and then recorded.

use snapbox::str;

use super::{scene, value};
use crate::session::{MARKER, Session};

#[test]
fn a_reference_is_verified_and_recorded() {
    let session = scene();
    session.run("strongroom link --type prod token mounted:token").shows(str![[r#"
[0]
--- stderr
linked token for production to mounted:token
what is there was fetched once, and not shown

"#]]);
    session.run("strongroom link --type prod token mounted:token").shows(str![[r#"
[0]
--- stderr
unchanged token for production: it is linked to mounted:token
what is there was fetched once, and not shown

"#]]);
    session.run("strongroom link --type prod smtp_password mounted:smtp/password --json").shows(
        str![[r#"
[0]
{
  "fetched": true,
  "name": "smtp_password",
  "values": [
    {
      "change": "created",
      "environment": "production",
      "reference": "smtp/password",
      "store": "mounted"
    }
  ]
}
--- stderr
linked smtp_password for production to mounted:smtp/password
what is there was fetched once, and not shown

"#]],
    );
    session.run("strongroom link --type prod token mounted:smtp/password").shows(str![[r#"
[0]
--- stderr
linked token for production to mounted:smtp/password (version 2)
what is there was fetched once, and not shown

"#]]);
    assert_eq!(value(&session, "--type prod", "token"), format!("{MARKER}-smtp"));
    session.run("strongroom list token").shows(str![[r#"
[0]
token
environment  version  set         content
production   2        [DATE....]  in the store mounted: smtp/password

"#]]);
    session.run("strongroom list token --json").shows(str![[r#"
[0]
{
  "about": null,
  "deposits": [],
  "name": "token",
  "own": [],
  "same": [],
  "values": [
    {
      "content": "reference",
      "environment": "production",
      "expires": null,
      "reference": "smtp/password",
      "set": "[DATE....]",
      "store": "mounted",
      "version": 2
    }
  ]
}

"#]]);
}

#[test]
fn a_reference_leads_into_json_and_to_a_key() {
    let session = Session::with_vault();
    session
        .write("local.json", format!("{{\"db\": {{\"password\": \"{MARKER}-db\", \"port\": 5}}}}"));
    session.run("strongroom store add file --kind json --path local.json").succeeds();
    session.write("mounted/config", format!("{{\"users\": [{{\"name\": \"{MARKER}-user\"}}]}}"));
    session.run("strongroom store add mounted --kind directory --path mounted").succeeds();
    session.run("strongroom link --type prod db_password file:db:password").succeeds();
    assert_eq!(value(&session, "--type prod", "db_password"), format!("{MARKER}-db"));
    session.run("strongroom link --type prod user mounted:config#users.0.name").succeeds();
    assert_eq!(value(&session, "--type prod", "user"), format!("{MARKER}-user"));
    session.run("strongroom link --type prod other mounted:config#users.1.name").shows(str![[r#"
[3]
--- stderr
error: cannot link `other` for `production`: at `config#users.1.name` in the store `mounted`: not valid: its JSON has no `#users.1.name`: `users` is a list of 1, and has no `1`
       nothing was recorded
       record it without fetching it with: --no-fetch

"#]]);
}

#[test]
fn without_a_store_it_is_the_default_one_and_without_a_reference_its_own_name() {
    let session = scene();
    session.run("strongroom link --type prod token").shows(str![[r#"
[2]
--- stderr
error: which store? `production` has no default one
       for example: strongroom link --type production token STORE:REFERENCE
       or say which one is meant from now on: strongroom store default production STORE

"#]]);
    session.run("strongroom store default prod mounted").succeeds();
    session.run("strongroom link --type prod smtp/password").shows(str![[r#"
[0]
--- stderr
linked smtp/password for production to mounted:smtp/password
what is there was fetched once, and not shown

"#]]);
    session.run("strongroom link --type dev token mounted:").shows(str![[r#"
[0]
--- stderr
linked token for development to mounted:token
what is there was fetched once, and not shown

"#]]);
    assert_eq!(value(&session, "--type prod", "smtp/password"), format!("{MARKER}-smtp"));
}

#[test]
fn where_secrets_have_keys_a_name_is_the_key_value() {
    let session = Session::with_vault();
    session.write("keyed/token/value", format!("{MARKER}-token"));
    session.write("keyed/smtp/password", format!("{MARKER}-smtp"));
    session
        .run("strongroom store add keyed --kind directory --path keyed --keys several")
        .succeeds();
    session.run("strongroom link --type prod token keyed:").shows(str![[r#"
[0]
--- stderr
linked token for production to keyed:token/value
what is there was fetched once, and not shown

"#]]);
    session.run("strongroom link --type prod smtp/password keyed:").shows(str![[r#"
[0]
--- stderr
linked smtp/password for production to keyed:smtp/password
what is there was fetched once, and not shown

"#]]);
}

#[test]
fn what_is_not_there_is_not_recorded_unless_that_is_said() {
    let session = scene();
    let before = session.read("strongroom.toml");
    session.run("strongroom link --type prod token mounted:tokn").shows(str![[r#"
[3]
--- stderr
error: cannot link `token` for `production`: at `tokn` in the store `mounted`: absent: there is no [ROOT]/work/mounted/tokn
       nothing was recorded
       put it there (where the store can be written: strongroom set --type production --store mounted token)
       or record another reference: strongroom link --type production token mounted:REFERENCE
       record it without fetching it with: --no-fetch

"#]]);
    session.run("strongroom link --type prod token montd:token").shows(str![[r#"
[1]
--- stderr
error: there is no store `montd`
       see those that exist with: strongroom store list

"#]]);
    session.run("strongroom link --type prod token mounted:../strongroom.toml").ends_with(2);
    session.run("strongroom link --type prod token MARKER-5f1e-a-value").shows(str![[r#"
[2]
--- stderr
error: which store? the last argument is STORE:REFERENCE
       for example: strongroom link --type production token cluster:api-credentials/api-key

"#]]);
    session.run("strongroom link token mounted:token").ends_with(2);
    session.run("strongroom link --type prod 'a b' mounted:token").ends_with(2);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom link --type prod later mounted:later --no-fetch").shows(str![[r#"
[0]
--- stderr
linked later for production to mounted:later
it was not fetched; look with: strongroom check --type production --live

"#]]);
    session.run("strongroom link --type prod later mounted:#x --no-fetch").shows(str![[r#"
[2]
--- stderr
error: cannot refer to the store `mounted`: that is no reference: a reference names a secret of the store: `name`, `name/key`, `name@version`, `name#json.path`

"#]]);
    session.run("strongroom link --type prod later mounted:'a\u{7}b' --no-fetch").ends_with(2);
    session.run("strongroom get --type prod later").shows(str![[r#"
[3]
--- stderr
error: cannot open `later` for `production`: at `later` in the store `mounted`: absent: there is no [ROOT]/work/mounted/later
       put it there (where the store can be written: strongroom set --type production --store mounted later)
       or record another reference: strongroom link --type production later mounted:REFERENCE

"#]]);
}

#[test]
fn a_sealed_value_is_replaced_only_when_that_is_said() {
    let session = scene();
    session.typed("strongroom set --type prod token").input(MARKER).run().succeeds();
    session.run("strongroom link --type prod token mounted:token").shows(str![[r#"
[2]
--- stderr
error: `token` has a sealed value for `production`, which a reference would replace
       if that is meant, add: --replace

"#]]);
    session.run("strongroom link --type prod token mounted:token --replace").shows(str![[r#"
[0]
--- stderr
linked token for production to mounted:token (version 2)
what is there was fetched once, and not shown

"#]]);
    // And back.
    session.typed("strongroom set --type prod token").input(MARKER).run().shows(str![[r#"
[0]
--- stderr
updated token for production (version 3)
it is sealed in the vault now; what lies at mounted:token, where it was, stays there

"#]]);
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-token"));
    assert_eq!(value(&session, "--type prod", "token"), MARKER);
}

#[test]
fn a_key_is_needed_to_link() {
    let session = scene();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom link --type prod token mounted:token").ends_with(3).says("no key");
}

#[cfg(unix)]
#[test]
fn an_empty_value_is_said() {
    let session = scene();
    session.write("mounted/empty", "");
    session.run("strongroom link --type prod empty mounted:empty").shows(str![[r#"
[0]
--- stderr
warning: what is at `empty` in `mounted` is empty
linked empty for production to mounted:empty
what is there was fetched once, and not shown

"#]]);
}

#[cfg(not(feature = "kubernetes"))]
#[test]
fn a_kind_that_this_command_does_not_have_says_what_to_install() {
    let session = Session::with_vault();
    session.run("strongroom store add cluster --kind kubernetes --namespace shop").succeeds();
    session.run("strongroom link --type prod token cluster:api/token").shows(str![[r#"
[3]
--- stderr
error: cannot link `token` for `production`: at `api/token` in the store `cluster`: this command was built without stores of the kind `kubernetes` (feature `kubernetes`)
       nothing was recorded
       install the command with it: cargo install strongroom-cli --features kubernetes
       record it without fetching it with: --no-fetch

"#]]);
    session.run("strongroom link --type prod token cluster:").shows(str![[r#"
[2]
--- stderr
error: cannot refer to the store `cluster`: this command was built without stores of the kind `kubernetes` (feature `kubernetes`)
       install the command with it: cargo install strongroom-cli --features kubernetes

"#]]);
    session.run("strongroom link --type prod token cluster:api/token --no-fetch").shows(str![[
        r#"
[0]
--- stderr
linked token for production to cluster:api/token
it was not fetched; look with: strongroom check --type production --live

"#
    ]]);
    session.run("strongroom run --type prod -- touch started").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `production`
       `token`: at `api/token` in the store `cluster`: this command was built without stores of the kind `kubernetes` (feature `kubernetes`)
       install the command with it: cargo install strongroom-cli --features kubernetes
       or leave it out with: --except token

"#]]);
    assert!(!session.path("started").exists());
}

#[test]
fn what_can_never_lie_there_is_refused_without_asking() {
    let session = scene();
    session.run("strongroom store add cluster --kind kubernetes --namespace shop").succeeds();
    for reference in
        ["mounted:../x", "mounted:a//b", "mounted:/a", "mounted:..data", "mounted:token#"]
    {
        let link = format!("strongroom link --type prod token {reference} --no-fetch");
        session.run(&link).ends_with(2).says("that is no reference");
    }
    session.run("strongroom link --type prod token mounted:../x --no-fetch").shows(str![[r#"
[2]
--- stderr
error: cannot refer to the store `mounted`: that is no reference: `../x` cannot be the name of a file here

"#]]);
    session.run("strongroom link --type prod token mounted:token# --no-fetch").shows(str![[r#"
[2]
--- stderr
error: cannot refer to the store `mounted`: that is no reference: behind `#` is the way into a JSON value

"#]]);
    assert!(!session.read("strongroom.toml").contains("token"));
    // A kind that is not built into this command has no say.
    session.run("strongroom link --type prod token cluster:api/key --no-fetch").succeeds();
    session.run("strongroom link --type prod token mounted:a/b@3#c.d --no-fetch").succeeds();
}

#[test]
fn a_store_alone_is_taken_for_one() {
    let session = scene();
    session.run("strongroom link --type prod token mounted").shows(str![[r#"
[2]
--- stderr
error: `mounted` is a store, and behind it goes where the value lies there: mounted:REFERENCE
       by the secret's own name: strongroom link --type production token mounted:

"#]]);
    // What is none may be a value at the wrong place.
    session.run(&format!("strongroom link --type prod token {MARKER}")).ends_with(2);
}

#[test]
fn what_nobody_may_have_meant_is_told_and_taken() {
    let session = scene();
    session.write("mounted/echoed", format!("{MARKER}-echoed\n"));
    session.write("mounted/nothing", "");
    session.write("mounted/pem", format!("-----BEGIN\n{MARKER}\n-----END\n"));
    session.run("strongroom link --type prod echoed mounted:echoed").shows(str![[r#"
[0]
--- stderr
warning: what is at `echoed` in `mounted` ends with a newline, which is a part of the value
         write the file without it (printf), or let no last newline count: strongroom store set mounted trim=true
linked echoed for production to mounted:echoed
what is there was fetched once, and not shown

"#]]);
    session.run("strongroom link --type prod pem mounted:pem").shows(str![[r#"
[0]
--- stderr
linked pem for production to mounted:pem
what is there was fetched once, and not shown

"#]]);
    session.run("strongroom sync --type prod --store mounted --only nothing").shows(str![[r#"
[0]
in mounted, not in the vault  would be
nothing                       nothing
smtp/password                 smtp/password
token                         token
--- stderr
3 only in mounted, 2 in both
warning: what is at `nothing` in `mounted` is empty
linked nothing to mounted:nothing

"#]]);
    session.run("strongroom check --type prod --live").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
3 references fit their seals
warning: `echoed` for `production`: what is at `echoed` in `mounted` ends with a newline, which is a part of the value
         write the file without it (printf), or let no last newline count: strongroom store set mounted trim=true
warning: `nothing` for `production`: what is at `nothing` in `mounted` is empty
3 values were fetched from their stores; nothing is shown of them

"#]]);
    let json = session.run("strongroom check --type prod --live --json").succeeds().output();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let doubtful = &json["live"]["doubtful"];
    assert_eq!(doubtful[0]["cause"], "newline");
    assert_eq!(doubtful[1]["cause"], "empty");
    assert_eq!(doubtful.as_array().map(Vec::len), Some(2));
    assert_eq!(value(&session, "--type prod", "echoed"), format!("{MARKER}-echoed\n"));
    session.run("strongroom store set mounted trim=true").succeeds();
    session.run("strongroom check --type prod --live").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
3 references fit their seals
warning: `nothing` for `production`: what is at `nothing` in `mounted` is empty
3 values were fetched from their stores; nothing is shown of them

"#]]);
    assert_eq!(value(&session, "--type prod", "echoed"), format!("{MARKER}-echoed"));
}
