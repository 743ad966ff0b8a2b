//! Logins: AppRole, Kubernetes and JWT at a real server, tokens that are renewed, run out or are revoked.

use std::fs;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use rcgen::{KeyPair, PKCS_ED25519, SigningKey as _};
use reqwest::Method;
use serde_json::{Value, json};
use strongroom_stores::FailureKind;

use super::vault::{Engine, get, own_vault, unique, vault};
use crate::listener::{Asked, Does, Listener};

const READ: &str = "path \"MOUNT/data/*\" { capabilities = [\"read\"] }";

/// An AppRole whose tokens live for so long; the settings that log in with it.
async fn app_role(engine: &Engine, role: &Value) -> (String, String) {
    let mount = format!("strongroom-test-{}", unique());
    engine
        .ask(Method::POST, &format!("sys/auth/{mount}"), Some(&json!({ "type": "approle" })))
        .await;
    let path = format!("auth/{mount}/role/shop");
    engine.ask(Method::POST, &path, Some(role)).await;
    let role_id = engine.ask(Method::GET, &format!("{path}/role-id"), None).await;
    let secret = engine.ask(Method::POST, &format!("{path}/secret-id"), Some(&json!({}))).await;
    let secret = secret["data"]["secret_id"].as_str().expect("a SecretID");
    fs::write(engine.folder.path().join("secret-id"), secret).expect("a file");
    (mount, role_id["data"]["role_id"].as_str().expect("a RoleID").to_owned())
}

#[tokio::test]
async fn an_app_role_logs_in_and_its_token_is_renewed_and_replaced_while_it_is_used() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    engine.plant("app", "key", &json!("a value")).await;
    let policy = engine.policy(READ).await;
    // It lives for 3 s, renewed for 6 s altogether: renewals give less towards the end, and then there is a new login.
    let role = json!({ "token_policies": [policy], "token_ttl": "3s", "token_max_ttl": "6s" });
    let (mount, role_id) = app_role(&engine, &role).await;
    let settings = [
        ("auth", "approle"),
        ("auth_mount", mount.as_str()),
        ("role_id", role_id.as_str()),
        ("secret_id_file", "secret-id"),
    ];
    let store = engine.store_of(&settings);
    for _ in 0..30 {
        assert_eq!(get(&store, "app/key").await.expect("a value"), "a value");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    // Everything of it is revoked while the program runs.
    let revoke = format!("sys/leases/revoke-prefix/auth/{mount}/login");
    engine.ask(Method::PUT, &revoke, Some(&json!({}))).await;
    assert_eq!(get(&store, "app/key").await.expect("a value"), "a value");

    fs::write(engine.folder.path().join("secret-id"), "hunter2").expect("a file");
    let failure = get(&engine.store_of(&settings), "app/key").await.expect_err("a wrong SecretID");
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    assert!(
        failure.detail().starts_with(&format!("the login at `auth/{mount}` was refused")),
        "{failure}"
    );
    assert!(!failure.to_string().contains("hunter2"));
}

#[tokio::test]
async fn a_token_of_a_file_that_ran_out_is_told_and_a_new_one_is_taken() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    engine.plant("app", "key", &json!("a value")).await;
    let (short, long) = (engine.token(READ, 1).await, engine.token(READ, 600).await);
    fs::write(engine.folder.path().join("sink"), &short).expect("a file");
    let store = engine.store_of(&[("auth", "token-file"), ("token_file", "sink")]);
    assert_eq!(get(&store, "app/key").await.expect("a value"), "a value");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let failure = get(&store, "app/key").await.expect_err("it ran out");
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    assert!(failure.detail().starts_with("the token is not valid (any more)"), "{failure}");
    fs::write(engine.folder.path().join("sink"), &long).expect("a file");
    assert_eq!(get(&store, "app/key").await.expect("a value"), "a value");
}

/// A JWT, signed or not.
fn jwt(algorithm: &str, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |json: Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    let text =
        format!("{}.{}", part(json!({ "alg": algorithm, "typ": "JWT" })), part(claims.clone()));
    let signature = BASE64URL_NOPAD.encode(&sign(text.as_bytes()));
    format!("{text}.{signature}")
}

/// The seconds of now, as claims have them.
fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("a time").as_secs()
}

#[tokio::test]
async fn a_jwt_logs_in_and_one_of_somebody_else_does_not() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    engine.plant("app", "key", &json!("a value")).await;
    let policy = engine.policy(READ).await;
    let mount = format!("strongroom-test-{}", unique());
    engine.ask(Method::POST, &format!("sys/auth/{mount}"), Some(&json!({ "type": "jwt" }))).await;
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    let config = json!({ "jwt_validation_pubkeys": [key.public_key_pem()], "jwt_supported_algs": ["EdDSA"] });
    engine.ask(Method::POST, &format!("auth/{mount}/config"), Some(&config)).await;
    let role = json!({
        "role_type": "jwt", "user_claim": "sub", "bound_audiences": ["shop"],
        "token_policies": [policy], "token_ttl": "60s",
    });
    engine.ask(Method::POST, &format!("auth/{mount}/role/ci"), Some(&role)).await;
    let claims = json!({ "sub": "build", "aud": "shop", "nbf": now(), "exp": now() + 600 });
    let stranger = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    for (name, key) in [("mine", &key), ("stranger", &stranger)] {
        let jwt = jwt("EdDSA", &claims, |text| key.sign(text).expect("a signature"));
        fs::write(engine.folder.path().join(name), jwt).expect("a file");
    }
    let store = |file| {
        let settings =
            [("auth", "jwt"), ("auth_mount", mount.as_str()), ("role", "ci"), ("jwt_file", file)];
        engine.store_of(&settings)
    };
    assert_eq!(get(&store("mine"), "app/key").await.expect("a value"), "a value");
    let failure = get(&store("stranger"), "app/key").await.expect_err("it is signed by another");
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
}

/// What the API of a cluster says of a token of a service account.
fn token_review(asked: &Asked) -> Result<Does, String> {
    let is_review =
        asked.method == "POST" && asked.path == "/apis/authentication.k8s.io/v1/tokenreviews";
    if !is_review {
        return Err("only tokens are reviewed".to_owned());
    }
    let body = json!({
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "status": {
            "authenticated": !asked.body.contains("c3RyYW5nZXI"),
            "user": { "username": "system:serviceaccount:shop:app", "uid": "u-1", "groups": [] },
        },
    });
    Ok(Does::Json(201, body.to_string()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_account_logs_in_and_one_that_the_cluster_does_not_know_does_not() {
    // One from outside could not reach the cluster that is played here.
    let Some(vault) = own_vault() else { return };
    let engine = vault.engine(2, None).await;
    engine.plant("app", "key", &json!("a value")).await;
    let policy = engine.policy(READ).await;
    let cluster = Listener::new(token_review).await;
    let mount = format!("strongroom-test-{}", unique());
    let kind = json!({ "type": "kubernetes" });
    engine.ask(Method::POST, &format!("sys/auth/{mount}"), Some(&kind)).await;
    let config = json!({
        "kubernetes_host": cluster.url(),
        "kubernetes_ca_cert": fs::read_to_string(cluster.ca_file()).expect("a file"),
        "token_reviewer_jwt": "reviewer",
        "disable_local_ca_jwt": true,
    });
    engine.ask(Method::POST, &format!("auth/{mount}/config"), Some(&config)).await;
    let role = json!({
        "bound_service_account_names": ["app"], "bound_service_account_namespaces": ["shop"],
        "token_policies": [policy], "token_ttl": "60s",
    });
    engine.ask(Method::POST, &format!("auth/{mount}/role/shop"), Some(&role)).await;
    for name in ["app", "stranger"] {
        let claims = json!({
            "iss": "kubernetes/serviceaccount", "nbf": now(), "exp": now() + 600, "sub": "system:serviceaccount:shop:app",
            "kubernetes.io": { "namespace": "shop", "serviceaccount": { "name": "app", "uid": "u-1" } },
        });
        let jwt = jwt("RS256", &claims, |_| name.as_bytes().to_vec());
        fs::write(engine.folder.path().join(name), jwt).expect("a file");
    }
    let store = |file| {
        let settings = [
            ("auth", "kubernetes"),
            ("auth_mount", mount.as_str()),
            ("role", "shop"),
            ("jwt_file", file),
        ];
        engine.store_of(&settings)
    };
    assert_eq!(get(&store("app"), "app/key").await.expect("a value"), "a value");
    let failure =
        get(&store("stranger"), "app/key").await.expect_err("the cluster does not know it");
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
}
