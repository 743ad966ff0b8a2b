//! Ways to log in: which one is taken, what it sends where, and why it gives no token.

use std::fs;

use strongroom_stores::{FailureKind, Limits};

use crate::alone::{ACCOUNT, MACHINE, OWNER, PERSON, PRINCIPAL, STRANGER, TENANT, alone};
use crate::listener::Does;
use crate::vault::{Azure, entra_refuses, get, get_within};

/// What is said when a login is answered so.
async fn said(azure: &Azure, does: Does) -> String {
    azure.instead(move |line, _| line.contains("login.microsoftonline.com").then(|| does.clone()));
    let limits = Limits { deadline: std::time::Duration::from_millis(400), ..Limits::default() };
    let failure = get_within(&azure.store(&[]), "app", &limits).await.expect_err("no login");
    assert!(!failure.to_string().contains("MARKER"), "{failure}");
    failure.to_string()
}

alone! {
    (&[])
    async fn a_service_principal_can_be_given(azure) {
        let given = [("tenant_id", TENANT), ("client_id", OWNER), ("client_secret", "MARKER-client-secret")];
        azure.kept().plant("app", "hunter2");
        let store = azure.store_given(&[], &given);
        assert!(!format!("{store:?}").contains("MARKER"));
        assert_eq!(get(&store, "app").await.as_deref(), Ok("hunter2"));
        let login = format!("/{TENANT}/oauth2/v2.0/token");
        assert!(azure.lines().iter().any(|line| line.ends_with(&login)), "{:?}", azure.lines());
    }

    (PRINCIPAL)
    async fn entras_refusals_are_told_in_words(azure) {
        for (code, words) in [
            (
                7_000_215,
                "denied: the login was refused: the client secret is wrong: is `AZURE_CLIENT_SECRET` its value, and not its \
                 number? (AADSTS7000215) (request 5a1c-trace)",
            ),
            (
                7_000_222,
                "denied: the login was refused: the client secret has expired: make a new one (AADSTS7000222) (request 5a1c-trace)",
            ),
            (90_002, "denied: the login was refused: there is no such tenant (AADSTS90002) (request 5a1c-trace)"),
            (
                123,
                "denied: the login was refused by `https://login.microsoftonline.com` (AADSTS123) (request 5a1c-trace)",
            ),
        ] {
            assert_eq!(said(azure, entra_refuses(code, "MARKER")).await, words);
        }
        let html = |status| Does::Answer(status, vec![("Content-Type", "text/html".to_owned())], b"MARKER".to_vec());
        for (does, words) in [
            (html(200), "unreachable: something that gives no tokens answered at `https://login.microsoftonline.com` (HTTP 200)"),
            (html(302), "unreachable: something that gives no tokens answered at `https://login.microsoftonline.com` (HTTP 302)"),
            (html(403), "denied: the login was refused by `https://login.microsoftonline.com` (HTTP 403)"),
            (html(429), "throttled: `https://login.microsoftonline.com` gives no more tokens for now"),
            (html(503), "unreachable: `https://login.microsoftonline.com` failed (HTTP 503)"),
            (
                Does::Json(200, "{\"token_type\":7}".to_owned()),
                "denied: no credentials: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` or `AZURE_AUTHORITY_HOST` is not what it should be",
            ),
        ] {
            assert_eq!(said(azure, does).await, words);
        }
    }

    (&[("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", OWNER), ("PATH", "/nowhere")])
    async fn what_a_chosen_way_lacks_is_named(azure) {
        for (auth, words) in [
            ("environment", "denied: no credentials: `AZURE_CLIENT_SECRET` is not set"),
            ("workload-identity", "denied: no credentials: `AZURE_FEDERATED_TOKEN_FILE` is not set"),
            ("cli", "denied: the Azure CLI gives no token: is it installed, and is somebody logged in? log in with `az login`"),
        ] {
            let failure = get(&azure.store(&[("auth", auth)]), "app").await.expect_err(auth);
            assert_eq!(failure.to_string(), words);
        }
    }

    /// In front of a vault on this machine, which is not asked whether it is one of Azure's.
    (&[("PATH", "/nowhere")])
    async fn nobody_is_told_what_was_looked_for(azure) {
        let failure = get(&azure.store(&[("vault_name", &azure.far.url())]), "app").await.expect_err("nobody");
        assert_eq!(
            failure.to_string(),
            "denied: no credentials: no `AZURE_CLIENT_SECRET`, no workload identity (`AZURE_FEDERATED_TOKEN_FILE`), no managed \
             identity, and no Azure CLI here; on your own machine install it and log in with `az login`"
        );
    }

    (&[("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", OWNER), ("AZURE_CLIENT_SECRET", "strongroom_key_0123456789")])
    async fn no_key_of_ours_is_a_client_secret(azure) {
        let failure = get(&azure.store(&[]), "app").await.expect_err("a key");
        assert_eq!(
            failure.to_string(),
            "denied: no credentials: `AZURE_CLIENT_SECRET` leads to a key of Strongroom, of which nothing goes to a server"
        );
        assert!(azure.lines().iter().all(|line| !line.contains("login")));
    }

    (&[("AZURE_TENANT_ID", "../x"), ("AZURE_CLIENT_ID", OWNER), ("AZURE_CLIENT_SECRET", "MARKER")])
    async fn a_tenant_that_is_none_is_told(azure) {
        let failure = get(&azure.store(&[]), "app").await.expect_err("no tenant");
        assert_eq!(
            failure.to_string(),
            "denied: no credentials: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` or `AZURE_AUTHORITY_HOST` is not what it should be"
        );
    }

    (MACHINE)
    async fn a_machine_has_an_identity_or_the_one_that_is_named(azure) {
        azure.kept().plant("app", "hunter2");
        assert_eq!(get(&azure.store(&[]), "app").await.as_deref(), Ok("hunter2"));
        let named = azure.store(&[("auth", "managed-identity"), ("client_id", STRANGER)]);
        assert_eq!(get(&named, "app").await.expect_err("a stranger").kind(), FailureKind::Denied);
        let asked: Vec<String> = azure.near.asked().into_iter().map(|asked| asked.path).collect();
        assert_eq!(
            asked,
            [
                "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net".to_owned(),
                format!("/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&client_id={STRANGER}"),
            ]
        );
        assert!(azure.lines().iter().all(|line| !line.contains("login")));
    }

    (&[("IDENTITY_ENDPOINT", "http://10.1.2.3/msi/token"), ("IDENTITY_HEADER", "MARKER")])
    async fn no_identity_is_asked_for_in_plain_text_elsewhere(azure) {
        let failure = get(&azure.store(&[]), "app").await.expect_err("plain text");
        assert_eq!(
            failure.to_string(),
            "denied: the login would go to `http://10.1.2.3` in plain text: it must be `https://`"
        );
    }

    (ACCOUNT)
    async fn a_service_account_is_vouched_for_by_its_token(azure) {
        azure.kept().plant("app", "hunter2");
        assert_eq!(get(&azure.store(&[]), "app").await.as_deref(), Ok("hunter2"));
        let login = azure.far.asked().into_iter().find(|asked| asked.path.contains("/token")).expect("a login");
        assert!(login.body.contains(&format!("client_id={OWNER}")), "{}", login.body);
        let named = azure.store(&[("client_id", STRANGER)]);
        assert_eq!(get(&named, "app").await.expect_err("a stranger").kind(), FailureKind::Denied);
    }

    (&[("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", OWNER), ("AZURE_FEDERATED_TOKEN_FILE", "FOLDER/key")])
    async fn no_file_with_a_key_of_ours_vouches_for_anybody(azure) {
        let failure = get(&azure.store(&[]), "app").await.expect_err("a key");
        assert_eq!(
            failure.to_string(),
            "denied: no credentials: `AZURE_FEDERATED_TOKEN_FILE` leads to a key of Strongroom, of which nothing goes to a server"
        );
        assert!(azure.lines().iter().all(|line| !line.contains("login")));
    }

    (&[("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", OWNER), ("AZURE_FEDERATED_TOKEN_FILE", "FOLDER/text")])
    async fn nor_does_one_that_holds_something_else(azure) {
        let failure = get(&azure.store(&[]), "app").await.expect_err("no token").to_string();
        assert!(failure.ends_with("holds no token") && !failure.contains("MARKER"), "{failure}");
        assert!(azure.lines().iter().all(|line| !line.contains("login")));
    }

    (PERSON)
    async fn the_cli_is_asked_for_a_token_and_knows_no_key_of_ours(azure) {
        azure.kept().plant("app", "hunter2");
        let store = azure.store(&[("auth", "cli")]);
        assert_eq!(get(&store, "app").await.as_deref(), Ok("hunter2"));
        assert_eq!(get(&store, "app").await.as_deref(), Ok("hunter2"));
        let folder = std::env::var("FOLDER").expect("a folder");
        let read = |name| fs::read_to_string(format!("{folder}/{name}")).expect("a file");
        assert_eq!(
            read("asked"),
            "account get-access-token -o json --scope https://vault.azure.net/.default\n"
        );
        let known = read("known");
        assert!(known.contains("FOLDER") && !known.contains("strongroom_key_"), "{known}");
    }

    (&[
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", OWNER),
        ("AZURE_CLIENT_CERTIFICATE_PATH", "FOLDER/account"),
    ])
    async fn a_certificate_is_told_to_be_of_no_use(azure) {
        let failure = get(&azure.store(&[("auth", "environment")]), "app").await.expect_err("no way");
        assert_eq!(
            failure.to_string(),
            "denied: no credentials: a certificate (`AZURE_CLIENT_CERTIFICATE_PATH`) cannot be used here: set `AZURE_CLIENT_SECRET`"
        );
    }
}
