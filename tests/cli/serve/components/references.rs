//! Settings that are secrets of other stores, or variables.

use super::component;
use crate::serve::serving::Serving;
use crate::session::{MARKER, Session};

/// A component whose file a secret names.
fn led(name: &str, store: &str, reference: &str) -> String {
    let setting = format!("{{ name: secretsFile, {reference} }}");
    let auth = format!("auth: {{ secretStore: {store} }}\n");
    component(name, "local.file", &[&setting]) + &auth
}

#[test]
fn a_setting_is_a_secret_of_the_vault_or_of_another_component() {
    let session = Session::with_vault();
    session.typed("strongroom set --type local paths/first").input("first.json\n").run().succeeds();
    session.typed("strongroom set --type local second").input("second.json\n").run().succeeds();
    session.write("first.json", "{\"a\": \"1\", \"third\": \"third.json\"}");
    session.write("second.json", "{\"a\": \"2\"}");
    session.write("third.json", "{\"a\": \"3\"}");
    session.write("fourth.json", "{\"a\": \"4\"}");
    let files = [
        // Before what it refers to.
        led("third", "first", "secretKeyRef: { name: third }"),
        led("first", "vault", "secretKeyRef: { name: paths, key: first }"),
        led("second", "vault", "secretKeyRef: { name: second }"),
        component("fourth", "local.file", &["{ name: secretsFile, envRef: FOURTH }"]),
    ];
    session.write("components/all.yaml", files.join("---\n"));
    let words = "--type local --resources-path components";
    let serving = Serving::start_with(&session, words, &[("FOURTH", "fourth.json")]);
    for (store, value) in [("first", "1"), ("second", "2"), ("third", "3"), ("fourth", "4")] {
        let answer = serving.get(&format!("/v1.0/secrets/{store}/a"));
        assert_eq!(
            (answer.status, answer.body),
            (200, format!("{{\"a\":\"{value}\"}}\n")),
            "{store}"
        );
    }
    assert_eq!(serving.get("/v1.0/secrets/vault/second").status, 200);
}

#[test]
fn a_store_whose_credentials_are_missing_fails_alone_until_they_are_there() {
    let session = Session::new();
    session.write("names.json", "{}");
    session.write("late.json", format!("{{\"a\": \"{MARKER}\"}}"));
    let names = component("names", "local.file", &["{ name: secretsFile, value: names.json }"]);
    let late = led("late", "names", "secretKeyRef: { name: late }");
    session.write("components/all.yaml", format!("{names}---\n{late}"));
    let serving = Serving::start(&session, "--resources-path components");
    let answer = serving.get("/v1.0/secrets/late/a");
    assert_eq!(answer.status, 500);
    let why = "failed getting secret with key a from secret store late: no `secretsFile`: failed getting secret with key late from secret store names: absent: there is no `late` in names.json";
    assert!(answer.body.contains(why), "{}", answer.body);
    assert_eq!(serving.get("/v1.0/secrets/names/bulk").status, 200);
    session.write("names.json", "{\"late\": \"late.json\"}");
    crate::serve::serving::within(crate::serve::serving::SOON, || {
        (serving.get("/v1.0/secrets/late/a").status == 200).then_some(())
    });
}
