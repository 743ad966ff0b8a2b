//! Who may what: signatures and policies, as moto checks them where it is told to.

use serde_json::json;
use strongroom_stores::{Failure, FailureKind, Item};

use super::service::{Moto, ask, get, plant_secret, send, store};

/// Asks IAM; gives what stands in an element of the answer.
async fn iam(moto: &Moto, action: &str, more: &str, element: &str) -> String {
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    let body = format!("Action={action}&Version=2010-05-08{more}");
    let (status, text) = send(&moto.address, "/", "iam", headers, &body).await;
    assert_eq!(status, 200, "{action}: {text}");
    let found = text.split_once(&format!("<{element}>")).and_then(|(_, it)| it.split_once('<'));
    found.map(|(it, _)| it.to_owned()).unwrap_or_default()
}

/// Somebody with one policy; gives the key.
async fn user(moto: &Moto, name: &str, policy: &serde_json::Value) -> (String, String) {
    iam(moto, "CreateUser", &format!("&UserName={name}"), "Arn").await;
    let policy =
        policy.to_string().bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
    let put = format!("&UserName={name}&PolicyName=p&PolicyDocument={policy}");
    iam(moto, "PutUserPolicy", &put, "RequestId").await;
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    let body = format!("Action=CreateAccessKey&Version=2010-05-08&UserName={name}");
    let (_, text) = send(&moto.address, "/", "iam", headers, &body).await;
    let of = |element: &str| {
        let found = text.split_once(&format!("<{element}>")).and_then(|(_, it)| it.split_once('<'));
        found.expect("a key").0.to_owned()
    };
    (of("AccessKeyId"), of("SecretAccessKey"))
}

#[test]
fn who_is_not_known_or_may_not_is_denied_with_the_right_that_is_missing() {
    let Some(moto) = Moto::start() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (reader, stranger) = runtime.expect("a runtime").block_on(async {
        plant_secret(&moto.address, "app", &json!({ "SecretString": "hunter2" })).await;
        let parameter = json!({ "Name": "/app", "Type": "SecureString", "Value": "hunter2" });
        ask(&moto.address, "AmazonSSM.PutParameter", &parameter).await;
        let allows = |actions: &[&str]| {
            json!({ "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }] })
        };
        let reads = allows(&["secretsmanager:GetSecretValue", "ssm:GetParameters"]);
        let reader = user(&moto, "reader", &reads).await;
        let stranger = user(&moto, "stranger", &allows(&["s3:ListBucket"])).await;
        let headers = "Content-Type: text/plain\r\n";
        let (status, text) = send(&moto.address, "/moto-api/reset-auth", "iam", headers, "0").await;
        assert_eq!(status, 200, "{text}");
        (reader, stranger)
    });
    moto.run("moto::rights::of_a_reader", (&reader.0, &reader.1));
    moto.run("moto::rights::of_a_stranger", (&stranger.0, &stranger.1));
    moto.run("moto::rights::of_a_wrong_key", (&reader.0, "another"));
    moto.run("moto::rights::of_nobody", ("AKIANOBODY", "another"));
}

fn assert_denied(failure: &Failure, words: &str) {
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    assert!(failure.detail().contains(words), "{failure}");
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
}

#[ignore = "for a process of its own"]
#[tokio::test]
async fn of_a_reader() {
    let secrets = store("aws-secrets-manager", &[]);
    assert_eq!(get(&secrets, "app").await.as_deref(), Ok("hunter2"));
    // Without the right to batches, and to look at versions.
    let items = ["app", "gone"].map(|name| Item { name: name.to_owned(), version: None });
    let answers = secrets.fetch_batch(&items).await;
    assert!(answers[0].is_ok(), "{:?}", answers[0]);
    let failure = answers[1].as_ref().expect_err("it is not there");
    assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
    assert_eq!(secrets.version(&items[0]).await, Ok(None));
    let failure = secrets.list().await.expect_err("it may not");
    assert_denied(&failure, "the right `secretsmanager:ListSecrets` on `*` is missing");
    let failure = secrets.put("app", None, b"hunter2").await.expect_err("it may not");
    let right = "the right `secretsmanager:PutSecretValue` on `arn:aws:secretsmanager:eu-west-1:*:secret:app-??????`";
    assert_denied(&failure, right);
    let failure = secrets.remove("app", None).await.expect_err("it may not");
    assert_denied(&failure, "the right `secretsmanager:DeleteSecret` on");
    let parameters = store("aws-parameter-store", &[]);
    assert_eq!(get(&parameters, "app").await.as_deref(), Ok("hunter2"));
    assert_eq!(parameters.version(&items[0]).await, Ok(None));
    let failure = parameters.put("app", None, b"hunter2").await.expect_err("it may not");
    assert_denied(
        &failure,
        "the right `ssm:PutParameter` on `arn:aws:ssm:eu-west-1:*:parameter/app`",
    );
    let failure = parameters.list().await.expect_err("it may not");
    assert_denied(
        &failure,
        "the right `ssm:GetParametersByPath` on `arn:aws:ssm:eu-west-1:*:parameter/`",
    );
}

#[ignore = "for a process of its own"]
#[tokio::test]
async fn of_a_stranger() {
    let failure = get(&store("aws-secrets-manager", &[]), "app").await.expect_err("it may not");
    let right = "the right `secretsmanager:GetSecretValue` on `arn:aws:secretsmanager:eu-west-1:*:secret:app-??????`";
    assert_denied(&failure, right);
    let failure = get(&store("aws-parameter-store", &[]), "app").await.expect_err("it may not");
    assert_denied(
        &failure,
        "the right `ssm:GetParameters` on `arn:aws:ssm:eu-west-1:*:parameter/app`",
    );
}

#[ignore = "for a process of its own"]
#[tokio::test]
async fn of_a_wrong_key() {
    for kind in ["aws-secrets-manager", "aws-parameter-store"] {
        let failure = get(&store(kind, &[]), "app").await.expect_err("the key is wrong");
        assert_denied(&failure, "the secret access key is not the one of the access key id");
    }
}

#[ignore = "for a process of its own"]
#[tokio::test]
async fn of_nobody() {
    for kind in ["aws-secrets-manager", "aws-parameter-store"] {
        let failure = get(&store(kind, &[]), "app").await.expect_err("nobody knows it");
        assert_denied(&failure, "AWS does not know the access key id (any more)");
    }
}
