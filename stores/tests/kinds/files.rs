//! `dotenv`, `json`, `toml`: one file with everything, and Dapr's two ways to read JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use strongroom_formats::{dotenv, json, toml};
use strongroom_stores::{Content, FailureKind, Item, Keys, Setting, Store};

#[cfg(unix)]
use crate::again::{block_on, is_with};
use crate::contract::{Soon, Subject, holds_for};
use crate::opened::{failure, names, opened, refused, text, value};

/// A file that is written anew with everything that is planted.
struct One {
    folder: tempfile::TempDir,
    kind: &'static str,
    is_multi_valued: bool,
    planted: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl One {
    fn new(kind: &'static str, is_multi_valued: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, kind, is_multi_valued, planted: Mutex::default() }
    }
}

impl Subject for One {
    fn open(&self) -> Arc<dyn Store> {
        let mut settings = vec![("path", text("secrets"))];
        if self.is_multi_valued {
            settings.push(("multi_valued", Setting::Boolean(true)));
        }
        opened(self.kind, self.folder.path(), &settings)
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let name = key.map_or_else(|| name.to_owned(), |key| format!("{name}/{key}"));
        let mut planted = self.planted.lock().expect("nobody panicked");
        planted.insert(name, value.to_vec());
        let items: Vec<strongroom_formats::Item<'_>> =
            planted.iter().map(|(name, value)| strongroom_formats::Item { name, value }).collect();
        let written = match self.kind {
            "dotenv" => dotenv::write(&items).map(|written| written.sheet),
            "json" => json::write(&items),
            _ => toml::write(&items),
        };
        let written = written.expect("a file");
        fs::write(self.folder.path().join("secrets"), written.as_bytes()).expect("a file");
        Box::pin(async {})
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn most_bytes(&self) -> usize {
        // Long values once are enough: the whole file is read each time.
        if self.kind == "json" { usize::MAX } else { 100_000 }
    }

    fn has_unicode_names(&self) -> bool {
        self.kind != "dotenv"
    }

    fn has_binary_values(&self) -> bool {
        false
    }

    fn writes(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn a_dotenv_file_holds_the_contract() {
    holds_for(&One::new("dotenv", false)).await;
}

#[tokio::test]
async fn a_json_file_holds_the_contract() {
    holds_for(&One::new("json", false)).await;
}

#[tokio::test]
async fn a_json_file_with_keys_holds_the_contract() {
    holds_for(&One::new("json", true)).await;
}

#[tokio::test]
async fn a_toml_file_holds_the_contract() {
    holds_for(&One::new("toml", false)).await;
}

#[tokio::test]
async fn what_comes_and_goes_in_a_file_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x");
    fs::write(&path, "a = 1\n").expect("a file");
    let store = opened("toml", folder.path(), &[("path", text("x"))]);
    let version = async |name: &str| {
        store.version(&Item { name: name.to_owned(), version: None }).await.is_ok()
    };
    assert!(version("a").await && !version("b").await);
    fs::write(&path, "bc = 12\nb = 1\n").expect("a file");
    assert!(version("b").await && !version("a").await);
    fs::remove_file(&path).expect("removed");
    assert!(!version("b").await);
}

const DAPR: &str = r#"{
    "redisPassword": "r",
    "connectionStrings": {"sql": {"user": "u", "ports": [1, 2]}, "mysql": "m"},
    "retired": null
}"#;

fn dapr(folder: &Path, settings: &[(&str, Setting)]) -> Arc<dyn Store> {
    fs::write(folder.join("secrets.json"), DAPR).expect("a file");
    let path = [("path", text("secrets.json"))];
    opened("json", folder, &[&path[..], settings].concat())
}

#[tokio::test]
async fn json_is_read_as_dapr_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = dapr(folder.path(), &[("nested_separator", text(":"))]);
    let all = [
        "connectionStrings:mysql",
        "connectionStrings:sql:ports:0",
        "connectionStrings:sql:ports:1",
        "connectionStrings:sql:user",
        "redisPassword",
    ];
    assert_eq!(names(&store).await.expect("a list"), all);
    assert_eq!(value(&store, "connectionStrings:sql:ports:1").await.as_deref(), Ok(&b"2"[..]));
    for name in ["connectionStrings/mysql", "connectionStrings", "retired"] {
        assert!(failure(&store, name).await.starts_with("absent: "), "{name}");
    }
    // Where a vault says nothing, both spellings of a name lead there.
    let store = dapr(folder.path(), &[]);
    for name in ["connectionStrings:sql:user", "connectionStrings/sql/user"] {
        assert_eq!(value(&store, name).await.as_deref(), Ok(&b"u"[..]), "{name}");
        let item = Item { name: name.to_owned(), version: None };
        assert!(store.version(&item).await.expect("a version").is_some());
    }
}

#[tokio::test]
async fn json_with_several_values_is_read_as_dapr_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = dapr(folder.path(), &[("multi_valued", Setting::Boolean(true))]);
    assert_eq!(store.keys(), Keys::Several);
    let item = Item { name: "connectionStrings".to_owned(), version: None };
    let Content::Several(values) = store.fetch(&item).await.expect("keys").content else {
        panic!("several keys")
    };
    let keys: Vec<&str> = values.keys().map(String::as_str).collect();
    assert_eq!(keys, ["mysql", "sql:ports:0", "sql:ports:1", "sql:user"]);
    assert_eq!(value(&store, "redisPassword").await.as_deref(), Ok(&b"r"[..]));
    let listed = store.list().await.expect("a list");
    assert_eq!((listed.len(), listed[0].keys.len(), listed[1].keys.len()), (2, 4, 0));
}

#[tokio::test]
async fn a_faulty_file_is_told_without_its_values() {
    let folder = tempfile::tempdir().expect("a folder");
    for (kind, content, said) in [
        ("json", "{\"a\": hunter2}", "line 1, column 7: expected value"),
        ("json", "[\"hunter2\"]", "line 1, column 1: a table of names and values is needed here"),
        ("json", "<html>hunter2</html>", "line 1, column 1: expected value"),
        ("toml", "a = hunter2", ": line 1, column 5: "),
        ("toml", "a = [\"hunter2\"]", "`a` is a list: a secret has one value"),
        ("dotenv", "hunter2", "line 1, column 1: no `NAME=value`"),
        ("dotenv", "A=\"hunter2", "line 1, column 3: "),
    ] {
        fs::write(folder.path().join("x"), content).expect("a file");
        let store = opened(kind, folder.path(), &[("path", text("x"))]);
        let told = failure(&store, "a").await;
        assert!(told.starts_with("not valid: ") && told.contains(said), "{kind}: {told}");
        let item = Item { name: "a".to_owned(), version: None };
        assert!(store.version(&item).await.is_err() && store.list().await.is_err());
    }
    let huge = fs::File::create(folder.path().join("huge")).expect("a file");
    huge.set_len(5 << 20).expect("a long file");
    for (path, said) in [
        ("none", "absent: there is no "),
        (".", "not valid: "),
        ("huge", "not valid: "),
        ("x/y", "absent: there is no "),
    ] {
        let store = opened("json", folder.path(), &[("path", text(path))]);
        let told = failure(&store, "a").await;
        assert!(told.starts_with(said), "{path}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn the_folder_of_our_keys_is_closed() {
    let home = tempfile::tempdir().expect("a folder");
    let variables = || {
        let keys = home.path().join("strongroom/keys");
        fs::create_dir_all(&keys).expect("a folder");
        fs::write(keys.join("x.key"), "A=hunter2").expect("a file");
        std::os::unix::fs::symlink("strongroom/keys/x.key", home.path().join("link"))
            .expect("a link");
        [("XDG_CONFIG_HOME".to_owned(), home.path().as_os_str().to_owned())]
    };
    if !is_with("files::the_folder_of_our_keys_is_closed", variables) {
        return;
    }
    block_on(async {
        let base = std::env::var_os("XDG_CONFIG_HOME").expect("a folder");
        for kind in ["dotenv", "json", "toml"] {
            for path in ["strongroom/keys/x.key", "link", "strongroom/../strongroom/keys/x.key"] {
                let store = opened(kind, base.as_ref(), &[("path", text(path))]);
                let told = failure(&store, "A").await;
                assert!(told.starts_with("denied: ") && told.contains("keys of ours"), "{told}");
                let item = Item { name: "A".to_owned(), version: None };
                assert!(store.version(&item).await.is_err() && store.list().await.is_err());
            }
        }
    });
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    let store = opened("dotenv", folder.path(), &[("path", text("pipe"))]);
    assert!(failure(&store, "a").await.ends_with("it is a pipe, and no regular file"));
}

#[tokio::test]
async fn files_are_written_by_hand_and_settings_are_few() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = dapr(folder.path(), &[]);
    let failed = store.put("a", None, b"hunter2").await.expect_err("by hand");
    assert_eq!(failed.kind(), FailureKind::Conflict, "{failed}");
    assert!(failed.to_string().contains("$EDITOR"), "{failed}");
    assert_eq!(fs::read_to_string(folder.path().join("secrets.json")).expect("a file"), DAPR);
    for (kind, settings, said) in [
        ("json", &[][..], "it needs the setting `path`: the file"),
        (
            "toml",
            &[("path", text("x")), ("nested_separator", text(":"))],
            "it has no setting `nested_separator`; it has: path",
        ),
        (
            "json",
            &[
                ("path", text("x")),
                ("nested_separator", text("/")),
                ("multi_valued", Setting::Boolean(true)),
            ],
            "its setting `nested_separator` cannot have a `/` with `multi_valued`: that parts the key from the name",
        ),
    ] {
        assert_eq!(refused(kind, settings), said);
    }
}
