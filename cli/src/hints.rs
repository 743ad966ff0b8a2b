//! The next command to type: what every error about a missing value ends with.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

use strongroom_vault::{Environment, Index, Shown, is_dangerous, shown_text};

use crate::error::Error;

/// What to type where this command was built without a feature.
pub(crate) fn install_with(feature: &str) -> String {
    format!("install the command with it: cargo install strongroom-cli --features {feature}")
}

/// The command that sets a secret in these environments.
///
/// A value for a type is one for its named environments too, so those are not listed beside it.
pub(crate) fn set_command<'e>(
    name: &str,
    environments: impl IntoIterator<Item = &'e Environment>,
) -> String {
    let environments: Vec<&Environment> = environments.into_iter().collect();
    let is_covered = |named: &&Environment| {
        named.is_named() && environments.contains(&&Environment::from(named.kind()))
    };
    let uncovered = environments.iter().copied().filter(|each| !is_covered(each));
    command("set", name, uncovered)
}

/// As [`set_command`], of a setting.
pub(crate) fn set_setting_command<'e>(
    name: &str,
    environments: impl IntoIterator<Item = &'e Environment>,
) -> String {
    let command = set_command(name, environments);
    format!("{} VALUE", command.replacen("strongroom set", "strongroom setting set", 1))
}

/// The command that removes a secret's own values for these environments.
pub(crate) fn unset_command<'e>(
    name: &str,
    environments: impl IntoIterator<Item = &'e Environment>,
) -> String {
    command("unset", name, environments)
}

fn command<'e>(
    verb: &str,
    name: &str,
    environments: impl IntoIterator<Item = &'e Environment>,
) -> String {
    let environments: Vec<&Environment> = environments.into_iter().collect();
    let mut command = format!("strongroom {verb}");
    for (flag, wants_named) in [("--type", false), ("--env", true)] {
        let words: Vec<&str> = environments
            .iter()
            .filter(|each| each.is_named() == wants_named)
            .map(|each| each.name())
            .collect();
        if !words.is_empty() {
            command = format!("{command} {flag} {}", words.join(","));
        }
    }
    format!("{command} {}", Shown(name))
}

/// A path as a word of a command that is to be typed: a shell takes it for one name and nothing else.
pub(crate) fn typed(path: &Path) -> String {
    let mut name = path.to_string_lossy().into_owned();
    // Neither an option nor git's magic.
    if name.starts_with(['-', ':']) {
        name.insert_str(0, "./");
    }
    let word = if name.chars().any(is_dangerous) {
        escaped(&name)
    } else {
        // No NUL is left, and nothing else is refused.
        shlex::try_quote(&name).map_or_else(|_| escaped(&name), Cow::into_owned)
    };
    // Hides a key in a name.
    shown_text(&word)
}

/// `$'…'`, in which shells read a byte by its number: no character of it does anything to a terminal.
fn escaped(name: &str) -> String {
    let mut word = String::from("$'");
    for c in name.chars() {
        if is_dangerous(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(word, "\\{byte:03o}");
            }
        } else {
            if matches!(c, '\'' | '\\') {
                word.push('\\');
            }
            word.push(c);
        }
    }
    word + "'"
}

/// What to say of a new secret whose name is like that of another.
pub(crate) fn also<'e>(
    index: &Index<'_>,
    name: &str,
    environments: impl IntoIterator<Item = &'e Environment>,
) -> Option<String> {
    let (None, Some(near)) = (index.secret(name), index.near_secret(name)) else { return None };
    let unset = unset_command(name, environments);
    Some(format!(
        "there is also a secret `{}`: if that was meant, remove this one with: {unset}",
        Shown(near)
    ))
}

/// The error for a secret that the vault does not have, with a near miss.
pub(crate) fn no_secret(index: &Index<'_>, name: &str) -> Error {
    let error = Error::no(format!("there is no secret `{}`", Shown(name)));
    if let Some(setting) = index.settings().get(name) {
        let name = Shown(setting.name());
        return error.with_hint(format!("`{name}` is a setting: strongroom setting list {name}"));
    }
    match index.near_secret(name) {
        Some(near) => error.with_hint(format!("did you mean `{}`?", Shown(near))),
        None => error.with_hint("see those that exist with: strongroom list"),
    }
}
