//! The way to AWS: what hangs, breaks, never ends, lies about who it is, or would lead elsewhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use strongroom_stores::FailureKind;

use crate::alone::alone;
use crate::listener::{Does, Listener};
use crate::service::{SECRETS, VALUE, get, said, secret, store, strict};

#[test]
fn a_connection_that_breaks_is_tried_again() {
    alone("network::a_connection_that_breaks_is_tried_again", &[], || async {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let server = Listener::of(
            "",
            strict(move |_, _| {
                let is_first = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2;
                Some(if is_first { Does::Break } else { secret(VALUE) })
            }),
        )
        .await;
        assert_eq!(get(&store(SECRETS, &server, &[]), "app").await.as_deref(), Ok(VALUE));
        let server = Listener::of("", strict(|_, _| Some(Does::Break))).await;
        let said = said(&server, &store(SECRETS, &server, &[])).await;
        assert_eq!(said, "unreachable: `http://localhost:PORT` broke the connection off");
    });
}

#[test]
fn a_service_that_hangs_is_given_up() {
    alone("network::a_service_that_hangs_is_given_up", &[], || async {
        let server = Listener::of("", |_| Ok(Does::Hang)).await;
        let began = Instant::now();
        let said = said(&server, &store(SECRETS, &server, &[])).await;
        assert_eq!(said, "unreachable: no answer within 0.7 s");
        assert!(began.elapsed() < Duration::from_secs(4));
    });
}

#[test]
fn an_answer_without_an_end_is_not_held() {
    alone("network::an_answer_without_an_end_is_not_held", &[], || async {
        let server = Listener::of(
            "",
            strict(|_, _| Some(Does::Answer(200, Vec::new(), vec![b' '; (8 << 20) + 1]))),
        )
        .await;
        let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("too long");
        assert_eq!(failure.to_string(), "not valid: the answer has more than 8388608 bytes");
        assert_eq!(server.asked().len(), 1);
    });
}

#[test]
fn where_nothing_listens_is_told() {
    alone("network::where_nothing_listens_is_told", &[], || async {
        let server = Listener::of("", strict(|_, _| None)).await;
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", port.local_addr().expect("an address"));
        drop(port);
        let said = said(&server, &store(SECRETS, &server, &[("endpoint", &address)])).await;
        assert_eq!(said, format!("unreachable: nothing listens at `{address}`"));
    });
}

#[test]
fn a_region_that_is_none_is_guessed_from_its_address() {
    alone("network::a_region_that_is_none_is_guessed_from_its_address", &[], || async {
        let server = Listener::of("", strict(|_, _| None)).await;
        let more = [("endpoint", ""), ("region", "xx-nowhere-1")];
        let store = store(SECRETS, &server, &more);
        let answers = crate::service::get_all(&store, &["app"], Duration::from_secs(10)).await;
        let failure = answers.into_iter().next().expect("an answer").expect_err("no such region");
        assert_eq!(failure.kind(), FailureKind::Unreachable);
        let said = "no address is known for `https://secretsmanager.xx-nowhere-1.amazonaws.com`: is there \
                    such a region, and does it have this service?";
        // A machine without a network may wait for its own name server for longer than that.
        assert!(
            [said, "no answer within 5 s", "no answer within 10 s"].contains(&failure.detail()),
            "{failure}"
        );
    });
}

#[test]
fn plain_http_goes_to_this_machine_only() {
    let elsewhere = [("AWS_ENDPOINT_URL", "http://192.0.2.1:80")];
    alone("network::plain_http_goes_to_this_machine_only", &elsewhere, || async {
        let server = Listener::of("", strict(|_, _| None)).await;
        let store = store(SECRETS, &server, &[("endpoint", "")]);
        let began = Instant::now();
        let failure = get(&store, "app").await.expect_err("it is not asked");
        assert_eq!(
            failure.to_string(),
            "unreachable: `http://192.0.2.1:80` is another machine, and without TLS what is sent could be \
             read on the way: use `https://`"
        );
        assert!(began.elapsed() < Duration::from_secs(3), "it is not tried again");
    });
}

#[test]
fn the_environment_says_where_a_service_is() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", server.local_addr().expect("an address"));
    drop(server);
    // The child listens where its environment leads it.
    let variables = [
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &*address),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
    ];
    alone("network::the_environment_says_where_a_service_is", &variables, || async {
        let address = std::env::var("AWS_ENDPOINT_URL_SECRETS_MANAGER").expect("it is set");
        let listener = tokio::net::TcpListener::bind(address.trim_start_matches("http://")).await;
        let listener = listener.expect("the port");
        let accepted = tokio::spawn(async move { listener.accept().await.is_ok() });
        let server = Listener::of("", strict(|_, _| None)).await;
        let store = store(SECRETS, &server, &[("endpoint", "")]);
        let item = strongroom_stores::Item { name: "app".to_owned(), version: None };
        let asking = tokio::spawn(async move { store.fetch(&item).await.is_ok() });
        assert!(accepted.await.expect("no panic"), "it is asked there");
        asking.abort();
    });
}

#[test]
fn no_proxy_sees_what_stays_on_this_machine() {
    let proxies: Vec<(&str, &str)> = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"]
        .map(|name| (name, "http://127.0.0.1:1"))
        .to_vec();
    alone("network::no_proxy_sees_what_stays_on_this_machine", &proxies, || async {
        let server = Listener::of("", strict(|_, _| Some(secret(VALUE)))).await;
        assert_eq!(get(&store(SECRETS, &server, &[]), "app").await.as_deref(), Ok(VALUE));
    });
}

#[test]
fn a_certificate_is_trusted_only_where_its_authority_is() {
    alone("network::a_certificate_is_trusted_only_where_its_authority_is", &[], || async {
        let server = Listener::new(strict(|_, _| Some(secret(VALUE)))).await;
        let trusting = store(SECRETS, &server, &[("ca_file", "ca.pem")]);
        assert_eq!(get(&trusting, "app").await.as_deref(), Ok(VALUE));
        let began = Instant::now();
        let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("not trusted");
        assert_eq!(
            failure.to_string(),
            "unreachable: the server's certificate is not trusted: no authority that is known here signed it"
        );
        assert!(began.elapsed() < Duration::from_secs(5), "it is not tried again");
        let other = Listener::of("elsewhere.example", strict(|_, _| Some(secret(VALUE)))).await;
        let failure = get(&store(SECRETS, &other, &[("ca_file", "ca.pem")]), "app").await;
        assert_eq!(
            failure.expect_err("not trusted").detail(),
            "the server's certificate is not trusted: it is for another name"
        );
    });
}

#[test]
fn a_system_without_authorities_trusts_nobody() {
    let none = [("SSL_CERT_FILE", "/nowhere/at-all.pem"), ("SSL_CERT_DIR", "/nowhere")];
    alone("network::a_system_without_authorities_trusts_nobody", &none, || async {
        let server = Listener::new(strict(|_, _| Some(secret(VALUE)))).await;
        let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("not trusted");
        assert_eq!(
            failure.detail(),
            "the server's certificate is not trusted: no authority that is known here signed it"
        );
    });
}

#[test]
fn a_file_of_no_authorities_is_told() {
    alone("network::a_file_of_no_authorities_is_told", &[], || async {
        let server = Listener::new(strict(|_, _| None)).await;
        let pem = "-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n-----END CERTIFICATE-----\n";
        for (file, text) in [("none.pem", None), ("empty.pem", Some("")), ("bad.pem", Some(pem))] {
            if let Some(text) = text {
                std::fs::write(server.folder().join(file), text).expect("a file");
            }
            let failure = get(&store(SECRETS, &server, &[("ca_file", file)]), "app").await;
            let failure = failure.expect_err("no authorities");
            let end = format!(
                "{file}` cannot be read as certificates of authorities (`ca_file`, `AWS_CA_BUNDLE`)"
            );
            assert!(failure.detail().ends_with(&end), "{failure}");
        }
    });
}

#[test]
fn something_that_speaks_no_tls_is_told() {
    alone("network::something_that_speaks_no_tls_is_told", &[], || async {
        let server = Listener::of("", |_| Ok(Does::Hang)).await;
        let https = server.url().replace("http://", "https://");
        let said = said(&server, &store(SECRETS, &server, &[("endpoint", &https)])).await;
        assert_eq!(said, "unreachable: `https://localhost:PORT` does not speak TLS");
    });
}

#[test]
fn a_store_serves_any_runtime_that_asks() {
    alone("network::a_store_serves_any_runtime_that_asks", &[], || async {
        let server = Listener::of("", strict(|_, _| Some(secret(VALUE)))).await;
        let store = store(SECRETS, &server, &[]);
        let ask = |store: Arc<dyn strongroom_stores::Store>| {
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.expect("a runtime");
                for _ in 0..2 {
                    let value = runtime.block_on(get(&store, "app"));
                    assert_eq!(value.as_deref(), Ok(VALUE));
                }
                // The connection is idle then, and would be taken again.
                runtime.block_on(async { tokio::time::sleep(Duration::from_millis(100)).await });
                // It lives on, and nobody drives what was begun on it.
                runtime
            })
        };
        let first = ask(Arc::clone(&store));
        let first =
            tokio::task::spawn_blocking(|| first.join().expect("no panic")).await.expect("it");
        let second = ask(Arc::clone(&store));
        let second =
            tokio::task::spawn_blocking(|| second.join().expect("no panic")).await.expect("it");
        assert_eq!(get(&store, "app").await.as_deref(), Ok(VALUE));
        first.shutdown_background();
        second.shutdown_background();
    });
}
