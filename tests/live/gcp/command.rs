//! The command with Secret Manager as a store: what the guide shows, typed against the emulator.

use data_encoding::BASE64;
use reqwest::Method;

use super::project::{Project, emulator};
use crate::session::Session;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_linked_written_checked_and_moved_as_the_guide_says() {
    let Some(emulator) = emulator() else { return };
    let project = Project::new(emulator.clone(), "command");
    project.plant("stripe-api-key", b"hunter2-stripe").await;
    project.plant("smtp", b"hunter2-smtp").await;
    let session =
        Session::new().with("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", &emulator.address);

    session.types("init", "", true);
    session.types("store add google --kind gcp-secret-manager --project command", "", true);
    session.types("link --type production stripe_api_key google:stripe-api-key", "", true);
    session.types("set --type production --store google sentry.dsn", "hunter2-dsn", true);
    let path = "projects/command/secrets/sentry-dsn/versions/1:access";
    let (_, read) = emulator.ask(Method::GET, path, None).await;
    assert_eq!(read["payload"]["data"], BASE64.encode(b"hunter2-dsn"));
    session.types("sync --type production --store google --yes", "", true);
    session.types("set --type dev database_url", "hunter2-database", true);
    let copy = "copy database_url --from dev --to production --store google --yes";
    session.types(copy, "", true);
    session.types("check --type production --live", "", true);
    let vault = session.vault();
    for reference in ["stripe-api-key", "sentry-dsn", "smtp", "database_url"] {
        assert!(vault.contains(&format!("ref = \"{reference}\"")), "{reference} in\n{vault}");
    }

    let path = "projects/command/secrets/stripe-api-key";
    assert_eq!(emulator.ask(Method::DELETE, path, None).await.0, 200);
    let said = session.types("check --type production --live", "", false);
    let expected =
        "absent: there is no secret `stripe-api-key` with a version in project `command`";
    assert!(said.contains("stripe_api_key") && said.contains(expected), "{said}");
}
