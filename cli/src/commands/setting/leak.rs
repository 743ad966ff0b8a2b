//! What is no setting: an access key, a value of one of the vault's secrets; and what looks like a key of another service.

use std::io::Cursor;

use strongroom_vault::{EnvironmentType, Shown};

use super::scopes::Scope;
use crate::error::Error;
use crate::hints::set_command;
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::scan::wanted::Wanted;
use crate::scan::{Input, Scanner, What};
use crate::session::Session;
use crate::ui;

/// Refuses what everybody who can read the repository must not know; warns of what looks so.
///
/// Values are compared as far as keys are at hand; nobody is asked for one.
pub(super) fn refuse(
    session: &Session<'_>,
    name: &str,
    scopes: &[Scope],
    text: &str,
) -> Result<(), Error> {
    let index = &session.index;
    // A file of one's own that cannot be read says nothing about a setting.
    let own = OwnFile::read(session, &EnvironmentType::Local.into()).ok();
    let mine = own.as_ref().and_then(|own| own.open(index).ok().flatten());
    let environments: Vec<_> = index.environments().collect();
    let wanted = Wanted::of(index, mine.as_ref(), &environments, Keys::default())?;
    let mut scanner = Scanner::new(&wanted.table);
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    scanner.look(String::new(), Input::Stream(Box::new(Cursor::new(text))), length);
    let meant = scopes.iter().filter_map(|scope| scope.0.as_ref());
    let keep = format!("keep it as a secret: {}", set_command(name, meant));
    for found in &scanner.report.found {
        let what = match found.what {
            What::Key(kind) => format!("it holds {kind}"),
            What::Value(number, _) => {
                let Some(owner) = wanted.values.get(number).and_then(|owners| owners.first())
                else {
                    continue;
                };
                format!(
                    "it holds the value of `{}` for `{}`",
                    Shown(&owner.secret),
                    owner.environment
                )
            }
        };
        return Err(Error::no(format!(
            "this is no setting: {what}, and everybody who can read the vault could read it here\n{keep}"
        )));
    }
    if let Some(what) = looks_like(text) {
        ui::warn(&format!(
            "this looks like {what}, and a setting is plain: everybody who can read the vault can read it\n{keep}"
        ));
    }
    Ok(())
}

/// What a text looks like that is usually secret.
fn looks_like(text: &str) -> Option<&'static str> {
    let begins = |(start, what): &(&str, &'static str)| {
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)));
        let is_long = |word: &str| word.len() >= start.len() + SHORTEST;
        words.any(|word| word.starts_with(start) && is_long(word)).then_some(*what)
    };
    BEGINNINGS
        .iter()
        .find_map(begins)
        .or_else(|| has_password(text).then_some("a URL with a password"))
}

/// Whether a text is a URL that says how to log in.
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let login = rest[..end].rsplit_once('@').map(|(login, _)| login);
    login.and_then(|login| login.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
}

/// Characters that follow the beginning of a key at least.
const SHORTEST: usize = 12;

/// How keys of services begin, and whose they are.
const BEGINNINGS: [(&str, &str); 15] = [
    ("AKIA", "an access key of AWS"),
    ("ASIA", "an access key of AWS"),
    ("AIza", "a key of Google"),
    ("ghp_", "a token of GitHub"),
    ("gho_", "a token of GitHub"),
    ("ghs_", "a token of GitHub"),
    ("github_pat_", "a token of GitHub"),
    ("glpat-", "a token of GitLab"),
    ("sk_live_", "a key of Stripe"),
    ("rk_live_", "a key of Stripe"),
    ("xoxb-", "a token of Slack"),
    ("xoxp-", "a token of Slack"),
    ("npm_", "a token of npm"),
    ("hvs.", "a token of HashiCorp Vault"),
    ("eyJhbGciOi", "a JSON web token"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usually_secret_is_known_by_how_it_begins() {
        for (text, what) in [
            ("AKIAIOSFODNN7EXAMPLE", Some("an access key of AWS")),
            ("token=ghp_0123456789abcdef", Some("a token of GitHub")),
            ("postgres://shop:hunter2@db.example/shop", Some("a URL with a password")),
            ("postgres://shop@db.example:5432/shop", None),
            ("https://shop.example/a:b@c", None),
            ("AKIA", None),
            ("npm_config", None),
            ("3", None),
        ] {
            assert_eq!(looks_like(text), what, "{text}");
        }
    }
}
