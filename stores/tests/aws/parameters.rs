//! Parameter Store: batches, versions and labels, paths, tiers, what it refuses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{FailureKind, Item};

use crate::alone::alone;
use crate::listener::{Does, Listener};
use crate::service::{
    PARAMETERS, VALUE, a_hundred, actions, answer, get, get_all, parameter, refusal, said, store,
    strict, told, told_all,
};

const LONG: Duration = Duration::from_secs(10);

/// The names of a request.
fn names(body: &Value) -> Vec<&str> {
    body["Names"].as_array().expect("names").iter().filter_map(Value::as_str).collect()
}

/// An answer with a parameter for each of the names.
fn parameters(names: &[&str]) -> Does {
    let one = |name: &&str| parameter(name, &format!("{VALUE}-{name}"), 7);
    answer(200, json!({ "Parameters": names.iter().map(one).collect::<Vec<_>>() }).to_string())
}

#[test]
fn a_hundred_come_with_ten_requests_at_once() {
    alone("parameters::a_hundred_come_with_ten_requests_at_once", &[], || async {
        let late = Duration::from_millis(200);
        let server = Listener::of(
            "",
            strict(move |action, body| {
                assert_eq!(action, "GetParameters");
                assert!(names(body).len() <= 10, "AWS takes no more");
                assert_eq!(body["WithDecryption"], true);
                Some(Does::Later(late, Box::new(parameters(&names(body)))))
            }),
        )
        .await;
        let store = store(PARAMETERS, &server, &[("prefix", "shop")]);
        a_hundred(&store, &server, (10, late), |name| format!("{VALUE}-/shop/{name}")).await;
    });
}

#[test]
fn versions_labels_folders_and_other_accounts_are_asked_for_as_aws_names_them() {
    alone(
        "parameters::versions_labels_folders_and_other_accounts_are_asked_for_as_aws_names_them",
        &[],
        || async {
            let arn = "arn:aws:ssm:eu-west-1:999900001111:parameter/shared/db";
            let server = Listener::of(
                "",
                strict(move |_, body| {
                    let mut other = parameter("/shared/db", "of another account", 1);
                    other["ARN"] = json!(arn);
                    let third = parameter("/team/db", "third", 3);
                    // AWS is asked for one version of a parameter at a time.
                    let told = match names(body)[..] {
                        ["plain", "/team/db:3", asked] if asked == arn => {
                            vec![other, third, parameter("/plain", "without a folder", 1)]
                        }
                        ["/team/db:good"] => vec![parameter("/team/db", "labelled", 2)],
                        ["/team/db"] => vec![parameter("/team/db", "current", 9)],
                        // Another version than was asked for is none.
                        ["/team/db:4"] => vec![third],
                        _ => return None,
                    };
                    let told = json!({ "Parameters": told });
                    Some(answer(200, told.to_string()))
                }),
            )
            .await;
            let store = store(PARAMETERS, &server, &[]);
            let references = [
                "plain",
                "team/db@3",
                "team/db@good",
                "team/db",
                arn,
                "größe",
                "a@b:c",
                "team/db@4",
            ];
            let answers = told_all(&store, &references).await;
            assert_eq!(
                answers,
                [
                    "without a folder",
                    "third",
                    "labelled",
                    "current",
                    "of another account",
                    "absent: there is none: its name must be of letters, digits and `/_.-`, 1,011 at most",
                    "absent: a version is a number, and a label of letters, digits and `_.-`",
                    "absent: there is no parameter `/team/db`, or no version or label `4` of it",
                ]
            );
        },
    );
}

#[test]
fn one_that_is_denied_takes_no_other_along() {
    alone("parameters::one_that_is_denied_takes_no_other_along", &[], || async {
        let server = Listener::of("", strict(|_, body| {
            let names = names(body);
            Some(match names[..] {
                ["/shop/denied"] => refusal(400, "AccessDeniedException", "User: x is not authorized to perform: ssm:GetParameters"),
                ["/shop/sealed"] => refusal(400, "AccessDeniedException", "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."),
                ["/shop/gone"] => answer(200, r#"{"InvalidParameters":["/shop/gone"]}"#),
                [_] => parameters(&names),
                _ => refusal(400, "AccessDeniedException", ""),
            })
        }))
        .await;
        let store = store(PARAMETERS, &server, &[("prefix", "/shop")]);
        let answers = told_all(&store, &["app", "denied", "sealed", "gone"]).await;
        assert_eq!(
            answers,
            [
                "hunter2-/shop/app",
                "denied: the right `ssm:GetParameters` on `arn:aws:ssm:eu-west-1:*:parameter/shop/denied` is missing (request r-1)",
                "denied: its KMS key cannot be used: the right `kms:Decrypt` on that key is missing, or the key is not there (request r-1)",
                "absent: there is no parameter `/shop/gone` in this account and region",
            ]
        );
    });
}

#[test]
fn what_is_said_of_all_is_not_asked_for_each() {
    alone("parameters::what_is_said_of_all_is_not_asked_for_each", &[], || async {
        let server =
            Listener::of("", strict(|_, _| Some(refusal(400, "UnrecognizedClientException", ""))))
                .await;
        let store = store(PARAMETERS, &server, &[]);
        let answers = get_all(&store, &["a", "b"], LONG).await;
        assert!(
            answers.iter().all(|it| it.as_ref().is_err_and(|it| it.kind() == FailureKind::Denied))
        );
        assert_eq!(server.asked().len(), 1);
        let server =
            Listener::of("", strict(|_, _| Some(refusal(400, "ThrottlingException", "")))).await;
        let said = said(&server, &crate::service::store(PARAMETERS, &server, &[])).await;
        assert_eq!(said, "throttled: Parameter Store takes no more requests for now (request r-1)");
    });
}

#[test]
fn a_value_is_written_sealed_and_as_a_new_version() {
    alone("parameters::a_value_is_written_sealed_and_as_a_new_version", &[], || async {
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&bodies);
        let server = Listener::of(
            "",
            strict(move |action, body| {
                assert_eq!(action, "PutParameter");
                seen.lock().expect("no panic").push(body.clone());
                Some(answer(200, r#"{"Version":8,"Tier":"Standard"}"#))
            }),
        )
        .await;
        let standard = store(PARAMETERS, &server, &[("prefix", "/shop")]);
        let put = standard.put("app", None, VALUE.as_bytes()).await;
        assert_eq!(put, Ok(Some("8".to_owned())));
        let advanced = store(PARAMETERS, &server, &[("tier", "advanced")]);
        advanced.put("app", None, &[b'x'; 8192]).await.expect("it is written");
        let bodies = bodies.lock().expect("no panic").clone();
        let expected = json!({ "Name": "/shop/app", "Value": VALUE, "Type": "SecureString", "Overwrite": true });
        assert_eq!(bodies[0], expected);
        assert_eq!(bodies[1]["Tier"], "Advanced");
        for (store, name, value, said) in [
            (&standard, "app", b"".as_slice(), "Parameter Store keeps no empty value"),
            (
                &standard,
                "app",
                &[b'x'; 4097],
                "it has 4097 bytes, and a parameter of this tier 4096 at most: `tier = \"advanced\"` takes 8192, for money, and Secrets Manager 65536",
            ),
            (
                &advanced,
                "app",
                &[b'x'; 8193],
                "it has 8193 bytes, and a parameter of this tier 8192 at most: Secrets Manager takes 65536",
            ),
            (
                &standard,
                "app",
                b"\xff",
                "Parameter Store keeps text only, and the value is none: write it in base64",
            ),
            (
                &advanced,
                "aws-app",
                b"x",
                "its name must not begin with `aws` or `ssm`, which AWS keeps for itself: set `prefix`",
            ),
        ] {
            assert_eq!(
                told(&server, store.put(name, None, value).await),
                format!("not valid: {said}")
            );
        }
        assert_eq!(server.asked().len(), 2, "what AWS would refuse is not sent");
    });
}

#[test]
fn what_is_not_written_or_removed_says_why() {
    alone("parameters::what_is_not_written_or_removed_says_why", &[], || async {
        for (code, said) in [
            ("TooManyUpdates", "not written: somebody else wrote the parameter at the same time"),
            (
                "HierarchyTypeMismatchException",
                "not written: it is no `SecureString`, and AWS does not change that: delete it with `aws ssm delete-parameter --name …`, and write again",
            ),
            (
                "ParameterMaxVersionLimitExceeded",
                "not written: it has all the versions that AWS keeps, and the oldest has a label: move that with `aws ssm label-parameter-version --name … --labels …`",
            ),
            (
                "ValidationException",
                "not valid: Parameter Store does not take the value or the name: a value cannot have `{{…}}` in it",
            ),
            (
                "ParameterLimitExceeded",
                "not valid: the account has all the parameters that its quota allows",
            ),
            (
                "AccessDeniedException",
                "denied: the right `ssm:PutParameter` on `arn:aws:ssm:eu-west-1:*:parameter/app` is missing",
            ),
        ] {
            let server =
                Listener::of("", strict(move |_, _| Some(refusal(400, code, VALUE)))).await;
            let store = store(PARAMETERS, &server, &[]);
            assert_eq!(
                told(&server, store.put("app", None, b"x").await),
                format!("{said} (request r-1)")
            );
        }
        for (tier, right) in [("standard", "kms:Encrypt"), ("advanced", "kms:GenerateDataKey")] {
            let does = |_: &str, _: &Value| Some(refusal(400, "AccessDeniedException", "… kms:…"));
            let server = Listener::of("", strict(does)).await;
            let store = store(PARAMETERS, &server, &[("tier", tier)]);
            let said = told(&server, store.put("app", None, b"x").await);
            assert!(said.contains(&format!("the right `{right}` on that key")), "{said}");
        }
        let server = Listener::of(
            "",
            strict(|_, body| {
                Some(match body["Name"].as_str()? {
                    "app" => answer(200, "{}"),
                    _ => refusal(400, "ParameterNotFound", ""),
                })
            }),
        )
        .await;
        let store = store(PARAMETERS, &server, &[]);
        store.remove("app", None).await.expect("it is removed");
        let said = told(&server, store.remove("gone", None).await);
        assert_eq!(
            said,
            "absent: there is no parameter `gone` in this account and region (request r-1)"
        );
        assert_eq!(actions(&server), ["DeleteParameter", "DeleteParameter"]);
    });
}

#[test]
fn all_pages_below_the_path_are_listed() {
    alone("parameters::all_pages_below_the_path_are_listed", &[], || async {
        let server = Listener::of("", strict(|action, body| {
            assert_eq!((action, &body["Recursive"], &body["WithDecryption"]), ("GetParametersByPath", &json!(true), &json!(false)));
            let one = |name: &str| parameter(name, "sealed", 1);
            let page = match (body["Path"].as_str()?, body["NextToken"].as_str()) {
                ("/shop", None) => json!({ "NextToken": "2", "Parameters": [one("/shop/b"), one("/shopping/c"), one("/shop")] }),
                ("/shop", Some("2")) => json!({ "Parameters": [one("/shop/team/a")] }),
                ("/", None) => json!({ "Parameters": [one("/shop/b"), one("/plain")] }),
                _ => return None,
            };
            Some(answer(200, page.to_string()))
        }))
        .await;
        for (more, expected) in
            [(&[("prefix", "/shop/")][..], ["b", "team/a"]), (&[], ["plain", "shop/b"])]
        {
            let listed = store(PARAMETERS, &server, more).list().await.expect("a list");
            let names: Vec<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
            assert_eq!(names, expected);
        }
    });
}

#[test]
fn the_current_version_is_told_without_opening_it() {
    alone("parameters::the_current_version_is_told_without_opening_it", &[], || async {
        let server = Listener::of(
            "",
            strict(|action, body| {
                assert_eq!((action, &body["WithDecryption"]), ("GetParameter", &json!(false)));
                Some(match body["Name"].as_str()? {
                    "app" => answer(
                        200,
                        json!({ "Parameter": parameter("/app", "sealed", 7) }).to_string(),
                    ),
                    "hidden" => refusal(400, "AccessDeniedException", ""),
                    "app:9" => refusal(400, "ParameterVersionNotFound", ""),
                    _ => refusal(400, "ParameterNotFound", ""),
                })
            }),
        )
        .await;
        let store = store(PARAMETERS, &server, &[]);
        let version = async |name: &str, version: Option<&str>| {
            store
                .version(&Item { name: name.to_owned(), version: version.map(str::to_owned) })
                .await
        };
        assert_eq!(version("app", None).await, Ok(Some("7".to_owned())));
        assert_eq!(version("hidden", None).await, Ok(None));
        assert_eq!(
            told(&server, version("app", Some("9")).await),
            "absent: it has no version or label `9` (request r-1)"
        );
        assert_eq!(version("gone", None).await.expect_err("nothing").kind(), FailureKind::Absent);
    });
}

#[test]
fn a_parameter_that_is_no_json_has_no_path() {
    alone("parameters::a_parameter_that_is_no_json_has_no_path", &[], || async {
        let server = Listener::of(
            "",
            strict(|_, _| {
                Some(answer(
                    200,
                    json!({ "Parameters": [parameter("/app", r#"{"a":{"b":"c"}}"#, 1)] })
                        .to_string(),
                ))
            }),
        )
        .await;
        assert_eq!(get(&store(PARAMETERS, &server, &[]), "app#a.b").await.as_deref(), Ok("c"));
    });
}
