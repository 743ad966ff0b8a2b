//! The command with a vault in Azure as a store: what the guide shows, typed.

use crate::alone::{self, PRINCIPAL, TENANT};
use crate::session::Session;
use crate::vault::get;

#[test]
fn values_are_linked_written_checked_and_moved_as_the_guide_says() {
    let test =
        "live::azure::command::values_are_linked_written_checked_and_moved_as_the_guide_says";
    alone::run(test, PRINCIPAL, async |azure| {
        azure.kept().plant("stripe-api-key", "hunter2-stripe");
        azure.kept().plant("shop-smtp", "hunter2-smtp");
        let mut session = Session::new();
        for name in ["HTTPS_PROXY", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"] {
            session = session.with(name, std::env::var_os(name).expect("a login"));
        }
        session.types("init", "", true);
        let ca_file = azure.far.ca_file();
        let add = format!(
            "store add azure --kind azure-key-vault --vault_name shop --ca_file {}",
            ca_file.display()
        );
        session.types(&add, "", true);
        session.types("link --type production stripe_api_key azure:", "", true);
        session.types("set --type production --store azure sentry_dsn", "hunter2-dsn", true);
        let store = azure.store(&[]);
        assert_eq!(get(&store, "sentry-dsn").await.as_deref(), Ok("hunter2-dsn"));
        session.types("sync --type production --store azure --yes", "", true);
        session.types("set --type dev database_url", "hunter2-database", true);
        session.types("copy database_url --from dev --to production --store azure --yes", "", true);
        session.types("check --type production --live", "", true);
        let vault = session.vault();
        for reference in ["stripe-api-key", "sentry-dsn", "shop-smtp", "database-url"] {
            assert!(vault.contains(&format!("ref = \"{reference}\"")), "{reference} in\n{vault}");
        }
        assert!(!vault.contains(TENANT));

        store.remove("stripe-api-key", None).await.expect("it is removed");
        let said = session.types("check --type production --live", "", false);
        let told = "it was deleted, and can be had back until it is purged: `az keyvault secret recover --vault-name shop --name stripe-api-key`";
        assert!(said.contains(told), "{said}");
    });
}
