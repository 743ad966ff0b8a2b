//! The vault of the tests does for Microsoft's client what a vault does, and this crate sees in it what that client does.

use serde_json::json;
use strongroom_stores::Listed;

use super::client::{Client, python};
use crate::alone::{self, PRINCIPAL};
use crate::vault::{PAGE, get};

#[test]
fn microsofts_client_takes_the_vault_of_the_tests_for_one() {
    let Some(python) = python() else { return };
    let test = "live::azure::same::microsofts_client_takes_the_vault_of_the_tests_for_one";
    alone::run(test, PRINCIPAL, async |azure| {
        let vault = "https://shop.vault.azure.net";
        let mut client = Client::start(&python, vault, Some(&azure.far.ca_file()));
        let store = azure.store(&[]);

        let first = client.plant("app", None, "hunter2-1");
        let second =
            store.put("app", None, "hunter2-ü\n\"".as_bytes()).await.expect("it is written");
        let second = second.expect("a version");
        let read = |version: &serde_json::Value| json!({ "do": "read", "name": "app", "version": version });
        assert_eq!(client.ask(&read(&first)), json!(["hunter2-1", first, true]));
        assert_eq!(client.ask(&read(&json!(""))), json!(["hunter2-ü\n\"", second, true]));
        let at = format!("app@{}", first.as_str().expect("a version"));
        assert_eq!(get(&store, &at).await.as_deref(), Ok("hunter2-1"));

        for number in 0..PAGE + 5 {
            client.plant(&format!("page-{number}"), None, "x");
        }
        let theirs = client.ask(&json!({ "do": "list" }));
        let ours = store.list().await.expect("a list");
        let ours: Vec<String> = ours.into_iter().map(|Listed { name, .. }| name).collect();
        assert_eq!(json!(ours), theirs);
        assert_eq!(ours.len(), PAGE + 6);

        store.remove("page-0", None).await.expect("it is removed");
        assert_eq!(client.ask(&json!({ "do": "deleted", "name": "page-0" })), json!("page-0"));
        assert!(
            get(&store, "page-0").await.expect_err("it was deleted").detail().contains("recover")
        );
        assert_eq!(client.ask(&json!({ "do": "recover", "name": "page-0" })), json!("page-0"));
        assert_eq!(get(&store, "page-0").await.as_deref(), Ok("x"));
        client.ask(&json!({ "do": "delete", "name": "page-1" }));
        assert!(
            get(&store, "page-1").await.expect_err("it was deleted").detail().contains("recover")
        );
    });
}
