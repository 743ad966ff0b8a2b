//! The file of options: what the server is told that Dapr's files have no words for.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use strongroom_formats::Position;
use strongroom_vault::duration_of;
use toml::Spanned;

use crate::scopes::{Scope, Scopes};
use crate::secrets::{Caching, Keeping};

/// What the file says.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) scopes: Scopes,
    pub(super) applications: Vec<Application>,
    pub(super) caching: Caching,
    pub(super) is_documented: bool,
    pub(super) hosts: Vec<String>,
}

/// An application with a token of its own.
#[derive(Debug, Clone)]
pub(super) struct Application {
    pub(super) name: String,
    /// The secret of the vault that is its token.
    pub(super) token: String,
    pub(super) scopes: Scopes,
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Which status codes errors have.
    #[serde(default)]
    errors: Errors,
    /// Names of this server, beside those of this machine, that a request may be for.
    #[serde(default)]
    hosts: Vec<String>,
    /// `[stores.NAME]`: what is kept of a store's values.
    #[serde(default)]
    stores: BTreeMap<String, Store>,
    /// `[scopes.STORE]`: what everybody may see of a store.
    #[serde(default)]
    scopes: BTreeMap<String, Rule>,
    /// `[applications.NAME]`: applications with a token of their own.
    #[serde(default)]
    applications: BTreeMap<String, App>,
}

/// `"dapr"`: as daprd's source code has them; `"documented"`: as its documentation has them.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Errors {
    #[default]
    Dapr,
    Documented,
}

/// How values of a store are kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Store {
    /// For how long a value is given again without asking.
    cache: Option<Spanned<String>>,
    /// For how long after that it is given where the store is away.
    stale: Option<Spanned<String>>,
}

/// An application with a token of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct App {
    /// The secret of the vault that is its token.
    token: String,
    /// `[applications.NAME.scopes.STORE]`: what it may see, of what everybody may.
    #[serde(default)]
    scopes: BTreeMap<String, Rule>,
}

/// What may be seen of a store; `*` in a name stands for any characters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// What holds for a name that is in neither list: `"allow"` or `"deny"`.
    #[serde(default)]
    default: Access,
    /// Where it is not empty: only these.
    #[serde(default)]
    allow: Vec<String>,
    /// Else not these.
    #[serde(default)]
    deny: Vec<String>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Access {
    #[default]
    Allow,
    Deny,
}

impl Options {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let place = error.span().map(|span| format!("{}: ", place(text, span.start)));
            format!("{}{}", place.unwrap_or_default(), error.message())
        })?;
        let mut caching = Caching::new();
        for (store, Store { cache, stale }) in file.stores {
            let read = |key: &str, written: Option<Spanned<String>>| {
                match written {
                None => Ok(Duration::ZERO),
                Some(written) => duration_of(written.get_ref()).ok_or_else(|| {
                    let place = place(text, written.span().start);
                    format!(
                        "{place}: `stores.{store}.{key}` is a duration, such as \"30s\", \"5m\" or \"1h\""
                    )
                }),
            }
            };
            let keeping = Keeping { fresh: read("cache", cache)?, stale: read("stale", stale)? };
            caching.insert(store, keeping);
        }
        let applications = file.applications.into_iter().map(|(name, app)| {
            Ok(Application { name, token: app.token, scopes: scopes(app.scopes)? })
        });
        Ok(Self {
            scopes: scopes(file.scopes)?,
            applications: applications.collect::<Result<_, String>>()?,
            caching,
            is_documented: file.errors == Errors::Documented,
            hosts: file.hosts,
        })
    }
}

fn scopes(rules: BTreeMap<String, Rule>) -> Result<Scopes, String> {
    Scopes::new(rules.into_iter().map(|(store, rule)| {
        let scope = Scope {
            allows_others: rule.default == Access::Allow,
            allowed: rule.allow,
            denied: rule.deny,
        };
        (store, scope)
    }))
}

/// The line and the column of a byte, both counted from one.
fn place(text: &str, byte: usize) -> Position {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Position { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let options = Options::parse(
            r#"
errors = "documented"
hosts = ["secrets.internal"]
[stores.kubernetes]
cache = "30s"
stale = "1h"
[scopes.vault]
default = "deny"
deny = ["root-*"]
[applications.shop]
token = "shop-token"
[applications.shop.scopes.vault]
allow = ["shop-*"]
"#,
        )
        .expect("options");
        assert!(options.is_documented && options.hosts == ["secrets.internal"]);
        let keeping = options.caching["kubernetes"];
        assert_eq!((keeping.fresh.as_secs(), keeping.stale.as_secs()), (30, 3600));
        assert!(!options.scopes.allows("vault", "a"));
        let [Application { name, token, scopes }] = options.applications.as_slice() else {
            panic!("one application");
        };
        assert_eq!((name.as_str(), token.as_str()), ("shop", "shop-token"));
        assert!(scopes.allows("vault", "shop-db") && !scopes.allows("vault", "db"));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_line() {
        for (text, said) in [
            ("eror = 1\n", "line 1, column 1: unknown field `eror`, expected one of"),
            ("errors = \"other\"\n", "line 1, column 10: unknown variant `other`"),
            (
                "[stores.s]\ncache = \"30 lightyears\"\n",
                "line 2, column 9: `stores.s.cache` is a duration, such as \"30s\"",
            ),
            ("[scopes.s]\ndefault = \"maybe\"\n", "line 2, column 11: unknown variant `maybe`"),
            ("[applications.a]\n", "line 1, column 1: missing field `token`"),
            ("[scopes.s]\n[scopes.s]\n", "line 2, column "),
            ("a =\n", "line 1, column "),
        ] {
            let error = Options::parse(text).expect_err(text);
            assert!(error.starts_with(said), "{text}: {error}");
        }
    }
}
