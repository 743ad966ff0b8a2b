//! The command with AWS as a store: what the guide shows, typed against a server that plays it.

use serde_json::json;

use super::service::{Moto, ask, plant_secret, variables};
use crate::session::Session;

/// Somebody with a vault, whose environment leads to the server.
pub(crate) fn at(moto: &Moto) -> Session {
    let variables = variables(&moto.address, ("AKIDANYBODY", "s3cr3t-key"));
    let with = |session: Session, (name, value): (&str, String)| session.with(name, value);
    let session = variables.into_iter().fold(Session::new(), with);
    session.types("init", "", true);
    session
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_linked_written_checked_and_moved_as_the_guide_says() {
    let Some(moto) = Moto::start() else { return };
    let stripe = json!({ "SecretString": "{\"stripe\":\"hunter2-stripe\"}" });
    plant_secret(&moto.address, "shop/production/api-credentials", &stripe).await;
    let session = at(&moto);
    let add = "store add aws --kind aws-secrets-manager --region eu-west-1 --prefix shop/production --keys true";
    session.types(add, "", true);
    let add =
        "store add params --kind aws-parameter-store --region eu-west-1 --prefix /shop/production";
    session.types(add, "", true);
    let link = "link --type production stripe_api_key aws:api-credentials/stripe";
    session.types(link, "", true);
    session.types("set --type production --store aws sentry_dsn", "hunter2-dsn", true);
    session.types("set --type production --store params smtp_password", "hunter2-smtp", true);
    let asked = json!({ "SecretId": "shop/production/sentry_dsn" });
    let read = ask(&moto.address, "secretsmanager.GetSecretValue", &asked).await;
    assert_eq!(read["SecretString"], r#"{"value":"hunter2-dsn"}"#);
    let asked = json!({ "Name": "/shop/production/smtp_password", "WithDecryption": true });
    let read = ask(&moto.address, "AmazonSSM.GetParameter", &asked).await;
    assert_eq!(
        (&read["Parameter"]["Value"], &read["Parameter"]["Type"]),
        (&json!("hunter2-smtp"), &json!("SecureString"))
    );
    let planted = json!({ "Name": "/shop/production/team/token", "Type": "String", "Value": "hunter2-token" });
    ask(&moto.address, "AmazonSSM.PutParameter", &planted).await;
    session.types("sync --type production --store params --yes", "", true);
    session.types("set --type dev database_url", "hunter2-database", true);
    let copy = "copy database_url --from dev --to production --store aws --yes";
    session.types(copy, "", true);
    session.types("check --type production --live", "", true);
    let vault = session.vault();
    for reference in [
        "api-credentials/stripe",
        "sentry_dsn/value",
        "smtp_password",
        "team/token",
        "database_url/value",
    ] {
        assert!(vault.contains(&format!("ref = \"{reference}\"")), "{reference} in\n{vault}");
    }

    let deleted = json!({ "SecretId": "shop/production/api-credentials" });
    ask(&moto.address, "secretsmanager.DeleteSecret", &deleted).await;
    let said = session.types("check --type production --live", "", false);
    let expected = "aws secretsmanager restore-secret --secret-id shop/production/api-credentials";
    assert!(said.contains("stripe_api_key") && said.contains(expected), "{said}");
}
