//! What the API says: versions, names, pages, and each refusal in words that say what to do.

use strongroom_stores::{FailureKind, Item};

use crate::cloud::{
    ACCESS, BASE64, CHECKSUM, VALUE, get, json, payload, plain, reason, refused, said, said_of,
    store, usual,
};
use crate::listener::Does;

#[tokio::test]
async fn versions_aliases_regions_and_prefixes_lead_to_their_paths() {
    for (settings, reference, line) in [
        (&[][..], "app@3", "GET /v1/projects/shop/secrets/app/versions/3:access"),
        (&[], "app@latest", ACCESS),
        (&[], "app@live", "GET /v1/projects/shop/secrets/app/versions/live:access"),
        (
            &[("prefix", "eu-")],
            "app",
            "GET /v1/projects/shop/secrets/eu-app/versions/latest:access",
        ),
        (
            &[("location", "europe-west3")],
            "app",
            "GET /v1/projects/shop/locations/europe-west3/secrets/app/versions/latest:access",
        ),
    ] {
        let server =
            plain(move |asked, _| (asked == line).then(|| payload(3, BASE64, Some(CHECKSUM))))
                .await;
        assert_eq!(
            get(&store(&server, settings), reference).await.expect("a value"),
            VALUE,
            "{line}"
        );
    }
}

#[tokio::test]
async fn what_no_secret_can_be_called_is_not_asked_for() {
    let server = plain(|_, _| None).await;
    let store = store(&server, &[]);
    for reference in ["team/db", "a.b", "größe", "app@1a", "app@v/../1", &"a".repeat(256)] {
        let failure = get(&store, reference).await.expect_err(reference);
        assert_eq!(failure.kind(), FailureKind::Absent, "{reference}: {failure}");
    }
    let failure = store.put("team/db", None, b"hunter2").await.expect_err("no name");
    assert_eq!(
        failure.to_string(),
        "not valid: no secret has such a name: it has letters, digits, `-` and `_`"
    );
    assert_eq!(store.spelled("team/db.password"), "team-db-password");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn keys_are_the_members_of_a_json_object() {
    // {"user":"hunter2","port":5432,"none":null}
    let object = "eyJ1c2VyIjoiaHVudGVyMiIsInBvcnQiOjU0MzIsIm5vbmUiOm51bGx9";
    let server = plain(move |line, _| match line {
        ACCESS => Some(payload(3, object, None)),
        "GET /v1/projects/shop/secrets/text/versions/latest:access" => {
            Some(payload(1, BASE64, None))
        }
        _ => None,
    })
    .await;
    let store = store(&server, &[("keys", "true")]);
    assert_eq!(get(&store, "app/user").await.expect("a value"), VALUE);
    assert_eq!(get(&store, "app/port").await.expect("a value"), "5432");
    assert_eq!(
        said_of(&server, &store, "app/none").await,
        "absent: it has no key `none`; it has `port`, `user`"
    );
    assert_eq!(
        said_of(&server, &store, "text/user").await,
        "not valid: it is no JSON object, so it has no keys: the store should not have `keys = true`"
    );
}

#[tokio::test]
async fn versions_that_have_no_value_are_told_apart_with_what_takes_them_back() {
    let state = |state| {
        let message =
            format!("Secret Version [projects/1/secrets/app/versions/3] is in {state} state.");
        refused(400, "FAILED_PRECONDITION", &message, &[])
    };
    assert_eq!(
        said(state("DISABLED")).await,
        "absent: version `latest` of secret `app` is disabled, perhaps until it is destroyed: \
         `gcloud secrets versions enable latest --secret app --project shop` takes it back"
    );
    assert_eq!(
        said(state("DESTROYED")).await,
        "absent: version `latest` of secret `app` was destroyed, for good: write a new one"
    );
    let server = plain(move |_, _| Some(state("DISABLED"))).await;
    let regional = store(&server, &[("location", "europe-west3")]);
    assert!(
        said_of(&server, &regional, "app@3").await.ends_with(
            "`gcloud secrets versions enable 3 --secret app --project shop --location europe-west3` takes it back"
        )
    );
}

#[tokio::test]
async fn each_refusal_says_what_to_do() {
    let denied = "Permission 'secretmanager.versions.access' denied for resource \
                  'projects/shop/secrets/app/versions/latest' (or it may not exist).";
    for (does, expected) in [
        (
            refused(
                404,
                "NOT_FOUND",
                "Secret [projects/1/secrets/app] not found or has no versions.",
                &[],
            ),
            "absent: there is no secret `app` with a version in project `shop`",
        ),
        (
            refused(404, "NOT_FOUND", "Requested project not found.", &[]),
            "absent: there is no project `shop`, or it is not for these credentials",
        ),
        (
            refused(403, "PERMISSION_DENIED", denied, &[&reason("IAM_PERMISSION_DENIED")]),
            "denied: the right `secretmanager.versions.access` to secret `app` with a version in project `shop` is \
             missing, or that does not exist: `roles/secretmanager.secretAccessor` has it",
        ),
        (
            refused(
                403,
                "PERMISSION_DENIED",
                "Permission denied on resource project shop.",
                &[&reason("CONSUMER_INVALID")],
            ),
            "absent: there is no project `shop`, or it is not for these credentials",
        ),
        (
            refused(403, "PERMISSION_DENIED", "It is disabled.", &[&reason("SERVICE_DISABLED")]),
            "denied: the API is not enabled in the project: `gcloud services enable secretmanager.googleapis.com --project shop`",
        ),
        (
            refused(403, "PERMISSION_DENIED", "x", &[&reason("BILLING_DISABLED")]),
            "denied: the project `shop` has no billing account",
        ),
        (
            refused(403, "PERMISSION_DENIED", "x", &[&reason("USER_PROJECT_DENIED")]),
            "denied: the credentials may not use the quota of the project that they name: it needs \
             `roles/serviceusage.serviceUsageConsumer` for them, or another `GOOGLE_CLOUD_QUOTA_PROJECT`",
        ),
        (
            refused(403, "PERMISSION_DENIED", "x", &[&reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT")]),
            "denied: what this runs on gives tokens without the access scope `cloud-platform`: give it that scope",
        ),
        (
            refused(
                403,
                "PERMISSION_DENIED",
                "Request is prohibited by organization's policy.",
                &[],
            ),
            "denied: a perimeter of VPC Service Controls is around the project, and this is outside of it",
        ),
        (
            refused(401, "UNAUTHENTICATED", "hunter2", &[]),
            "denied: the credentials are not valid (any more): log in again with \
             `gcloud auth application-default login`, or give it others with `GOOGLE_APPLICATION_CREDENTIALS`",
        ),
        (
            refused(400, "INVALID_ARGUMENT", "hunter2", &[]),
            "not valid: the API does not take the request (HTTP 400)",
        ),
        (
            refused(500, "INTERNAL", "hunter2", &[]),
            "unreachable: `http://localhost:PORT` failed (HTTP 500)",
        ),
        (
            refused(503, "UNAVAILABLE", "hunter2", &[REQUEST]),
            "unreachable: `http://localhost:PORT` failed (HTTP 503) (request 7f-1)",
        ),
    ] {
        assert_eq!(said(does).await, expected);
    }
}

const REQUEST: &str = r#"{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"7f-1","servingData":"hunter2"}"#;

#[tokio::test]
async fn a_quota_is_waited_for_as_long_as_the_api_says() {
    let retry = r#"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.8s"}"#;
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let server =
        plain(move |line, asked| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Some(refused(
                429,
                "RESOURCE_EXHAUSTED",
                "Quota exceeded",
                &[retry, &reason("RATE_LIMIT_EXCEEDED")],
            )),
            _ => usual(line, asked),
        })
        .await;
    let began = std::time::Instant::now();
    assert_eq!(get(&store(&server, &[]), "app").await.expect("a value"), VALUE);
    assert!(began.elapsed() >= std::time::Duration::from_millis(800), "it came back too early");
    assert_eq!(
        said(refused(429, "RESOURCE_EXHAUSTED", "Quota exceeded", &[])).await,
        "throttled: the API takes no more requests for now"
    );
}

#[tokio::test]
async fn the_version_is_told_where_somebody_may_look_and_only_while_it_has_a_value() {
    let item = Item { name: "app".to_owned(), version: None };
    for (does, expected) in [
        (json(200, r#"{"name":"projects/1/secrets/app/versions/7","state":"ENABLED"}"#), Some("7")),
        (json(200, r#"{"name":"projects/1/secrets/app/versions/7","state":"DISABLED"}"#), None),
        (refused(403, "PERMISSION_DENIED", "no", &[]), None),
    ] {
        let server = plain(move |line, _| {
            (line == "GET /v1/projects/shop/secrets/app/versions/latest").then(|| does.clone())
        })
        .await;
        let version = store(&server, &[]).version(&item).await.expect("an answer");
        assert_eq!(version.as_deref(), expected);
    }
}

#[tokio::test]
async fn a_list_goes_over_all_pages_and_has_what_begins_with_the_prefix() {
    let page = |names: &[&str], next: &str| {
        let names = names.iter().map(|name| format!(r#"{{"name":"projects/1/secrets/{name}"}}"#));
        let names = names.collect::<Vec<_>>().join(",");
        json(200, format!(r#"{{"secrets":[{names}],"nextPageToken":"{next}"}}"#))
    };
    let server = plain(move |line, _| match line {
        "GET /v1/projects/shop/secrets?pageSize=500&filter=name%3Aeu-" => {
            Some(page(&["eu-b", "not-eu-x", "eu-"], "a/b=="))
        }
        "GET /v1/projects/shop/secrets?pageSize=500&filter=name%3Aeu-&pageToken=a/b%3D%3D" => {
            Some(page(&["eu-a"], ""))
        }
        _ => None,
    })
    .await;
    let listed = store(&server, &[("prefix", "eu-")]).list().await.expect("a list");
    assert_eq!(listed.into_iter().map(|it| it.name).collect::<Vec<_>>(), ["a", "b"]);

    let endless = plain(move |_, _| Some(page(&["a"], "again"))).await;
    let failure = store(&endless, &[]).list().await.expect_err("no end");
    assert_eq!((failure.kind(), endless.asked().len()), (FailureKind::Unreachable, 2));

    let empty = plain(|_, _| Some(json(200, "{}"))).await;
    assert_eq!(store(&empty, &[]).list().await, Ok(Vec::new()));

    let denied = plain(|_, _| Some(refused(403, "PERMISSION_DENIED", "no", &[]))).await;
    let failure = store(&denied, &[]).list().await.expect_err("no right");
    assert!(failure.detail().contains("`roles/secretmanager.viewer` has it"), "{failure}");
}

#[tokio::test]
async fn a_hundred_are_fetched_sixteen_at_once() {
    let server = plain(|line, _| {
        let is_one = line.starts_with("GET /v1/projects/shop/secrets/many-");
        let later = std::time::Duration::from_millis(20);
        is_one.then(|| Does::Later(later, Box::new(payload(1, BASE64, Some(CHECKSUM)))))
    })
    .await;
    let opened =
        strongroom_stores::Opened { name: "google".to_owned(), store: store(&server, &[]) };
    let wanted: Vec<_> = (0..100)
        .map(|number| strongroom_stores::Fetch {
            store: opened.clone(),
            reference: strongroom_stores::Reference::parse(&format!("many-{number}")).expect("it"),
        })
        .collect();
    let answers = strongroom_stores::fetch(&wanted, &strongroom_stores::Limits::default()).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(server.asked().len(), 100);
}
