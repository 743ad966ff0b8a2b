//! `/api/v1/apps/{id}/secrets`: each answer that an application can get, from the real server.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use strongroom_vault::{
    AccessKey, AppKey, Credential, Date, Document, Draft, EnvironmentType, Index, KeyRing,
};

use super::managing::{new_key, with_app};
use crate::serve::serving::{SOON, Serving, within};
use crate::session::{MARKER, Session, refuse_secrets};

const SHOP: &str = "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22";
const OTHER: &str = "0b6f3d4c-94a1-4b37-8f0e-2d0a6c1f7e55";
const NOBODY: &str = "11111111-2222-4333-8444-555555555555";

/// A server for `development` with a record of who asked.
fn start(session: &Session) -> Serving {
    // What an application shows is its own key.
    let token = ("DAPR_API_TOKEN", "token-of-the-server");
    Serving::start_with(session, "--type dev --access-log access.jsonl", &[token])
}

/// The status and the body.
fn secret(serving: &Serving, id: &str, headers: &str) -> (u16, String) {
    let answer = serving.get_with(&format!("/api/v1/apps/{id}/secrets"), headers);
    (answer.status, answer.body)
}

fn headers(id: &str, key: &str) -> String {
    format!("X-API-KEY: {key}\r\nX-API-KEY-TYPE: read\r\nX-CLIENT-ID: {id}\r\n")
}

fn refusal(error: &str) -> String {
    format!("{{\"success\":false,\"error\":\"{error}\",\"message\":null,\"data\":null}}\n")
}

/// A key whose day has come, which no command makes.
fn expired_key(session: &Session) -> String {
    let text = session.read("strongroom.toml");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let kept = fs::read_to_string(session.kept_key("owner")).expect("a kept key");
    let kept = kept.lines().find(|line| line.starts_with("strongroom_key_")).expect("a key");
    let credential = Credential::AccessKey(AccessKey::parse(kept).expect("a key"));
    let ring = KeyRing::unlock(&index, &credential, None).expect("it opens");
    let data_key = ring.data_key(&index, EnvironmentType::Development).expect("a grant");
    let key = AppKey::generate(index.id()).expect("randomness");
    let mut draft = Draft::new(&document, &index);
    let days = (Date { year: 2020, month: 1, day: 1 }, Some(Date::today()));
    draft.add_app_key(data_key, "shop", &key, days).expect("a new key");
    session.write("strongroom.toml", draft.finish().expect("an editable vault"));
    key.to_text().to_string()
}

#[test]
fn an_application_gets_its_own_secret_and_nobody_elses() {
    let session = with_app();
    let set = "strongroom set --type production elsewhere";
    session.typed(set).input(format!("{MARKER}-there\n")).run().succeeds();
    let add = format!("strongroom app add other --secret elsewhere --id {OTHER}");
    session.run(&add).succeeds();
    let (key, _) = new_key(&session, "shop --type dev");
    let (other, _) = new_key(&session, "other --type dev");
    let (production, _) = new_key(&session, "shop --type production");
    let (forged, _) = new_key(&session, "shop --type dev --expires 2999-01-31");
    session.replace("expires = 2999-01-31", "expires = 2999-02-28");
    let expired = expired_key(&session);
    let serving = start(&session);
    assert!(serving.said().contains("an API key is not taken"), "{}", serving.said());

    let given = format!(
        "{{\"success\":true,\"message\":\"the secret of this application\",\"error\":null,\"data\":{{\"secret\":\"{MARKER}-token\"}}}}\n"
    );
    assert!(secret(&serving, SHOP, &headers(SHOP, &key)) == (200, given.clone()), "its secret");
    let upper = SHOP.to_uppercase();
    assert!(secret(&serving, &upper, &headers(SHOP, &key)) == (200, given), "in either case");

    let client = "the header x-client-id is missing or malformed";
    let right = "the header x-api-key-type is missing or malformed";
    let unknown = "the API key is not known";
    let last = if key.ends_with('a') { 'b' } else { 'a' };
    let typo = format!("{}{last}", &key[..key.len() - 1]);
    let whole = headers(SHOP, &key);
    for (id, headers, status, error) in [
        ("shop", headers("shop", &key), 400, "the application's id in the path is no UUID"),
        ("%FF", headers(SHOP, &key), 400, "the application's id in the path is no UUID"),
        (SHOP, whole.replace("X-CLIENT-ID", "X-OTHER"), 400, client),
        (SHOP, headers("shop", &key), 400, client),
        (
            SHOP,
            headers(OTHER, &key),
            403,
            "the header x-client-id names another application than the path",
        ),
        (SHOP, whole.replace("X-API-KEY-TYPE", "X-OTHER"), 400, right),
        (SHOP, format!("{whole}X-API-KEY-TYPE: read\r\n"), 400, right),
        (
            SHOP,
            format!("{whole}X-API-KEY: {key}\r\n"),
            400,
            "the header x-api-key is missing or malformed",
        ),
        (
            SHOP,
            whole.replace("X-API-KEY:", "X-OTHER:"),
            401,
            "no API key is shown: it goes into the header X-API-KEY",
        ),
        (SHOP, headers(SHOP, "hunter2"), 401, unknown),
        (SHOP, headers(SHOP, &typo), 401, unknown),
        (NOBODY, headers(NOBODY, "hunter2"), 401, unknown),
        (SHOP, headers(SHOP, &expired), 401, unknown),
        (SHOP, headers(SHOP, &forged), 401, unknown),
        (SHOP, headers(SHOP, &production), 401, unknown),
        (SHOP, headers(SHOP, &other), 403, "the API key is another application's"),
        (NOBODY, headers(NOBODY, &key), 403, "the API key is another application's"),
        (SHOP, whole.replace(": read", ": write"), 403, "the API key is of another type"),
        (OTHER, headers(OTHER, &other), 500, "the secret cannot be had at the moment"),
    ] {
        let answer = secret(&serving, id, &headers);
        // Headers have keys in them.
        assert!(answer == (status, refusal(error)), "{status} {error}: {answer:?}");
    }
    let foreign = format!("{whole}Origin: http://evil.example\r\n");
    assert!(secret(&serving, SHOP, &foreign).0 == 403, "a page of somebody else's");

    let token = "dapr-api-token: token-of-the-server\r\n";
    let metrics = serving.get_with("/metrics", token).body;
    for line in [
        "strongroom_application_requests_total{outcome=\"given\"} 2",
        "strongroom_application_requests_total{outcome=\"malformed\"} 7",
        "strongroom_application_requests_total{outcome=\"other_application\"} 2",
        "strongroom_application_requests_total{outcome=\"failed\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    let record = session.read("access.jsonl");
    let given =
        r#""application":"shop","store":"vault","secret":"github_api_token","outcome":"given""#;
    assert_eq!(record.matches(given).count(), 2, "{record}");
    assert!(record.contains(r#""outcome":"expired""#), "{record}");
    refuse_secrets(&record);
}

#[test]
fn a_revoked_key_is_taken_no_more_as_soon_as_the_file_says_so() {
    let session = with_app();
    let (key, code) = new_key(&session, "shop --type dev");
    let serving = start(&session);
    assert!(secret(&serving, SHOP, &headers(SHOP, &key)).0 == 200, "its secret");
    session.run(&format!("strongroom app key revoke shop {code}")).succeeds();
    within(SOON, || {
        let status = secret(&serving, SHOP, &headers(SHOP, &key)).0;
        (status == 401).then_some(())
    });
}

#[test]
fn failures_are_answered_later_and_later_and_a_right_key_never_waits_for_them() {
    let session = with_app();
    let (key, _) = new_key(&session, "shop --type dev");
    let serving = start(&session);
    let wrong = headers(SHOP, "hunter2");
    let began = Instant::now();
    for _ in 0..7 {
        assert_eq!(secret(&serving, SHOP, &wrong).0, 401);
    }
    assert!(began.elapsed() >= Duration::from_millis(1_500), "{:?}", began.elapsed());
    let began = Instant::now();
    let right = thread::scope(|threads| {
        let waiting = threads.spawn(|| secret(&serving, SHOP, &wrong).0);
        thread::sleep(Duration::from_millis(100));
        assert!(secret(&serving, SHOP, &headers(SHOP, &key)).0 == 200, "its secret");
        let right = began.elapsed();
        assert_eq!(waiting.join().expect("an answer"), 401);
        right
    });
    assert!(began.elapsed() >= Duration::from_millis(1_600), "{:?}", began.elapsed());
    assert!(right < Duration::from_millis(1_600), "{right:?}");
    // Who fails under another name begins anew.
    let began = Instant::now();
    assert_eq!(secret(&serving, NOBODY, &headers(NOBODY, "hunter2")).0, 401);
    assert!(began.elapsed() < Duration::from_millis(1_600), "{:?}", began.elapsed());
}
