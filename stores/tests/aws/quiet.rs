//! What the SDK logs is nobody's to read: whole requests and answers would be in it.

use crate::alone::{SECRET_KEY, alone};
use crate::listener::Listener;
use crate::service::{SECRETS, VALUE, answer, get, get_all, secret, store, strict};
use crate::traced::Traced;

#[test]
fn no_trace_holds_a_value_or_a_credential() {
    // Whoever sets this is told to by the SDK itself.
    let variables = [("LOG_SENSITIVE_BODIES", "true")];
    alone("quiet::no_trace_holds_a_value_or_a_credential", &variables, || async {
        let notes = Traced::default();
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
        let text = notes.text();
        assert!(text.contains("listens"), "nothing was noted");
        for secret in [VALUE, SECRET_KEY, "Signature="] {
            assert!(!text.contains(secret), "{secret} in\n{text}");
        }
    });
}
