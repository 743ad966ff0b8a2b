//! Modes and owners of files: a program takes no vault that strangers can write, and no key that they can read.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use crate::scene::Scene;

fn two_set() -> Scene {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    scene.set("ssh_private_key", "local", "2");
    scene
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_group_may_write_the_vault_only_if_it_is_the_owners_own() {
    let scene = two_set();
    let vault = scene.vault();
    let ours = fs::metadata(&vault).expect("the vault");
    let ours = (ours.uid(), ours.gid());
    let is_own = |(user, group): (u32, u32)| user != 0 && user == group;
    for owner in [ours, (1234, 1234), (1234, 5678), (1234, 0), (0, 0), (0, 5678)] {
        if owner != ours && chown(&vault, Some(owner.0), Some(owner.1)).is_err() {
            let _ = writeln!(std::io::stderr(), "!!! SKIPPED: only root can give a file away");
            break;
        }
        for (mode, is_fine) in [
            (0o644, true),
            (0o444, true),
            (0o664, is_own(owner)),
            (0o620, is_own(owner)),
            (0o646, false),
            (0o602, false),
            (0o666, false),
        ] {
            // Root reads what nobody may; others must be able to.
            set_mode(&vault, mode | 0o400);
            let answer = scene.run("two");
            if is_fine {
                answer.loads("M1 M2");
            } else {
                answer.refuses(&["others can write the vault", "chmod go-w"]);
            }
        }
    }
}

#[test]
fn a_kept_key_that_anybody_else_can_read_is_refused() {
    let scene = two_set();
    let key = scene.home().join(format!(".config/strongroom/keys/{}/owner.key", "5f".repeat(16)));
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666] {
        set_mode(&key, mode);
        scene.run("two").refuses(&["others can read the key in", "chmod 600"]);
    }
    for mode in [0o600, 0o400] {
        set_mode(&key, mode);
        scene.run("two").loads("M1 M2");
    }
}

#[test]
fn a_vault_is_refused_for_its_own_folder_and_not_for_where_the_program_starts() {
    let named = |vault: &str, start: &str| {
        let scene = two_set();
        for (name, mode) in [("open", 0o777), ("closed", 0o755)] {
            let folder = scene.root().join(name);
            fs::create_dir(&folder).expect("a folder");
            fs::copy(scene.vault(), folder.join("strongroom.toml")).expect("a copy");
            set_mode(&folder, mode);
        }
        let start = scene.root().join(start);
        scene.with("STRONGROOM_VAULT", vault).started_in(&start).run("two")
    };
    for vault in ["../open/strongroom.toml", "../closed/../open/strongroom.toml"] {
        named(vault, "closed").refuses(&["others can put another vault in its place", "chmod o-w"]);
    }
    named("strongroom.toml", "open").refuses(&["others can put another vault in its place: "]);
    named("strongroom.toml", "closed").loads("M1 M2");
    named("../closed/strongroom.toml", "open").loads("M1 M2");
}
