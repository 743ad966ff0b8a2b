//! The way to the API: what hangs, breaks, damages, lies about who it is, or sends elsewhere.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::cloud::{
    ACCESS, BASE64, CHECKSUM, VALUE, get, json, payload, plain, said, said_of, store, strict, usual,
};
use crate::listener::{Does, Listener};

#[tokio::test]
async fn a_value_comes_with_one_request_and_without_credentials_on_this_machine() {
    let server = plain(usual).await;
    let store = store(&server, &[]);
    assert_eq!(get(&store, "app").await.expect("a value"), VALUE);
    assert_eq!(server.lines(), [ACCESS]);
    assert_eq!(server.asked()[0].header("authorization"), None);
}

#[test]
fn one_runtime_after_another_uses_the_same_store() {
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it");
    let serving =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let serving = serving.expect("a runtime");
    let server = serving.block_on(plain(usual));
    let store = store(&server, &[]);
    for _ in 0..3 {
        assert_eq!(runtime().block_on(get(&store, "app")).expect("a value"), VALUE);
    }
    let _guard = serving.enter();
    drop(server);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let server = plain(|_, _| Some(Does::Hang)).await;
    let began = Instant::now();
    let said = said_of(&server, &store(&server, &[]), "app").await;
    assert_eq!(said, "unreachable: no answer within 0.5 s");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_connection_that_breaks_and_a_value_that_is_damaged_are_tried_again() {
    for bad in [
        Does::Break,
        payload(3, BASE64, Some(CHECKSUM ^ 1)),
        payload(3, "aHVudGVyMw==", Some(CHECKSUM)),
    ] {
        let tries = AtomicUsize::new(0);
        let server = plain(move |line, asked| match tries.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Some(bad.clone()),
            _ => usual(line, asked),
        })
        .await;
        assert_eq!(get(&store(&server, &[]), "app").await.expect("a value"), VALUE);
        assert_eq!(server.lines().len(), 3);
    }
    assert_eq!(
        said(payload(3, BASE64, Some(1))).await,
        "unreachable: the value was damaged on its way: its checksum is another one"
    );
    assert_eq!(
        said(Does::Break).await,
        "unreachable: `http://localhost:PORT` broke the connection off"
    );
}

#[tokio::test]
async fn what_is_no_api_of_google_is_said_to_be_none() {
    let html = |status| {
        let kind = ("Content-Type", "text/html".to_owned());
        Does::Answer(status, vec![kind], b"<html>hunter2</html>".to_vec())
    };
    let stranger = |status| {
        format!(
            "unreachable: something that is no API of Google Cloud answered at `http://localhost:PORT` (HTTP {status})"
        )
    };
    for status in [200, 400, 403, 404, 500] {
        assert_eq!(said(html(status)).await, stranger(status));
    }
    assert_eq!(said(html(502)).await, "unreachable: `http://localhost:PORT` failed (HTTP 502)");
    assert_eq!(said(html(429)).await, "throttled: the API takes no more requests for now");
    for body in ["", "hunter2", "[]", r#"{"error":"hunter2"}"#, r#"{"error":[]}"#] {
        assert_eq!(said(json(403, body)).await, stranger(403), "{body}");
    }
    for body in ["", "hunter2", "[]", r#"{"payload":{"data":"?"}}"#, r#"{"payload":{"data":[]}}"#] {
        assert_eq!(said(json(200, body)).await, stranger(200), "{body}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let long = payload(3, &"x".repeat(4 << 20), None);
    assert_eq!(said(long).await, "not valid: the answer has more than 4194304 bytes");
}

#[tokio::test]
async fn nothing_is_sent_to_where_a_redirect_leads() {
    let other = plain(|_, _| None).await;
    let to = other.url();
    let server = plain(move |_, _| {
        Some(Does::Answer(307, vec![("Location", format!("{to}/v1/x"))], Vec::new()))
    })
    .await;
    assert_eq!(
        said_of(&server, &store(&server, &[]), "app").await,
        "unreachable: `http://localhost:PORT` sends elsewhere, and the token does not go along"
    );
    assert!(other.asked().is_empty() && server.asked().len() == 1);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_ends_it_and_so_does_an_api_without_tls() {
    let server = Listener::new(strict(usual)).await;
    assert_eq!(
        said_of(&server, &store(&server, &[]), "app").await,
        "unreachable: the server's certificate is not trusted: no authority that is known here signed it"
    );
    assert!(server.asked().is_empty(), "nothing was sent");
    let closed = plain(usual).await;
    let port = closed.address.port();
    drop(closed);
    let endpoint = format!("http://127.0.0.1:{port}");
    let store = crate::cloud::opened([("endpoint", endpoint.as_str()), ("project", "shop")]);
    let failure =
        crate::cloud::get_within(&store.expect("a store"), "app", Duration::from_millis(300))
            .await
            .expect_err("nobody is there");
    assert_eq!(
        failure.to_string(),
        format!("unreachable: nothing listens at `http://127.0.0.1:{port}`")
    );
}
