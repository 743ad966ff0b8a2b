//! `strongroom`: another vault. The test runs again in a process that has its key in a variable.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use strongroom_stores::Store;
use strongroom_vault::search::{Source, Wanted, unlock_text};
use strongroom_vault::{
    AccessKey, Date, Document, Draft, HolderSecret, Index, NewHolder, Scopes, VaultId, new_vault,
};

use crate::again::{block_on, is_with};
use crate::contract::{Soon, Subject, holds_for};
use crate::opened::{failure, names, opened, refused, text};

const KEY: &str = "TEST_PLATFORM_KEY";
const FOLDER: &str = "TEST_PLATFORM_FOLDER";
const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

/// A new vault in a folder; gives its key as text.
fn made(folder: &Path) -> String {
    let id = VaultId([7; 16]);
    let key = AccessKey::generate(id).expect("randomness");
    let secret = HolderSecret::AccessKey(key.clone());
    let scopes = Scopes::everything();
    let holder = NewHolder { name: "platform", secret: &secret, scopes, today: TODAY };
    let vault = new_vault(id, &holder).expect("a new vault");
    std::fs::write(folder.join("strongroom.toml"), vault.text).expect("the vault");
    key.to_text().to_string()
}

/// Sets a value of the vault as its owner does.
fn set(name: &str, value: &[u8]) {
    let key = std::env::var(KEY).expect("set by the test");
    let path = folder().join("strongroom.toml");
    let text = std::fs::read_to_string(&path).expect("the vault");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let found = unlock_text(&index, Wanted::Anything, Source::Given, &key).expect("the key");
    let production = index.environment("production").expect("known");
    let data_key = found.ring.data_key(&index, production.kind()).expect("a grant");
    let mut draft = Draft::new(&document, &index);
    draft.set_value(data_key, name, &production, value, TODAY).expect("settable");
    std::fs::write(&path, draft.finish().expect("editable")).expect("the vault");
}

fn folder() -> PathBuf {
    std::env::var_os(FOLDER).expect("set by the test").into()
}

struct Vault;

impl Vault {
    fn with_key_from(variable: &str) -> Arc<dyn Store> {
        let settings = [
            ("path", text("strongroom.toml")),
            ("environment", text("production")),
            ("id", text("07".repeat(16))),
            ("key_from", text(variable)),
        ];
        opened("strongroom", &folder(), &settings)
    }
}

impl Subject for Vault {
    fn open(&self) -> Arc<dyn Store> {
        Self::with_key_from(KEY)
    }

    fn plant<'a>(&'a self, name: &'a str, _: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        set(name, value);
        Box::pin(async {})
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn has_unicode_names(&self) -> bool {
        false
    }

    fn most_bytes(&self) -> usize {
        1 << 20
    }

    fn writes(&self) -> bool {
        false
    }
}

#[test]
fn another_vault_holds_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = || {
        let key = made(folder.path());
        [(KEY.to_owned(), key.into()), (FOLDER.to_owned(), folder.path().into())]
    };
    if is_with("strongroom::another_vault_holds_the_contract", variables) {
        block_on(async {
            holds_for(&Vault).await;
            set("only/here", b"hunter2");
            assert!(names(&Vault.open()).await.expect("listed").contains(&"only/here".to_owned()));
            // Names are readable without a key, values are not.
            let told = failure(&Vault::with_key_from("TEST_NO_KEY"), "one").await;
            assert_eq!(told, "denied: no access key in the variable TEST_NO_KEY");
            let store = opened(
                "strongroom",
                Path::new("/"),
                &[
                    ("path", text("none.toml")),
                    ("environment", text("production")),
                    ("id", text("07".repeat(16))),
                ],
            );
            assert!(failure(&store, "one").await.starts_with("unreachable: the other vault:"));
        });
    }
}

#[test]
fn the_vault_and_its_environment_must_be_named() {
    assert!(refused("strongroom", &[]).contains("`path`: where the other vault is"));
    let settings = [("path", text("strongroom.toml"))];
    assert!(refused("strongroom", &settings).contains("`environment`: the environment of"));
    let settings = [
        ("path", text("strongroom.toml")),
        ("environment", text("production")),
        ("id", text("07".repeat(16))),
        ("key_from", text("A=b")),
    ];
    assert!(refused("strongroom", &settings).contains("`key_from` must be the name of a variable"));
}
