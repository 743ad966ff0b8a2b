//! Whether the program that is built can ask the store that keeps a value.

use strongroom_vault::{Shown, StoreEntry, StoreKind, nearest};

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
    (!BUILT.contains(&kind.feature)).then(|| {
        let (kind, feature) = (kind.name, kind.feature);
        format!(
            "{lies}, and this program is built without stores of the kind `{kind}`\n\
             add them with: cargo add strongroom --features {feature}"
        )
    })
}

/// The kinds that `strongroom` is built with: it hands its features on.
const BUILT: &[&str] = &[
    #[cfg(feature = "aws-parameter-store")]
    "aws-parameter-store",
    #[cfg(feature = "aws-secrets-manager")]
    "aws-secrets-manager",
    #[cfg(feature = "azure-key-vault")]
    "azure-key-vault",
    #[cfg(feature = "command")]
    "command",
    #[cfg(feature = "directory")]
    "directory",
    #[cfg(feature = "env")]
    "env",
    #[cfg(feature = "files")]
    "files",
    #[cfg(feature = "gcp-secret-manager")]
    "gcp-secret-manager",
    #[cfg(feature = "hashicorp-vault")]
    "hashicorp-vault",
    #[cfg(feature = "kubernetes")]
    "kubernetes",
    #[cfg(feature = "strongroom")]
    "strongroom",
];
