//! The contract of all stores, asked of a vault with and without keys.

use std::sync::Arc;

use strongroom_stores::Store;

use crate::alone::{PRINCIPAL, STRANGER, alone};
use crate::contract::{Soon, Subject, holds_for};
use crate::vault::{Azure, PAGE};

struct Vault<'a> {
    azure: &'a Azure,
    has_keys: bool,
}

impl Vault<'_> {
    fn settings(&self) -> &'static [(&'static str, &'static str)] {
        if self.has_keys { &[("keys", "true"), ("prefix", "keys-")] } else { &[] }
    }
}

impl Subject for Vault<'_> {
    fn open(&self) -> Arc<dyn Store> {
        self.azure.store(self.settings())
    }

    fn frees_names(&self) -> bool {
        false
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let text = std::str::from_utf8(value).expect("text");
        let mut kept = self.azure.kept();
        match key {
            None => drop(kept.plant(name, text)),
            Some(key) => kept.plant_key(&format!("keys-{name}"), key, text),
        }
        Box::pin(std::future::ready(()))
    }

    fn open_denied(&self) -> Option<Arc<dyn Store>> {
        let mut settings = vec![("auth", "workload-identity"), ("client_id", STRANGER)];
        settings.extend(self.settings());
        Some(self.azure.store(&settings))
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn keeps_versions(&self) -> bool {
        true
    }

    fn has_unicode_names(&self) -> bool {
        false
    }

    fn has_binary_values(&self) -> bool {
        false
    }

    fn most_bytes(&self) -> usize {
        25_000
    }

    fn secrets_of_two_pages(&self) -> usize {
        PAGE + 15
    }

    /// A vault cannot write only if nobody else has: with keys the last one counts, and what the others wrote are versions.
    fn writes_at_once(&self) -> bool {
        !self.has_keys
    }
}

alone! {
    (PRINCIPAL)
    async fn a_vault_holds_what_every_kind_of_store_must(azure) {
        holds_for(&Vault { azure, has_keys: false }).await;
    }

    (PRINCIPAL)
    async fn and_so_does_one_whose_values_have_keys(azure) {
        holds_for(&Vault { azure, has_keys: true }).await;
    }
}
