//! Spans of a load and of its requests: names, durations and how it ended, never a value.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use strongroom::Loader;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use crate::scene::{MARKER, Scene};

#[strongroom::secrets(vault = "vault.toml", any_vault)]
struct Traced {
    github_api_token: String,
    ssh_private_key: String,
}

/// Writes down everything that it is told, in the words `span: field=value`.
struct Notes;

static SEEN: Mutex<String> = Mutex::new(String::new());
static NEXT: AtomicU64 = AtomicU64::new(1);
static KNOWN: Mutex<BTreeMap<u64, &'static Metadata<'static>>> = Mutex::new(BTreeMap::new());

thread_local! {
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

struct Words<'a>(&'a mut String);

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

fn note(name: &str, record: impl FnOnce(&mut Words<'_>)) {
    let mut seen = SEEN.lock().expect("a lock");
    seen.push_str(name);
    record(&mut Words(&mut seen));
    seen.push('\n');
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("strongroom")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        note(span.metadata().name(), |words| span.record(words));
        let id = NEXT.fetch_add(1, Ordering::SeqCst);
        KNOWN.lock().expect("a lock").insert(id, span.metadata());
        Id::from_u64(id)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        note("then", |words| values.record(words));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        note("event", |words| event.record(words));
    }

    fn enter(&self, span: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(span.clone()));
    }

    fn exit(&self, _span: &Id) {
        ENTERED.with_borrow_mut(Vec::pop);
    }

    fn current_span(&self) -> Current {
        let known = KNOWN.lock().expect("a lock");
        let id = ENTERED.with_borrow(|entered| entered.last().cloned());
        id.map_or_else(Current::none, |id| {
            let metadata = known[&id.into_u64()];
            Current::new(id, metadata)
        })
    }
}

#[test]
fn a_load_and_each_of_its_requests_have_a_span_without_a_value() {
    // Of the whole program, since requests are made on other threads: other tests are written down as well.
    tracing::subscriber::set_global_default(Notes).expect("the only one");
    let scene = Scene::new();
    scene.write("traced.json", &format!(r#"{{ "token": "{MARKER}1" }}"#));
    scene.store("traced", "json", &[("path", "\"traced.json\"")]);
    scene.link("github_api_token", "traced", "token");
    scene.set("ssh_private_key", "local", "2");
    let load = || {
        Loader::new()
            .vault(scene.vault())
            .environment("local")
            .access_key(scene.key.to_text().to_string())
            .load::<Traced>()
    };
    let secrets = load().expect("loads");
    assert!(secrets.github_api_token.ends_with('1') && secrets.ssh_private_key.ends_with('2'));
    scene.link("github_api_token", "traced", "gone");
    assert!(load().is_err());
    let seen = SEEN.lock().expect("a lock").clone();
    for line in [
        "strongroom.load secrets=\"Traced\"",
        "then environment=\"local\"",
        "strongroom.fetch store=\"traced\" names=\"token\" tries=1",
        "strongroom.fetch store=\"traced\" names=\"gone\" tries=1",
        "then failed=absent",
        "then failed=Secrets",
    ] {
        assert!(seen.lines().any(|each| each == line), "`{line}` is not in:\n{seen}");
    }
    assert!(seen.contains("then elapsed_ms="), "{seen}");
    assert!(!seen.contains(MARKER) && !seen.contains("strongroom_key_"), "{seen}");
}
