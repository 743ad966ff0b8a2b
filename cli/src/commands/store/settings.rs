//! Settings of a store on the command line: `namespace=shop`, `port=5`, `trim=true`, `write=["pass", "insert"]`.

use std::fmt::Write as _;

use strongroom_vault::{Index, SettingValue, Shown, StoreKind, nearest};

use crate::error::Error;
use crate::stores::{Asker, Why};
use crate::ui;

/// Reads settings, and the command line behind `--`, which is one too.
pub(super) fn read(
    words: &[String],
    command: &[String],
) -> Result<Vec<(String, SettingValue)>, Error> {
    let mut settings: Vec<(String, SettingValue)> = Vec::new();
    for word in words {
        let Some((path, value)) = word.split_once('=').filter(|(path, _)| !path.is_empty()) else {
            return Err(Error::usage(format!(
                "the setting `{}` has no value\nwrite: {}=VALUE",
                Shown(word),
                Shown(word)
            )));
        };
        settings.push((path.to_owned(), of_text(value)));
    }
    if !command.is_empty() {
        let words = command.iter().cloned().map(SettingValue::Text).collect();
        settings.push((COMMAND.to_owned(), SettingValue::List(words)));
    }
    for (at, (path, _)) in settings.iter().enumerate() {
        if settings[..at].iter().any(|(other, _)| other == path) {
            return Err(Error::usage(format!(
                "the setting `{0}` is given twice\nwrite a list as one: {0}='[\"a\", \"b\"]'",
                Shown(path)
            )));
        }
    }
    Ok(settings)
}

/// A setting as it is typed: digits are a number, `true` and `false` a yes and a no, what is TOML in brackets or quotes is that,
/// and everything else is text.
fn of_text(text: &str) -> SettingValue {
    let is_plain_number =
        text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
    let is_toml = text.starts_with(['[', '{', '"']);
    match text {
        "true" => SettingValue::Boolean(true),
        "false" => SettingValue::Boolean(false),
        text => match text.parse().ok().filter(|_| is_plain_number) {
            Some(number) => SettingValue::Integer(number),
            None if is_toml => {
                SettingValue::parse(text).unwrap_or_else(|| SettingValue::Text(text.to_owned()))
            }
            None => SettingValue::Text(text.to_owned()),
        },
    }
}

/// The kind of a name.
pub(super) fn kind_of(word: &str) -> Result<&'static StoreKind, Error> {
    StoreKind::named(word).ok_or_else(|| {
        let names = StoreKind::ALL.iter().map(|kind| kind.name);
        let near = nearest(word, names).map(|near| format!("; did you mean `{near}`?"));
        let mut text =
            format!("there is no kind of store `{}`{}", Shown(word), near.unwrap_or_default());
        let width = StoreKind::ALL.iter().map(|kind| kind.name.len()).max().unwrap_or_default();
        for kind in StoreKind::ALL {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{:width$}  {}", kind.name, kind.about);
        }
        Error::usage(text)
    })
}

/// Checks a store as a text of the vault would have it; gives the command lines that it would run.
pub(super) fn check(asker: &Asker, text: &str, name: &str) -> Result<Vec<Vec<String>>, Error> {
    let index = Index::read(text).map_err(Error::cannot)?;
    let Some(store) = index.stores().get(name) else { return Ok(Vec::new()) };
    match asker.runs(store) {
        Ok(lines) => Ok(lines),
        // Somebody else's program has it: the vault takes every kind.
        Err(why @ Why::NotBuilt { .. }) => {
            let next = why.next(name).map(|next| format!("\n{next}")).unwrap_or_default();
            ui::warn(&format!("{why}: its settings were not checked{next}"));
            Ok(Vec::new())
        }
        Err(Why::Settings(detail)) => Err(Error::usage(format!(
            "a store of the kind `{}` cannot be declared so: {detail}",
            Shown(store.kind())
        ))),
        Err(why) => Err(Error::usage(why)),
    }
}

/// The setting that a command line is.
const COMMAND: &str = "command";
