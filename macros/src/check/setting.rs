//! What is said at a field whose setting the vault does not have, or has as something else than the field's type.

use proc_macro2::Span;
use strongroom_declared::Field;
use strongroom_vault::{
    Environment, Index, PlainSetting, PlainValue, check_secret_name, fold, misfit, nearest,
};

use super::field::{flags, listed, to_set};

/// Checks one field: each message with its place.
pub(super) fn check(
    field: &Field,
    all: &[Field],
    index: &Index<'_>,
    environments: &[Environment],
) -> Vec<(Span, String)> {
    let mut messages = Vec::new();
    if check_secret_name(&field.name).is_err() {
        return messages;
    }
    let at = field.ident.span();
    if let Some(default) = &field.default
        && let Some(expected) = expected(field, &default.value())
    {
        let message =
            format!("this default is not valid for `{}`: expected {expected}", field.type_text());
        messages.push((default.span(), message));
    }
    let setting = index.settings().get(&field.name);
    let (mut missing, mut seen) = (Vec::new(), Vec::new());
    for environment in environments {
        let Some(value) = setting.and_then(|setting| setting.lookup(environment)) else {
            missing.push(environment.clone());
            continue;
        };
        // One line may be that of several environments.
        if !seen.contains(&value.scope()) {
            seen.push(value.scope());
            if let Some(expected) = expected(field, value.text()) {
                messages.push((at, of_misfit(field, setting, value, &expected)));
            }
        }
    }
    if !missing.is_empty() && !field.is_optional() && field.default.is_none() {
        messages.push((at, of_missing(field, all, index, setting, &missing)));
    }
    messages
}

/// What was expected instead of a text, where the build knows how the field's type is read.
fn expected(field: &Field, text: &str) -> Option<String> {
    field.text_type()?.expected(text)
}

fn of_misfit(
    field: &Field,
    setting: Option<&PlainSetting<'_>>,
    value: &PlainValue<'_>,
    expected: &str,
) -> String {
    let name = setting.map_or(field.name.as_str(), PlainSetting::name);
    let line = (value.scope(), value.text());
    let words = misfit(name, line, &field.type_text(), format_args!("expected {expected}"));
    format!("setting `{}` {words}", field.name)
}

fn of_missing(
    field: &Field,
    all: &[Field],
    index: &Index<'_>,
    setting: Option<&PlainSetting<'_>>,
    missing: &[Environment],
) -> String {
    if setting.is_none() && index.secret(&field.name).is_some() {
        return format!(
            "`{}` is a secret in the vault, and no setting\n\
             declare it in a struct with #[strongroom::secrets]",
            field.name
        );
    }
    let mut message = format!("setting `{}` has no value for {}", field.name, listed(missing));
    let free = index.settings().iter().map(PlainSetting::name).filter(|name| {
        let folded = fold(name);
        all.iter().all(|other| fold(&other.name) != folded)
    });
    if setting.is_none()
        && let Some(near) = nearest(&field.name, free)
    {
        let rename = if field.given_name.is_some() { "write" } else { "rename the field, or" };
        message = format!(
            "{message}\nthere is a setting `{near}`: did you mean it? \
             {rename}: #[setting(name = \"{near}\")]"
        );
    }
    let name = setting.map_or(field.name.as_str(), PlainSetting::name);
    format!(
        "{message}\nset one with: strongroom setting set{} {name} VALUE",
        flags(&to_set(missing))
    )
}
