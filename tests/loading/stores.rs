//! Values that stores keep: fetched where the reference is as somebody with the key made it, and else named with the cause.

use strongroom_vault::{
    AccessKey, Document, Draft, HolderSecret, Index, NewHolder, Scopes, VaultId, new_vault,
};

use crate::scene::{MARKER, Scene, TODAY};

/// A scene with a JSON file as a store, and both secrets of `Two` in it.
fn kept() -> Scene {
    let scene = Scene::new();
    let text = format!(r#"{{ "token": "{MARKER}1", "keys": {{ "ssh": "{MARKER}2" }} }}"#);
    scene.write("shop.json", &text);
    scene.store("shop", "json", &[("path", "\"shop.json\"")]);
    scene.link("github_api_token", "shop", "token");
    scene.link("ssh_private_key", "shop", "keys:ssh");
    scene
}

#[test]
fn values_come_from_the_vault_and_from_stores_alike() {
    let scene = kept();
    for case in ["two", "two, async", "two, inside a runtime", "two, keyless"] {
        scene.run(case).loads("M1 M2");
    }
    scene.set("ssh_private_key", "local", "3");
    scene.run("two").loads("M1 M3");
}

#[test]
fn a_store_that_is_not_there_is_named_with_what_to_type() {
    let scene = kept();
    let undeclared = |text: String| text.replace("[stores.shop]\n", "[stores.other]\n");
    scene.rewrite(undeclared);
    scene.run("two").refuses(&[
        "`github_api_token` is at `token` in the store `shop`: the vault has no such store in [stores]",
        "strongroom store add shop --kind KIND",
    ]);
}

#[test]
fn a_kind_that_is_not_built_in_says_which_feature_to_add() {
    let scene = kept();
    scene.store("cluster", "kubernetes", &[("namespace", "\"shop\"")]);
    scene.link("ssh_private_key", "cluster", "credentials/ssh");
    scene.run("two").refuses(&[
        "2 secrets",
        "`credentials/ssh` in the store `cluster`: this program was built without stores of the kind `kubernetes`",
        "cargo add strongroom --features kubernetes",
    ]);
    scene.store("odd", "kubernetse", &[]);
    scene.link("ssh_private_key", "odd", "x");
    scene
        .run("two")
        .refuses(&["there is no kind of store `kubernetse`; there are: aws-parameter-store,"]);
}

#[test]
fn a_setting_that_the_kind_does_not_have_is_named() {
    let scene = Scene::new();
    scene.set("ssh_private_key", "local", "2");
    scene.store("shop", "json", &[("path", "\"shop.json\""), ("pth", "\"x\"")]);
    scene.link("github_api_token", "shop", "token");
    scene.run("two").refuses(&["the store is not declared well: it has no setting `pth`"]);
}

#[test]
fn nothing_is_fetched_without_a_seal_that_fits() {
    let changes: [fn(String) -> String; 3] = [
        |text| text.replace("ref = \"token\"", "ref = \"keys:ssh\""),
        |text| text.replace("path = \"shop.json\"", "path = \"evil.json\""),
        |text| text.replace("kind = \"json\"", "kind = \"json\"\nmulti_valued = true"),
    ];
    for change in changes {
        let scene = kept();
        scene.write(
            "evil.json",
            &format!(r#"{{ "token": "{MARKER}evil", "keys": {{ "ssh": "x" }} }}"#),
        );
        scene.rewrite(change);
        scene.run("two").refuses(&[
            "its seal does not fit: the reference, the store or one of its settings was changed",
            "git log -p strongroom.toml",
        ]);
        // Whoever says that there is no key has no seal to check.
        assert!(scene.run("two, keyless").loaded || scene.text().contains("multi_valued"));
    }
}

#[test]
fn what_a_store_has_must_be_a_value_for_the_field() {
    let scene = kept();
    let text = |value: &str| format!(r#"{{ "token": {value}, "keys": {{ "ssh": "x" }} }}"#);
    scene.write("shop.json", &text("null").replace("null", "\"\""));
    scene.link("github_api_token", "shop", "gone");
    scene.run("two").refuses(&[
        "`gone` in the store `shop`: absent:",
        "strongroom set --type local --store shop github_api_token",
    ]);
    scene.link("github_api_token", "shop", "token#db.url");
    scene.write("shop.json", &text(&format!(r#""{{\"db\":{{\"port\":\"{MARKER}\"}}}}""#)));
    scene
        .run("two")
        .refuses(&["`token#db.url` in the store `shop`: not valid:", "`db` has no `url`"]);
    scene.write("shop.json", &text(&format!(r#""{{\"db\":{{\"url\":\"{MARKER}u\"}}}}""#)));
    scene.run("two").loads("Mu x");
    scene.write("shop.json", "<html>nothing here</html>");
    let answer = scene.run("two");
    answer.refuses(&[
        "`token#db.url` in the store `shop`: not valid:",
        "`keys:ssh` in the store `shop`: not valid:",
    ]);
    std::fs::remove_file(scene.vault().with_file_name("shop.json")).expect("removed");
    scene.run("two").refuses(&["`token#db.url` in the store `shop`: absent:", "shop.json"]);
}

#[test]
fn without_a_key_there_is_no_fetching_unless_the_program_says_so() {
    let scene = kept().without_kept_key();
    scene.run("two").refuses(&[
        "cannot check where stores keep `github_api_token`, `ssh_private_key`: no key for `local` here",
        "a program that is to have no key says so: STRONGROOM_KEYLESS=1",
    ]);
    let scene = scene.with("STRONGROOM_KEYLESS", "0");
    assert!(!scene.run("two").loaded);
    let scene = scene.with("STRONGROOM_KEYLESS", "1");
    scene.run("two").loads("M1 M2");
    scene.set("ssh_private_key", "local", "3");
    scene.run("two").refuses(&[
        "`ssh_private_key` is sealed in the vault, and the program is without a key",
        "strongroom set --type local --store STORE ssh_private_key",
    ]);
}

/// The id of the vault beside the program's, as a setting.
const ID: &str = "\"07070707070707070707070707070707\"";

/// A vault of its own beside the program's, with a value of `token` for `production`; gives its key.
fn beside(scene: &Scene) -> AccessKey {
    let id = VaultId([7; 16]);
    let key = AccessKey::generate(id).expect("randomness");
    let secret = HolderSecret::AccessKey(key.clone());
    let scopes = Scopes::everything();
    let holder = NewHolder { name: "platform", secret: &secret, scopes, today: TODAY };
    let vault = new_vault(id, &holder).expect("a new vault");
    let document = Document::parse(&vault.text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let production = index.environment("production").expect("known");
    let data_key = vault.ring.data_key(&index, production.kind()).expect("a grant");
    let value = format!("{MARKER}7");
    draft.set_value(data_key, "token", &production, value.as_bytes(), TODAY).expect("settable");
    scene.write("../platform/strongroom.toml", &draft.finish().expect("editable"));
    key
}

#[test]
fn another_vault_is_a_store_and_opened_with_its_own_key() {
    let settings = [
        ("path", "\"../platform/strongroom.toml\""),
        ("environment", "\"production\""),
        ("id", ID),
    ];
    let scene = Scene::new();
    scene.set("ssh_private_key", "local", "2");
    let key = beside(&scene);
    scene.store("platform", "strongroom", &settings);
    scene.link("github_api_token", "platform", "token");
    scene.run("two").refuses(&[
        "`token` in the store `platform`: denied: no key for `production` of the other vault is kept here",
    ]);
    scene.user_folder().keep_key(VaultId([7; 16]), "platform", &key).expect("kept");
    scene.run("two").loads("M7 M2");
    scene.link("github_api_token", "platform", "token@1");
    scene.run("two").loads("M7 M2");
    scene.link("github_api_token", "platform", "token@2");
    scene.run("two").refuses(&["absent: the other vault has version 1 of it, and keeps no others"]);
    scene.link("github_api_token", "platform", "Token");
    scene.run("two").refuses(&["absent: the other vault has no secret `Token`"]);
}

#[test]
fn a_vault_is_no_store_of_its_own_and_no_other_is_taken_for_it() {
    let scene = Scene::new();
    scene.set("ssh_private_key", "local", "2");
    let key = beside(&scene);
    scene.user_folder().keep_key(VaultId([7; 16]), "platform", &key).expect("kept");
    let own = format!("\"{}\"", "5f".repeat(16));
    let settings = |id: &str| {
        let path = "\"../platform/strongroom.toml\"".to_owned();
        [("path", path), ("environment", "\"production\"".to_owned()), ("id", id.to_owned())]
    };
    let itself =
        [("path", "\"strongroom.toml\""), ("environment", "\"local\""), ("id", own.as_str())];
    scene.store("itself", "strongroom", &itself);
    scene.link("github_api_token", "itself", "ssh_private_key");
    scene.run("two").refuses(&["denied: it is this vault itself"]);
    let other = settings(&own);
    let other: Vec<(&str, &str)> =
        other.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.store("other", "strongroom", &other);
    scene.link("github_api_token", "other", "token");
    scene.run("two").refuses(&["denied: it is another vault than the store names with `id`"]);
    let right = settings(ID);
    let right: Vec<(&str, &str)> =
        right.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.store("platform", "strongroom", &right);
    scene.link("github_api_token", "platform", "token");
    scene.run("two").loads("M7 M2");
    scene.link("ssh_private_key", "platform", "token");
    scene.run("two, keyless").refuses(&["a program without a key does neither"]);
}

#[test]
fn a_value_of_a_wrong_type_in_a_store_is_set_there() {
    let scene = Scene::new();
    scene.write("shop.json", &format!(r#"{{ "port": "{MARKER}" }}"#));
    scene.store("shop", "json", &[("path", "\"shop.json\"")]);
    scene.link("port", "shop", "port");
    scene.set("certificate", "local", "x");
    scene.run("typed").refuses(&[
        "`port` is at `port` in the store `shop`, and not valid for `u16`",
        "set it there with: strongroom set --type local --store shop port",
    ]);
}

#[test]
fn the_key_of_another_vault_may_come_from_a_variable() {
    let settings = [
        ("path", "\"../platform/strongroom.toml\""),
        ("environment", "\"production\""),
        ("id", ID),
        ("key_from", "\"PLATFORM_KEY\""),
    ];
    let scene = Scene::new();
    scene.set("ssh_private_key", "local", "2");
    let key = beside(&scene);
    scene.store("platform", "strongroom", &settings);
    scene.link("github_api_token", "platform", "token");
    scene.run("two").refuses(&["denied: no access key in the variable PLATFORM_KEY"]);
    let scene = scene.with("PLATFORM_KEY", &key.to_text());
    scene.run("two").loads("M7 M2");
}

#[cfg(unix)]
mod commands {
    use std::time::{Duration, Instant};

    use strongroom_vault::search::Allowed;

    use super::*;

    /// A scene in which a script gives both values.
    fn scripted(script: &str) -> Scene {
        let scene = Scene::new();
        scene.write("give.sh", script);
        scene.store("pass", "command", &[("command", r#"["sh", "give.sh", "{name}"]"#)]);
        scene.link("github_api_token", "pass", "one");
        scene.link("ssh_private_key", "pass", "two");
        scene
    }

    fn allow(scene: &Scene) {
        let line = ["sh", "give.sh", "{name}"].map(str::to_owned).to_vec();
        let lines = Allowed::to_run("pass", &[line]);
        let id = strongroom_vault::VaultId([0x5f; 16]);
        scene.user_folder().allow(id, &lines).expect("written");
    }

    #[test]
    fn a_command_runs_only_where_somebody_allowed_it() {
        let scene = scripted(&format!("touch ran\nprintf '{MARKER}%s' \"$1\""));
        let ran = scene.vault().with_file_name("ran");
        scene.run("two").refuses(&[
            "`one` in the store `pass`: the store runs a command, and nobody allowed that on this machine",
            "strongroom store allow pass",
        ]);
        scene.run("two, keyless").refuses(&["a program without a key does neither"]);
        assert!(!ran.exists());
        allow(&scene);
        scene.run("two").loads("Mone Mtwo");
        assert!(ran.exists());
        scene.run("two, keyless").refuses(&["a program without a key does neither"]);
    }

    #[test]
    fn a_load_that_nobody_waits_for_ends_its_requests() {
        let scene = scripted("sleep 1; touch late; printf x");
        allow(&scene);
        scene.run("two, given up").loads("given up: true");
        assert!(!scene.vault().with_file_name("late").exists());
    }

    #[test]
    fn a_command_that_hangs_is_given_up_at_the_deadline_and_ended() {
        let scene = scripted("sleep 30; touch late");
        allow(&scene);
        let started = Instant::now();
        scene.run("two, at once").refuses(&[
            "`one` in the store `pass`: unreachable: no answer within 0.3 s",
            "`two` in the store `pass`: unreachable: no answer within 0.3 s",
        ]);
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}
