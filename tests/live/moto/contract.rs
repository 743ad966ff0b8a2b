//! What every kind of store must do alike, and what these two do beside it.

use std::sync::Arc;

use serde_json::{Value, json};
use strongroom_stores::{FailureKind, Store};

use super::service::{Moto, address, ask, get, plant_secret, store};
use crate::contract::{Soon, Subject, holds_for};

const ANYBODY: (&str, &str) = ("AKIDANYBODY", "s3cr3t-key");

/// Secrets Manager, with keys or without.
struct Secrets {
    address: String,
    has_keys: bool,
}

impl Secrets {
    fn prefix(&self) -> &'static str {
        if self.has_keys { "keyed/shop" } else { "shop" }
    }
}

impl Subject for Secrets {
    fn open(&self) -> Arc<dyn Store> {
        let keys: &[(&str, &str)] = if self.has_keys { &[("keys", "true")] } else { &[] };
        store("aws-secrets-manager", &[&[("prefix", self.prefix())], keys].concat())
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        Box::pin(async move {
            let id = format!("{}/{name}", self.prefix());
            let secret = match (key, std::str::from_utf8(value)) {
                (Some(key), text) => {
                    let asked = json!({ "SecretId": id });
                    let before = ask(&self.address, "secretsmanager.GetSecretValue", &asked).await;
                    let before = before["SecretString"].as_str().unwrap_or("{}");
                    let mut object: Value = serde_json::from_str(before).expect("JSON");
                    object[key] = json!(text.expect("text"));
                    json!({ "SecretString": object.to_string() })
                }
                (None, Ok(text)) => json!({ "SecretString": text }),
                // The only bytes of the contract that are no text.
                (None, Err(_)) => json!({ "SecretBinary": "AGh1bnRlcjL//gqAAA==" }),
            };
            plant_secret(&self.address, &id, &secret).await;
        })
    }

    fn frees_names(&self) -> bool {
        false
    }

    // A service of the tests does (`stores/tests/aws/writing.rs`).
    fn tells_that_names_are_kept(&self) -> bool {
        false
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn keeps_versions(&self) -> bool {
        true
    }

    fn has_unicode_names(&self) -> bool {
        false
    }

    fn has_binary_values(&self) -> bool {
        !self.has_keys
    }

    fn has_empty_values(&self) -> bool {
        self.has_keys
    }

    fn most_bytes(&self) -> usize {
        65_536
    }

    fn secrets_of_two_pages(&self) -> usize {
        101
    }
}

struct Parameters {
    address: String,
}

impl Subject for Parameters {
    fn open(&self) -> Arc<dyn Store> {
        store("aws-parameter-store", &[("prefix", "/shop/production")])
    }

    fn plant<'a>(&'a self, name: &'a str, _: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let body = json!({ "Name": format!("/shop/production/{name}"), "Overwrite": true, "Type": "SecureString",
            "Value": std::str::from_utf8(value).expect("text") });
        Box::pin(async move {
            ask(&self.address, "AmazonSSM.PutParameter", &body).await;
        })
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn keeps_versions(&self) -> bool {
        true
    }

    fn has_unicode_names(&self) -> bool {
        false
    }

    fn has_binary_values(&self) -> bool {
        false
    }

    fn has_empty_values(&self) -> bool {
        false
    }

    fn most_bytes(&self) -> usize {
        4096
    }
}

#[test]
fn secrets_hold_what_every_kind_of_store_must() {
    let Some(moto) = Moto::start() else { return };
    moto.run("moto::contract::of_secrets", ANYBODY);
}

#[ignore = "for a process of its own"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_secrets() {
    for has_keys in [false, true] {
        holds_for(&Secrets { address: address(), has_keys }).await;
    }
}

#[test]
fn parameters_hold_it_too() {
    let Some(moto) = Moto::start() else { return };
    moto.run("moto::contract::of_parameters", ANYBODY);
}

#[ignore = "for a process of its own"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_parameters() {
    holds_for(&Parameters { address: address() }).await;
}

#[test]
fn stages_labels_deletion_and_arns_are_as_aws_has_them() {
    let Some(moto) = Moto::start() else { return };
    moto.run("moto::contract::of_aws", ANYBODY);
}

#[ignore = "for a process of its own"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_aws() {
    let secrets = store("aws-secrets-manager", &[]);
    secrets.put("db", None, b"first").await.expect("it is written");
    secrets.put("db", None, b"second").await.expect("it is written");
    assert_eq!(get(&secrets, "db@AWSPREVIOUS").await.as_deref(), Ok("first"));
    let described = json!({ "SecretId": "db" });
    let described = ask(&address(), "secretsmanager.DescribeSecret", &described).await;
    let arn = described["ARN"].as_str().expect("an ARN").to_owned();
    assert_eq!(get(&secrets, &arn).await.as_deref(), Ok("second"));

    secrets.remove("db", None).await.expect("it is removed");
    let failure = get(&secrets, "db").await.expect_err("it is to be deleted");
    assert_eq!(failure.kind(), FailureKind::Absent);
    let command = "aws secretsmanager restore-secret --secret-id db";
    assert!(failure.detail().ends_with(command), "{failure}");
    assert!(secrets.list().await.expect("a list").is_empty());
    ask(&address(), "secretsmanager.RestoreSecret", &json!({ "SecretId": "db" })).await;
    assert_eq!(get(&secrets, "db").await.as_deref(), Ok("second"));

    let keyed = store("aws-secrets-manager", &[("keys", "true")]);
    keyed.put("keyed", Some("a"), b"1").await.expect("it is written");
    keyed.put("keyed", Some("b"), b"2").await.expect("it is written");
    keyed.remove("keyed", Some("a")).await.expect("it is removed");
    assert_eq!(get(&keyed, "keyed").await.as_deref(), Ok("2"));
    keyed.remove("keyed", Some("b")).await.expect("it is removed");
    let failure = get(&keyed, "keyed").await.expect_err("it is to be deleted");
    assert!(failure.detail().starts_with("it is scheduled for deletion"), "{failure}");

    let parameters = store("aws-parameter-store", &[]);
    assert_eq!(parameters.put("team/db", None, b"first").await, Ok(Some("1".to_owned())));
    assert_eq!(parameters.put("team/db", None, b"second").await, Ok(Some("2".to_owned())));
    let label = json!({ "Name": "/team/db", "ParameterVersion": 1, "Labels": ["good"] });
    ask(&address(), "AmazonSSM.LabelParameterVersion", &label).await;
    for (reference, value) in
        [("team/db", "second"), ("team/db@1", "first"), ("team/db@good", "first")]
    {
        assert_eq!(get(&parameters, reference).await.as_deref(), Ok(value), "{reference}");
    }
    let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/team/db";
    assert_eq!(get(&parameters, arn).await.as_deref(), Ok("second"));
    let list = json!({ "Name": "/team/plain", "Type": "StringList", "Value": "a,b" });
    ask(&address(), "AmazonSSM.PutParameter", &list).await;
    assert_eq!(get(&parameters, "team/plain").await.as_deref(), Ok("a,b"));
    parameters.remove("team/db", None).await.expect("it is removed");
    let failure = get(&parameters, "team/db").await.expect_err("it is gone");
    assert_eq!(failure.kind(), FailureKind::Absent);
}
