//! The way to the server: what hangs, breaks, lies about who it is, or sends elsewhere.

use std::time::{Duration, Instant};

use strongroom_stores::FailureKind;

use crate::listener::{Does, Listener};
use crate::vault::{TOKEN, VALUE, error, get, get_within, said, secret, store, strict, usual};

#[tokio::test]
async fn a_value_comes_with_three_requests_at_first_and_one_then() {
    let server = Listener::new(strict(usual)).await;
    let store = store(&server, &[]);
    assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
    assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
    assert_eq!(
        server.lines(),
        [
            "GET /v1/sys/internal/ui/mounts/secret",
            "GET /v1/secret/data/app",
            "GET /v1/secret/data/app"
        ]
    );
    assert!(server.asked().iter().all(|asked| asked.header("x-vault-token") == Some(TOKEN)));
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let server = Listener::new(|_| Ok(Does::Hang)).await;
    let began = Instant::now();
    let said = said(&server, &store(&server, &[])).await;
    assert_eq!(said, "unreachable: no answer within 0.5 s");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_slow_server_is_waited_for() {
    let server = Listener::new(strict(|line, asked| {
        Some(Does::Later(Duration::from_millis(100), Box::new(usual(line, asked)?)))
    }))
    .await;
    assert_eq!(get(&store(&server, &[]), "app/password").await.expect("a value"), VALUE);
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let breaks = std::sync::atomic::AtomicUsize::new(0);
    let server = Listener::new(strict(move |line, asked| {
        if breaks.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 {
            return Some(Does::Break);
        }
        usual(line, asked)
    }))
    .await;
    assert_eq!(get(&store(&server, &[]), "app/password").await.expect("a value"), VALUE);
    let server = Listener::new(strict(|_, _| Some(Does::Break))).await;
    assert_eq!(
        said(&server, &store(&server, &[])).await,
        "unreachable: `https://localhost:PORT` broke the connection off"
    );
}

#[tokio::test]
async fn what_is_no_vault_is_said_to_be_none() {
    let html = |status| {
        let kind = ("Content-Type", "text/html".to_owned());
        Does::Answer(status, vec![kind], b"<html>hunter2</html>".to_vec())
    };
    for status in [200, 403, 404, 500] {
        let server = Listener::new(strict(move |_, _| Some(html(status)))).await;
        assert_eq!(
            said(&server, &store(&server, &[])).await,
            format!(
                "unreachable: something that is neither Vault nor OpenBao answered at \
                 `https://localhost:PORT` (HTTP {status})"
            )
        );
    }
    let server = Listener::new(strict(move |_, _| Some(html(502)))).await;
    assert_eq!(
        said(&server, &store(&server, &[])).await,
        "unreachable: the server failed (HTTP 502)"
    );
}

#[tokio::test]
async fn what_claims_to_be_json_and_is_not_is_not_valid() {
    for body in ["", "hunter2", "[]", "{}", r#"{"data":[]}"#, r#"{"data":{"data":{}}}"#] {
        let server = Listener::new(strict(move |line, asked| match line {
            "GET /v1/secret/data/app" => Some(Does::Json(200, body.to_owned())),
            _ => usual(line, asked),
        }))
        .await;
        let failure = get(&store(&server, &[]), "app/password").await.expect_err(body);
        assert_eq!(failure.kind(), FailureKind::Invalid, "{body}: {failure}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let long = secret(&"x".repeat(4 << 20));
    let server = Listener::new(strict(move |line, asked| match line {
        "GET /v1/secret/data/app" => Some(long.clone()),
        _ => usual(line, asked),
    }))
    .await;
    assert_eq!(
        said(&server, &store(&server, &[])).await,
        "not valid: the answer has more than 4194304 bytes"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_ends_it() {
    let (server, other) = (Listener::new(strict(usual)).await, Listener::new(strict(usual)).await);
    let ca_file = other.ca_file().display().to_string();
    assert_eq!(
        said(&server, &store(&server, &[("ca_file", &ca_file)])).await,
        "unreachable: the server's certificate is not trusted: no authority that is known here signed it"
    );
    let system = store(&server, &[("ca_file", "")]);
    assert_eq!(
        said(&server, &system).await,
        "unreachable: the server's certificate is not trusted: no authority that is known here signed it"
    );
    let named = Listener::of("vault.example.com", strict(usual)).await;
    assert_eq!(
        said(&named, &store(&named, &[])).await,
        "unreachable: the server's certificate is not trusted: it is for another name"
    );
    assert!(server.asked().is_empty() && named.asked().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn files_of_certificates_that_are_none_are_named() {
    let server = Listener::new(strict(usual)).await;
    let folder = server.folder();
    std::fs::write(folder.join("empty.pem"), "").expect("a file");
    std::fs::write(
        folder.join("none.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .expect("a file");
    for (name, why) in [
        ("missing.pem", "No such file or directory (os error 2)"),
        ("empty.pem", "there are none"),
        ("none.pem", "one of them is no certificate"),
        (".", "it is a folder, and no regular file"),
    ] {
        let began = Instant::now();
        let said = said(&server, &store(&server, &[("ca_file", name)])).await;
        let path = folder.join(name);
        assert_eq!(
            said,
            format!("unreachable: the certificates in `{}` cannot be used: {why}", path.display())
        );
        assert!(began.elapsed() < Duration::from_millis(500), "it is not tried again");
    }
}

#[tokio::test]
async fn a_server_without_tls_and_one_that_is_not_there_are_told_apart() {
    let plain = Listener::of("", |_| Ok(error(500, "x"))).await;
    let https = plain.url().replace("http:", "https:");
    assert_eq!(
        said(&plain, &store(&plain, &[("address", &https)])).await,
        "unreachable: `https://localhost:PORT` does not speak TLS"
    );
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("https://127.0.0.1:{}", free.local_addr().expect("an address").port());
    drop(free);
    let store = store(&plain, &[("address", &address)]);
    let failure = get_within(&store, "app/password", Duration::from_millis(500)).await;
    let failure = failure.expect_err("nobody is there");
    assert_eq!(failure.to_string(), format!("unreachable: nothing listens at `{address}`"));
}

#[tokio::test]
async fn plain_http_is_spoken_on_this_machine() {
    let plain = Listener::of("", strict(usual)).await;
    for host in ["localhost", "127.0.0.1"] {
        let address = format!("http://{host}:{}", plain.address.port());
        let store = store(&plain, &[("address", &address)]);
        assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_token() {
    let other = Listener::of("", |_| Err("it was followed".to_owned())).await;
    for (status, location) in [
        (307, format!("http://localhost:{}/v1/secret/data/app", other.address.port())),
        (307, format!("https://127.0.0.1:{}/v1/secret/data/app", other.address.port())),
        (302, "/v1/secret/data/app".to_owned()),
    ] {
        let server = Listener::new(strict(move |line, asked| match line {
            "GET /v1/secret/data/app" => {
                Some(Does::Answer(status, vec![("Location", location.clone())], Vec::new()))
            }
            _ => usual(line, asked),
        }))
        .await;
        assert_eq!(
            said(&server, &store(&server, &[])).await,
            "unreachable: `https://localhost:PORT` sends elsewhere, and the token does not go along: \
             if it is a standby, set `address` to the active server, or to what stands before all of them"
        );
        assert_eq!(server.lines().len(), 2, "it is not tried again: {:?}", server.lines());
    }
}

#[tokio::test]
async fn a_standby_on_the_same_host_is_followed_and_not_for_ever() {
    let server = Listener::new(strict(|line, asked| match line {
        "GET /v1/secret/data/app" => Some(Does::Answer(
            307,
            vec![("Location", "/v1/secret/data/active".to_owned())],
            Vec::new(),
        )),
        "GET /v1/secret/data/active" => Some(secret(VALUE)),
        _ => usual(line, asked),
    }))
    .await;
    assert_eq!(get(&store(&server, &[]), "app/password").await.expect("a value"), VALUE);
    let turning = Listener::new(strict(|line, asked| match line {
        "GET /v1/secret/data/app" => Some(Does::Answer(
            307,
            vec![("Location", "/v1/secret/data/app".to_owned())],
            Vec::new(),
        )),
        _ => usual(line, asked),
    }))
    .await;
    get(&store(&turning, &[]), "app/password").await.expect_err("a circle");
    assert_eq!(turning.lines().len(), 4, "{:?}", turning.lines());
}

#[tokio::test]
async fn a_fetch_that_is_dropped_leaves_the_store_usable() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Listener::new(strict(move |line, asked| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return Some(Does::Hang);
        }
        usual(line, asked)
    }))
    .await;
    let store = store(&server, &[]);
    let fetching = get_within(&store, "app/password", Duration::from_mins(1));
    tokio::time::timeout(Duration::from_millis(200), fetching).await.expect_err("it hangs");
    assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
}
