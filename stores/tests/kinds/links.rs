//! `directory` with links, mounts, rights and repositories: what is read through, and what nothing is changed in.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use strongroom_stores::{Content, Failure, FailureKind, Fetched, Item, Keys};

use crate::directory;
use crate::opened::{failure, names, opened, text, value, words_of};

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
    let store = directory::store(&folder, "one");
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
    // Nothing is written through a link: what it led to stays.
    store.put("inside", None, b"w").await.expect("written");
    assert_eq!(value(&store, "inside").await.as_deref(), Ok(&b"w"[..]));
    assert_eq!(value(&store, "real").await.as_deref(), Ok(&b"v"[..]));
    fs::create_dir(folder.join("deep")).expect("a folder");
    fs::write(folder.join("deep/key"), "v").expect("a file");
    symlink("deep", folder.join("also")).expect("a link");
    assert_eq!(value(&store, "also/key").await.as_deref(), Ok(&b"v"[..]));
    for failure in [
        store.put("also/key", None, b"w").await.expect_err("a link"),
        store.put("also/new", None, b"w").await.expect_err("a link"),
        store.remove("also/key", None).await.expect_err("a link"),
    ] {
        assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
        assert!(failure.detail().ends_with("also is a link, and only read through"));
    }
    assert_eq!(value(&store, "deep/key").await.as_deref(), Ok(&b"v"[..]));
    assert!(!folder.join("deep/new").exists());
}

#[tokio::test]
async fn a_key_that_is_a_link_out_of_the_folder_is_refused() {
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret"), "hunter2").expect("a file");
    let folder = outside.path().join("folder");
    fs::create_dir_all(folder.join("db")).expect("a folder");
    fs::write(folder.join("db/user"), "u").expect("a file");
    symlink("../../secret", folder.join("db/password")).expect("a link");
    let told = failure(&directory::store(&folder, "several"), "db").await;
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
    let store = directory::store(folder.path(), "one");
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
    let (one, several) =
        (directory::store(root.path(), "one"), directory::store(root.path(), "several"));
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
    let items = ["db/user", "db/password"].map(|name| Item { name: name.into(), version: None });
    for _ in 0..200 {
        let both: Vec<String> = one.fetch_batch(&items).await.into_iter().map(generation).collect();
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
async fn a_file_is_its_owners_alone_whatever_stood_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = directory::store(folder.path(), "one");
    store.put("a/new", None, b"x").await.expect("written");
    let mode = |name: &str| {
        fs::metadata(folder.path().join(name)).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!((mode("a"), mode("a/new")), (0o700, 0o600));
    // Somebody planted it, and holds it open: nothing of it is kept.
    let planted = folder.path().join("a/new");
    fs::set_permissions(&planted, fs::Permissions::from_mode(0o666)).expect("changed");
    let mut held = fs::File::open(&planted).expect("a file");
    store.put("a/new", None, b"y").await.expect("written");
    assert_eq!(mode("a/new"), 0o600);
    let mut read = String::new();
    std::io::Read::read_to_string(&mut held, &mut read).expect("text");
    assert_eq!(read, "x");
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
    let store = directory::store(&folder, "one");
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
    let several = directory::store(&folder, "several");
    let failure = several.remove("db", Some("user")).await.expect_err("a mount");
    assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
}

#[tokio::test]
async fn a_folder_of_its_own_is_one_without_the_vault_and_without_a_repository() {
    let vault = tempfile::tempdir().expect("a folder");
    for folder in ["own", "with/.git/hooks", "bare/objects", "bare/refs", "bare/tree"] {
        fs::create_dir_all(vault.path().join(folder)).expect("a folder");
    }
    fs::write(vault.path().join("bare/HEAD"), "ref: refs/heads/main").expect("a file");
    fs::create_dir_all(vault.path().join("bare/tree/own")).expect("a folder");
    fs::write(vault.path().join("bare/tree/.git"), "gitdir: ..").expect("a file");
    symlink(".", vault.path().join("link")).expect("a link");
    let bounds = |path: &str| opened("directory", vault.path(), &[("path", text(path))]).bounds();
    let own = format!("the folder {}", vault.path().join("own").display());
    assert_eq!(bounds("own"), Ok(Some(own)));
    // A working tree may lie within a bare repository.
    assert!(bounds("bare/tree/own").is_ok_and(|bounds| bounds.is_some()));
    for path in [".", "..", "/", "with", "bare/tree"] {
        assert_eq!(bounds(path), Ok(None), "{path}");
    }
    for (path, why) in [
        ("none", "there is no folder"),
        ("link", "is a link, and only read through"),
        ("with/.git", "lies among git's own files"),
        ("with/.git/hooks", "lies among git's own files"),
        ("bare", "lies among git's own files"),
        ("bare/refs", "lies among git's own files"),
    ] {
        let failure = bounds(path).expect_err(path);
        assert!(words_of(&failure).contains(why), "{path}: {failure}");
    }
    let named = [("path_from", text("PWD"))];
    assert_eq!(opened("directory", vault.path(), &named).bounds(), Ok(None));
}

#[tokio::test]
async fn nothing_is_changed_among_git_s_own_files() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join(".git/hooks")).expect("a folder");
    fs::write(folder.path().join(".git/config"), "theirs").expect("a file");
    for (path, name) in [(".", ".git/config"), (".git", "config"), (".git/hooks", "pre-push")] {
        let store = opened("directory", folder.path(), &[("path", text(path))]);
        let failure = store.put(name, None, b"x").await.expect_err(name);
        assert!(failure.detail().contains("lies among git's own files"), "{failure}");
    }
    let store = directory::store(folder.path(), "one");
    let failure = store.remove(".git/config", None).await.expect_err("git's own");
    assert!(failure.detail().contains("lies among git's own files"), "{failure}");
    let config = fs::read(folder.path().join(".git/config"));
    assert_eq!(config.expect("a file"), b"theirs");
    assert!(!folder.path().join(".git/hooks/pre-push").exists());
}

#[tokio::test]
async fn a_file_that_is_replaced_by_one_alike_is_another_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a");
    fs::write(&path, "hunter2").expect("a file");
    let store = directory::store(folder.path(), "one");
    let item = Item { name: "a".to_owned(), version: None };
    let first = store.version(&item).await.expect("a version");
    fs::write(folder.path().join("b"), "hunter3").expect("a file");
    fs::rename(folder.path().join("b"), &path).expect("renamed");
    assert_ne!(store.version(&item).await.expect("a version"), first);
}
