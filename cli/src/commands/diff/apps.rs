//! What changed of applications and their API keys.

use serde_json::{Value as Json, json};
use strongroom_vault::{App, AppKeyLine, Index};

use super::changes::{Change, SEALED_AGAIN, merged};

pub(super) fn between(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    let fault = |index: &Index<'_>| index.apps().err().map(|error| json!(error.to_string()));
    changes.push(Change::new("apps", "", fault(before), fault(after)));
    for name in merged(names(before), names(after)) {
        let (old, new) = (app(before, &name), app(after, &name));
        let words = |app: &App<'_>| json!(app_words(app));
        let change = Change::new("app", &name, old.as_ref().map(words), new.as_ref().map(words));
        changes.push(change);
        let codes = |app: Option<&App<'_>>| -> Vec<String> {
            let keys = app.map(App::keys).unwrap_or_default();
            keys.iter().map(|key| key.code().to_owned()).collect()
        };
        for code in merged(codes(old.as_ref()), codes(new.as_ref())) {
            let [was, is] = [&old, &new].map(|app| app.as_ref().and_then(|app| app.key(&code)));
            let words = |key: &AppKeyLine<'_>| -> Json { json!(key_words(key)) };
            let is_sealed_again = was.zip(is).is_some_and(|(was, is)| was.seal() != is.seal());
            let note = is_sealed_again.then_some(SEALED_AGAIN);
            let kind = is.or(was).map(|key| key.kind().as_str());
            let change = Change::new("app-key", &name, was.map(words), is.map(words));
            changes.push(change.within(kind).noting(note));
        }
    }
}

fn app<'t>(index: &Index<'t>, name: &str) -> Option<App<'t>> {
    let mut apps = index.apps().ok()?.iter();
    apps.find(|app| app.name() == name).cloned()
}

fn names(index: &Index<'_>) -> Vec<String> {
    let apps = index.apps().map(|apps| apps.iter().map(|app| app.name().to_owned()).collect());
    apps.unwrap_or_default()
}

/// An application in words.
pub(crate) fn app_words(app: &App<'_>) -> String {
    format!("{}, may have {}", app.id(), app.secret())
}

/// A key in words: all that its line says but for the seal.
pub(crate) fn key_words(key: &AppKeyLine<'_>) -> String {
    let hash = key.hash().get(..8).unwrap_or_default();
    let until = key.expires().map(|day| format!(", until {day}")).unwrap_or_default();
    let (code, right, set) = (key.code(), key.right().as_str(), key.set());
    format!("{code}, {right}, hash {hash}…, made {set}{until}")
}
