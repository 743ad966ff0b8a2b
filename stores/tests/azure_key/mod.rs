//! A vault with one key, on this machine, and what is said when it does not open an access key. Each test is run in a
//! process of its own: Microsoft's credentials read their environment themselves.

use std::env;
use std::net::TcpListener;
use std::process::Command;

use azure_core::base64::{decode_url_safe, encode_url_safe};
use serde_json::{Value, json};

use super::super::listener::{Asked, Does, Listener};
use super::{unwrap, wrap};

/// What the vault answers in place of what it would.
type Instead = fn(&Asked) -> Option<(u16, Value)>;

#[test]
fn what_is_wrapped_is_opened_again_and_names_its_version() {
    alone(
        "what_is_wrapped_is_opened_again_and_names_its_version",
        |_| None,
        async |key| {
            let text = format!("strongroom_key_{}", "x".repeat(60));
            let line = wrap(key, text.as_bytes()).await.expect("it is wrapped");
            let (id, wrapped) = line.split_once('#').expect("both");
            assert_eq!(id, format!("{key}/{VERSION}"));
            assert!(!wrapped.contains("strongroom") && !wrapped.contains('='), "{line}");
            let opened = unwrap(&line).await.expect("it is opened");
            assert_eq!(std::str::from_utf8(&opened), Ok(text.as_str()));
            // Of a version that is named.
            assert_eq!(wrap(id, text.as_bytes()).await.expect("it is wrapped"), line);
            // An RSA key of 2,048 bits takes 190 bytes.
            let failure = wrap(key, &[b'x'; 191]).await.expect_err("too long");
            assert_eq!(
                failure.to_string(),
                "not valid: the key `main` does not wrap 191 bytes with RSA-OAEP-256: it must be an RSA key, of 2,048 bits or more"
            );
        },
    );
}

#[test]
fn what_does_not_open_says_why() {
    let instead: Instead = |asked| {
        let of = |status, code: &str, message: &str| {
            Some((
                status,
                json!({ "error": { "code": "X", "message": message, "innererror": { "code": code } } }),
            ))
        };
        match asked.path.split(['/', '?']).nth(2).unwrap_or_default() {
            "altered" => of(400, "", "The parameter is incorrect. MARKER"),
            "disabled" => {
                of(403, "KeyDisabled", "Operation unwrapKey is not allowed on a disabled key.")
            }
            "forbidden" => of(403, "ForbiddenByRbac", "MARKER"),
            "signing" => of(403, "", "Operation unwrapKey is not permitted on this key."),
            "strange" => Some((200, json!({ "value": "MARKER%", "kid": "x" }))),
            "deleted" if asked.path.starts_with("/deletedkeys/") => Some((200, json!({}))),
            "gone" | "deleted" => {
                of(404, "", "A key with (name/id) was not found in this key vault.")
            }
            _ => None,
        }
    };
    alone("what_does_not_open_says_why", instead, async |key| {
        let vault = key.strip_suffix("/keys/main").expect("a vault");
        for (name, words) in [
            (
                "altered",
                "not valid: the key in the vault does not open it: it was wrapped by another key or version, or has been altered",
            ),
            (
                "disabled",
                "absent: it is disabled: enable it in Azure, or ask for another version of it",
            ),
            (
                "forbidden",
                "denied: the identity may not unwrap with the key `forbidden` here: it needs the role `Key Vault Crypto User` at `VAULT`, or at this alone",
            ),
            (
                "signing",
                "denied: the key `signing` may not unwrap: `wrapKey` and `unwrapKey` must be among its operations",
            ),
            ("strange", "not valid: the vault does not answer as one that has keys"),
            ("gone", "absent: there is no such key, or no such version of it"),
            (
                "deleted",
                "absent: the key `deleted` was deleted, and can be had back until it is purged: `az keyvault key recover --vault-name 127.0.0.1 --name deleted`",
            ),
        ] {
            let failure =
                unwrap(&format!("{vault}/keys/{name}/{VERSION}#AAAA")).await.expect_err(name);
            assert_eq!(failure.to_string(), words.replace("VAULT", vault), "{name}");
        }
    });
}

#[test]
fn what_is_not_a_wrapped_key_is_refused_before_anybody_is_asked() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        for rest in [
            "",
            "main",
            "https://shop.vault.azure.net/keys/main/1",
            "https://shop.vault.azure.net/keys/main/1#",
            "https://shop.vault.azure.net/keys/main/1#a+b",
            "https://shop.vault.azure.net/keys/main#AAAA",
            "https://shop.vault.azure.net/keys/main/1/2#AAAA",
            "https://shop.vault.azure.net/secrets/main/1#AAAA",
            "https://shop.vault.azure.net/keys/../1#AAAA",
            "http://shop.vault.azure.net/keys/main/1#AAAA",
            "https://me@shop.vault.azure.net/keys/main/1#AAAA",
            "https://shop.vault.azure.net/keys/main/1?x#AAAA",
        ] {
            let failure = unwrap(rest).await.expect_err(rest);
            assert_eq!(failure.kind(), crate::FailureKind::Invalid, "{rest}: {failure}");
            assert!(!failure.to_string().contains("AAAA"), "{failure}");
        }
    });
}

/// Runs a test of this file again, with a vault whose key is called `main`.
fn alone(test: &str, instead: Instead, body: impl AsyncFnOnce(&str)) {
    if let Ok(port) = env::var("TEST_PORT") {
        let port: u16 = port.parse().expect("a port");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        return runtime.block_on(async {
            let _vault = Listener::at(port, "", move |asked| Ok(answer(asked, instead))).await;
            body(&format!("http://127.0.0.1:{port}/keys/main")).await;
        });
    }
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let (_, module) = module_path!().split_once("::").expect("a crate");
    let output = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", &format!("{module}::{test}"), "--nocapture", "--test-threads=1"])
        .env("TEST_PORT", port.to_string())
        .env("IDENTITY_ENDPOINT", format!("http://127.0.0.1:{port}/msi"))
        .env("IDENTITY_HEADER", "MARKER")
        .env_remove("AZURE_CLIENT_SECRET")
        .env_remove("AZURE_FEDERATED_TOKEN_FILE")
        .env_remove("AZURE_CLIENT_ID")
        .output()
        .expect("this program");
    let told = String::from_utf8_lossy(&output.stdout);
    let is_good = output.status.success() && told.contains("1 passed");
    assert!(is_good, "{told}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn answer(asked: &Asked, instead: Instead) -> Does {
    if asked.path.starts_with("/msi?") {
        let token = json!({ "access_token": "MARKER", "expires_on": "4102444800", "token_type": "Bearer", "resource": "x" });
        return Does::Json(200, token.to_string());
    }
    if asked.header("authorization") != Some("Bearer MARKER") {
        let challenge = "Bearer authorization=\"x\", resource=\"https://vault.azure.net\"";
        return Does::Answer(401, vec![("WWW-Authenticate", challenge.to_owned())], Vec::new());
    }
    if let Some((status, body)) = instead(asked) {
        return Does::Json(status, body.to_string());
    }
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let given = decode_url_safe(body["value"].as_str().unwrap_or_default()).unwrap_or_default();
    let path = asked.path.split('?').next().unwrap_or_default();
    let is_wrapping = path.ends_with("/wrapkey");
    let is_known = matches!(path, "/keys/main//wrapkey")
        || path.strip_prefix("/keys/main/").is_some_and(|rest| rest.starts_with(VERSION));
    if !is_known || body["alg"] != "RSA-OAEP-256" || (is_wrapping && given.len() > 190) {
        let error = json!({ "error": { "code": "BadParameter", "message": "MARKER" } });
        return Does::Json(400, error.to_string());
    }
    // Anything that is not the same and leads back.
    let turned: Vec<u8> = given.iter().map(|byte| byte ^ 0x5a).collect();
    let kid = format!("https://x/keys/main/{VERSION}");
    Does::Json(200, json!({ "kid": kid, "value": encode_url_safe(turned) }).to_string())
}

const VERSION: &str = "78deebed173b48e48f55abf87ed4cf71";
