//! Writing to Secrets Manager and removing from it: nobody's change is lost, and nothing is asked that AWS would refuse.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::alone::alone;
use crate::listener::Listener;
use crate::service::{
    SECRETS, VALUE, VERSION, actions, answer, refusal, secret, store, strict, told,
};

#[test]
fn a_value_is_a_new_version_or_a_new_secret() {
    alone("writing::a_value_is_a_new_version_or_a_new_secret", &[], || async {
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&bodies);
        let server = Listener::of(
            "",
            strict(move |action, body| {
                seen.lock().expect("no panic").push(body.clone());
                Some(match (action, body["SecretId"].as_str()) {
                    ("PutSecretValue", Some("shop/new")) => refusal(
                        400,
                        "ResourceNotFoundException",
                        "Secrets Manager can't find the specified secret.",
                    ),
                    ("PutSecretValue" | "CreateSecret", _) => {
                        answer(200, json!({ "VersionId": VERSION }).to_string())
                    }
                    _ => return None,
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[("prefix", "shop")]);
        let put = async |name, value| store.put(name, None, value).await;
        assert_eq!(put("app", VALUE.as_bytes()).await, Ok(Some(VERSION.to_owned())));
        assert_eq!(put("new", VALUE.as_bytes()).await, Ok(Some(VERSION.to_owned())));
        assert_eq!(put("app", b"\x00\xff").await, Ok(Some(VERSION.to_owned())));
        assert_eq!(
            actions(&server),
            ["PutSecretValue", "PutSecretValue", "CreateSecret", "PutSecretValue"]
        );
        let bodies = bodies.lock().expect("no panic");
        assert_eq!(
            (&bodies[0]["SecretString"], &bodies[2]["Name"]),
            (&json!(VALUE), &json!("shop/new"))
        );
        assert_eq!(
            (&bodies[3]["SecretBinary"], &bodies[3]["SecretString"]),
            (&json!("AP8="), &Value::Null)
        );
        assert!(
            bodies.iter().all(|body| body["ClientRequestToken"].is_string()),
            "so that it may be repeated"
        );
    });
}

#[test]
fn what_aws_would_not_keep_is_not_sent() {
    alone("writing::what_aws_would_not_keep_is_not_sent", &[], || async {
        let server = Listener::of("", strict(|_, _| None)).await;
        let store = store(SECRETS, &server, &[]);
        let long = vec![b'x'; 65_537];
        for (name, value, said) in [
            ("app", b"".as_slice(), "not valid: Secrets Manager keeps no empty value"),
            (
                "app",
                &long,
                "not valid: it would have 65537 bytes, and Secrets Manager keeps 65536 at most in one secret",
            ),
            (
                "größe",
                b"x",
                "not valid: its name must be of letters, digits and `/_+=.@-`, 512 at most",
            ),
        ] {
            assert_eq!(told(&server, store.put(name, None, value).await), said);
        }
        let longest = store.put("app", None, &long[1..]).await;
        assert_eq!(server.asked().len(), 1, "65,536 bytes are sent: {longest:?}");
        std::mem::forget(server);
    });
}

#[test]
fn keys_beside_the_one_that_is_written_stay_as_they_are() {
    alone("writing::keys_beside_the_one_that_is_written_stay_as_they_are", &[], || async {
        let written = Arc::new(Mutex::new(json!(null)));
        let seen = Arc::clone(&written);
        let server = Listener::of(
            "",
            strict(move |action, body| {
                Some(match action {
                    "GetSecretValue" => secret(r#"{"user":"a","port":5432}"#),
                    "PutSecretValue" => {
                        *seen.lock().expect("no panic") = body.clone();
                        answer(200, json!({ "VersionId": "new" }).to_string())
                    }
                    _ => return None,
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[("keys", "true")]);
        let put = store.put("db", Some("password"), VALUE.as_bytes()).await;
        assert_eq!(put, Ok(Some("new".to_owned())));
        let text = written.lock().expect("no panic")["SecretString"].clone();
        assert_eq!(text, r#"{"port":5432,"user":"a","password":"hunter2"}"#);
        store.remove("db", Some("user")).await.expect("a key is removed");
        let text = written.lock().expect("no panic")["SecretString"].clone();
        assert_eq!(text, r#"{"port":5432}"#);
        let failure = told(&server, store.remove("db", Some("none")).await);
        assert_eq!(failure, "absent: it has no key `none`");
        let failure = told(&server, store.put("db", None, b"x").await);
        assert_eq!(failure, "not valid: it has several keys, so the reference must name one");
        let failure = told(&server, store.put("db", Some("a"), b"\xff").await);
        assert_eq!(
            failure,
            "not valid: a secret with keys is JSON, which keeps text only: write it in base64"
        );
    });
}

/// A service that takes each number of a version once, as AWS does.
#[derive(Default)]
struct Versions {
    all: Vec<(String, String)>,
    current: usize,
}

impl Versions {
    fn put(&mut self, number: &str, text: &str) -> bool {
        if let Some((_, other)) = self.all.iter().find(|(other, _)| other == number) {
            return other == text;
        }
        self.all.push((number.to_owned(), text.to_owned()));
        self.current = self.all.len() - 1;
        true
    }
}

/// A service with one secret, and what happens to it after each look.
async fn service(
    after_look: impl Fn(&mut Versions) + Send + Sync + 'static,
) -> (Listener, Arc<Mutex<Versions>>) {
    let mut versions = Versions::default();
    versions.put("0000-first", r#"{"a":"1"}"#);
    let versions = Arc::new(Mutex::new(versions));
    let kept = Arc::clone(&versions);
    let server = Listener::of(
        "",
        strict(move |action, body| {
            let mut versions = kept.lock().expect("no panic");
            Some(match action {
                "GetSecretValue" => {
                    let (number, text) = versions.all[versions.current].clone();
                    after_look(&mut versions);
                    answer(200, json!({ "SecretString": text, "VersionId": number }).to_string())
                }
                "PutSecretValue" => {
                    let number = body["ClientRequestToken"].as_str()?;
                    if versions.put(number, body["SecretString"].as_str()?) {
                        answer(200, json!({ "VersionId": number }).to_string())
                    } else {
                        refusal(
                            400,
                            "ResourceExistsException",
                            "the value is already in use for a version",
                        )
                    }
                }
                _ => return None,
            })
        }),
    )
    .await;
    (server, versions)
}

#[test]
fn of_two_who_saw_the_same_the_second_is_refused() {
    alone("writing::of_two_who_saw_the_same_the_second_is_refused", &[], || async {
        let (server, versions) = service(|_| ()).await;
        let sides = [0, 1].map(|_| store(SECRETS, &server, &[("keys", "true")]));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let side = Arc::clone(&sides[number % 2]);
            tasks.spawn(async move {
                let key = format!("key{number}");
                while let Err(failure) = side.put("app", Some(&key), b"x").await {
                    assert_eq!(failure.to_string(), "not written: somebody else wrote the secret meanwhile: look at what is there, and write again (request r-1)".replace(" (request r-1)", ""));
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.expect("a writer that ends");
        }
        let versions = versions.lock().expect("no panic");
        let last: Value = serde_json::from_str(&versions.all[versions.current].1).expect("JSON");
        assert_eq!(last.as_object().map(serde_json::Map::len), Some(9), "{last}");
        assert_eq!(versions.all.len(), 9, "no version too many");
    });
}

#[test]
fn a_number_that_was_taken_long_ago_is_stepped_over() {
    alone("writing::a_number_that_was_taken_long_ago_is_stepped_over", &[], || async {
        let (server, versions) = service(|_| ()).await;
        let store = store(SECRETS, &server, &[("keys", "true")]);
        store.put("app", Some("b"), b"2").await.expect("it is written");
        // Somebody makes the first version the current one again.
        versions.lock().expect("no panic").current = 0;
        store.put("app", Some("c"), b"3").await.expect("it is written");
        let versions = versions.lock().expect("no panic");
        assert_eq!(versions.all[versions.current].1, r#"{"a":"1","c":"3"}"#);
    });
}

#[test]
fn a_removed_secret_can_be_taken_back() {
    alone("writing::a_removed_secret_can_be_taken_back", &[], || async {
        let server = Listener::of(
            "",
            strict(|action, body| {
                Some(match action {
                    "GetSecretValue" => secret(r#"{"only":"a"}"#),
                    "DeleteSecret" if body["SecretId"] == "gone" => refusal(
                        400,
                        "ResourceNotFoundException",
                        "Secrets Manager can't find the specified secret.",
                    ),
                    "DeleteSecret" => {
                        assert!(
                            body["ForceDeleteWithoutRecovery"].is_null()
                                && body["RecoveryWindowInDays"].is_null()
                        );
                        answer(200, "{}")
                    }
                    _ => return None,
                })
            }),
        )
        .await;
        let one = store(SECRETS, &server, &[]);
        one.remove("app", None).await.expect("it is removed");
        let failure = told(&server, one.remove("gone", None).await);
        assert_eq!(
            failure,
            "absent: there is no secret `gone` in this account and region (request r-1)"
        );
        let several = store(SECRETS, &server, &[("keys", "true")]);
        several.remove("app", Some("only")).await.expect("it is removed with its last key");
        assert_eq!(
            actions(&server),
            ["DeleteSecret", "DeleteSecret", "GetSecretValue", "DeleteSecret"]
        );
    });
}

#[test]
fn what_is_to_be_deleted_is_not_written_over() {
    alone("writing::what_is_to_be_deleted_is_not_written_over", &[], || async {
        let server = Listener::of("", strict(|_, _| Some(refusal(
            400,
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        ))))
        .await;
        let said = "not written: it is scheduled for deletion; take it back with: aws secretsmanager restore-secret --secret-id app (request r-1)";
        for more in [&[][..], &[("keys", "true")]] {
            let store = store(SECRETS, &server, more);
            assert_eq!(told(&server, store.put("app", None, b"x").await), said);
        }
    });
}

#[test]
fn a_right_to_write_that_is_missing_is_named() {
    alone("writing::a_right_to_write_that_is_missing_is_named", &[], || async {
        let server = Listener::of(
            "",
            strict(|action, _| {
                Some(match action {
                    "PutSecretValue" => refusal(400, "ResourceNotFoundException", ""),
                    _ => refusal(400, "AccessDeniedException", ""),
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[]);
        let right = |action: &str| {
            format!(
                "denied: the right `secretsmanager:{action}` on `arn:aws:secretsmanager:eu-west-1:*:secret:app-??????` is missing (request r-1)"
            )
        };
        assert_eq!(told(&server, store.put("app", None, b"x").await), right("CreateSecret"));
        assert_eq!(told(&server, store.remove("app", None).await), right("DeleteSecret"));
        let said = told(&server, store.list().await);
        assert_eq!(
            said,
            "denied: the right `secretsmanager:ListSecrets` on `*` is missing (request r-1)"
        );
    });
}
