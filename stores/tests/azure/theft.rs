//! Servers that are after a token: none gets one that is good for anything but the vault that was asked for.

use serde_json::json;
use strongroom_stores::{FailureKind, Item};

use crate::alone::{MACHINE, PRINCIPAL, alone};
use crate::listener::Does;
use crate::vault::{CHALLENGE, challenged, get};

alone! {
    (PRINCIPAL)
    async fn a_token_is_shown_to_the_vault_after_it_has_asked(azure) {
        azure.kept().plant("app", "hunter2");
        let store = azure.store(&[]);
        assert_eq!(get(&store, "app").await.as_deref(), Ok("hunter2"));
        assert_eq!(get(&store, "app").await.as_deref(), Ok("hunter2"));
        let path = "GET shop.vault.azure.net/secrets/app/?api-version=2025-07-01";
        let login = "POST login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token";
        assert_eq!(azure.lines(), [path, login, path, path]);
        let shown: Vec<bool> =
            azure.far.asked().iter().map(|asked| asked.header("authorization").is_some()).collect();
        assert_eq!(shown, [false, false, true, true]);
    }

    (PRINCIPAL)
    async fn a_vault_that_wants_a_token_for_something_else_gets_none(azure) {
        for resource in [
            "https://management.azure.com",
            "https://management.core.windows.net/",
            "https://azure.net",
            "https://net",
            "https://vault.azure.net:443",
            "https://vault.azure.net.",
            "https://VAULT.azure.net",
            "https://me@vault.azure.net",
            "https://management.azure.com\\.vault.azure.net",
            "http://vault.azure.net",
        ] {
            let header = format!("Bearer authorization=\"https://login.microsoftonline.com/x\", resource=\"{resource}\"");
            azure.instead(move |line, _| line.contains("/secrets/").then(|| challenged(&header)));
            let failure = get(&azure.store(&[]), "app").await.expect_err(resource);
            assert_eq!(failure.kind(), FailureKind::Denied, "{resource}: {failure}");
            assert!(failure.detail().contains("wants a token that is good for more"), "{failure}");
        }
        assert!(azure.lines().iter().all(|line| !line.contains("login")), "{:?}", azure.lines());
        assert!(azure.far.asked().iter().all(|asked| asked.header("authorization").is_none()));
    }

    (PRINCIPAL)
    async fn nor_does_one_that_turns_hostile_later(azure) {
        azure.kept().plant("app", "hunter2");
        let store = azure.store(&[]);
        get(&store, "app").await.expect("a value");
        let header = CHALLENGE.replace("vault.azure.net", "azure.net");
        azure.instead(move |line, _| line.contains("/secrets/").then(|| challenged(&header)));
        let failure = get(&store, "app").await.expect_err("a theft");
        assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
        let logins = azure.lines().iter().filter(|line| line.contains("login")).count();
        assert_eq!(logins, 1);
    }

    (PRINCIPAL)
    async fn a_list_that_goes_on_elsewhere_ends_there(azure) {
        for next in [
            "https://evil.vault.azure.net/secrets?api-version=2025-07-01",
            "http://shop.vault.azure.net/secrets",
            "https://shop.vault.azure.net:8443/secrets",
            "https://shop.vault.azure.net@evil.vault.azure.net/secrets",
            "//evil.vault.azure.net/secrets",
        ] {
            azure.instead(move |line, asked| {
                let is_first = line.contains("shop.vault.azure.net/secrets?") && asked.header("authorization").is_some();
                is_first.then(|| Does::Json(200, json!({ "value": [], "nextLink": next }).to_string()))
            });
            let failure = azure.store(&[]).list().await.expect_err(next);
            // Without TLS, Microsoft's client itself does not go on.
            let is_plain = next.starts_with("http://");
            let kind = if is_plain { FailureKind::Invalid } else { FailureKind::Denied };
            assert_eq!(failure.kind(), kind, "{next}: {failure}");
            assert!(!failure.detail().contains("pages"), "{next}: {failure}");
        }
        let led = azure.led.lock().expect("no panic").clone();
        assert!(led.iter().all(|host| !host.contains("evil")), "{led:?}");
        assert!(azure.lines().iter().all(|line| !line.contains("evil")));
    }

    (PRINCIPAL)
    async fn a_redirect_is_not_followed(azure) {
        azure.kept().plant("app", "hunter2");
        azure.instead(|line, asked| {
            let is_shown = line.contains("/secrets/") && asked.header("authorization").is_some();
            let to = vec![("Location", "https://evil.vault.azure.net/secrets/app".to_owned())];
            is_shown.then(|| Does::Answer(307, to, Vec::new()))
        });
        let failure = get(&azure.store(&[]), "app").await.expect_err("a redirect");
        assert_eq!(
            failure.to_string(),
            "unreachable: `https://shop.vault.azure.net` sends elsewhere, as no vault does, and the token does not go along"
        );
    }

    /// Somebody else may listen at a port of this machine.
    (PRINCIPAL)
    async fn a_vault_on_this_machine_gets_no_token_from_far_away(azure) {
        azure.kept().plant("app", "hunter2");
        let vault = azure.far.url();
        let failure = get(&azure.store(&[("vault_name", &vault)]), "app").await.expect_err("no token");
        assert_eq!(failure.kind(), FailureKind::Denied);
        assert!(failure.detail().starts_with("a vault on this machine gets no token of `https://login.microsoftonline.com`"), "{failure}");
        assert!(azure.lines().iter().all(|line| !line.contains("login")));
        let failure = get(&azure.store(&[("vault_name", &vault), ("auth", "cli")]), "app").await.expect_err("no token");
        assert!(failure.detail().contains("no token of the Azure CLI"), "{failure}");
    }

    (MACHINE)
    async fn but_one_that_comes_from_this_machine_too(azure) {
        azure.kept().plant("app", "hunter2");
        let store = azure.store(&[("vault_name", &azure.far.url())]);
        assert_eq!(get(&store, "app").await.as_deref(), Ok("hunter2"));
        let item = Item { name: "app".to_owned(), version: None };
        assert!(store.version(&item).await.is_ok());
        assert_eq!(store.list().await.expect("a list").len(), 1);
        assert!(azure.led.lock().expect("no panic").is_empty(), "no proxy gets what stays here");
    }
}
