//! Where the vault and the key are looked for.

use std::fs;

use strongroom_vault::{EnvironmentType, Scopes};

use crate::scene::Scene;

fn two_set() -> Scene {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    scene.set("ssh_private_key", "local", "2");
    scene
}

#[test]
fn the_vault_is_found_upwards_to_the_root_of_the_repository() {
    let scene = two_set();
    let below = scene.root().join("shop/a/b");
    let scene = scene.started_in(&below);
    scene.run("two").loads("M1 M2");
    let beside = scene.root().join("elsewhere/a");
    fs::create_dir_all(scene.root().join("elsewhere/.git")).expect("a repository");
    scene.started_in(&beside).run("two").refuses(&[
        "there is no strongroom.toml",
        "STRONGROOM_VAULT (not set)",
        "elsewhere/a, ",
        "strongroom init",
        "#[secrets(vault = \"…\")] names the vault of the build, and no path of it is in the program",
        "STRONGROOM_VAULT=FILE, or `Loader::vault`",
    ]);
}

#[test]
fn a_vault_can_be_named() {
    let scene = two_set();
    let vault = scene.vault().display().to_string();
    let beside = scene.root().join("elsewhere");
    let scene = scene.started_in(&beside).with("ARGUMENT", &vault);
    scene.run("two, from a vault").loads("M1 M2");
    let scene = scene.with("STRONGROOM_VAULT", &vault);
    scene.run("two").loads("M1 M2");
    let named = "#[secrets(vault = \"…\")] names the vault of the build";
    let choose = "STRONGROOM_VAULT=FILE, or `Loader::vault`";
    let scene = scene.with("STRONGROOM_VAULT", "missing.toml");
    let missing = "there is no vault at missing.toml";
    scene.run("two").refuses(&[missing, "strongroom init", named, choose]);
}

#[cfg(unix)]
#[test]
fn a_program_waits_for_no_pipe_and_reads_no_device() {
    let scene = two_set();
    let pipe = scene.root().join("a-pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let pipe = pipe.display().to_string();
    let scene = scene.with("STRONGROOM_KEY_FILE", &pipe);
    scene.run("two").refuses(&["it is a pipe, and nobody writes to it", &pipe]);
    let scene = scene.with("STRONGROOM_VAULT", &pipe);
    scene.run("two").refuses(&["a-pipe: it is a pipe, and no regular file"]);
    let scene = scene.with("STRONGROOM_VAULT", "/dev/zero");
    scene.run("two").refuses(&["/dev/zero: it is a device or a socket, and no regular file"]);
}

#[test]
fn without_a_key_every_place_is_listed() {
    two_set().without_kept_key().run("two").refuses(&[
        "cannot open `github_api_token`, `ssh_private_key`: no key for `local` here",
        "STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set)",
        ".config/strongroom/keys (no key for this vault)",
        "get one from a holder (owner), who types: strongroom holder add NAME --type local",
        "then keep it with: strongroom key add",
    ]);
}

#[test]
fn an_empty_variable_is_told_from_one_that_is_not_set() {
    let scene = two_set();
    let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    scene.add_passphrase("me", "correct horse battery", scopes);
    let mut scene = scene.without_kept_key();
    for nothing in ["", " ", "\n"] {
        scene = scene.with("STRONGROOM_KEY", nothing);
        scene.run("two").refuses(&[
            "STRONGROOM_KEY (set, but empty), STRONGROOM_KEY_FILE (not set)",
            "or give the passphrase of me in STRONGROOM_PASSPHRASE",
        ]);
    }
    // A file that somebody names decides, so that nothing in it is a fault of its own.
    let file = scene.root().join("empty.key");
    fs::write(&file, "\n").expect("a key file");
    let file = file.display().to_string();
    scene.with("STRONGROOM_KEY_FILE", &file).run("two").refuses(&[
        "an access key is expected, and there is nothing",
        &format!("read from: {file}"),
    ]);
}

#[test]
fn a_key_is_taken_from_each_place() {
    let scene = two_set().without_kept_key();
    let key = scene.key.to_text().to_string();
    let file = scene.root().join("a.key");
    fs::write(&file, format!("{key}\n")).expect("a key file");
    let file = file.display().to_string();
    let scene = scene.with("STRONGROOM_KEY", &key);
    scene.run("two").loads("M1 M2");
    let scene = scene.with("STRONGROOM_KEY", "").with("STRONGROOM_KEY_FILE", &file);
    scene.run("two").loads("M1 M2");
    let scene = scene.with("STRONGROOM_KEY_FILE", "").with("ARGUMENT", &file);
    scene.run("two, with a key file").loads("M1 M2");
    let credentials = scene.root().join("credentials");
    fs::create_dir(&credentials).expect("a folder");
    let scene = scene.with("CREDENTIALS_DIRECTORY", &credentials.display().to_string());
    scene.run("two").refuses(&["credentials/strongroom.key (not there)"]);
    fs::write(credentials.join("strongroom.key"), key).expect("a credential");
    scene.run("two").loads("M1 M2");
}

#[test]
fn a_passphrase_is_taken_and_its_holder_may_be_named() {
    let scene = two_set();
    let local = || Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    for name in ["a", "b", "c", "d", "recovery"] {
        scene.add_passphrase(name, &format!("correct horse {name}"), local());
    }
    let scene = scene.without_kept_key().with("STRONGROOM_PASSPHRASE", "correct horse d");
    scene.run("two").loads("M1 M2");
    let scene = scene.with("STRONGROOM_PASSPHRASE", "correct horse recovery");
    scene.run("two").refuses(&[
        "wrong passphrase: it is not that of a, b, c, d",
        "1 more holders have one; name yours with: STRONGROOM_HOLDER=NAME",
    ]);
    let scene = scene.with("STRONGROOM_HOLDER", "recovery");
    scene.run("two").loads("M1 M2");
}

#[test]
fn of_several_kept_keys_the_one_that_opens_is_taken() {
    let scene = two_set();
    let scopes = Scopes { kinds: vec![EnvironmentType::Production], roster: false };
    let key = scene.add_access_key("a-server", scopes);
    let key = strongroom_vault::AccessKey::parse(&key).expect("a key");
    let id = strongroom_vault::VaultId([0x5f; 16]);
    scene.user_folder().keep_key(id, "a-server", &key).expect("kept");
    scene.run("two").loads("M1 M2");
}

/// A new colleague who made an identity, and runs the program at once.
#[test]
fn somebody_who_is_no_holder_yet_is_told_what_a_holder_types() {
    let scene = two_set().without_kept_key();
    let folder = scene.home().join(".config/strongroom");
    fs::create_dir_all(&folder).expect("a folder");
    let key = format!("age1{}", "q".repeat(58));
    fs::write(folder.join("identity.pub"), format!("{key}\n")).expect("a public key");
    scene.run("two").refuses(&[
        &format!("a holder (owner) adds you with: strongroom holder add NAME {key} --type local"),
        "then: strongroom unlock",
    ]);
    // What is no public key is shown to nobody.
    fs::write(folder.join("identity.pub"), "age1 $(reboot)").expect("a file");
    scene.run("two").refuses(&["who types: strongroom holder add NAME --type local"]);
}
