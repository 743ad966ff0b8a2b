//! What a vault refuses, and in which words that is told; of its own words none.

use serde_json::json;
use strongroom_stores::{FailureKind, Limits};

use crate::alone::{PRINCIPAL, alone};
use crate::listener::Does;
use crate::vault::{Azure, CHALLENGE, challenged, get, get_within, refusal};

/// What is said when a vault answers so to who shows a token.
async fn said(azure: &Azure, does: Does) -> String {
    azure.instead(move |line, asked| {
        let is_shown = line.contains("vault.azure.net") && asked.header("authorization").is_some();
        is_shown.then(|| does.clone())
    });
    let limits = Limits { deadline: std::time::Duration::from_millis(400), ..Limits::default() };
    let failure = get_within(&azure.store(&[]), "app", &limits).await.expect_err("a refusal");
    assert!(!failure.to_string().contains("MARKER"), "{failure}");
    failure.to_string()
}

alone! {
    (PRINCIPAL)
    async fn refusals_are_told_apart(azure) {
        for (inner, words) in [
            (
                "ForbiddenByRbac",
                "denied: the identity may not get secrets here: it needs the role `Key Vault Secrets User` at \
                 `https://shop.vault.azure.net`, or at this alone (request r-1)",
            ),
            (
                "AccessDenied",
                "denied: the identity may not get secrets here: it needs the permission `Get` in the access policies of \
                 `https://shop.vault.azure.net` (request r-1)",
            ),
            (
                "ForbiddenByFirewall",
                "denied: the firewall of `https://shop.vault.azure.net` does not let this address in: add it or the \
                 network to the vault's networking (request r-1)",
            ),
            (
                "ForbiddenByConnection",
                "denied: `https://shop.vault.azure.net` is closed to the public network: it is only reached through its \
                 private endpoint (request r-1)",
            ),
            (
                "",
                "denied: the identity may not get secrets here: it needs the role `Key Vault Secrets User` at \
                 `https://shop.vault.azure.net`, or the permission `Get` where the vault has access policies (request r-1)",
            ),
            (
                "SecretDisabled",
                "absent: it is disabled: enable it in Azure, or ask for another version of it (request r-1)",
            ),
        ] {
            assert_eq!(said(azure, refusal(403, "Forbidden", inner, "MARKER")).await, words, "{inner}");
        }
        for (status, code, words) in [
            (400, "BadParameter", "not valid: the vault does not understand the request (HTTP 400) (request r-1)"),
            (404, "SecretNotFound", "absent: there is no such secret (request r-1)"),
            (404, "VaultNotFound", "absent: there is no such secret (request r-1)"),
            (413, "TooLarge", "not valid: the vault does not take that much at once (request r-1)"),
            (429, "Throttled", "throttled: the vault takes no more requests for now (request r-1)"),
            (500, "InternalServerError", "unreachable: the vault failed (HTTP 500) (request r-1)"),
            (503, "ServiceUnavailable", "unreachable: the vault failed (HTTP 503) (request r-1)"),
        ] {
            assert_eq!(said(azure, refusal(status, code, "", "MARKER")).await, words, "{status}");
        }
    }

    (PRINCIPAL)
    async fn what_is_no_vault_is_told_as_such(azure) {
        let html = || vec![("Content-Type", "text/html".to_owned())];
        for status in [200, 403, 404, 500] {
            let said = said(azure, Does::Answer(status, html(), b"<p>MARKER".to_vec())).await;
            let words = format!(
                "unreachable: something that is no vault answered at `https://shop.vault.azure.net` (HTTP {status})"
            );
            assert_eq!(said, words);
        }
        let said_502 = said(azure, Does::Answer(502, html(), b"<p>MARKER".to_vec())).await;
        assert_eq!(said_502, "unreachable: the vault failed (HTTP 502)");
        for body in ["", "[]", "{", "{\"value\":null}", "{\"id\":\"MARKER\"}"] {
            let said = said(azure, Does::Json(200, body.to_owned())).await;
            assert_eq!(said, "not valid: the vault does not answer as one that has secrets", "{body}");
        }
        let long = format!("{{\"value\":\"{}\"}}", "x".repeat(1 << 20));
        assert_eq!(said(azure, Does::Json(200, long)).await, "not valid: the answer has more than 1048576 bytes");
        azure.instead(|line, _| line.contains("/secrets/").then(|| Does::Json(401, "{}".to_owned())));
        let failure = get(&azure.store(&[]), "app").await.expect_err("no challenge");
        assert_eq!(failure.to_string(), "denied: `https://shop.vault.azure.net` does not take the token");
        for list in ["{}", "[]", "{\"value\":[{\"id\":7}]}", "{\"value\":[],\"nextLink\":\"https://[\"}"] {
            azure.instead(move |line, asked| {
                let is_shown = line.contains("/secrets?") && asked.header("authorization").is_some();
                is_shown.then(|| Does::Json(200, list.to_owned()))
            });
            let listed = azure.store(&[]).list().await;
            if list == "{}" {
                assert_eq!(listed, Ok(Vec::new()));
            } else {
                let failure = listed.expect_err(list);
                assert_eq!(failure.kind(), FailureKind::Invalid, "{list}: {failure}");
            }
        }
    }

    (PRINCIPAL)
    async fn a_list_without_end_is_ended(azure) {
        azure.instead(|line, asked| {
            let next = "https://shop.vault.azure.net/secrets?api-version=2025-07-01&$skiptoken=x";
            let is_shown = line.contains("/secrets?") && asked.header("authorization").is_some();
            is_shown.then(|| Does::Json(200, json!({ "value": [], "nextLink": next }).to_string()))
        });
        let failure = azure.store(&[]).list().await.expect_err("no end");
        assert_eq!(failure.to_string(), "not valid: the list has more than 500 pages");
    }

    (PRINCIPAL)
    async fn a_token_of_another_tenant_is_told_with_the_vaults_own(azure) {
        let said = said(azure, challenged(CHALLENGE)).await;
        assert_eq!(
            said,
            "denied: `https://shop.vault.azure.net` does not take the token: it belongs to the tenant \
             `72f988bf-86f1-41af-91ab-2d7cd011db47`, and this identity to another one, or the token has expired (request r-0)"
        );
    }

    (PRINCIPAL)
    async fn a_vault_that_is_too_busy_is_asked_again_when_it_said(azure) {
        azure.kept().plant("app", "hunter2");
        let asked_before = std::sync::atomic::AtomicUsize::new(0);
        azure.instead(move |line, asked| {
            let is_shown = line.contains("/secrets/") && asked.header("authorization").is_some();
            let is_first = is_shown && asked_before.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            let headers = vec![("Retry-After", "1".to_owned())];
            is_first.then(|| Does::Answer(429, headers, Vec::new()))
        });
        let began = std::time::Instant::now();
        assert_eq!(get(&azure.store(&[]), "app").await.as_deref(), Ok("hunter2"));
        assert!(began.elapsed() >= std::time::Duration::from_secs(1));
    }

    (PRINCIPAL)
    async fn what_was_deleted_is_told_with_the_way_back(azure) {
        azure.kept().plant("app", "hunter2");
        let store = azure.store(&[]);
        store.remove("app", None).await.expect("it is removed");
        let failure = get(&store, "app").await.expect_err("it was deleted");
        assert_eq!(
            failure.to_string(),
            "absent: it was deleted, and can be had back until it is purged: \
             `az keyvault secret recover --vault-name shop --name app` (request r-1)"
        );
        let failure = store.put("app", None, b"hunter2").await.expect_err("its name is taken");
        assert_eq!(
            failure.to_string(),
            "not written: a secret of this name was deleted and is still kept: take it back with \
             `az keyvault secret recover --vault-name shop --name app`, and write again, or purge it (request r-1)"
        );
        let failure = store.remove("app", None).await.expect_err("it was deleted");
        assert_eq!(failure.kind(), FailureKind::Absent);
        for inner in ["ObjectIsBeingDeleted", "ObjectIsBeingRecovered", "Other"] {
            azure.instead(move |_, asked| {
                let is_put = asked.method == "PUT" && !asked.body.is_empty();
                is_put.then(|| refusal(409, "Conflict", inner, "MARKER"))
            });
            let failure = store.put("other", None, b"hunter2").await.expect_err("not now");
            assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
        }
    }

    (PRINCIPAL)
    async fn versions_are_asked_for_by_their_numbers(azure) {
        let first = azure.kept().plant("app", "hunter2-1");
        azure.kept().plant("app", "hunter2-2");
        let store = azure.store(&[]);
        let at = |version: &str| format!("app@{version}");
        assert_eq!(get(&store, &at(first.id())).await.as_deref(), Ok("hunter2-1"));
        let failure = get(&store, &at(&"0".repeat(32))).await.expect_err("no version");
        assert_eq!(failure.to_string(), "absent: there is no such version of it");
        let failure = get(&store, "app@3").await.expect_err("no version");
        assert_eq!(failure.to_string(), "absent: a version in Azure has 32 hexadecimal digits");
        azure.kept().secrets.get_mut("app").expect("it")[1].attributes["enabled"] = json!(false);
        assert!(get(&store, "app").await.expect_err("disabled").detail().starts_with("it is disabled"));
        assert_eq!(get(&store, &at(first.id())).await.as_deref(), Ok("hunter2-1"));
    }

    (PRINCIPAL)
    async fn what_azure_does_not_keep_is_not_sent(azure) {
        let store = azure.store(&[]);
        for (name, value, words) in [
            ("a_b", &b"x"[..], "absent: a secret in Azure has letters, digits and `-` in its name: perhaps it is `a-b`"),
            ("app", b"\xff", "not valid: the vault keeps text only, and the value is none: write it in base64"),
            ("app", &b"x".repeat(25_001), "not valid: it has 25001 bytes, and a secret in Azure has 25000 at most"),
        ] {
            let failure = store.put(name, None, value).await.expect_err(words);
            assert_eq!(failure.to_string(), words);
        }
        assert!(azure.lines().is_empty());
        assert!(store.put("app", None, &b"x".repeat(25_000)).await.expect("it fits").is_some());
    }

    (PRINCIPAL)
    async fn keys_are_members_of_a_json_object(azure) {
        azure.kept().plant("app", r#"{"user":"app","password":"hunter2","port":5432,"none":null}"#);
        azure.kept().plant("text", "hunter2");
        let store = azure.store(&[("keys", "true")]);
        assert_eq!(get(&store, "app/password").await.as_deref(), Ok("hunter2"));
        assert_eq!(get(&store, "app/port").await.as_deref(), Ok("5432"));
        let failure = get(&store, "app/none").await.expect_err("null");
        assert_eq!(failure.kind(), FailureKind::Absent);
        for failure in [
            get(&store, "text/x").await.expect_err("no object"),
            store.put("text", Some("x"), b"y").await.expect_err("no object"),
        ] {
            assert_eq!(
                failure.to_string(),
                "not valid: it is no JSON object, so it has no keys: the store should not have `keys = true`"
            );
        }
        store.put("app", Some("password"), b"hunter2-\"new\"").await.expect("written");
        store.remove("app", Some("user")).await.expect("removed");
        let whole = get(&azure.store(&[]), "app").await.expect("a value");
        assert_eq!(whole, r#"{"none":null,"password":"hunter2-\"new\"","port":5432}"#);
        let failure = store.remove("app", Some("user")).await.expect_err("gone");
        assert_eq!(failure.to_string(), "absent: it has no key `user`");
        store.put("new", None, b"hunter2").await.expect("written");
        assert_eq!(get(&store, "new/value").await.as_deref(), Ok("hunter2"));
        store.remove("new", None).await.expect("its only key");
        assert!(get(&store, "new/value").await.expect_err("gone").detail().contains("recover"));
    }
}
