//! The line to type again where `set` was given a second spelling: with all that the first one said.

use strongroom_vault::{EditError, Shown};

use super::{Args, name_and_what};
use crate::error::Error;

/// The error for a second spelling, with the whole line to type instead.
pub(super) fn spelled(args: &Args, error: EditError) -> Error {
    let (EditError::SecondSpelling { existing, .. }, Some(environments)) =
        (&error, args.environments.typed())
    else {
        return error.into();
    };
    let mut line = format!("strongroom set {environments}");
    let mut add = |option: &str, value: Option<&str>| {
        line = match value {
            Some(value) => format!("{line} {option} {}", as_one_word(value)),
            None => format!("{line} {option}"),
        };
    };
    if let Some(path) = &args.from_file {
        add("--from-file", Some(&path.to_string_lossy()));
    }
    if let Some(about) = &args.about {
        add("--about", Some(about));
    }
    if let Some(expires) = &args.expires {
        add("--expires", Some(expires));
    }
    let (_, what) = name_and_what(args).unwrap_or_default();
    let flags = [
        (args.deposit, "--deposit"),
        (args.replace, "--replace"),
        (args.allow_empty, "--allow-empty"),
        (args.json, "--json"),
    ];
    flags.iter().filter(|(is_given, _)| *is_given).for_each(|(_, flag)| add(flag, None));
    if let Some(length) = &args.length {
        add("--length", Some(length));
    }
    if let Some(alphabet) = &args.alphabet {
        add("--alphabet", Some(alphabet));
    }
    let mut words = vec![line, Shown(existing).to_string()];
    if args.generate.is_some() {
        words.push("--generate".to_owned());
        words.extend(what.map(as_one_word));
    }
    Error::usage(format!(
        "the secret exists as `{}`, and keeps that spelling\nset it with: {}",
        Shown(existing),
        words.join(" ")
    ))
}

/// A word as a shell takes it.
fn as_one_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./~:=@%+,".contains(c);
    let shown = Shown(word).to_string();
    if !shown.is_empty() && shown.chars().all(is_plain) {
        return shown;
    }
    format!("'{}'", shown.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::as_one_word;

    #[test]
    fn a_shell_takes_it_as_one_word() {
        assert_eq!(as_one_word("~/keys/a-b_c.pem"), "~/keys/a-b_c.pem");
        assert_eq!(as_one_word(""), "''");
        assert_eq!(as_one_word("who's $HOME"), r"'who'\''s $HOME'");
    }
}
