//! What Microsoft's clients and this crate log, at the finest level, holds no value, no secret of a login and no token.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::alone::{PRINCIPAL, alone};
use crate::vault::get;

/// Keeps all that is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<String>>);

impl Visit for Kept {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().expect("no panic"), "{field}={value:?}");
    }
}

impl Subscriber for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
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

alone! {
    (PRINCIPAL)
    async fn no_log_holds_a_value_or_a_token(azure) {
        let logged = Kept::default();
        tracing::subscriber::set_global_default(logged.clone()).expect("the first");
        azure.kept().plant("app", "MARKER-value");
        let store = azure.store(&[]);
        assert_eq!(get(&store, "app").await.as_deref(), Ok("MARKER-value"));
        store.put("new", None, b"MARKER-new-value").await.expect("it is written");
        assert_eq!(get(&store, "new").await.as_deref(), Ok("MARKER-new-value"));
        store.list().await.expect("a list");
        get(&store, "no-such").await.expect_err("none");
        store.remove("app", None).await.expect("it is removed");
        get(&store, "app").await.expect_err("none");
        let shown = format!("{store:?}");
        let logged = logged.0.lock().expect("no panic").clone();
        assert!(logged.contains("shop.vault.azure.net"), "nothing was logged:\n{logged}");
        for line in logged.lines().chain([shown.as_str()]) {
            assert!(!line.contains("MARKER"), "{line}");
        }
    }
}
