//! Nested structs: loaded in one go, with one report.

use crate::scene::Scene;

fn all_set() -> Scene {
    let scene = Scene::new();
    for (name, value) in [
        ("github_api_token", &b"token"[..]),
        ("shop_db/url", b"in the shop"),
        ("shop_db/port", b"5432"),
        ("shop_db/Pool-Size", b"7"),
        ("URL", b"plain"),
        ("pool_size", b"8"),
    ] {
        scene.set_bytes(name, "local", value);
    }
    scene
}

#[test]
fn nested_structs_are_loaded_with_their_prefixes() {
    all_set().run("whole").loads(
        "token in the shop Some(5432) 7 plain None 8 None \
         Whole { github_api_token: [hidden], db: [hidden], plain: [hidden], ssh_private_key: [hidden] }",
    );
}

#[test]
fn one_report_names_every_secret_and_the_way_to_its_field() {
    let scene = Scene::new();
    scene.set_bytes("shop_db/url", "local", b"in the shop");
    scene.set("shop_db/pool_size", "local", "no number");
    scene.set("ssh_private_key", "local", "key");
    let answer = scene.run("whole");
    answer.refuses(&[
        "cannot load `Whole` for `local` (what the build checked): 4 of 8 secrets",
        "`github_api_token` has no value",
        "`shop_db/pool_Size` (field `db.pool.size`) is not valid for `u16`",
        "`url` (field `plain.url`) has no value\n       set one with: strongroom set --type local url",
        "`pool_Size` (field `plain.pool.size`) has no value",
    ]);
    let places: Vec<_> = ["github_api_token`", "(field `db", "(field `plain.url", "plain.pool"]
        .iter()
        .map(|words| answer.text.find(words))
        .collect();
    assert!(places.is_sorted(), "{places:?}\n{}", answer.text);
}

#[test]
fn without_a_key_all_of_them_are_named_at_once() {
    let answer = all_set().without_kept_key().run("whole");
    answer.refuses(&["cannot open `github_api_token`, `shop_db/url`, `shop_db/port`, `shop_db/pool_Size`, `url`, `pool_Size`: no key"]);
}

#[test]
fn a_nested_struct_can_be_made_of_values() {
    #[strongroom::secrets(nested)]
    struct Part {
        token: String,
    }
    #[strongroom::secrets(nested)]
    struct Whole {
        token: String,
        #[secret(nested)]
        same: Part,
        #[secret(nested, prefix = "other/")]
        other: Part,
    }
    let whole = Whole::from_values([("TOKEN", "1"), ("other/token", "2")]).expect("complete");
    assert_eq!((&*whole.token, &*whole.same.token, &*whole.other.token), ("1", "1", "2"));
    let error = Whole::from_values([("token", "1"), ("another/token", "2")]).expect_err("wrong");
    let failures = error.failures();
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].name(), failures[0].field()), ("other/token", "other.token"));
    assert!(error.to_string().contains("no field takes `another/token`"), "{error}");
}
