//! The way to the cluster: what hangs, breaks, lies about who it is, or sends elsewhere.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cluster::{
    TOKEN, always, get, kubeconfig, place, said, secret, status, store, store_of,
};
use crate::listener::{Does, Listener};

#[tokio::test]
async fn a_value_is_one_request_with_the_token() {
    let server = always(secret("7")).await;
    let value = get(&store_of(&server), Duration::from_secs(5)).await.expect("a value");
    assert_eq!(value, b"hunter2-value");
    assert_eq!(server.lines(), ["GET /api/v1/namespaces/shop/secrets/a"]);
    let token = server.asked()[0].header("authorization").map(str::to_owned);
    assert_eq!(token, Some(format!("Bearer {TOKEN}")));
}

#[tokio::test]
async fn a_cluster_that_hangs_is_given_up() {
    let server = always(Does::Hang).await;
    let began = Instant::now();
    assert_eq!(said(&server).await, "unreachable: no answer within 0.5 s");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_slow_cluster_is_waited_for() {
    let server = always(Does::Later(Duration::from_millis(300), Box::new(secret("7")))).await;
    get(&store_of(&server), Duration::from_secs(5)).await.expect("a value");
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let times = AtomicUsize::new(0);
    let server = Listener::new(move |_| {
        Ok(if times.fetch_add(1, Ordering::SeqCst) < 2 { Does::Break } else { secret("7") })
    })
    .await;
    get(&store_of(&server), Duration::from_secs(5)).await.expect("a value");
    let server = always(Does::Break).await;
    assert_eq!(said(&server).await, "unreachable: `localhost:PORT` broke the connection off");
}

#[tokio::test]
async fn what_is_no_api_is_said_to_be_none() {
    let html = |status| {
        let kind = ("Content-Type", "text/html".to_owned());
        Does::Answer(status, vec![kind], b"<html>hunter2</html>".to_vec())
    };
    for code in [200, 401, 403, 404] {
        let server = always(html(code)).await;
        let expected = format!(
            "unreachable: something that is no Kubernetes API answered at `localhost:PORT` (status {code})"
        );
        assert_eq!(said(&server).await, expected);
    }
    for body in ["", "{}", "[]", r#"{"metadata":{}}"#, r#"{"data":{"key":"hunter2"}}"#] {
        let server = always(Does::Json(200, body.to_owned())).await;
        assert!(said(&server).await.contains("no Kubernetes API"), "{body}");
    }
    let no_base64 = r#"{"metadata":{"name":"a","resourceVersion":"1"},"data":{"key":"hunter2-é"}}"#;
    let server = always(Does::Json(200, no_base64.to_owned())).await;
    assert!(said(&server).await.contains("no Kubernetes API"));
    let server = always(html(502)).await;
    let expected = "unreachable: the API at `localhost:PORT` answers with status 502";
    assert_eq!(said(&server).await, expected);
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let kind = ("Content-Type", "application/json".to_owned());
    let server = always(Does::Answer(200, vec![kind], vec![b' '; 5 << 20])).await;
    assert_eq!(said(&server).await, "not valid: the answer has more than 4 MiB");
}

#[tokio::test]
async fn a_token_does_not_go_where_an_answer_sends_it() {
    let elsewhere = always(secret("7")).await;
    let there = format!("{}/api/v1/namespaces/shop/secrets/a", elsewhere.url());
    for code in [301, 302, 307, 308] {
        let server =
            always(Does::Answer(code, vec![("Location", there.clone())], Vec::new())).await;
        let expected = format!(
            "unreachable: `localhost:PORT` sends the request elsewhere (status {code}), and it does not go there"
        );
        assert_eq!(said(&server).await, expected);
    }
    assert_eq!(elsewhere.lines(), [""; 0]);
}

#[tokio::test]
async fn a_cluster_that_is_too_busy_is_asked_when_it_says() {
    let times = AtomicUsize::new(0);
    let server = Listener::new(move |_| {
        let busy = Does::Answer(429, vec![("Retry-After", "1".to_owned())], b"Too many".to_vec());
        Ok(if times.fetch_add(1, Ordering::SeqCst) < 1 { busy } else { secret("7") })
    })
    .await;
    let began = Instant::now();
    get(&store_of(&server), Duration::from_secs(5)).await.expect("a value");
    assert!(began.elapsed() >= Duration::from_secs(1), "it came back at {:?}", began.elapsed());
    assert_eq!(server.lines().len(), 2);
    let server = always(status(429, "TooManyRequests")).await;
    assert_eq!(said(&server).await, "throttled: the API asks to come back later");
    let never = vec![("Retry-After", u64::MAX.to_string())];
    let server = always(Does::Answer(429, never, b"Too many".to_vec())).await;
    assert_eq!(said(&server).await, "throttled: the API asks to come back later");
}

#[tokio::test]
async fn a_certificate_of_somebody_else_ends_it_before_the_token_is_sent() {
    let server = Listener::of("shop.example.com", |_| Ok(secret("7"))).await;
    let expected = "unreachable: the server's certificate is not trusted: it is for another name";
    assert_eq!(said(&server).await, expected);

    let other = always(secret("7")).await;
    let path = kubeconfig(
        &other.folder(),
        &json!({ "server": server.url(), "certificate-authority": other.ca_file() }),
        &json!({ "token": TOKEN }),
    );
    let store = store(&[("kubeconfig", path.to_str().expect("text"))]);
    let failure = get(&store, Duration::from_secs(5)).await.expect_err("a failure");
    let expected = "unreachable: the server's certificate is not trusted: no authority that is known here signed it";
    assert_eq!(failure.to_string(), expected);
    assert_eq!(server.lines(), [""; 0]);
}

#[tokio::test]
async fn a_server_without_tls_or_none_at_all_is_told_apart() {
    let server = Listener::of("", |_| Ok(secret("7"))).await;
    let tls = json!({ "server": server.url().replace("http:", "https:") });
    let path = kubeconfig(&server.folder(), &tls, &json!({ "token": TOKEN }));
    let at = |path: &std::path::Path| store(&[("kubeconfig", path.to_str().expect("text"))]);
    let port = server.address.port();
    let within = Duration::from_millis(500);
    let failure = get(&at(&path), within).await.expect_err("a failure");
    assert_eq!(failure.detail(), format!("`localhost:{port}` does not speak TLS"));
    // As `kubectl proxy` listens.
    let path = kubeconfig(&server.folder(), &json!({ "server": server.url() }), &json!({}));
    get(&at(&path), Duration::from_secs(5)).await.expect("a value");

    let path = kubeconfig(
        &server.folder(),
        &json!({ "server": "http://cluster.example.com" }),
        &json!({ "token": TOKEN }),
    );
    let failure = get(&at(&path), within).await.expect_err("a failure");
    assert!(failure.detail().starts_with("the address of the cluster is not `https://…`"));

    let place = place(&always(secret("7")).await);
    let closed = place["server"].as_str().expect("text").replace("https://", "");
    let path = kubeconfig(
        &server.folder(),
        &json!({ "server": place["server"] }),
        &json!({ "token": TOKEN }),
    );
    let failure = get(&at(&path), within).await.expect_err("a failure");
    assert_eq!(failure.to_string(), format!("unreachable: nothing listens at `{closed}`"));

    let nowhere = json!({ "server": "https://no-such-host.invalid" });
    let path = kubeconfig(&server.folder(), &nowhere, &json!({ "token": TOKEN }));
    let failure = get(&at(&path), Duration::from_secs(3)).await.expect_err("a failure");
    assert_eq!(failure.to_string(), "unreachable: no address is known for `no-such-host.invalid`");
}
