//! When the service refuses to start, and what it says then.

use std::fs;

use crate::example::example;
use crate::server::Server;

#[test]
fn without_a_key_it_says_where_it_looked() {
    let home = tempfile::tempdir().expect("a home");
    let said = Server::new().with("HOME", home.path()).refuses();
    for part in [
        "error: cannot load `Secrets` for `local` (what the build checked)",
        "cannot open `webhook_key`, `operator_token`: no key for `local` here",
        "looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), ",
        "strongroom holder add NAME --type local",
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
}

#[test]
fn everything_that_is_missing_or_wrong_is_told_at_once() {
    let said = Server::with_key().with("STRONGROOM_ENV", "preview").refuses();
    let vault = example().join("strongroom.toml");
    let expected = format!(
        "error: cannot load `Secrets` for `preview` (chosen by STRONGROOM_ENV): 2 of 3 secrets
       vault: {}

  `webhook_key` is not valid for `WebhookKey`: expected a key of at least 32 bytes
       set it again with: strongroom set --type preview webhook_key
  `operator_token` has no value
       set one with: strongroom set --type preview operator_token
",
        vault.display()
    );
    assert_eq!(said, expected);
}

#[test]
fn systemds_credential_is_a_key() {
    let credentials = tempfile::tempdir().expect("a folder");
    let key = credentials.path().join("strongroom.key");
    fs::copy(example().join("demo.key"), key).expect("a copy");
    let service = Server::new().with("CREDENTIALS_DIRECTORY", credentials.path()).start();
    assert_eq!(service.ask("GET /healthz HTTP/1.1", &[], b"").0, 200);
}

#[test]
fn a_place_that_is_taken_is_named() {
    let first = Server::with_key().start();
    let said = Server::with_key().with("SERVICE_LISTEN", &first.place).refuses();
    assert!(said.contains(&format!("error: cannot listen on {}: ", first.place)), "{said}");
    assert!(said.contains("choose another place with SERVICE_LISTEN"), "{said}");
}

#[test]
fn what_a_cluster_keeps_needs_a_build_that_can_ask_it() {
    if cfg!(feature = "kubernetes") {
        return;
    }
    let said = Server::with_key().with("STRONGROOM_ENV", "production").refuses();
    for part in [
        "error: cannot load `Secrets` for `production` (chosen by STRONGROOM_ENV): 3 of 3 secrets",
        "`webhook_key` is at `service-webhook/current` in the store `cluster`: this program was built without stores of the kind `kubernetes`",
        "cargo add strongroom --features kubernetes",
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
}
