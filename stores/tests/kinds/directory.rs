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

fn store(folder: &Path, keys: &str) -> Arc<dyn Store> {
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

#[cfg(unix)]
mod links {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use strongroom_stores::{Content, Failure, FailureKind, Fetched, Item, Keys};

    use super::*;

    #[tokio::test]
    async fn links_are_followed_inside_alone() {
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret"), "hunter2").expect("a file");
        let folder = outside.path().join("folder");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("real"), "v").expect("a file");
        symlink("real", folder.join("inside")).expect("a link");
        symlink("../secret", folder.join("leaving")).expect("a link");
        symlink("..", folder.join("up")).expect("a link");
        symlink("nothing", folder.join("dangling")).expect("a link");
        symlink("loop", folder.join("loop")).expect("a link");
        let store = store(&folder, "one");
        assert_eq!(value(&store, "inside").await.as_deref(), Ok(&b"v"[..]));
        for name in ["leaving", "up/secret", "up/folder/real"] {
            let told = failure(&store, name).await;
            assert!(told.contains("leads out of"), "{name}: {told}");
            let put = store
                .put(name, None, b"x")
                .await
                .map_err(|failure| words_of(&failure))
                .expect_err(name);
            assert!(put.contains("leads out of"), "{name}: {put}");
        }
        assert!(failure(&store, "dangling").await.contains("leads to nothing"));
        assert!(store.put("dangling", None, b"x").await.is_err());
        assert!(failure(&store, "loop").await.starts_with("unreachable: cannot look at "));
        assert_eq!(names(&store).await.expect("a list"), ["inside", "real"]);
        assert_eq!(fs::read(outside.path().join("secret")).expect("a file"), b"hunter2");
        // A link is written through: it goes on leading where it did.
        store.put("inside", None, b"w").await.expect("written");
        assert_eq!(value(&store, "real").await.as_deref(), Ok(&b"w"[..]));
    }

    #[tokio::test]
    async fn a_key_that_is_a_link_out_of_the_folder_is_refused() {
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret"), "hunter2").expect("a file");
        let folder = outside.path().join("folder");
        fs::create_dir_all(folder.join("db")).expect("a folder");
        fs::write(folder.join("db/user"), "u").expect("a file");
        symlink("../../secret", folder.join("db/password")).expect("a link");
        let told = failure(&super::store(&folder, "several"), "db").await;
        assert!(told.contains("`db/password` is a link that leads out of"), "{told}");
    }

    #[tokio::test]
    async fn what_is_no_regular_file_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Command::new("mkfifo").arg(folder.path().join("pipe")).status();
        assert!(made.expect("mkfifo").success());
        symlink("/dev/zero", folder.path().join("zero")).expect("a link");
        let huge = fs::File::create(folder.path().join("huge")).expect("a file");
        huge.set_len((1 << 20) + 1).expect("a long file");
        let store = store(folder.path(), "one");
        let started = Instant::now();
        assert!(failure(&store, "pipe").await.ends_with("it is a pipe, and no regular file"));
        assert!(failure(&store, "zero").await.contains("leads out of"));
        assert!(failure(&store, "huge").await.ends_with("has more than 1048576 bytes"));
        assert_eq!(names(&store).await.expect("a list"), ["huge"]);
        assert!(started.elapsed() < Duration::from_secs(2));
    }

    /// A mount as the kubelet makes one: links to a folder that is swapped as a whole.
    fn mount(folder: &Path, generation: usize) {
        let data = folder.join(format!("..2026_{generation}"));
        fs::create_dir(&data).expect("a folder");
        for key in ["user", "password"] {
            fs::write(data.join(key), format!("{key}-{generation}")).expect("a file");
            let _ = symlink(format!("..data/{key}"), folder.join(key));
        }
        let old = fs::read_link(folder.join("..data")).ok();
        symlink(data.file_name().expect("a name"), folder.join("..data_tmp")).expect("a link");
        fs::rename(folder.join("..data_tmp"), folder.join("..data")).expect("swapped");
        if let Some(old) = old {
            fs::remove_dir_all(folder.join(old)).expect("removed");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_mount_of_kubernetes_is_read_in_one_state() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("db");
        fs::create_dir(&folder).expect("a folder");
        mount(&folder, 0);
        let (one, several) = (store(root.path(), "one"), store(root.path(), "several"));
        assert_eq!(value(&one, "db/user").await.as_deref(), Ok(&b"user-0"[..]));
        assert_eq!(names(&one).await.expect("a list"), ["db/password", "db/user"]);
        let listed = several.list().await.expect("a list");
        assert_eq!((listed.len(), listed[0].keys.join(" ").as_str()), (1, "password user"));
        let item = Item { name: "db".to_owned(), version: None };
        let version = several.version(&item).await.expect("a version");
        mount(&folder, 1);
        assert_ne!(several.version(&item).await.expect("a version"), version);
        for store in [&one, &several] {
            let key = (store.keys() == Keys::Several).then_some("user");
            let name = if key.is_some() { "db" } else { "db/new" };
            let failure = store.put(name, key, b"x").await.expect_err("a mount");
            assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
        }

        let is_done = Arc::new(AtomicBool::new(false));
        let swapping = {
            let is_done = Arc::clone(&is_done);
            std::thread::spawn(move || {
                for generation in 2.. {
                    if is_done.load(Ordering::SeqCst) {
                        return generation;
                    }
                    mount(&folder, generation);
                    std::thread::sleep(Duration::from_millis(5));
                }
                0
            })
        };
        let items =
            ["db/user", "db/password"].map(|name| Item { name: name.into(), version: None });
        for _ in 0..200 {
            let both: Vec<String> =
                one.fetch_batch(&items).await.into_iter().map(generation).collect();
            assert_eq!(both[0], both[1]);
            let fetched = several.fetch(&item).await.unwrap_or_else(|failure| panic!("{failure}"));
            let Content::Several(values) = fetched.content else { panic!("keys") };
            let both: Vec<_> = values.values().map(|value| number(value)).collect();
            assert_eq!(both[0], both[1]);
        }
        is_done.store(true, Ordering::SeqCst);
        assert!(swapping.join().expect("a thread") > 10, "it was swapped meanwhile");
    }

    fn generation(fetched: Result<Fetched, Failure>) -> String {
        match fetched.unwrap_or_else(|failure| panic!("{failure}")).content {
            Content::One(value) => number(&value),
            Content::Several(_) => panic!("one value"),
        }
    }

    fn number(value: &[u8]) -> String {
        let text = String::from_utf8(value.to_vec()).expect("text");
        text.split_once('-').expect("a generation").1.to_owned()
    }

    #[tokio::test]
    async fn a_new_file_is_its_owners_and_an_old_one_keeps_its_rights() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(folder.path(), "one");
        store.put("a/new", None, b"x").await.expect("written");
        let mode = |name: &str| {
            fs::metadata(folder.path().join(name)).expect("a file").permissions().mode() & 0o777
        };
        assert_eq!((mode("a"), mode("a/new")), (0o700, 0o600));
        fs::set_permissions(folder.path().join("a/new"), fs::Permissions::from_mode(0o640))
            .expect("changed");
        store.put("a/new", None, b"y").await.expect("written");
        assert_eq!(mode("a/new"), 0o640);
        let all = fs::read_dir(folder.path().join("a")).expect("a folder").count();
        assert_eq!(all, 1, "nothing unfinished is left");
        let failure = store.put("a", None, b"y").await.expect_err("a folder");
        assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
    }

    #[tokio::test]
    async fn what_is_removed_is_the_name_and_nothing_that_it_leads_to() {
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret"), "hunter2").expect("a file");
        let folder = outside.path().join("folder");
        fs::create_dir_all(folder.join("deep/er")).expect("folders");
        fs::write(folder.join("deep/er/key"), "v").expect("a file");
        fs::write(folder.join("deep/other"), "v").expect("a file");
        symlink("deep/er/key", folder.join("inside")).expect("a link");
        symlink("../secret", folder.join("leaving")).expect("a link");
        symlink("..", folder.join("up")).expect("a link");
        let store = store(&folder, "one");
        store.remove("inside", None).await.expect("removed");
        assert_eq!(value(&store, "deep/er/key").await.as_deref(), Ok(&b"v"[..]));
        for (name, said) in [
            ("leaving", "leads out of"),
            ("up/secret", "leads out of"),
            ("../secret", "cannot be the name"),
            ("deep", "is no regular file"),
            ("deep/other/x", "there is no"),
        ] {
            let failure = store.remove(name, None).await.expect_err(name);
            assert!(words_of(&failure).contains(said), "{name}: {failure}");
        }
        // Folders that are empty go with their last file, and no other.
        store.remove("deep/er/key", None).await.expect("removed");
        assert!(!folder.join("deep/er").exists() && folder.join("deep/other").exists());
        store.remove("deep/other", None).await.expect("removed");
        assert!(!folder.join("deep").exists() && folder.exists());
        assert_eq!(fs::read(outside.path().join("secret")).expect("a file"), b"hunter2");

        fs::create_dir(folder.join("db")).expect("a folder");
        mount(&folder.join("db"), 0);
        let failure = store.remove("db/user", None).await.expect_err("a mount");
        assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
        let several = super::store(&folder, "several");
        let failure = several.remove("db", Some("user")).await.expect_err("a mount");
        assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
    }

    #[tokio::test]
    async fn a_folder_of_its_own_is_one_without_the_vault_and_without_a_repository() {
        let vault = tempfile::tempdir().expect("a folder");
        for folder in ["own", "with/.git"] {
            fs::create_dir_all(vault.path().join(folder)).expect("a folder");
        }
        symlink(".", vault.path().join("link")).expect("a link");
        let bounds =
            |path: &str| opened("directory", vault.path(), &[("path", text(path))]).bounds();
        let own = format!("the folder {}", vault.path().join("own").display());
        assert_eq!(bounds("own"), Some(own));
        for path in [".", "..", "link", "/", "with", "none"] {
            assert_eq!(bounds(path), None, "{path}");
        }
        let named = [("path_from", text("PWD"))];
        assert_eq!(opened("directory", vault.path(), &named).bounds(), None);
    }

    #[tokio::test]
    async fn a_file_that_is_replaced_by_one_alike_is_another_version() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "hunter2").expect("a file");
        let store = store(folder.path(), "one");
        let item = Item { name: "a".to_owned(), version: None };
        let first = store.version(&item).await.expect("a version");
        fs::write(folder.path().join("b"), "hunter3").expect("a file");
        fs::rename(folder.path().join("b"), &path).expect("renamed");
        assert_ne!(store.version(&item).await.expect("a version"), first);
    }
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
