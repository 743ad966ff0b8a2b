//! Every bad input, and what the program says instead of loading.

use std::fs;
use std::path::Path;

use strongroom_vault::{EnvironmentType, Scopes};

use crate::scene::Scene;

fn two_set() -> Scene {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    scene.set("ssh_private_key", "local", "2");
    scene
}

/// A scene whose vault is faulty in one place.
#[track_caller]
fn refuses_vault(change: impl FnOnce(String) -> String, parts: &[&str]) {
    let scene = two_set();
    scene.rewrite(change);
    let before = scene.text();
    scene.run("two").refuses(parts);
    assert_eq!(scene.text(), before);
}

#[test]
fn a_faulty_vault_is_refused_with_its_line_and_what_to_do() {
    refuses_vault(|_| "[strongroom\n".to_owned(), &["strongroom.toml:1:", "not TOML"]);
    refuses_vault(
        |text| text.replace("[secrets.ssh", "<<<<<<< HEAD\n[secrets.ssh"),
        &["git's conflict markers", "strongroom resolve"],
    );
    refuses_vault(|text| text + "\n[buidl]\n", &["unknown key `buidl`", "did you mean `build`?"]);
    refuses_vault(
        |text| text.replace("format = 1", "format = 2"),
        &["strongroom.toml:4:", "format 2", "cargo install strongroom-cli"],
    );
    refuses_vault(
        |text| text.replace("\nlocal = {", "\nlokal = {"),
        &["`lokal` is not declared", "did you mean `local`?"],
    );
    refuses_vault(
        |text| text.replace("\"access-key\"", "\"acess-key\""),
        &["unknown kind of holder `acess-key`"],
    );
    refuses_vault(
        |text| text + "\n[secrets.ssh_private_key]\n",
        &["the same key or table a second time"],
    );
    refuses_vault(
        |text| text + "\n[secrets.SSH-private-key]\nabout = \"x\"\n",
        &["`ssh_private_key` and `SSH-private-key` are two spellings of one name"],
    );
    refuses_vault(
        |text| text + "\n[secrets.x]\nabout = \"\\u001b[31m\"\n",
        &["control or bidirectional character"],
    );
    refuses_vault(
        |text| text.replace("version = 1", "version = 4294967296"),
        &["a whole number from 1 to 2147483647"],
    );
}

#[test]
fn a_vault_that_is_too_large_is_refused() {
    refuses_vault(|text| text + &"#".repeat(16 << 20), &["larger than 16 MiB"]);
}

#[test]
fn four_wrong_keys_have_four_messages() {
    let scene = two_set();
    let kinds = vec![EnvironmentType::Production];
    let production = scene.add_access_key("server", Scopes { kinds, roster: false });
    let stranger = {
        let id = strongroom_vault::VaultId([0x5f; 16]);
        strongroom_vault::AccessKey::generate(id).expect("randomness").to_text().to_string()
    };
    let foreign = {
        let id = strongroom_vault::VaultId([1; 16]);
        strongroom_vault::AccessKey::generate(id).expect("randomness").to_text().to_string()
    };
    let scene = scene.with("STRONGROOM_KEY", &stranger);
    scene.run("two").refuses(&["opens nothing in this vault", "read from: STRONGROOM_KEY"]);
    let scene = scene.with("STRONGROOM_KEY", &stranger[..50]);
    scene.run("two").refuses(&["truncated or mistyped: 35 characters follow"]);
    let typo =
        stranger.replace(&stranger[20..22], if &stranger[20..22] == "aa" { "bb" } else { "aa" });
    let scene = scene.with("STRONGROOM_KEY", &typo);
    scene.run("two").refuses(&["mistyped: its checksum does not fit"]);
    let scene = scene.with("STRONGROOM_KEY", &foreign);
    scene.run("two").refuses(&["the access key is one of another vault"]);
    let scene = scene.with("STRONGROOM_KEY", &production);
    scene.run("two").refuses(&[
        "the key of `server` has no grant for `local`; it opens production",
        "who could open it: owner",
    ]);
}

#[test]
fn a_wrong_passphrase_is_told_apart() {
    let scene = two_set();
    let kinds = vec![EnvironmentType::Local];
    scene.add_passphrase("me", "correct horse battery", Scopes { kinds, roster: false });
    let scene = scene.with("STRONGROOM_PASSPHRASE", "incorrect horse battery");
    scene.run("two").refuses(&["wrong passphrase: it is not that of me"]);
    two_set()
        .with("ARGUMENT", "correct horse battery")
        .run("two, with a passphrase")
        .refuses(&["no holder of this vault has a passphrase"]);
}

#[test]
fn an_altered_value_is_never_loaded() {
    let scene = two_set();
    let text = scene.text();
    let at = text.rfind("sealed = \"").expect("a value") + "sealed = \"".len();
    let length = text[at..].find('"').expect("its end");
    for offset in (12..length).step_by(7) {
        scene.rewrite(|_| {
            let mut bytes = text.clone().into_bytes();
            // Another digit of the same alphabet that leaves the unused bits of a last digit alone.
            bytes[at + offset] = if bytes[at + offset] == b'A' { b'Q' } else { b'A' };
            String::from_utf8(bytes).expect("ASCII")
        });
        scene.run("two").refuses(&["1 of 2 secrets", "`ssh_private_key` was altered", "`local`"]);
    }
}

#[test]
fn a_moved_value_is_altered() {
    let scene = two_set();
    let lines: Vec<String> = scene
        .text()
        .lines()
        .filter(|line| line.starts_with("local = "))
        .map(str::to_owned)
        .collect();
    scene.rewrite(|text| text.replace(&lines[0], &lines[1]));
    scene.run("two").refuses(&["`github_api_token` was altered"]);
    let scene = two_set();
    scene.rewrite(|text| text.replacen("version = 1", "version = 2", 1));
    scene.run("two").refuses(&["`github_api_token` was altered", "version or vault"]);
}

#[test]
fn a_value_under_another_data_key_is_named_as_that() {
    let scene = two_set();
    scene.set("x", "dev", "1");
    scene.rewrite(|text| {
        let line = text.lines().find(|line| line.starts_with("development = ")).expect("a value");
        let line = line.replace("development", "local");
        let old =
            text.lines().find(|line| line.starts_with("local = ")).expect("a value").to_owned();
        text.replace(&old, &line)
    });
    scene.run("two").refuses(&[
        "`github_api_token` is sealed under another data key",
        "look who set it, then seal it again: strongroom reseal github_api_token",
        "or set another value with: strongroom set --type local github_api_token",
    ]);
}

#[test]
fn a_grant_moved_to_another_type_is_altered() {
    let scene = two_set();
    scene.rewrite(|text| {
        let grant = |table: &str| {
            let after = text.split_once(table).expect("a table").1;
            after.lines().nth(1).expect("a grant").to_owned()
        };
        text.replace(&grant("[keys.local]"), &grant("[keys.preview]"))
    });
    scene.run("two").refuses(&["sealed under another data key"]);
}

#[test]
fn an_altered_grant_is_named() {
    let scene = two_set();
    scene.rewrite(|text| {
        let after = text.split_once("[keys.local]").expect("a table").1;
        let grant = after.lines().nth(1).expect("a grant").to_owned();
        // Within the nonce, behind version, fingerprint and generation.
        let (head, tail) = grant.split_at("owner = \"".len() + 20);
        let digit = if tail.starts_with('A') { "B" } else { "A" };
        text.replace(&grant, &format!("{head}{digit}{}", &tail[1..]))
    });
    scene.run("two").refuses(&["the grant of `owner` for `local` was altered"]);
}

#[test]
fn an_unknown_environment_lists_the_known_ones() {
    let scene = two_set().with("STRONGROOM_ENV", "prodution");
    scene.run("two").refuses(&[
        "STRONGROOM_ENV: unknown environment `prodution`; did you mean `production`?",
        "known here: production, development, preview, local",
    ]);
    two_set().with("STRONGROOM_ENV", "").run("two").refuses(&["environment is empty"]);
}

#[test]
fn an_environment_of_another_type_than_the_build_saw_is_refused() {
    // The build of this test saw `vault.toml`, where `staging` is declared as `production`.
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("loading/vault.toml");
    let scene = Scene::new();
    let text = fs::read_to_string(here).expect("the vault of the build");
    fs::write(scene.vault(), text.replace("staging = \"production\"", "staging = \"preview\""))
        .expect("the vault");
    let scene = scene.with("STRONGROOM_ENV", "staging");
    scene
        .run("bound")
        .refuses(&["`staging` has the type `preview` here, and had the type `production`"]);
}

#[test]
fn a_key_in_the_place_of_a_path_is_not_repeated() {
    let scene = two_set();
    let key = scene.key.to_text().to_string();
    let scene = scene.with("STRONGROOM_KEY_FILE", &key);
    scene.run("two").refuses(&["cannot read the key", "read from: strongroom_key_[hidden]"]);
}

#[test]
fn a_path_cannot_write_to_the_terminal() {
    let scene = two_set().with("STRONGROOM_KEY_FILE", "/no\u{1b}[2J");
    scene.run("two").refuses(&["read from: /no\\u{1b}[2J"]);
    let scene = two_set().with("STRONGROOM_VAULT", "/no\u{1b}[2J");
    scene.run("two").refuses(&["/no\\u{1b}[2J"]);
}

#[cfg(unix)]
#[test]
fn a_vault_in_a_folder_that_everybody_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let scene = two_set();
    let folder = scene.root().join("shop");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("a mode");
    scene.run("two").refuses(&["others can put another vault in its place", "chmod o-w"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o1777)).expect("a mode");
    scene.run("two").loads("M1 M2");
}

#[test]
fn another_vault_than_the_build_saw_is_refused() {
    two_set()
        .run("bound")
        .refuses(&["another vault than the one that the build checked", "5f5f5f5f"]);
}

#[test]
fn keys_that_were_rolled_back_are_refused() {
    let scene = two_set();
    let memory = scene.home().join(".config/strongroom/generations");
    fs::create_dir_all(&memory).expect("a folder");
    fs::write(memory.join("5f".repeat(16)), "local 2\n").expect("the memory");
    scene.run("two").refuses(&["the keys were rolled back", "generation 2, and the vault has 1"]);
}

#[test]
fn missing_and_wrong_secrets_are_reported_together() {
    let scene = Scene::new();
    scene.set("githb_api_token", "local", "1");
    scene.run("two").refuses(&[
        "cannot load `Two` for `local` (what the build checked): 2 of 2 secrets",
        "`github_api_token` has no value; there is a secret `githb_api_token`: is that it?",
        "set one with: strongroom set --type local github_api_token",
        "`ssh_private_key` has no value\n       set one with: strongroom set --type local ssh_private_key",
    ]);
}

#[test]
fn a_command_to_type_has_the_spelling_of_the_vault() {
    let scene = Scene::new();
    scene.set("GITHUB_API_TOKEN", "development", "1");
    scene.set_bytes("SSH-Private-Key", "local", b"\xff");
    scene.run("two").refuses(&[
        "`github_api_token` has no value\n       set one with: strongroom set --type local GITHUB_API_TOKEN",
        "`ssh_private_key` is not valid",
        "set it again with: strongroom set --type local SSH-Private-Key",
    ]);
}

#[test]
fn a_secret_that_has_only_a_deposit_says_so_and_nothing_loads_it() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    scene.set("ssh_private_key", "development", "2");
    scene.rewrite(|text| {
        let deposit = |code: &str, name: &str, environment: &str, day: u8| {
            format!(
                "{code} = {{ name = \"{name}\", environment = \"{environment}\", left = 2026-11-{day}, sealed = \"YWdl\" }}\n"
            )
        };
        let waiting = [
            deposit("a2b3c4d5e6f7g2h3", "SSH-Private-Key", "local", 22),
            deposit("b2b3c4d5e6f7g2h3", "ssh_private_key", "local", 21),
            deposit("c2b3c4d5e6f7g2h3", "github_api_token", "local", 20),
            deposit("d2b3c4d5e6f7g2h3", "ssh_private_key", "production", 19),
        ];
        format!("{text}\n[deposits.waiting]\n{}", waiting.concat())
    });
    scene.run("two").refuses(&[
        "1 of 2 secrets",
        "`ssh_private_key` has no value, only a deposit that waits (since 2026-11-21)\n       a holder types: strongroom accept ssh_private_key\n       or set one with: strongroom set --type local ssh_private_key",
    ]);
    scene.set("ssh_private_key", "local", "2");
    scene.run("two").loads("M1 M2");
}
