//! The contract of all stores, with a vault that Microsoft's client fills: the one of the tests, and a real one if there is.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::json;
use strongroom_stores::{Setting, Settings, Store, open};

use super::client::{Client, python};
use crate::alone::{self, PRINCIPAL, STRANGER};
use crate::contract::{Soon, Subject, holds_for};

/// Secrets of a vault whose names begin alike.
struct Planted {
    vault: String,
    ca_file: Option<PathBuf>,
    prefix: String,
    has_keys: bool,
    /// The settings of somebody who may read nothing.
    stranger: &'static [(&'static str, &'static str)],
    client: Mutex<Client>,
}

impl Planted {
    fn new(python: &Path, vault: &str, ca_file: Option<PathBuf>, has_keys: bool) -> Self {
        let client = Mutex::new(Client::start(python, vault, ca_file.as_deref()));
        let prefix = format!("strongroom-test-{}-", unique());
        Self { vault: vault.to_owned(), ca_file, prefix, has_keys, stranger: &[], client }
    }

    fn store(&self, more: &[(&str, &str)]) -> Arc<dyn Store> {
        let mut settings =
            BTreeMap::from([("vault_name", self.vault.clone()), ("prefix", self.prefix.clone())]);
        settings.extend(self.ca_file.iter().map(|file| ("ca_file", file.display().to_string())));
        settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let texts = settings.into_iter().map(|(name, text)| (name.to_owned(), Setting::Text(text)));
        let settings = texts.chain([("keys".to_owned(), Setting::Boolean(self.has_keys))]);
        open("azure-key-vault", Settings::new(settings), Path::new(".")).expect("a store")
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let mut client = self.client.lock().expect("no panic");
        let all: Vec<String> =
            serde_json::from_value(client.ask(&json!({ "do": "list" }))).expect("names");
        for name in all.iter().filter(|name| name.starts_with(&self.prefix)) {
            client.ask(&json!({ "do": "delete", "name": name }));
        }
    }
}

impl Subject for Planted {
    fn open(&self) -> Arc<dyn Store> {
        self.store(&[])
    }

    fn frees_names(&self) -> bool {
        false
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let name = format!("{}{name}", self.prefix);
        let text = std::str::from_utf8(value).expect("text");
        self.client.lock().expect("no panic").plant(&name, key, text);
        Box::pin(std::future::ready(()))
    }

    fn open_denied(&self) -> Option<Arc<dyn Store>> {
        (!self.stranger.is_empty()).then(|| self.store(self.stranger))
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

    fn writes_at_once(&self) -> bool {
        !self.has_keys
    }
}

#[test]
fn what_microsofts_client_puts_there_is_read_as_every_kind_of_store_must() {
    let Some(python) = python() else { return };
    let test = "live::azure::contract::what_microsofts_client_puts_there_is_read_as_every_kind_of_store_must";
    alone::run(test, PRINCIPAL, async |azure| {
        for has_keys in [false, true] {
            let ca_file = Some(azure.far.ca_file());
            let mut planted =
                Planted::new(&python, "https://shop.vault.azure.net", ca_file, has_keys);
            planted.stranger = &[("auth", "workload-identity"), ("client_id", STRANGER)];
            holds_for(&planted).await;
        }
    });
}

/// A vault in which this may make and delete secrets; the login is that of `AZURE_CLIENT_SECRET`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_vault_holds_it_too() {
    let Some(vault) = env::var("STRONGROOM_TEST_AZURE_VAULT").ok().filter(|it| !it.is_empty())
    else {
        return;
    };
    let Some(python) = python() else { return };
    for has_keys in [false, true] {
        holds_for(&Planted::new(&python, &vault, None, has_keys)).await;
    }
}

/// What no other test has: in a real vault the names of deleted secrets stay taken.
fn unique() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    format!("{:016x}", RandomState::new().hash_one(0_u8))
}
