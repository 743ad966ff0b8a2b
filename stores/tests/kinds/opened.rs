//! A store as a test opens it.

use std::path::Path;
use std::sync::Arc;

use strongroom_stores::{
    Content, Failure, Item, Listed, OpenError, Setting, Settings, Store, open,
};

/// Opens a store with settings.
pub(crate) fn try_opened(
    kind: &str,
    base: &Path,
    settings: &[(&str, Setting)],
) -> Result<Arc<dyn Store>, OpenError> {
    let settings = settings.iter().map(|(name, setting)| ((*name).to_owned(), setting.clone()));
    open(kind, Settings::new(settings), base)
}

pub(crate) fn opened(kind: &str, base: &Path, settings: &[(&str, Setting)]) -> Arc<dyn Store> {
    try_opened(kind, base, settings).unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(any(feature = "directory", feature = "env", feature = "files", feature = "strongroom"))]
pub(crate) fn text(text: impl Into<String>) -> Setting {
    Setting::Text(text.into())
}

/// What the settings are refused with.
pub(crate) fn refused(kind: &str, settings: &[(&str, Setting)]) -> String {
    let opened = try_opened(kind, Path::new("/vault"), settings);
    opened.expect_err("settings that are refused").to_string()
}

/// The one value of a secret.
pub(crate) async fn value(store: &Arc<dyn Store>, name: &str) -> Result<Vec<u8>, String> {
    let item = Item { name: name.to_owned(), version: None };
    match store.fetch(&item).await.map_err(|failure| words_of(&failure))?.content {
        Content::One(value) => Ok(value.to_vec()),
        Content::Several(values) => panic!("several keys: {:?}", values.keys()),
    }
}

/// The failure of a secret.
pub(crate) async fn failure(store: &Arc<dyn Store>, name: &str) -> String {
    value(store, name).await.expect_err("a failure")
}

/// The names that a store lists.
pub(crate) async fn names(store: &Arc<dyn Store>) -> Result<Vec<String>, String> {
    let listed = store.list().await.map_err(|failure| words_of(&failure))?;
    Ok(listed.into_iter().map(|Listed { name, .. }| name).collect())
}

pub(crate) fn words_of(failure: &Failure) -> String {
    let told = failure.to_string();
    assert!(!told.contains("hunter2"), "a failure tells a value: {told}");
    told
}
