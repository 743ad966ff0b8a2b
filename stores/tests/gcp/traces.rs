//! What libraries log, down to the last trace of it, holds no value and no token.

use std::sync::LazyLock;

use crate::cloud::{ACCESS, BASE64, VALUE, get, json, payload, plain, store};
use crate::traced::Traced;

static LOGGED: LazyLock<Traced> = LazyLock::new(Traced::default);

/// Keeps what is logged beside what is traced.
struct Everything;

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LOGGED.note(format_args!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn nothing_that_is_logged_holds_a_value() {
    tracing::subscriber::set_global_default(LOGGED.clone()).expect("the only one");
    log::set_logger(&Everything).expect("the only one");
    log::set_max_level(log::LevelFilter::Trace);
    let server = plain(|line, _| match line {
        ACCESS => Some(payload(3, BASE64, None)),
        _ => Some(json(200, r#"{"name":"projects/1/secrets/app/versions/4"}"#)),
    })
    .await;
    let store = store(&server, &[]);
    assert_eq!(get(&store, "app").await.expect("a value"), VALUE);
    store.put("app", None, VALUE.as_bytes()).await.expect("a version");
    let logged = LOGGED.text();
    for sign in ["strongroom.fetch", "hyper_util", "reqwest"] {
        assert!(logged.contains(sign), "nothing of `{sign}` in:\n{logged}");
    }
    for secret in [VALUE, BASE64.trim_end_matches('='), "Bearer"] {
        assert!(!logged.contains(secret), "`{secret}` in:\n{logged}");
    }
}
