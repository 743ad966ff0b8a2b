//! Whether the program that is built can ask the store that keeps a value.

use strongroom_vault::{Shown, StoreEntry, StoreKind, has_store_kind, nearest};

/// What is said of a field whose value for an environment lies in a store of a kind that this program does not have.
pub(super) fn check(secret: &str, environment: &str, store: &StoreEntry<'_>) -> Option<String> {
    let name = store.name();
    let lies = format!("`{secret}` for `{environment}` is kept in the store `{name}`");
    let Some(kind) = StoreKind::named(store.kind()) else {
        let unknown = Shown(store.kind());
        let known = StoreKind::ALL.iter().map(|kind| kind.name);
        let near = nearest(store.kind(), known).map_or(String::new(), |near| {
            format!("\nthere is the kind `{near}`: did you mean it?")
        });
        return Some(format!(
            "{lies}, and there is no kind of store `{unknown}`{near}\nthere are: {}",
            StoreKind::names()
        ));
    };
    // `strongroom` hands its features on.
    (!has_store_kind!(kind)).then(|| {
        let (kind, feature) = (kind.name, kind.feature);
        format!(
            "{lies}, and this program is built without stores of the kind `{kind}`\n\
             add them with: cargo add strongroom --features {feature}"
        )
    })
}
