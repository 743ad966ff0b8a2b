//! Values that change while the service runs: they count from then on, and a bad one does not.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use strongroom_vault::{AccessKey, Credential, Date, Document, Draft, Index, KeyRing, LockedVault};

use crate::example::example;
use crate::server::{Running, Server};
use crate::serving::OPERATOR;

pub(crate) const NEW_OPERATOR: &str = "authorization: Bearer MARKER-service-new-operator-token";

/// A copy of the example's vault that a test may change.
pub(crate) struct Vault {
    folder: tempfile::TempDir,
}

impl Vault {
    pub(crate) fn new() -> Self {
        let vault = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::copy(example().join("strongroom.toml"), vault.path()).expect("a copy");
        vault
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("strongroom.toml")
    }

    fn serves(&self) -> Running {
        Server::with_key().with("STRONGROOM_VAULT", self.path()).start()
    }

    /// Sets a value for `local`, as `strongroom set` does.
    pub(crate) fn set(&self, name: &str, value: &str) {
        let key = fs::read_to_string(example().join("demo.key")).expect("the demo key");
        let key = AccessKey::parse(key.trim()).expect("an access key");
        let locked = LockedVault::open(&self.path()).expect("the vault");
        let document = Document::parse(locked.vault().text()).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let ring = KeyRing::unlock(&index, &Credential::AccessKey(key), None).expect("a holder");
        let local = index.environment("local").expect("known");
        let key = ring.data_key(&index, local.kind()).expect("a grant");
        let mut draft = Draft::new(&document, &index);
        draft.set_value(key, name, &local, value.as_bytes(), TODAY).expect("settable");
        let text = draft.finish().expect("editable");
        drop((index, document));
        locked.save(&text).expect("saved");
    }
}

/// What an operator is told who shows this.
pub(crate) fn deliveries(service: &Running, authorization: &str) -> u16 {
    service.ask("GET /deliveries HTTP/1.1", &[authorization], b"").0
}

#[test]
fn a_new_token_counts_without_a_restart_and_the_old_one_no_more() {
    let vault = Vault::new();
    let mut service = vault.serves();
    assert_eq!((deliveries(&service, OPERATOR), deliveries(&service, NEW_OPERATOR)), (200, 401));
    vault.set("operator_token", "MARKER-service-new-operator-token");
    service.waits_for("new secrets");
    assert_eq!((deliveries(&service, OPERATOR), deliveries(&service, NEW_OPERATOR)), (401, 200));
}

#[test]
fn a_change_that_cannot_be_loaded_is_told_and_leaves_the_last_good_secrets() {
    let vault = Vault::new();
    let mut service = vault.serves();
    vault.set("webhook_key", "MARKER-too-short");
    let told = service.waits_for("strongroom: the secrets stay as they were: ");
    assert_eq!(told, "cannot load `Secrets` for `local` (what the build checked): 1 of 3 secrets");
    service.waits_for("  `webhook_key` is not valid for `WebhookKey`: expected a key of at least");
    assert_eq!(deliveries(&service, OPERATOR), 200);
    // The next good state counts as a whole.
    vault.set("operator_token", "MARKER-service-new-operator-token");
    vault.set("webhook_key", "MARKER-service-webhook-key-local-9876543210");
    service.waits_for("new secrets");
    assert_eq!((deliveries(&service, OPERATOR), deliveries(&service, NEW_OPERATOR)), (401, 200));
}

#[cfg(unix)]
#[test]
fn a_hangup_asks_it_to_load_again_and_does_not_end_it() {
    let service = Vault::new().serves();
    service.signal("HUP");
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(300) {
        assert_eq!(deliveries(&service, OPERATOR), 200);
    }
    service.terminate();
    assert!(service.ends().success());
}

const TODAY: Date = Date { year: 2026, month: 11, day: 21 };
