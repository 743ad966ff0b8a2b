//! Secrets that follow changes: the receiver has the last good ones, whatever happens to the vault and the stores.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use strongroom::Loader;
use tokio::sync::watch::Receiver;

use crate::scene::{MARKER, Scene};

#[strongroom::secrets(vault = "vault.toml", any_vault)]
struct One {
    github_api_token: String,
}

/// What was reported of bad changes.
type Reports = Arc<Mutex<Vec<String>>>;

fn loader(scene: &Scene) -> Loader {
    Loader::new()
        .vault(scene.vault())
        .environment("local")
        .access_key(scene.key.to_text().to_string())
        .ask_stores_every(Duration::from_millis(100))
}

fn watched(scene: &Scene) -> (Receiver<Arc<One>>, Reports) {
    let reports = Reports::default();
    let told = Arc::clone(&reports);
    let loader = loader(scene)
        .on_failed_reload(move |error| told.lock().expect("a lock").push(error.to_string()));
    let receiver = runtime().block_on(loader.watch::<One>()).expect("a first load");
    (receiver, reports)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

fn value(receiver: &Receiver<Arc<One>>) -> String {
    receiver.borrow().github_api_token.replace(MARKER, "")
}

/// Waits until the receiver has this value.
#[track_caller]
fn gets(receiver: &mut Receiver<Arc<One>>, expected: &str) {
    let waited = runtime().block_on(async {
        let is_there =
            receiver.wait_for(|secrets| secrets.github_api_token.replace(MARKER, "") == expected);
        tokio::time::timeout(Duration::from_secs(20), is_there).await.map(|_| ())
    });
    assert!(waited.is_ok(), "it is `{}`, not `{expected}`", value(receiver));
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_value_that_is_set_in_the_vault_arrives() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let (mut receiver, reports) = watched(&scene);
    assert_eq!(value(&receiver), "1");
    let before = Arc::clone(&receiver.borrow());
    scene.set("github_api_token", "local", "2");
    gets(&mut receiver, "2");
    // Whoever still reads the old ones goes on, alone.
    until("nobody else has the old ones", || Arc::strong_count(&before) == 1);
    assert!(before.github_api_token.ends_with('1'));
    assert_eq!(*reports.lock().expect("a lock"), Vec::<String>::new());
}

#[test]
fn a_change_that_cannot_be_loaded_leaves_the_last_good_ones_and_is_reported_once() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let good = scene.text();
    let (mut receiver, reports) = watched(&scene);
    scene.rewrite(|text| text.replace("[secrets.github_api_token]", "[secrets.other]"));
    until("it is reported", || !reports.lock().expect("a lock").is_empty());
    assert_eq!(value(&receiver), "1");
    thread::sleep(Duration::from_millis(400));
    let reported = reports.lock().expect("a lock").clone();
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(reported[0].contains("`github_api_token` has no value"), "{}", reported[0]);
    fs::write(scene.vault(), good).expect("the vault");
    scene.set("github_api_token", "local", "2");
    gets(&mut receiver, "2");
}

#[test]
fn the_end_of_a_bad_change_is_told_once_also_where_nothing_is_new() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let good = scene.text();
    let told = Reports::default();
    let (bad, well) = (Arc::clone(&told), Arc::clone(&told));
    let loader = loader(&scene)
        .on_failed_reload(move |_| bad.lock().expect("a lock").push("bad".to_owned()))
        .on_recovered_reload(move || well.lock().expect("a lock").push("well".to_owned()));
    let receiver = runtime().block_on(loader.watch::<One>()).expect("a first load");
    let has_told = |count| told.lock().expect("a lock").len() == count;
    for round in 1..=2 {
        scene.rewrite(|text| text.replace("[secrets.github_api_token]", "[secrets.other]"));
        until("a bad change is told", || has_told(2 * round - 1));
        fs::write(scene.vault(), &good).expect("the vault");
        until("its end is told", || has_told(2 * round));
    }
    // Good loads after a good one are nothing to tell of.
    scene.set("github_api_token", "local", "2");
    let mut receiver = receiver;
    gets(&mut receiver, "2");
    assert_eq!(*told.lock().expect("a lock"), ["bad", "well", "bad", "well"]);
}

#[test]
fn a_vault_that_is_replaced_by_renaming_is_followed() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let (mut receiver, _) = watched(&scene);
    for version in ["2", "3"] {
        let old = scene.text();
        scene.set("github_api_token", "local", version);
        let new = scene.text();
        fs::write(scene.vault(), old).expect("the vault");
        let beside = scene.write("new.toml", &new);
        fs::rename(beside, scene.vault()).expect("renamed");
        gets(&mut receiver, version);
    }
}

/// As Kubernetes mounts a volume: `strongroom.toml` → `..data/strongroom.toml`, `..data` → a folder, and an update swaps the
/// link `..data`.
#[cfg(unix)]
#[test]
fn a_mounted_vault_is_followed_when_its_folder_is_swapped() {
    use std::os::unix::fs::symlink;

    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let first = scene.text();
    scene.set("github_api_token", "local", "2");
    let second = scene.text();
    let folder = scene.vault().parent().expect("a folder").to_owned();
    scene.write("..1/strongroom.toml", &first);
    scene.write("..2/strongroom.toml", &second);
    symlink("..1", folder.join("..data")).expect("a link");
    fs::remove_file(scene.vault()).expect("removed");
    symlink("..data/strongroom.toml", scene.vault()).expect("a link");
    let (mut receiver, _) = watched(&scene);
    assert_eq!(value(&receiver), "1");
    symlink("..2", folder.join("..data_tmp")).expect("a link");
    fs::rename(folder.join("..data_tmp"), folder.join("..data")).expect("swapped");
    gets(&mut receiver, "2");
}

#[test]
fn a_value_that_changes_in_a_store_arrives_and_a_bad_one_does_not() {
    let scene = Scene::new();
    let write = |text: &str| scene.write("shop.json", &text.replace('M', MARKER));
    write(r#"{ "token": "M1" }"#);
    scene.store("shop", "json", &[("path", "\"shop.json\"")]);
    scene.link("github_api_token", "shop", "token");
    let (mut receiver, reports) = watched(&scene);
    assert_eq!(value(&receiver), "1");
    write(r#"{ "token": "M22" }"#);
    gets(&mut receiver, "22");
    write(r#"{ "other": "M3" }"#);
    until("it is reported", || !reports.lock().expect("a lock").is_empty());
    assert_eq!(value(&receiver), "22");
    let reported = reports.lock().expect("a lock").join("\n");
    assert!(reported.contains("`token` in the store `shop`: absent"), "{reported}");
    assert!(!reported.contains(MARKER), "{reported}");
    write(r#"{ "token": "M4444" }"#);
    gets(&mut receiver, "4444");
}

#[test]
fn a_load_that_failed_is_tried_again_until_what_stood_in_its_way_is_gone() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let (mut receiver, reports) = watched(&scene);
    let elsewhere = scene.root().join("late.json");
    let path = format!("{:?}", elsewhere.display().to_string());
    scene.store("late", "json", &[("path", &path)]);
    scene.link("github_api_token", "late", "token");
    until("it is reported", || {
        let reports = reports.lock().expect("a lock");
        reports.iter().any(|report| report.contains("in the store `late`"))
    });
    assert_eq!(value(&receiver), "1");
    // Nobody is told of this file: it is no part of what was loaded last.
    fs::write(elsewhere, format!(r#"{{ "token": "{MARKER}2" }}"#)).expect("a file");
    gets(&mut receiver, "2");
}

#[cfg(unix)]
#[test]
fn a_hangup_loads_again_and_what_is_the_same_is_no_change() {
    let scene = Scene::new();
    scene.write("shop.json", &format!(r#"{{ "token": "{MARKER}1" }}"#));
    scene.store("shop", "json", &[("path", "\"shop.json\"")]);
    scene.link("github_api_token", "shop", "token");
    let loader = Loader::new()
        .vault(scene.vault())
        .environment("local")
        .access_key(scene.key.to_text().to_string())
        .ask_stores_every(Duration::from_hours(1))
        .reload_on_hangup();
    let mut receiver = runtime().block_on(loader.watch::<One>()).expect("a first load");
    let hang_up = || {
        let pid = std::process::id().to_string();
        let status = std::process::Command::new("kill").args(["-HUP", &pid]).status();
        assert!(status.expect("kill").success());
    };
    hang_up();
    thread::sleep(Duration::from_millis(300));
    assert!(!receiver.has_changed().expect("it follows"));
    // Nobody else would look before an hour is over.
    fs::write(scene.vault().with_file_name("shop.json"), format!(r#"{{ "token": "{MARKER}2" }}"#))
        .expect("a file");
    hang_up();
    gets(&mut receiver, "2");
}

#[cfg(target_os = "linux")]
#[test]
fn following_ends_with_the_last_receiver() {
    let watchers = || {
        let threads = fs::read_dir("/proc/self/task").expect("threads");
        let name = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("comm")).ok();
        threads
            .filter_map(|thread| name(thread.ok()?))
            .filter(|it| it.starts_with("strongroom-watc"))
            .count()
    };
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    let before = watchers();
    let (receiver, _) = watched(&scene);
    let other = receiver.clone();
    drop(receiver);
    assert!(watchers() > 0);
    drop(other);
    until("the thread ends", || watchers() <= before);
}

#[test]
fn a_first_load_that_fails_is_the_error() {
    let scene = Scene::new();
    let loader = Loader::new()
        .vault(scene.vault())
        .environment("local")
        .access_key(scene.key.to_text().to_string());
    let error = runtime().block_on(loader.watch::<One>()).expect_err("no value");
    assert!(error.to_string().contains("`github_api_token` has no value"), "{error}");
}
