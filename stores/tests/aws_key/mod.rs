//! The key service of AWS: what it seals and opens, against a service of the tests and against moto.

use std::sync::{Arc, Mutex};

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{unwrap, wrap};
use crate::failure::Failure;

#[path = "../aws/alone.rs"]
mod alone;
#[path = "../../../tests/live/server.rs"]
#[expect(dead_code, reason = "tests of stores ask for more")]
mod server;

use self::alone::alone;
use super::super::listener::{Asked, Does, Listener};

const KEY: &[u8] = b"hunter2-the-access-key";
/// Where this test itself finds the service of its parent.
const ADDRESS: &str = "AWS_ENDPOINT_URL_KMS";

/// A service at the address of the environment.
async fn service(does: impl Fn(&str, &Value) -> Does + Send + Sync + 'static) -> Listener {
    let listener = Listener::of("", move |asked: &Asked| {
        let target = asked.header("x-amz-target").unwrap_or_default().to_owned();
        let body = serde_json::from_str(&asked.body).unwrap_or_default();
        Ok(does(&target, &body))
    })
    .await;
    let from = std::env::var(ADDRESS).expect("it is set");
    let from = tokio::net::TcpListener::bind(from.trim_start_matches("http://")).await;
    let (from, to) = (from.expect("the port"), listener.address);
    tokio::spawn(async move {
        while let Ok((mut from, _)) = from.accept().await {
            tokio::spawn(async move {
                let mut to = tokio::net::TcpStream::connect(to).await.expect("it listens");
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            });
        }
    });
    listener
}

fn refusal(code: &str) -> Does {
    let headers = vec![("x-amzn-requestid", "r-1".to_owned())];
    let body = json!({ "__type": code, "message": "hunter2" }).to_string();
    Does::Answer(400, headers, body.into_bytes())
}

fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

fn told<T: std::fmt::Debug>(answer: Result<T, Failure>) -> String {
    let failure = answer.expect_err("a failure");
    assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
    failure.to_string()
}

#[test]
fn a_key_is_sealed_with_the_context_and_opened_with_it() {
    let address = free_address();
    let test =
        concat!("keys::aws_kms::tests::", "a_key_is_sealed_with_the_context_and_opened_with_it");
    alone(test, &[(ADDRESS, &address)], || async {
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&bodies);
        let _service = service(move |target, body| {
            seen.lock().expect("no panic").push(body.clone());
            let answer = match target {
                "TrentService.Encrypt" => json!({ "CiphertextBlob": "c2VhbGVk" }),
                _ => json!({ "Plaintext": "aHVudGVyMi10aGUtYWNjZXNzLWtleQ==" }),
            };
            Does::Json(200, answer.to_string())
        })
        .await;
        assert_eq!(wrap("alias/strongroom", KEY).await.as_deref(), Ok("c2VhbGVk"));
        assert_eq!(unwrap(" c2VhbGVk\n").await.expect("a key").as_slice(), KEY);
        let bodies = bodies.lock().expect("no panic");
        assert_eq!(bodies[0]["KeyId"], "alias/strongroom");
        for body in bodies.iter() {
            assert_eq!(body["EncryptionContext"], json!({ "strongroom": "access key" }));
        }
    });
}

#[test]
fn what_kms_refuses_is_told_with_what_to_do() {
    let address = free_address();
    let test = concat!("keys::aws_kms::tests::", "what_kms_refuses_is_told_with_what_to_do");
    alone(test, &[(ADDRESS, &address)], || async {
        let code = Arc::new(Mutex::new(""));
        let now = Arc::clone(&code);
        let service = service(move |_, _| refusal(*now.lock().expect("no panic"))).await;
        for (refused, said) in [
            (
                "AccessDeniedException",
                "denied: the right `kms:Decrypt` on `arn:aws:kms:eu-west-1:*:key/*` is missing (request r-1)",
            ),
            (
                "DisabledException",
                "denied: the key is disabled; enable it with: aws kms enable-key --key-id … (request r-1)",
            ),
            (
                "KMSInvalidStateException",
                "denied: the key cannot be used, it may be waiting for its deletion; take it back with: aws kms cancel-key-deletion --key-id … (request r-1)",
            ),
            (
                "InvalidCiphertextException",
                "denied: KMS does not open it: it was altered, or sealed in another region, or not by `strongroom key wrap` (request r-1)",
            ),
            (
                "IncorrectKeyException",
                "denied: KMS does not open it: it was altered, or sealed in another region, or not by `strongroom key wrap` (request r-1)",
            ),
            ("ThrottlingException", "throttled: KMS takes no more requests for now (request r-1)"),
            (
                "ExpiredTokenException",
                "denied: the credentials have expired: log in again with `aws sso login`, or look at what renews them (request r-1)",
            ),
        ] {
            *code.lock().expect("no panic") = refused;
            assert_eq!(told(unwrap("c2VhbGVk").await), said);
        }
        *code.lock().expect("no panic") = "NotFoundException";
        let said = "absent: there is no such key in this account and region: `aws kms list-aliases` (request r-1)";
        assert_eq!(told(wrap("alias/none", KEY).await), said);
        *code.lock().expect("no panic") = "AccessDeniedException";
        let arn = "arn:aws:kms:eu-west-1:1:key/1";
        let said = format!("denied: the right `kms:Encrypt` on `{arn}` is missing (request r-1)");
        assert_eq!(told(wrap(arn, KEY).await), said);
        let asked = service.asked().len();
        for garbage in ["", "hunter2!", "aHVudGVyMg=hunter2"] {
            let said = "not valid: what stands behind `aws-kms:` is not what KMS seals, in base64";
            assert_eq!(told(unwrap(garbage).await), said);
        }
        assert!(told(wrap("a b", KEY).await).starts_with("not valid: a key of KMS is named by"));
        assert_eq!(service.asked().len(), asked, "what can be nothing is not sent");
    });
}

#[test]
fn a_key_of_moto_seals_and_opens() {
    let Some(program) = server::installed("moto", "moto/bin/moto_server") else { return };
    let port = server::free_port().to_string();
    let place = format!("127.0.0.1:{port}");
    let arguments = ["-H", "127.0.0.1", "-p", &port].map(str::to_owned);
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut moto = server::Server::start(&program, &arguments, folder);
    moto.wait(|| std::net::TcpStream::connect(&place).is_ok());
    let test = concat!("keys::aws_kms::tests::", "a_key_of_moto_seals_and_opens_here");
    server::run_alone(
        &[],
        test,
        [
            (ADDRESS, format!("http://{place}").into()),
            ("AWS_ACCESS_KEY_ID", alone::KEY_ID.into()),
            ("AWS_SECRET_ACCESS_KEY", alone::SECRET_KEY.into()),
            ("AWS_REGION", "eu-west-1".into()),
        ],
    );
}

#[ignore = "for a process of its own"]
#[tokio::test]
async fn a_key_of_moto_seals_and_opens_here() {
    let account = crate::kinds::aws::Account::new(crate::kinds::aws::Setup::default());
    let client = aws_sdk_kms::Client::new(account.config().await.expect("a region"));
    let made = client.create_key().send().await.expect("a key").key_metadata.expect("a key");
    client
        .create_alias()
        .alias_name("alias/strongroom")
        .target_key_id(&made.key_id)
        .send()
        .await
        .expect("it");
    let line = wrap("alias/strongroom", KEY).await.expect("a line");
    assert_eq!(unwrap(&line).await.expect("a key").as_slice(), KEY);
    let sealed =
        client.encrypt().key_id(&made.key_id).plaintext(aws_sdk_kms::primitives::Blob::new(KEY));
    let sealed =
        sealed.encryption_context("strongroom", "something else").send().await.expect("it");
    let sealed = BASE64.encode(sealed.ciphertext_blob.expect("it").as_ref());
    assert!(told(unwrap(&sealed).await).starts_with("denied: KMS does not open it"));
    assert!(told(wrap("alias/none", KEY).await).starts_with("absent: there is no such key"));
}
