//! What libraries log, down to the last trace of it, holds no value and no token.

use std::fmt::{Debug, Write as _};
use std::sync::Mutex;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::cloud::{ACCESS, BASE64, VALUE, get, json, payload, plain, store};

static LOGGED: Mutex<String> = Mutex::new(String::new());

/// Keeps every field of everything.
struct Everything;

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(LOGGED.lock().expect("no panic"), " {field}={value:?}");
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let _ = write!(LOGGED.lock().expect("no panic"), "\n{}", span.metadata().name());
        span.record(&mut Fields);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let _ = write!(LOGGED.lock().expect("no panic"), "\n{}", event.metadata().target());
        event.record(&mut Fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let _ = write!(LOGGED.lock().expect("no panic"), "\n{} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn nothing_that_is_logged_holds_a_value() {
    tracing::subscriber::set_global_default(Everything).expect("the only one");
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
    let logged = LOGGED.lock().expect("no panic").clone();
    for sign in ["strongroom.fetch", "hyper_util", "reqwest"] {
        assert!(logged.contains(sign), "nothing of `{sign}` in:\n{logged}");
    }
    for secret in [VALUE, BASE64.trim_end_matches('='), "Bearer"] {
        assert!(!logged.contains(secret), "`{secret}` in:\n{logged}");
    }
}
