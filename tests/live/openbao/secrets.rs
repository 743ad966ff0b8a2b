//! Secrets of the engines: deleted and destroyed versions, values that are no text, folders, rights, a seal.

use reqwest::Method;
use serde_json::json;
use strongroom_stores::{FailureKind, Item};

use super::vault::{get, own_vault, vault};

fn item(name: &str) -> Item {
    Item { name: name.to_owned(), version: None }
}

#[tokio::test]
async fn deleted_and_destroyed_versions_are_told_apart_from_absent_ones() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    let store = engine.admin();
    for value in ["one", "two", "three"] {
        engine.plant("app", "key", &json!(value)).await;
    }
    let versions = |versions: &[u64]| json!({ "versions": versions });
    engine.ask(Method::PUT, &engine.path("destroy", "app"), Some(&versions(&[1]))).await;
    engine.ask(Method::PUT, &engine.path("delete", "app"), Some(&versions(&[3]))).await;
    assert_eq!(get(&store, "app/key@2").await.expect("a value"), "two");
    for (reference, told) in [
        ("app/key", "version 3 was deleted: `vault kv undelete` takes it back"),
        ("app/key@3", "version 3 was deleted: `vault kv undelete` takes it back"),
        ("app/key@1", "version 1 was destroyed, for good"),
        ("app/key@4", "there is no version 4 of it, or no such secret"),
        ("none/key", "there is no such secret"),
    ] {
        let failure = get(&store, reference).await.expect_err(reference);
        assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
        assert!(failure.detail().starts_with(told), "{reference}: {failure}");
        assert_eq!(failure.request_id().is_some(), told.contains(" was "), "{failure:?}");
    }
    assert_eq!(store.version(&item("app")).await, Ok(None), "the values tell that it is deleted");
    // What was deleted is written over, and counts.
    let written = store.put("app", Some("other"), b"four").await;
    assert_eq!(written, Ok(Some("4".to_owned())));
    assert_eq!(engine.values("app").await, json!({ "other": "four" }));
    assert_eq!(store.version(&item("app")).await, Ok(Some("4".to_owned())));
}

#[tokio::test]
async fn what_is_no_text_is_given_as_it_is_written_and_kept_when_a_neighbour_is_written() {
    let Some(vault) = vault() else { return };
    for kv in [1, 2] {
        let engine = vault.engine(kv, None).await;
        let store = engine.admin();
        let values = [
            ("number", json!(5432), Some("5432")),
            ("yes", json!(true), Some("true")),
            ("object", json!({ "a": [1, "ü"] }), Some(r#"{"a":[1,"ü"]}"#)),
            ("nothing", json!(null), None),
            ("quoted\"\\key", json!("a\"\\\n\u{1}"), Some("a\"\\\n\u{1}")),
        ];
        for (key, value, _) in &values {
            engine.plant("app", key, value).await;
        }
        store.put("app", Some("added"), "new \"\\\u{7f}ü".as_bytes()).await.expect("it is written");
        for (key, value, told) in &values {
            assert_eq!(engine.values("app").await[key], *value, "{key}");
            let answer = get(&store, &format!("app/{key}")).await;
            match (told, answer) {
                (Some(told), answer) => assert_eq!(answer.expect(key), *told),
                (None, answer) => {
                    let failure = answer.expect_err(key);
                    assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
                }
            }
        }
        assert_eq!(engine.values("app").await["added"], "new \"\\\u{7f}ü");
    }
}

#[tokio::test]
async fn a_new_secret_without_a_key_gets_one_and_one_key_need_not_be_told() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    let store = engine.admin();
    assert_eq!(store.put("dsn", None, b"first").await, Ok(Some("1".to_owned())));
    assert_eq!(engine.values("dsn").await, json!({ "value": "first" }));
    engine.plant("only", "password", &json!("old")).await;
    store.put("only", None, b"new").await.expect("it is written");
    assert_eq!(engine.values("only").await, json!({ "password": "new" }));
    engine.plant("only", "user", &json!("me")).await;
    let failure = store.put("only", None, b"which").await.expect_err("there are two");
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
}

#[tokio::test]
async fn folders_are_listed_to_their_ends_and_below_the_prefix_alone() {
    let Some(vault) = vault() else { return };
    for kv in [1, 2] {
        let engine = vault.engine(kv, None).await;
        assert_eq!(engine.admin().list().await, Ok(Vec::new()), "an empty engine");
        let names =
            ["top", "shop/db", "shop/live/db", "shop/live/größe 鍵/x", "shop/live", "shopping/x"];
        for name in names {
            engine.plant(name, "key", &json!(name)).await;
        }
        let told = |listed: Vec<strongroom_stores::Listed>| -> Vec<String> {
            listed.into_iter().map(|listed| listed.name).collect()
        };
        let mut all = names.map(str::to_owned);
        all.sort();
        assert_eq!(told(engine.admin().list().await.expect("a list")), all);
        let token = engine
            .token(
                "path \"MOUNT/shop/*\" { capabilities = [\"list\", \"read\"] }\n\
                 path \"MOUNT/metadata/shop/*\" { capabilities = [\"list\"] }\n\
                 path \"MOUNT/data/shop/*\" { capabilities = [\"read\"] }",
                600,
            )
            .await;
        let shop = engine.store(&token, &[("prefix", "shop")]);
        let listed = told(shop.list().await.expect("a list"));
        assert_eq!(listed, ["db", "live", "live/db", "live/größe 鍵/x"]);
        for name in listed {
            let value = get(&shop, &format!("{name}/key")).await;
            assert_eq!(value.expect("a value"), format!("shop/{name}"));
        }
        let all = engine.store(&token, &[]);
        let failure = all.list().await.expect_err("it is more than the token may see");
        assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    }
}

#[tokio::test]
async fn the_rights_of_the_guide_are_enough_and_each_one_is_needed() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    engine.plant("shop/app", "key", &json!("a value")).await;
    let read = "path \"MOUNT/data/shop/*\" { capabilities = [\"read\"] }\n";
    let metadata = "path \"MOUNT/metadata/shop/*\" { capabilities = [\"read\", \"list\"] }\n";
    let write =
        "path \"MOUNT/data/shop/*\" { capabilities = [\"create\", \"read\", \"update\"] }\n";
    let store = |token: String| engine.store(&token, &[("prefix", "shop")]);

    let reader = store(engine.token(read, 600).await);
    assert_eq!(get(&reader, "app/key").await.expect("a value"), "a value");
    assert_eq!(reader.version(&item("app")).await, Ok(None), "no right to the metadata");
    let mount = &engine.mount;
    let denied = |path: &str, rights: &str| {
        format!(
            "the token may not do it: its policies need `path \"{mount}/{path}\" {{ capabilities = [{rights}] }}`"
        )
    };
    let failure = reader.put("app", Some("key"), b"other").await.expect_err("it only reads");
    assert_eq!(failure.detail(), denied("data/shop/app", "\"create\", \"update\""));
    let failure = reader.list().await.expect_err("it only reads");
    assert_eq!(failure.detail(), denied("metadata/shop/", "\"list\""));

    let seer = store(engine.token(&format!("{read}{metadata}"), 600).await);
    assert_eq!(seer.version(&item("app")).await, Ok(Some("1".to_owned())));
    assert_eq!(seer.list().await.expect("a list").len(), 1);

    let writer = store(engine.token(write, 600).await);
    assert_eq!(writer.put("app", Some("key"), b"other").await, Ok(Some("2".to_owned())));
    assert_eq!(writer.put("new", Some("key"), b"other").await, Ok(Some("1".to_owned())));
    assert_eq!(writer.put("new", Some("more"), b"other").await, Ok(Some("2".to_owned())));
    // A key beside others is taken out by writing, the last one by deleting.
    assert_eq!(writer.remove("new", Some("more")).await, Ok(()));
    let failure = writer.remove("new", Some("key")).await.expect_err("it deletes nothing");
    assert_eq!(failure.detail(), denied("delete/shop/new", "\"update\""));
    let delete = "path \"MOUNT/delete/shop/*\" { capabilities = [\"update\"] }\n";
    let remover = store(engine.token(&format!("{write}{delete}"), 600).await);
    assert_eq!(remover.remove("new", Some("key")).await, Ok(()));
    let failure = get(&remover, "new/key").await.expect_err("it is gone");
    assert!(failure.detail().contains("`vault kv undelete` takes it back"), "{failure}");

    let nobody =
        store(engine.token("path \"cubbyhole/x\" { capabilities = [\"read\"] }", 600).await);
    let failure = get(&nobody, "app/key").await.expect_err("no right at all");
    assert_eq!(failure.kind(), FailureKind::Denied);
    assert_eq!(
        failure.detail(),
        format!("no secrets engine is mounted at `{mount}`, or the token may do nothing there")
    );
}

#[tokio::test]
async fn a_namespace_that_is_forbidden_or_not_there_is_told() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    let token = engine.token("path \"MOUNT/data/*\" { capabilities = [\"read\"] }", 600).await;
    let name = super::vault::unique();
    let failure = get(&engine.store(&token, &[("namespace", &name)]), "app/key").await;
    let failure = failure.expect_err("there is none");
    assert!(matches!(failure.kind(), FailureKind::Absent | FailureKind::Denied), "{failure}");
    assert!(failure.detail().contains(&name), "{failure}");
    vault.ask(Method::POST, &format!("sys/namespaces/{name}"), Some(&json!({}))).await;
    let other = vault.engine(2, Some(&name)).await;
    other.plant("app", "key", &json!("a value")).await;
    let stranger = other.store(&token, &[("kv_version", "2")]);
    let failure = get(&stranger, "app/key").await.expect_err("it is another's");
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    assert!(failure.detail().contains(&format!("in the namespace `{name}`")), "{failure}");
}

#[tokio::test]
async fn a_sealed_server_is_named_and_waited_for() {
    let Some(vault) = own_vault() else { return };
    let engine = vault.engine(2, None).await;
    engine.plant("app", "key", &json!("a value")).await;
    let store = engine.admin();
    assert_eq!(get(&store, "app/key").await.expect("a value"), "a value");
    vault.seal().await;
    let failure = store.fetch(&item("app")).await.expect_err("it is sealed");
    assert_eq!(
        failure.to_string(),
        "unreachable: the server is sealed: somebody must unseal it, `vault operator unseal`"
    );
    assert!(failure.may_pass());
    let (unsealed, value) = tokio::join!(vault.unseal(), get(&store, "app/key"));
    let () = unsealed;
    assert_eq!(value.expect("a value"), "a value");
}
