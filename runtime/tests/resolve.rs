//! References in a configuration of other crates: each gets its value, or everything that lacks one is told at once.

use std::collections::BTreeMap;
use std::fs;

use figment::providers::Serialized;
use serde::Deserialize;
use serde_json::{Value, json};
use strongroom::{Loader, ResolveError};
use strongroom_vault::{
    AccessKey, Date, Document, Draft, Environment, EnvironmentType, HolderSecret, Index, NewHolder,
    Scopes, VaultId, new_vault,
};

/// Stands in every value, and must stand in no message.
const MARKER: &str = "MARKER-77aa";
const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

/// A vault in a folder of its own, and a loader with its key.
struct Scene {
    _folder: tempfile::TempDir,
    loader: Loader,
}

impl Scene {
    fn new(values: &[(&str, &[u8])]) -> Self {
        let id = VaultId([0x5f; 16]);
        let key = AccessKey::generate(id).expect("randomness");
        let secret = HolderSecret::AccessKey(key.clone());
        let scopes = Scopes::everything();
        let holder = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
        let vault = new_vault(id, &holder).expect("a vault");
        let document = Document::parse(&vault.text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        let local = Environment::from(EnvironmentType::Local);
        for (name, value) in values {
            let key = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
            draft.set_value(key, name, &local, value, TODAY).expect("settable");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("strongroom.toml");
        fs::write(&path, draft.finish().expect("editable")).expect("the vault");
        let loader =
            Loader::new().vault(path).environment("local").access_key(key.to_text().to_string());
        Self { _folder: folder, loader }
    }

    fn shop() -> Self {
        Self::new(&[
            ("db/password", format!("{MARKER} \"1\"\n").as_bytes()),
            ("db/port", b"5432"),
            ("token", MARKER.as_bytes()),
            ("looping", b"${secret:token}"),
            ("bytes", b"\xff\0"),
        ])
    }

    fn json(&self, configuration: Value) -> Result<Value, ResolveError> {
        self.loader.resolve(configuration)
    }

    #[track_caller]
    fn refuses<T: serde::de::DeserializeOwned>(&self, configuration: Value) -> String {
        let error = self.loader.resolve::<_, T>(configuration).err().expect("a fault");
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(!error.to_string().contains(MARKER), "a value was told");
        error.to_string()
    }
}

#[test]
fn references_get_values_and_the_rest_stays() {
    let scene = Scene::shop();
    let resolved = scene.json(json!({
        "whole": "${secret:token}",
        "part": ["postgres://{{ secret \"db/password\" }}@db", 1, -2, 1.5, true, null],
        "none": "$${secret:token} ${HOME}",
        "looping": "${secret:looping}",
        "metadata": [
            {"name": "a", "secretKeyRef": {"name": "db", "key": "port"}},
            {"name": "b", "valueFrom": {"secretKeyRef": {"name": "token", "key": "token", "optional": true}}},
            {"name": "c", "value": "plain"},
            {"secretKeyRef": {"type": "object"}},
        ],
    }));
    assert_eq!(
        resolved.expect("resolved"),
        json!({
            "whole": MARKER,
            "part": [format!("postgres://{MARKER} \"1\"\n@db"), 1, -2, 1.5, true, null],
            "none": "${secret:token} ${HOME}",
            "looping": "${secret:token}",
            "metadata": [
                {"name": "a", "value": "5432"},
                {"name": "b", "value": MARKER},
                {"name": "c", "value": "plain"},
                {"secretKeyRef": {"type": "object"}},
            ],
        })
    );
}

#[derive(Debug, Deserialize, PartialEq)]
struct Shop {
    port: u16,
    password: String,
    #[serde(default)]
    mode: Mode,
    pool: Option<Pool>,
    #[serde(default)]
    more: BTreeMap<u8, char>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Plain,
    Sized(u8),
    Named {
        name: String,
    },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Pool(bool, f32);

fn shop() -> Shop {
    let password = format!("{MARKER} \"1\"\n");
    Shop { port: 5432, password, mode: Mode::Plain, pool: None, more: BTreeMap::new() }
}

#[test]
fn config_and_figment_and_json_give_the_same() {
    let scene = Scene::shop();
    let config = config::Config::builder()
        .set_default("port", "${secret:db/port}")
        .and_then(|it| it.set_default("password", "${secret:db/password}"))
        .and_then(config::builder::ConfigBuilder::<config::builder::DefaultState>::build)
        .expect("a configuration");
    assert_eq!(scene.loader.resolve::<_, Shop>(config).expect("resolved"), shop());
    let figment = figment::Figment::from(Serialized::default("port", 5432))
        .merge(Serialized::default("password", "{{ secret \"db/password\" }}"));
    let values: figment::value::Value = figment.extract().expect("values");
    assert_eq!(scene.loader.resolve::<_, Shop>(&values).expect("resolved"), shop());
    let json = json!({"port": 5432, "password": "${secret:db/password}"});
    assert_eq!(scene.loader.resolve::<_, Shop>(json).expect("resolved"), shop());
}

/// What takes any bytes.
struct Bytes(Vec<u8>);
impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

struct BytesVisitor;

impl serde::de::Visitor<'_> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
        Ok(Bytes(bytes.to_vec()))
    }
}

#[test]
fn types_are_those_of_the_program() {
    let scene = Scene::shop();
    let resolve = |more: Value| -> Shop {
        let mut all = json!({"port": "${secret:db/port}", "password": 12});
        all.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        scene.loader.resolve(all).expect("resolved")
    };
    let found =
        resolve(json!({"pool": ["true", "0.5"], "mode": {"sized": "7"}, "more": {"1": "x"}}));
    assert_eq!(found.password, "12");
    assert_eq!(found.pool, Some(Pool(true, 0.5)));
    assert_eq!(found.mode, Mode::Sized(7));
    assert_eq!(found.more, BTreeMap::from([(1, 'x')]));
    let found = resolve(json!({"pool": null, "mode": {"named": {"name": "${secret:token}"}}}));
    assert_eq!((found.pool, found.mode), (None, Mode::Named { name: MARKER.to_owned() }));
    assert_eq!(resolve(json!({"mode": "plain"})).mode, Mode::Plain);
    // A whole reference may be bytes.
    let bytes: Bytes = scene.loader.resolve(json!("${secret:bytes}")).expect("resolved");
    assert_eq!(bytes.0, b"\xff\0");
}

#[test]
fn everything_that_is_missing_is_told_at_once_with_where_it_is_wanted() {
    let scene = Scene::shop();
    let said = scene.refuses::<Value>(json!({
        "db": {"password": "${secret:db/pasword}", "again": "${secret:db/pasword}"},
        "list": ["x", "{{ secret \"nobody\" }}"],
        "token": "${secret:token}",
    }));
    assert!(said.starts_with("cannot load `configuration` for `local`"), "{said}");
    for part in [
        ": 2 of 3 secrets",
        "`db/pasword` (field `db.again`)",
        "there is a secret `db/password`: is that it?",
        "`nobody` (field `list.1`) has no value",
        "set one with: strongroom set --type local nobody",
    ] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
}

#[test]
fn references_that_are_none_are_told_with_their_places() {
    let scene = Scene::shop();
    let said = scene.refuses::<Value>(json!({
        "a": {"b": "${secret:", "${secret:token}": 1},
        "c": [{"name": "x", "value": "", "secretKeyRef": {"name": "token"}}],
        "d": {"name": "x", "secretKeyRef": {"name": "${secret:token}"}},
        "e": {"name": "x", "secretKeyRef": {"name": "not a name"}},
    }));
    for part in [
        "`a`: a reference inside a key",
        "`a.b`: this begins a reference, and no name and end follow",
        "`c.0`: a `secretKeyRef` and a `value` beside it",
        "`d`: a reference inside a `secretKeyRef`",
        "`e`: this `secretKeyRef` cannot be the name of a secret",
    ] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
}

#[test]
fn what_does_not_fit_is_told_without_the_value() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "never made")]
    struct Strict {
        port: u16,
        #[serde(default)]
        address: Option<std::net::IpAddr>,
        #[serde(default)]
        mode: Mode,
        #[serde(default)]
        either: Option<Either>,
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "never made")]
    enum Either {
        One(u8),
        Other { name: String },
    }
    let scene = Scene::shop();
    for (configuration, said) in [
        (json!({"port": "${secret:token}"}), "`port`: expected u16"),
        (json!({"port": "70000"}), "`port`: expected u16"),
        (json!({}), "the whole: missing field `port`"),
        (
            json!({"port": 1, "mode": "${secret:token}"}),
            "`mode`: expected one of `plain`, `sized`, `named`",
        ),
        (json!({"port": 1, "mode": {"sized": "${secret:token}"}}), "`mode`: expected u8"),
        (
            json!({"port": 1, "address": "${secret:token}"}),
            "`address`: it is not valid for its type",
        ),
        (json!({"port": 1, "address": "nowhere"}), "`address`: invalid IP address syntax"),
        (json!({"port": 1, "either": "${secret:token}"}), "`either`: it is not valid for its type"),
        (
            json!({"port": 1, "other": "${secret:token}"}),
            "the whole: unknown field `other`, expected one of `port`, `address`, `mode`, `either`",
        ),
        (json!({"port": ["${secret:token}"]}), "`port`: expected u16"),
        (
            json!({"port": "x${secret:bytes}"}),
            "`port`: the value of `bytes` is not UTF-8 text, and stands within one",
        ),
    ] {
        let error = scene.refuses::<Strict>(configuration.clone());
        assert_eq!(error, format!("the configuration is not valid: {said}"), "{configuration}");
    }
    let deep = (0..200).fold(json!("x"), |inner, _| json!([inner]));
    assert!(scene.refuses::<Value>(deep).contains("nested more than 128 deep"));
}

#[test]
fn without_references_no_vault_is_needed() {
    let nowhere = Loader::new().vault("/nowhere/strongroom.toml");
    let found: Vec<u8> = nowhere.resolve(json!([1, 2])).expect("resolved");
    assert_eq!(found, [1, 2]);
    let error = nowhere.resolve::<_, Value>(json!("${secret:a}")).expect_err("no vault");
    assert!(matches!(error, ResolveError::Load(_)), "{error}");
}

/// Says when a future is to be asked again.
struct Waking(std::sync::mpsc::Sender<()>);
impl std::task::Wake for Waking {
    fn wake(self: std::sync::Arc<Self>) {
        let _ = self.0.send(());
    }
}

#[test]
fn the_future_gives_the_same() {
    let scene = Scene::shop();
    let future = scene.loader.resolve_async::<_, Value>(json!({"a": "${secret:token}"}));
    let mut future = std::pin::pin!(future);
    let (sender, receiver) = std::sync::mpsc::channel();
    let waker = std::sync::Arc::new(Waking(sender)).into();
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(found) => {
                break assert_eq!(found.expect("resolved"), json!({"a": MARKER}));
            }
            std::task::Poll::Pending => receiver.recv().expect("a waker"),
        }
    }
}
