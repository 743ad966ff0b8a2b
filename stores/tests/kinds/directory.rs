//! `directory`: plain folders, folders of folders, Kubernetes mounts, credentials of systemd, and what lies in the way.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use strongroom_stores::{Setting, Store};

use crate::again::{block_on, is_with};
use crate::contract::{Soon, Subject, holds_for};
use crate::opened::{failure, names, opened, refused, text, value, words_of};

struct Folder {
    path: tempfile::TempDir,
    keys: &'static str,
    trim: bool,
}

impl Folder {
    fn new(keys: &'static str, trim: bool) -> Self {
        Self { path: tempfile::tempdir().expect("a folder"), keys, trim }
    }
}

impl Subject for Folder {
    fn open(&self) -> Arc<dyn Store> {
        let settings =
            [("path", text(".")), ("keys", text(self.keys)), ("trim", Setting::Boolean(self.trim))];
        opened("directory", self.path.path(), &settings)
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let mut path = self.path.path().join(name);
        if let Some(key) = key {
            fs::create_dir_all(&path).expect("a folder");
            path.push(key);
        }
        let end: &[u8] = if self.trim { b"\n" } else { b"" };
        Box::pin(async move { fs::write(path, [value, end].concat()).expect("a file") })
    }

    fn has_versions(&self) -> bool {
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_for_each_secret_holds_the_contract() {
    holds_for(&Folder::new("one", false)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_for_each_secret_holds_the_contract() {
    holds_for(&Folder::new("several", false)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_end_with_a_newline_hold_the_contract() {
    holds_for(&Folder::new("one", true)).await;
}

pub(crate) fn store(folder: &Path, keys: &str) -> Arc<dyn Store> {
    opened("directory", folder, &[("path", text(".")), ("keys", text(keys))])
}

#[tokio::test]
async fn settings_say_where_and_how() {
    for (settings, said) in [
        (
            &[][..],
            "it needs the setting `path`: the folder, or instead `path_from`: the variable that names it",
        ),
        (
            &[("path", text("a")), ("path_from", text("B"))],
            "its settings `path` and `path_from` exclude each other",
        ),
        (
            &[("path", text("a")), ("keys", text("many"))],
            "its setting `keys` must be `one` (a file for each secret) or `several` (a folder for each, a file for each key)",
        ),
        (
            &[("path_from", text("STRONGROOM_KEY_FILE"))],
            "its setting `path_from` names a variable that holds or leads to a key",
        ),
        (
            &[("path", text("a")), ("token", text("x"))],
            "it has no setting `token`; it has: path, path_from, keys, trim",
        ),
    ] {
        assert_eq!(refused("directory", settings), said);
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "hunter2").expect("a file");
    for (path, said) in [("none", "there is no folder"), ("file", "cannot enter the folder")] {
        let store = opened("directory", folder.path(), &[("path", text(path))]);
        let told = failure(&store, "a").await;
        assert!(told.starts_with(&format!("unreachable: {said} ")), "{told}");
        assert!(store.list().await.is_err() && store.put("a", None, b"x").await.is_err());
    }
    let unset = opened("directory", folder.path(), &[("path_from", text("NO_SUCH_VARIABLE"))]);
    let told = failure(&unset, "a").await;
    let said = "unreachable: the variable `NO_SUCH_VARIABLE`, which names the folder, is not set";
    assert_eq!(told, said);
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret");
    fs::write(&secret, "hunter2").expect("a file");
    let folder = outside.path().join("folder");
    fs::create_dir(&folder).expect("a folder");
    fs::create_dir(folder.join("sub")).expect("a folder");
    fs::write(folder.join("sub/key"), "v").expect("a file");
    let store = store(&folder, "one");
    assert_eq!(value(&store, "sub/key").await.as_deref(), Ok(&b"v"[..]));
    let absolute = secret.to_str().expect("a path");
    for name in
        ["../secret", "..", ".", "sub/../../secret", "sub//key", "sub/./key", absolute, "a\0b"]
    {
        let told = failure(&store, name).await;
        assert!(told.contains("cannot be the name of a file here"), "{name:?}: {told}");
        let put =
            store.put(name, None, b"hunter2-other").await.map_err(|failure| words_of(&failure));
        assert!(put.expect_err(name).contains("cannot be the name"), "{name:?}");
        assert!(store.check(name, None).is_err(), "{name:?}");
    }
    assert_eq!(fs::read(&secret).expect("a file"), b"hunter2");
    assert!(failure(&store, "sub").await.contains("no regular file"));
    assert!(store.check("sub/none", None).is_ok() && store.check("sub", Some("..")).is_err());
}

#[test]
fn credentials_of_systemd_are_read_and_our_own_key_is_not() {
    const CHILD: &str = "TEST_DIRECTORY_CHILD";
    if std::env::var_os(CHILD).is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("db-password"), "hunter2").expect("a file");
        fs::write(folder.path().join("strongroom.key"), "hunter2-key").expect("a file");
        let name = "directory::credentials_of_systemd_are_read_and_our_own_key_is_not";
        let program = std::env::current_exe().expect("this test");
        let status = std::process::Command::new(program)
            .args(["--exact", name])
            .env(CHILD, "1")
            .env("CREDENTIALS_DIRECTORY", folder.path())
            .status();
        assert!(status.expect("this test again").success());
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let settings = [("path_from", text("CREDENTIALS_DIRECTORY"))];
        let store = opened("directory", Path::new("/"), &settings);
        assert_eq!(value(&store, "db-password").await.as_deref(), Ok(&b"hunter2"[..]));
        let told = failure(&store, "strongroom.key").await;
        let said = "denied: `strongroom.key` in the folder that `CREDENTIALS_DIRECTORY` names \
                    is where keys of ours are kept, and is never given";
        assert_eq!(told, said);
        assert_eq!(names(&store).await.expect("a list"), ["db-password"]);
        // The same folder by its path.
        let path = std::env::var("CREDENTIALS_DIRECTORY").expect("a path");
        let store = opened("directory", Path::new("/"), &[("path", text(path))]);
        assert!(failure(&store, "strongroom.key").await.starts_with("denied: "));
        assert!(store.put("strongroom.key", None, b"x").await.is_err());
        assert_eq!(names(&store).await.expect("a list"), ["db-password"]);
    });
}

#[test]
fn the_folders_of_our_keys_are_closed() {
    let home = tempfile::tempdir().expect("a folder");
    let variables = || {
        for folder in ["config/strongroom/keys", "run/strongroom"] {
            fs::create_dir_all(home.path().join(folder)).expect("a folder");
            fs::write(home.path().join(folder).join("x.key"), "hunter2").expect("a file");
        }
        fs::write(home.path().join("config/open"), "v").expect("a file");
        let variable = |name: &str, to| (name.to_owned(), home.path().join(to).into_os_string());
        [variable("XDG_CONFIG_HOME", "config"), variable("XDG_RUNTIME_DIR", "run")]
    };
    // Another system has its folder elsewhere.
    if cfg!(windows) || !is_with("directory::the_folders_of_our_keys_are_closed", variables) {
        return;
    }
    block_on(async {
        for (variable, name) in
            [("XDG_CONFIG_HOME", "strongroom/keys/x.key"), ("XDG_RUNTIME_DIR", "strongroom/x.key")]
        {
            let path = std::env::var(variable).expect("a path");
            let store = opened("directory", Path::new("/"), &[("path", text(path))]);
            let told = failure(&store, name).await;
            assert!(told.starts_with("denied: "), "{told}");
            assert!(told.ends_with(" is where keys of ours are kept, and is never given"));
            let item = strongroom_stores::Item { name: name.to_owned(), version: None };
            assert!(store.version(&item).await.is_err());
            assert!(store.put(name, None, b"x").await.is_err());
            assert!(store.put("strongroom/new/y", None, b"x").await.is_err());
            let listed = names(&store).await.expect("a list");
            assert!(listed.iter().all(|name| name == "open"), "{listed:?}");
        }
        let path = std::env::var("XDG_CONFIG_HOME").expect("a path");
        let store = opened("directory", Path::new("/"), &[("path", text(path))]);
        assert_eq!(value(&store, "open").await.as_deref(), Ok(&b"v"[..]));
    });
}

/// A variable that names no folder may hold a token; one that names a folder is shown no more than that.
#[test]
fn what_a_variable_holds_is_never_shown() {
    let parent = tempfile::tempdir().expect("a folder");
    let variables = || {
        let folder = parent.path().join("hunter2");
        fs::create_dir_all(folder.join("sub")).expect("a folder");
        fs::write(parent.path().join("hunter2-file"), "v").expect("a file");
        let variable = |name: &str, to: &Path| (name.to_owned(), to.as_os_str().to_owned());
        [
            variable("TEST_FOLDER", &folder),
            variable("TEST_TOKEN", Path::new("hunter2-token")),
            variable("TEST_FILE", &parent.path().join("hunter2-file")),
        ]
    };
    if !is_with("directory::what_a_variable_holds_is_never_shown", variables) {
        return;
    }
    block_on(async {
        // What looks at a failure refuses this word in it.
        for (variable, name, said) in [
            ("TEST_TOKEN", "a", "unreachable: there is no folder that `TEST_TOKEN` names"),
            ("TEST_FILE", "a", "unreachable: cannot enter the folder that `TEST_FILE` names: "),
            ("TEST_FOLDER", "a", "absent: there is no `a` in the folder that `TEST_FOLDER` names"),
            ("TEST_FOLDER", "sub", "not valid: `sub` in the folder that `TEST_FOLDER` names"),
        ] {
            let store = opened("directory", Path::new("/"), &[("path_from", text(variable))]);
            let told = failure(&store, name).await;
            assert!(told.starts_with(said), "{told}");
        }
        let several = [("path_from", text("TEST_FOLDER")), ("keys", text("several"))];
        let several = opened("directory", Path::new("/"), &several);
        let said = "absent: there is no file in `sub` in the folder that `TEST_FOLDER` names";
        assert_eq!(failure(&several, "sub").await, said);
    });
}

#[test]
fn the_file_that_a_variable_names_as_a_key_is_closed() {
    let home = tempfile::tempdir().expect("a folder");
    let variables = || {
        fs::write(home.path().join("deploy.key"), "hunter2").expect("a file");
        fs::write(home.path().join("open"), "v").expect("a file");
        let variable = |name: &str, to| (name.to_owned(), home.path().join(to).into_os_string());
        [variable("STRONGROOM_KEY_FILE", "deploy.key"), variable("STRONGROOM_IDENTITY", "none")]
    };
    if !is_with("directory::the_file_that_a_variable_names_as_a_key_is_closed", variables) {
        return;
    }
    block_on(async {
        let path = std::path::PathBuf::from(std::env::var_os("STRONGROOM_KEY_FILE").expect("set"));
        let folder = path.parent().and_then(Path::to_str).expect("a folder");
        let store = opened("directory", Path::new("/"), &[("path", text(folder))]);
        let told = failure(&store, "deploy.key").await;
        assert!(told.starts_with("denied: ") && told.contains("keys of ours"), "{told}");
        assert!(store.put("deploy.key", None, b"x").await.is_err());
        assert_eq!(names(&store).await.expect("a list"), ["open"]);
    });
}
