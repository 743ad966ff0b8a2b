//! What changed of settings: their values are plain, so they are shown.

use serde_json::json;
use strongroom_vault::{Index, PlainSetting};

use super::changes::{Change, merged};

pub(super) fn between(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    let names = |index: &Index<'_>| -> Vec<String> {
        index.settings().iter().map(|setting| setting.name().to_owned()).collect()
    };
    for name in merged(names(before), names(after)) {
        // One that is spelled otherwise now is told as one that went and one that came.
        let [old, new] = [before, after]
            .map(|index| index.settings().get(&name).filter(|setting| setting.name() == name));
        let about = |setting: &PlainSetting<'_>| setting.about().map(|about| json!(about));
        let about = [old, new].map(|it| it.and_then(about));
        let [was, is] = about;
        changes.push(Change::new("setting-about", &name, was, is));
        let scopes = |setting: Option<&PlainSetting<'_>>| -> Vec<String> {
            let values = setting.map(PlainSetting::values).unwrap_or_default();
            values.iter().map(|value| value.scope().to_owned()).collect()
        };
        for scope in merged(scopes(old), scopes(new)) {
            let text = |setting: Option<&PlainSetting<'_>>| {
                setting.and_then(|it| it.value(&scope)).map(|value| json!(value.text()))
            };
            let change = Change::new("setting", &name, text(old), text(new));
            changes.push(change.within([&scope]));
        }
    }
}
