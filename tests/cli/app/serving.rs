//! `/api/v1/apps/{id}/secrets`: each answer that an application can get, from the real server.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use strongroom_vault::{
    AccessKey, AppKey, Credential, Date, Document, Draft, EnvironmentType, Index, KeyRing,
};

use super::managing::{new_key, with_app};
use crate::session::{MARKER, Session, refuse_secrets};

const SHOP: &str = "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22";
const OTHER: &str = "0b6f3d4c-94a1-4b37-8f0e-2d0a6c1f7e55";
const NOBODY: &str = "11111111-2222-4333-8444-555555555555";

/// A server for `development`; it ends with the test.
struct Serving {
    child: Child,
    address: String,
    said: Arc<Mutex<String>>,
}

impl Serving {
    fn start(session: &Session) -> Self {
        let mut command = session.command();
        command.args(
            "serve --type dev --http-port 0 --grpc-port 0 --access-log access.jsonl".split(' '),
        );
        // What an application shows is its own key.
        command.env("DAPR_API_TOKEN", "token-of-the-server").env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error")).lines();
        let said = Arc::new(Mutex::new(String::new()));
        let mut serving = Self { child, address: String::new(), said: Arc::clone(&said) };
        for line in lines.by_ref() {
            let line = line.expect("text");
            note(&said, &line);
            if let Some((_, address)) = line.split_once("HTTP at ") {
                address.clone_into(&mut serving.address);
                break;
            }
        }
        assert!(!serving.address.is_empty(), "{}", serving.said());
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                note(&said, &line);
            }
        });
        serving
    }

    fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    fn send(&self, path: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
        let host = &self.address;
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).expect("it takes a request");
        stream
    }

    /// The status and the body.
    fn get(&self, path: &str, headers: &str) -> (u16, String) {
        answer(self.send(path, headers))
    }

    fn secret(&self, id: &str, headers: &str) -> (u16, String) {
        self.get(&format!("/api/v1/apps/{id}/secrets"), headers)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !thread::panicking() {
            refuse_secrets(&self.said());
        }
    }
}

fn note(said: &Mutex<String>, line: &str) {
    let mut said = said.lock().expect("no panic");
    said.push_str(line);
    said.push('\n');
}

fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
    (status, body.to_owned())
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
    let serving = Serving::start(&session);
    assert!(serving.said().contains("an API key is not taken"), "{}", serving.said());

    let given = format!(
        "{{\"success\":true,\"message\":\"the secret of this application\",\"error\":null,\"data\":{{\"secret\":\"{MARKER}-token\"}}}}\n"
    );
    assert!(serving.secret(SHOP, &headers(SHOP, &key)) == (200, given.clone()), "its secret");
    let upper = SHOP.to_uppercase();
    assert!(serving.secret(&upper, &headers(SHOP, &key)) == (200, given), "in either case");

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
        let answer = serving.secret(id, &headers);
        // Headers have keys in them.
        assert!(answer == (status, refusal(error)), "{status} {error}: {answer:?}");
    }
    let foreign = format!("{whole}Origin: http://evil.example\r\n");
    assert!(serving.secret(SHOP, &foreign).0 == 403, "a page of somebody else's");

    let (_, metrics) = serving.get("/metrics", "dapr-api-token: token-of-the-server\r\n");
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
    let serving = Serving::start(&session);
    assert!(serving.secret(SHOP, &headers(SHOP, &key)).0 == 200, "its secret");
    session.run(&format!("strongroom app key revoke shop {code}")).succeeds();
    let began = Instant::now();
    while serving.secret(SHOP, &headers(SHOP, &key)).0 != 401 {
        assert!(began.elapsed() < Duration::from_mins(1), "it goes on");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn failures_are_answered_later_and_later_and_a_right_key_never_waits_for_them() {
    let session = with_app();
    let (key, _) = new_key(&session, "shop --type dev");
    let serving = Serving::start(&session);
    let wrong = headers(SHOP, "hunter2");
    let began = Instant::now();
    for _ in 0..7 {
        assert_eq!(serving.secret(SHOP, &wrong).0, 401);
    }
    assert!(began.elapsed() >= Duration::from_millis(1_500), "{:?}", began.elapsed());
    let began = Instant::now();
    let waiting = serving.send(&format!("/api/v1/apps/{SHOP}/secrets"), &wrong);
    thread::sleep(Duration::from_millis(100));
    assert!(serving.secret(SHOP, &headers(SHOP, &key)).0 == 200, "its secret");
    let right = began.elapsed();
    assert_eq!(answer(waiting).0, 401);
    assert!(began.elapsed() >= Duration::from_millis(1_600), "{:?}", began.elapsed());
    assert!(right < Duration::from_millis(1_600), "{right:?}");
    // Who fails under another name begins anew.
    let began = Instant::now();
    assert_eq!(serving.secret(NOBODY, &headers(NOBODY, "hunter2")).0, 401);
    assert!(began.elapsed() < Duration::from_millis(1_600), "{:?}", began.elapsed());
}
