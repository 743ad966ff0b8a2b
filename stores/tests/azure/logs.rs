//! What Microsoft's clients and this crate log, at the finest level, holds no value, no secret of a login and no token.

use crate::alone::{PRINCIPAL, alone};
use crate::traced::Traced;
use crate::vault::get;

alone! {
    (PRINCIPAL)
    async fn no_log_holds_a_value_or_a_token(azure) {
        let logged = Traced::default();
        tracing::subscriber::set_global_default(logged.clone()).expect("the first");
        azure.kept().plant("app", "MARKER-value");
        let store = azure.store(&[]);
        assert_eq!(get(&store, "app").await.as_deref(), Ok("MARKER-value"));
        store.put("new", None, b"MARKER-new-value").await.expect("it is written");
        assert_eq!(get(&store, "new").await.as_deref(), Ok("MARKER-new-value"));
        store.list().await.expect("a list");
        get(&store, "no-such").await.expect_err("none");
        store.remove("app", None).await.expect("it is removed");
        get(&store, "app").await.expect_err("none");
        let shown = format!("{store:?}");
        let logged = logged.text();
        assert!(logged.contains("shop.vault.azure.net"), "nothing was logged:\n{logged}");
        for line in logged.lines().chain([shown.as_str()]) {
            assert!(!line.contains("MARKER"), "{line}");
        }
    }
}
