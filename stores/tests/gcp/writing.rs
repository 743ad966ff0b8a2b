//! Writing and removing: checksums, new secrets, limits, and what two who write at once find out.

use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_stores::FailureKind;

use crate::cloud::{ACCESS, json, payload, plain, refused, store};
use crate::listener::Does;

const ADD: &str = "POST /v1/projects/shop/secrets/app:addVersion";
const BODY: &str = r#"{"payload":{"data":"aHVudGVyMg==","dataCrc32c":"1736498283"}}"#;

fn added(version: u64) -> Does {
    json(
        200,
        format!(r#"{{"name":"projects/1/secrets/app/versions/{version}","state":"ENABLED"}}"#),
    )
}

#[tokio::test]
async fn a_value_is_added_with_its_checksum() {
    let server = plain(|line, asked| (line == ADD && asked.body == BODY).then(|| added(4))).await;
    let version = store(&server, &[]).put("app", None, b"hunter2").await;
    assert_eq!(version, Ok(Some("4".to_owned())));
    assert_eq!(server.lines(), [ADD]);
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_made_first() {
    for (settings, parent, body) in [
        (
            &[][..],
            "projects/shop",
            r#"{"replication":{"automatic":{}},"labels":{"managed-by":"strongroom"}}"#,
        ),
        (
            &[("location", "europe-west3")],
            "projects/shop/locations/europe-west3",
            r#"{"labels":{"managed-by":"strongroom"}}"#,
        ),
    ] {
        // Somebody else may make it at the same time.
        for made in [json(200, "{}"), refused(409, "ALREADY_EXISTS", "it is", &[])] {
            let tries = AtomicUsize::new(0);
            let server = plain(move |line, asked| {
                if line == format!("POST /v1/{parent}/secrets?secretId=app") {
                    return (asked.body == body).then(|| made.clone());
                }
                (line == format!("POST /v1/{parent}/secrets/app:addVersion")).then(|| {
                    match tries.fetch_add(1, Ordering::SeqCst) {
                        0 => refused(
                            404,
                            "NOT_FOUND",
                            "Secret [projects/1/secrets/app] not found.",
                            &[],
                        ),
                        _ => added(1),
                    }
                })
            })
            .await;
            let version = store(&server, settings).put("app", None, b"hunter2").await;
            assert_eq!(version, Ok(Some("1".to_owned())));
            assert_eq!(server.asked().len(), 3);
        }
    }
}

#[tokio::test]
async fn limits_are_kept_before_anything_is_asked() {
    let server = plain(|line, _| (line == ADD).then(|| added(1))).await;
    let store = store(&server, &[]);
    for (length, said) in [
        (0, "not valid: Secret Manager keeps no empty values"),
        (65_537, "not valid: it has 65537 bytes, and Secret Manager keeps 65536 at most"),
    ] {
        let failure = store.put("app", None, &vec![b'x'; length]).await.expect_err("a limit");
        assert_eq!(failure.to_string(), said);
    }
    assert!(server.asked().is_empty());
    assert!(store.put("app", None, &vec![b'x'; 65_536]).await.is_ok());
}

#[tokio::test]
async fn rights_to_write_are_named() {
    let denied = || refused(403, "PERMISSION_DENIED", "no", &[]);
    let server = plain(move |_, _| Some(denied())).await;
    let store_of = |server| store(server, &[]);
    let failure = store_of(&server).put("app", None, b"hunter2").await.expect_err("no right");
    assert!(
        failure.detail().contains("`roles/secretmanager.secretVersionAdder` has it"),
        "{failure}"
    );
    let failure = store_of(&server).remove("app", None).await.expect_err("no right");
    assert!(failure.detail().contains("`secretmanager.secrets.delete`"), "{failure}");
    let server = plain(move |line, _| {
        Some(if line == ADD {
            refused(404, "NOT_FOUND", "Secret [projects/1/x] not found.", &[])
        } else {
            denied()
        })
    })
    .await;
    let failure = store_of(&server).put("app", None, b"hunter2").await.expect_err("no right");
    assert!(failure.detail().contains("`secretmanager.secrets.create`"), "{failure}");
}

/// `{"user":"hunter2","port":5432}`.
const OBJECT: &str = "eyJ1c2VyIjoiaHVudGVyMiIsInBvcnQiOjU0MzJ9";
/// `{"port":5432,"user":"hunter2","new":"a\"b"}`.
const WRITTEN: &str = "eyJwb3J0Ijo1NDMyLCJ1c2VyIjoiaHVudGVyMiIsIm5ldyI6ImFcImIifQ==";

#[tokio::test]
async fn a_key_is_written_beside_the_others_and_who_wrote_at_the_same_time_is_told() {
    for (number, is_alone) in [(6, true), (7, false)] {
        let server = plain(move |line, asked| match line {
            ACCESS => Some(payload(5, OBJECT, None)),
            ADD if asked.body.contains(WRITTEN) => Some(added(number)),
            _ => None,
        })
        .await;
        let written = store(&server, &[("keys", "true")]).put("app", Some("new"), b"a\"b").await;
        if is_alone {
            assert_eq!(written, Ok(Some("6".to_owned())));
            continue;
        }
        assert_eq!(
            written.expect_err("a conflict").to_string(),
            "not written: somebody else wrote the secret at the same time: version 7 is this one, with the keys of \
             version 5, and theirs is version 6; write again what is missing"
        );
    }
}

#[tokio::test]
async fn a_key_is_removed_and_with_the_last_one_the_secret() {
    let server = plain(|line, asked| match line {
        ACCESS => Some(payload(5, OBJECT, None)),
        // {"user":"hunter2"}
        ADD if asked.body.contains("eyJ1c2VyIjoiaHVudGVyMiJ9") => Some(added(6)),
        _ => None,
    })
    .await;
    let of_keys = store(&server, &[("keys", "true")]);
    assert_eq!(of_keys.remove("app", Some("port")).await, Ok(()));
    let failure = of_keys.remove("app", Some("nothing")).await.expect_err("no key");
    assert_eq!(failure.to_string(), "absent: it has no key `nothing`");

    let server = plain(|line, _| match line {
        ACCESS => Some(payload(6, "eyJ1c2VyIjoiaHVudGVyMiJ9", None)),
        "DELETE /v1/projects/shop/secrets/app" => Some(json(200, "{}")),
        _ => None,
    })
    .await;
    assert_eq!(store(&server, &[("keys", "true")]).remove("app", Some("user")).await, Ok(()));
    assert_eq!(store(&server, &[]).remove("app", None).await, Ok(()));
}

#[tokio::test]
async fn keys_of_a_version_that_is_disabled_are_not_lost() {
    let server = plain(|line, _| {
        let disabled = "Secret Version [x] is in DISABLED state.";
        (line == ACCESS).then(|| refused(400, "FAILED_PRECONDITION", disabled, &[]))
    })
    .await;
    let store = store(&server, &[("keys", "true")]);
    let failure = store.put("app", Some("new"), b"hunter2").await.expect_err("a conflict");
    assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
    let failure = store.put("app", Some("new"), b"\xff").await.expect_err("no text");
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
}
