//! `push` into Secrets Manager: what the guide shows, and what it leaves alone.

use serde_json::{Value, json};

use super::command::at;
use super::service::{Moto, ask, plant_secret};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_vault_holds_is_pushed_and_what_it_lost_is_removed() {
    let Some(moto) = Moto::start() else { return };
    let session = at(&moto);
    let foreign = json!({ "SecretString": "hunter2-of-somebody" });
    plant_secret(&moto.address, "shop/other/token", &foreign).await;
    let add =
        "store add aws --kind aws-secrets-manager --region eu-west-1 --prefix shop/production";
    session.types(add, "", true);
    session.types("store allow aws --yes", "", true);
    for name in ["stripe_api_key", "sentry_dsn", "team/token"] {
        session.types(&format!("set --type production {name}"), &format!("hunter2-{name}"), true);
    }
    let push = "push --to aws --type production";
    let said = session.types(&format!("{push} --dry-run"), "", false);
    assert!(said.contains("3 to create"), "{said}");
    let read = async |name: &str| -> Value {
        let asked = json!({ "SecretId": name });
        ask(&moto.address, "secretsmanager.GetSecretValue", &asked).await
    };
    assert_eq!(read("shop/production/sentry_dsn").await, Value::Null);
    session.types(push, "", true);
    for name in ["stripe_api_key", "sentry_dsn", "team/token"] {
        let read = read(&format!("shop/production/{name}")).await;
        assert_eq!(read["SecretString"], format!("hunter2-{name}"));
    }
    // What is equal has no new version.
    let before = read("shop/production/sentry_dsn").await["VersionId"].clone();
    assert!(session.types(push, "", true).contains("3 unchanged"));
    assert_eq!(read("shop/production/sentry_dsn").await["VersionId"], before);

    session.types("unset --type production team/token", "", true);
    let prune = format!("{push} --prune");
    let said = session.types(&format!("{prune} --dry-run"), "", false);
    assert!(said.contains("team/token") && said.contains("remove"), "{said}");
    assert!(!read("shop/production/team/token").await.is_null());
    let said = session.types(&format!("{prune} --yes"), "", true);
    assert!(said.contains("removed aws:team/token"), "{said}");
    let deleted = json!({ "SecretId": "shop/production/team/token" });
    let deleted = ask(&moto.address, "secretsmanager.DescribeSecret", &deleted).await;
    assert!(deleted["DeletedDate"].is_number(), "{deleted}");
    assert_eq!(read("shop/other/token").await["SecretString"], "hunter2-of-somebody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_removed_from_a_whole_account() {
    let Some(moto) = Moto::start() else { return };
    let session = at(&moto);
    session.types("store add aws --kind aws-secrets-manager --region eu-west-1", "", true);
    session.types("store allow aws --yes", "", true);
    session.types("set --type production sentry_dsn", "hunter2-dsn", true);
    let said = session.types("push --to aws --type production --prune --yes", "", false);
    assert!(said.contains("prefix"), "{said}");
}
