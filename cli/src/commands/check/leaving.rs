//! What is left of holders who were removed: values that they know, and lines of theirs that came back.

use serde_json::{Value as Json, json};
use strongroom_vault::{Index, Shown, left_behind};

use crate::error::listed;
use crate::ui;

/// Reminds of values that a removed holder could read, until each is set again; and of lines of removed holders.
pub(super) fn explain(index: &Index<'_>) {
    for holder in leavers(index) {
        let values = index.secrets().flat_map(strongroom_vault::Secret::values);
        let known = values.filter(|value| value.due().contains(&holder.into())).count();
        let values = if known == 1 { "1 value" } else { &format!("{known} values") };
        let since = index.removal(holder).map(|removed| format!(" on {}", removed.on()));
        let holder = Shown(holder);
        ui::warn(&format!(
            "`{holder}` was removed{} and still knows {values}\n\
             list them with: strongroom holder known {holder}\n\
             change each where it came from, then: strongroom set",
            since.unwrap_or_default()
        ));
    }
    let left: Vec<String> = left_behind(index)
        .map(|(secret, value)| format!("{} ({})", secret.name(), value.environment()))
        .collect();
    if !left.is_empty() {
        ui::warn(&format!(
            "under another data key, and so not counted: {}\nlook who set each, then seal it again: strongroom reseal",
            left.join(", ")
        ));
    }
    let back: Vec<&str> = came_back(index);
    if let [first, ..] = back.as_slice() {
        ui::warn(&format!(
            "removed, and back in [holders]: {}; a merge may have brought the lines back\n\
             take them out with: strongroom holder remove {}",
            listed(back.iter().copied()),
            Shown(first)
        ));
    }
}

/// The same for `--json`: values that are due for change.
pub(super) fn due(index: &Index<'_>) -> Json {
    let values = index.secrets().flat_map(|secret| {
        let due = secret.values().iter().filter(|value| !value.due().is_empty());
        due.map(move |value| {
            json!({ "name": secret.name(), "environment": value.environment(), "holders": value.due() })
        })
    });
    values.collect()
}

/// The names of removed holders who have lines again.
pub(super) fn came_back<'i>(index: &'i Index<'_>) -> Vec<&'i str> {
    let removed = index.removed().iter().map(strongroom_vault::Removed::name);
    removed.filter(|name| index.holder(name).is_some()).collect()
}

/// The removed holders who know values that were not set again, each once.
fn leavers<'i>(index: &'i Index<'_>) -> Vec<&'i str> {
    let mut names: Vec<&str> = Vec::new();
    let values = index.secrets().flat_map(strongroom_vault::Secret::values);
    for name in values.flat_map(strongroom_vault::Value::due) {
        if !names.contains(&name.as_ref()) {
            names.push(name);
        }
    }
    names
}
