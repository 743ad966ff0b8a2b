//! The settings of a store, for people, for programs and for a shell.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};
use strongroom_vault::{Setting, StoreEntry};

/// The settings of a store for people.
pub(crate) fn shown(store: &StoreEntry<'_>) -> String {
    let mut shown: Vec<String> = Vec::new();
    for (path, value) in top(store) {
        shown.push(format!("{path}={}", typed(&value)));
    }
    shown.join(" ")
}

/// The settings of a store for programs.
pub(crate) fn json(store: &StoreEntry<'_>) -> Map<String, Json> {
    top(store).collect()
}

/// The settings by their dotted paths, `kind` not among them, lists whole.
fn top<'s>(store: &'s StoreEntry<'_>) -> impl Iterator<Item = (String, Json)> + 's {
    let is_list = |path: &str| matches!(store.setting(path), Some(Setting::List(_)));
    let is_element =
        move |path: &str| path.match_indices('.').any(|(dot, _)| is_list(&path[..dot]));
    store.settings().iter().filter_map(move |(path, setting)| {
        let is_own = path != "kind" && !is_element(path);
        is_own.then(|| (path.clone(), json_of(store, path, setting)))
    })
}

fn json_of(store: &StoreEntry<'_>, path: &str, setting: &Setting<'_>) -> Json {
    match setting {
        Setting::Text(text) => Json::from(text.as_ref()),
        Setting::Integer(number) => Json::from(*number),
        Setting::Boolean(truth) => Json::from(*truth),
        Setting::List(length) => {
            let element = |at: usize| {
                let path = format!("{path}.{at}");
                store.setting(&path).map_or(Json::Null, |it| json_of(store, &path, it))
            };
            (0..*length).map(element).collect()
        }
    }
}

/// A setting as it would be typed.
fn typed(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        value => quoted(&value.to_string()),
    }
}

/// A command line as a shell would take it.
pub(crate) fn line(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    // Only a NUL cannot be quoted, and no setting has one.
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Cow::into_owned)
}
