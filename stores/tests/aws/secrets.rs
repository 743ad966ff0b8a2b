//! Reading from Secrets Manager: batches, versions, keys, lists.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{Content, FailureKind, Item, Keys};

use crate::alone::alone;
use crate::listener::{Does, Listener};
use crate::service::{
    SECRETS, VALUE, VERSION, a_hundred, actions, answer, get, get_all, one, refusal, said, secret,
    store, strict, told, told_all,
};

const LONG: Duration = Duration::from_secs(10);

/// The ids of a request for several.
fn ids(body: &Value) -> Vec<&str> {
    body["SecretIdList"].as_array().expect("ids").iter().filter_map(Value::as_str).collect()
}

/// An answer with a secret for each of the ids.
fn batch(ids: &[&str]) -> Does {
    let values: Vec<Value> = ids.iter().map(|id| one(&format!("{VALUE}-{id}"), id)).collect();
    answer(200, json!({ "SecretValues": values, "Errors": [] }).to_string())
}

#[test]
fn one_value_is_one_request_and_a_version_is_an_id_or_a_stage() {
    alone("secrets::one_value_is_one_request_and_a_version_is_an_id_or_a_stage", &[], || async {
        let terraform = "terraform-20240102030405067800000001";
        let server = Listener::of(
            "",
            strict(move |action, body| {
                assert_eq!(action, "GetSecretValue");
                assert_eq!(body["SecretId"], "shop/production/app");
                let (id, stage) = (&body["VersionId"], &body["VersionStage"]);
                Some(match (id.as_str(), stage.as_str()) {
                    (None, None) => secret("current"),
                    (Some(VERSION), None) => secret("of the id"),
                    (Some(id), None) if id == terraform => secret("of terraform"),
                    (None, Some("AWSPREVIOUS")) => secret("of the stage"),
                    _ => return None,
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[("prefix", "/shop/production/")]);
        assert_eq!(store.keys(), Keys::One);
        for (reference, value) in [
            ("app".to_owned(), "current"),
            (format!("app@{VERSION}"), "of the id"),
            (format!("app@{terraform}"), "of terraform"),
            ("app@AWSPREVIOUS".to_owned(), "of the stage"),
        ] {
            assert_eq!(get(&store, &reference).await.as_deref(), Ok(value), "{reference}");
        }
        let item = Item { name: "app".to_owned(), version: None };
        let fetched = store.fetch(&item).await.expect("a secret");
        assert_eq!(fetched.version.as_deref(), Some(VERSION));
        let header = |name| server.asked()[0].header(name).unwrap_or_default().to_owned();
        assert_eq!(header("content-type"), "application/x-amz-json-1.1");
        assert!(header("user-agent").contains("app/strongroom"), "{}", header("user-agent"));
        assert!(header("authorization").contains("/eu-west-1/secretsmanager/aws4_request"));
    });
}

#[test]
fn bytes_are_given_as_they_are() {
    alone("secrets::bytes_are_given_as_they_are", &[], || async {
        let server = Listener::of(
            "",
            strict(|_, _| {
                Some(answer(200, r#"{"SecretBinary":"AP/+CoA=","VersionId":"v","Name":"app"}"#))
            }),
        )
        .await;
        let item = Item { name: "app".to_owned(), version: None };
        let fetched = store(SECRETS, &server, &[]).fetch(&item).await.expect("a secret");
        let Content::One(value) = fetched.content else { panic!("it is one") };
        assert_eq!(value.as_slice(), b"\x00\xff\xfe\n\x80");
    });
}

#[test]
fn a_hundred_come_with_five_requests_at_once() {
    alone("secrets::a_hundred_come_with_five_requests_at_once", &[], || async {
        let late = Duration::from_millis(200);
        let server = Listener::of(
            "",
            strict(move |action, body| {
                assert_eq!(action, "BatchGetSecretValue");
                assert!(ids(body).len() <= 20, "AWS takes no more");
                Some(Does::Later(late, Box::new(batch(&ids(body)))))
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[]);
        a_hundred(&store, &server, (5, late), |name| format!("{VALUE}-{name}")).await;
    });
}

#[test]
fn each_of_a_batch_has_an_answer_of_its_own() {
    alone("secrets::each_of_a_batch_has_an_answer_of_its_own", &[], || async {
        let arn = "arn:aws:secretsmanager:eu-west-1:999900001111:secret:other-AbCdEf";
        let server = Listener::of("", strict(move |action, body| match (action, body["NextToken"].as_str()) {
            ("BatchGetSecretValue", None) => {
                assert_eq!(ids(body).len(), 6);
                let errors = json!([
                    { "SecretId": "gone", "ErrorCode": "ResourceNotFoundException", "Message": "Secrets Manager can't find the specified secret." },
                    { "SecretId": "deleted", "ErrorCode": "InvalidRequestException", "Message": "You can't perform this operation on the secret because it was marked for deletion." },
                    { "SecretId": "denied", "ErrorCode": "AccessDeniedException", "Message": "User: hunter2 is not authorized to perform: secretsmanager:GetSecretValue" },
                ]);
                let other = json!({ "SecretString": "of another account", "Name": "other", "ARN": arn, "VersionId": VERSION });
                Some(answer(200, json!({ "SecretValues": [other], "Errors": errors, "NextToken": "t" }).to_string()))
            }
            ("BatchGetSecretValue", Some("t")) => {
                Some(answer(200, json!({ "SecretValues": [one("on another page", "app")] }).to_string()))
            }
            // What a batch says nothing of is asked for by itself, and so is a version.
            ("GetSecretValue", None) if body["SecretId"] == "forgotten" => Some(secret("by itself")),
            ("GetSecretValue", None) if body["VersionStage"] == "AWSPREVIOUS" => Some(secret("earlier")),
            _ => None,
        }))
        .await;
        let store = store(SECRETS, &server, &[]);
        let references =
            ["app", "gone", "deleted", "denied", arn, "forgotten", "app@AWSPREVIOUS", "größe"];
        let answers = told_all(&store, &references).await;
        assert_eq!(
            answers,
            [
                "on another page",
                "absent: there is no secret `gone` in this account and region (request r-1)",
                "absent: it is scheduled for deletion; take it back with: aws secretsmanager restore-secret --secret-id deleted (request r-1)",
                "denied: the right `secretsmanager:GetSecretValue` on `arn:aws:secretsmanager:eu-west-1:*:secret:denied-??????` is missing (request r-1)",
                "of another account",
                "by itself",
                "earlier",
                "absent: there is none: its name must be of letters, digits and `/_+=.@-`, 512 at most",
            ]
        );
    });
}

#[test]
fn a_name_and_an_arn_of_one_secret_are_both_answered() {
    alone("secrets::a_name_and_an_arn_of_one_secret_are_both_answered", &[], || async {
        let partial = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app";
        let server = Listener::of(
            "",
            strict(|action, _| {
                Some(match action {
                    "BatchGetSecretValue" => batch(&["app"]),
                    _ => secret(VALUE),
                })
            }),
        )
        .await;
        let answers = get_all(&store(SECRETS, &server, &[]), &["app", partial], LONG).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    });
}

#[test]
fn without_the_right_to_batches_it_goes_one_by_one() {
    alone("secrets::without_the_right_to_batches_it_goes_one_by_one", &[], || async {
        let server = Listener::of(
            "",
            strict(|action, body| {
                Some(match action {
                    "BatchGetSecretValue" => refusal(
                        400,
                        "AccessDeniedException",
                        "not authorized to perform: secretsmanager:BatchGetSecretValue",
                    ),
                    _ => secret(body["SecretId"].as_str()?),
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[]);
        for _ in 0..2 {
            let answers = get_all(&store, &["a", "b", "c"], LONG).await;
            assert_eq!(answers, ["a", "b", "c"].map(|name| Ok(name.to_owned())));
        }
        let batches = actions(&server).iter().filter(|it| it.starts_with("Batch")).count();
        assert_eq!((batches, actions(&server).len()), (1, 7), "it is asked once whether it may");
    });
}

#[test]
fn members_of_an_object_are_keys() {
    alone("secrets::members_of_an_object_are_keys", &[], || async {
        let object = r#"{"user":"admin","port":5432,"old":null,"pool":{"size":3}}"#;
        let server = Listener::of(
            "",
            strict(move |_, body| {
                Some(match body["SecretId"].as_str()? {
                    "team/db" => secret(object),
                    _ => secret(VALUE),
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[("keys", "true")]);
        assert_eq!(store.keys(), Keys::Several);
        assert_eq!(get(&store, "team/db/user").await.as_deref(), Ok("admin"));
        assert_eq!(get(&store, "team/db/port").await.as_deref(), Ok("5432"));
        assert_eq!(get(&store, "team/db/pool#size").await.as_deref(), Ok("3"));
        assert_eq!(
            told(&server, get(&store, "team/db/old").await),
            "absent: it has no key `old`; it has `pool`, `port`, `user`"
        );
        assert_eq!(
            told(&server, get(&store, "app/key").await),
            "not valid: it is no JSON object, so it has no keys: the store should not have `keys = true`"
        );
    });
}

#[test]
fn the_current_version_is_told_without_the_value() {
    alone("secrets::the_current_version_is_told_without_the_value", &[], || async {
        let described = json!({ "Name": "app", "VersionIdsToStages": {
            VERSION: ["AWSCURRENT", "mine"], "22222222-2222-3333-4444-555555555555": ["AWSPREVIOUS"] } });
        let server = Listener::of(
            "",
            strict(move |action, body| {
                assert_eq!(action, "DescribeSecret");
                Some(match body["SecretId"].as_str()? {
                    "app" => answer(200, described.to_string()),
                    "deleted" => answer(200, r#"{"Name":"deleted","DeletedDate":1790000000}"#),
                    "hidden" => refusal(400, "AccessDeniedException", ""),
                    _ => refusal(
                        400,
                        "ResourceNotFoundException",
                        "Secrets Manager can't find the specified secret.",
                    ),
                })
            }),
        )
        .await;
        let store = store(SECRETS, &server, &[]);
        let version = async |name: &str, version: Option<&str>| {
            let item = Item { name: name.to_owned(), version: version.map(str::to_owned) };
            store.version(&item).await
        };
        assert_eq!(version("app", None).await, Ok(Some(VERSION.to_owned())));
        assert_eq!(version("app", Some("mine")).await, Ok(Some(VERSION.to_owned())));
        assert_eq!(version("app", Some(VERSION)).await, Ok(Some(VERSION.to_owned())));
        assert_eq!(version("hidden", None).await, Ok(None), "another right than reading is");
        for (name, asked) in [("app", Some("none")), ("gone", None), ("deleted", None)] {
            let failure = version(name, asked).await.expect_err("it is not there");
            assert_eq!(failure.kind(), FailureKind::Absent, "{name}: {failure}");
        }
    });
}

#[test]
fn all_pages_are_listed_and_nothing_beside_the_prefix() {
    alone("secrets::all_pages_are_listed_and_nothing_beside_the_prefix", &[], || async {
        let filters = std::sync::Arc::new(Mutex::new(Vec::new()));
        let seen = std::sync::Arc::clone(&filters);
        let server = Listener::of("", strict(move |action, body| {
            assert_eq!(action, "ListSecrets");
            seen.lock().expect("no panic").push(body["Filters"].clone());
            let page = match body["NextToken"].as_str() {
                None => json!({ "NextToken": "2", "SecretList": [{ "Name": "shop/b" }, { "Name": "shop/team/a" }, { "Name": "shopping/c" }] }),
                Some("2") => json!({ "NextToken": "3", "SecretList": [] }),
                Some(_) => json!({ "SecretList": [{ "Name": "shop/a" }, { "Name": "Shop/d" }, { "Name": "shop/e", "DeletedDate": 1_790_000_000 }] }),
            };
            Some(answer(200, page.to_string()))
        }))
        .await;
        let listed = store(SECRETS, &server, &[("prefix", "shop")]).list().await.expect("a list");
        let names: Vec<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "team/a"]);
        let filter = json!([{ "Key": "name", "Values": ["shop/"] }]);
        assert!(filters.lock().expect("no panic").iter().all(|seen| *seen == filter));
        let listed = store(SECRETS, &server, &[]).list().await.expect("a list");
        assert_eq!(listed.len(), 5);
    });
}

#[test]
fn a_list_that_never_ends_ends() {
    alone("secrets::a_list_that_never_ends_ends", &[], || async {
        let server = Listener::of(
            "",
            strict(|_, _| Some(answer(200, r#"{"NextToken":"t","SecretList":[]}"#))),
        )
        .await;
        let failure = store(SECRETS, &server, &[]).list().await.expect_err("no list");
        assert_eq!(
            failure.to_string(),
            "not valid: there are more than 10000 secrets: set `prefix`"
        );
    });
}

#[test]
fn a_secret_without_a_value_says_so() {
    alone("secrets::a_secret_without_a_value_says_so", &[], || async {
        let server = Listener::of("", strict(|_, _| Some(refusal(
            400,
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        ))))
        .await;
        let store = store(SECRETS, &server, &[]);
        assert_eq!(said(&server, &store).await, "absent: it has no value yet (request r-1)");
        assert_eq!(
            told(&server, get(&store, "app@mine").await),
            "absent: it has no version or stage `mine` (request r-1)"
        );
    });
}
