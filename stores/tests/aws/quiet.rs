//! What the SDK logs is nobody's to read: whole requests and answers would be in it.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::alone::{SECRET_KEY, alone};
use crate::listener::Listener;
use crate::service::{SECRETS, VALUE, answer, get, get_all, secret, store, strict};

/// Everything that is traced, as text.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

impl Visit for Notes {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = self.0.lock().expect("no panic");
        let _ = writeln!(text, "{field}={value:?}");
    }
}

impl Subscriber for Notes {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn no_trace_holds_a_value_or_a_credential() {
    // Whoever sets this is told to by the SDK itself.
    let variables = [("LOG_SENSITIVE_BODIES", "true")];
    alone("quiet::no_trace_holds_a_value_or_a_credential", &variables, || async {
        let notes = Notes::default();
        tracing::subscriber::set_global_default(notes.clone()).expect("the first one");
        tracing::trace!(it = "listens");
        let server = Listener::of("", strict(|action, _| Some(match action {
            "PutSecretValue" => answer(200, "{}"),
            "BatchGetSecretValue" => answer(200, r#"{"SecretValues":[{"Name":"a","SecretString":"hunter2"},{"Name":"b","SecretString":"hunter2"}]}"#),
            _ => secret(VALUE),
        })))
        .await;
        let store = store(SECRETS, &server, &[]);
        get(&store, "app").await.expect("a value");
        get_all(&store, &["a", "b"], std::time::Duration::from_secs(5)).await;
        store.put("app", None, VALUE.as_bytes()).await.expect("it is written");
        let text = notes.0.lock().expect("no panic").clone();
        assert!(text.contains("listens"), "nothing was noted");
        for secret in [VALUE, SECRET_KEY, "Signature="] {
            assert!(!text.contains(secret), "{secret} in\n{text}");
        }
    });
}
