//! Saving: one writer at a time, the old file or the new one, mode and links kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use strongroom_vault::{LockedVault, SaveError, create_file};

const HEAD: &str = "[strongroom]\nformat = 1\nid = \"5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d\"\n";

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("strongroom.toml");
    create_file(&path, HEAD).expect("a new file");
    (folder, path)
}

/// What lies in a folder beside the vault.
fn others(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> =
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "strongroom.toml");
    names
}

#[test]
fn fifty_writers_at_once_lose_nothing() {
    let (folder, path) = folder();
    let writers: Vec<_> = (0..50)
        .map(|count| {
            let path = path.clone();
            thread::spawn(move || {
                let vault = LockedVault::open(&path).expect("a lock");
                let text = format!("{}# {count}\n", vault.vault().text());
                vault.save(&text).expect("saved");
            })
        })
        .collect();
    for writer in writers {
        writer.join().expect("a writer");
    }
    let text = fs::read_to_string(&path).expect("the vault");
    let mut lines: Vec<u32> =
        text.lines().filter_map(|line| line.strip_prefix("# ")?.parse().ok()).collect();
    lines.sort_unstable();
    assert!(lines.into_iter().eq(0..50), "{text}");
    assert!(others(folder.path()).is_empty());
}

#[test]
fn a_lock_on_a_file_that_was_replaced_is_no_lock() {
    let (_folder, path) = folder();
    let inside = Arc::new(AtomicUsize::new(0));
    let first = LockedVault::open(&path).expect("a lock");
    let enter = |path: PathBuf, inside: Arc<AtomicUsize>| {
        thread::spawn(move || {
            let vault = LockedVault::open(&path).expect("a lock");
            let others = inside.fetch_add(1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(100));
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(vault);
            others
        })
    };
    // Waits for the lock of the file that is about to be replaced.
    let waiting = enter(path.clone(), Arc::clone(&inside));
    thread::sleep(Duration::from_millis(100));
    first.save(&format!("{HEAD}# new\n")).expect("saved");
    let late = enter(path, inside);
    assert_eq!(waiting.join().expect("a writer") + late.join().expect("a writer"), 0);
}

#[test]
fn a_vault_is_never_overwritten_by_a_new_one() {
    let (folder, path) = folder();
    assert!(matches!(create_file(&path, "other"), Err(SaveError::Exists(_))));
    assert_eq!(fs::read_to_string(&path).expect("the vault"), HEAD);
    assert!(others(folder.path()).is_empty());
}

#[test]
fn what_an_interrupted_save_left_is_not_in_the_way() {
    let (folder, path) = folder();
    fs::write(folder.path().join(".strongroom.toml.new"), "half a va").expect("written");
    let vault = LockedVault::open(&path).expect("a lock");
    vault.save(&format!("{HEAD}# new\n")).expect("saved");
    assert!(fs::read_to_string(&path).expect("the vault").ends_with("# new\n"));
    assert!(others(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn mode_and_symbolic_link_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, path) = folder();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
    let link = folder.path().join("link.toml");
    symlink(&path, &link).expect("a link");
    let vault = LockedVault::open(&link).expect("a lock");
    vault.save(&format!("{HEAD}# new\n")).expect("saved");
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert_eq!(fs::metadata(&path).expect("the vault").permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&path).expect("the vault").ends_with("# new\n"));
}

#[cfg(unix)]
#[test]
fn a_read_only_vault_is_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("a mode");
    let error = LockedVault::open(&path).expect_err("read-only");
    assert!(error.to_string().contains("chmod u+w"), "{error}");
}

#[cfg(unix)]
#[test]
fn root_leaves_a_vault_to_its_owner() {
    use std::io::Write as _;
    use std::os::unix::fs::{MetadataExt, chown};
    let (_folder, path) = folder();
    if chown(&path, Some(1234), Some(5678)).is_err() {
        let _ = writeln!(std::io::stderr(), "!!! SKIPPED: only root can give a file away");
        return;
    }
    let vault = LockedVault::open(&path).expect("a lock");
    vault.save(&format!("{HEAD}# new\n")).expect("saved");
    let metadata = fs::metadata(&path).expect("the vault");
    assert_eq!((metadata.uid(), metadata.gid()), (1234, 5678));
}
