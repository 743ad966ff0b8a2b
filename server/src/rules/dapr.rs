//! Dapr's own file of scopes: a Configuration, of which only `spec.secrets` is of interest here.

use crate::scopes::{Scope, Scopes};
use crate::yaml::{Table, documents};

/// The scopes of a file.
///
/// # Errors
///
/// It is no YAML or no Configuration; a store has two scopes; `defaultAccess` is another word. With the line.
pub(super) fn scopes(text: &str) -> Result<Scopes, String> {
    let documents = documents(text.as_bytes())?;
    let mut rules: Vec<(String, Scope)> = Vec::new();
    let mut is_configuration = false;
    for document in &documents {
        let document = Table::of(document, "a Configuration")?;
        if document.text("kind")?.is_none_or(|(kind, _)| kind != "Configuration") {
            continue;
        }
        is_configuration = true;
        let Some(spec) = document.table("spec")? else { continue };
        if spec.table("components")?.is_some() {
            tracing::warn!("`spec.components` is not looked at: every component is taken");
        }
        let Some(secrets) = spec.table("secrets")? else { continue };
        for scope in secrets.tables("scopes")? {
            let (store, at) = scope.required("storeName")?;
            if rules.iter().any(|(other, _)| other == store) {
                return Err(format!("{at}: the store `{store}` has two scopes\nmake one of them"));
            }
            let rule = Scope {
                allows_others: allows_others(&scope, store)?,
                allowed: scope.texts("allowedSecrets")?,
                denied: scope.texts("deniedSecrets")?,
            };
            rules.push((store.to_owned(), rule));
        }
    }
    if !is_configuration {
        return Err("it has no document of `kind: Configuration`\n\
                    the server's own options are TOML: call the file something.toml"
            .to_owned());
    }
    Scopes::new(rules)
}

fn allows_others(scope: &Table<'_>, store: &str) -> Result<bool, String> {
    match scope.text("defaultAccess")? {
        None | Some(("", _)) => Ok(true),
        Some((word, _)) if word.eq_ignore_ascii_case("allow") => Ok(true),
        Some((word, _)) if word.eq_ignore_ascii_case("deny") => Ok(false),
        Some((_, at)) => Err(format!(
            "{at}: `defaultAccess` of the store `{store}` is neither `allow` nor `deny`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daprs_file_is_read_word_for_word() {
        let file = "\
apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: { name: appconfig }
spec:
  tracing: { samplingRate: \"1\" }
  secrets:
    scopes:
      - storeName: vault
        defaultAccess: deny          # allow | deny, any case; default allow
        allowedSecrets: [a, b]
        deniedSecrets: [c]
      - storeName: open
        defaultAccess: Allow
        deniedSecrets: [\"shop-*\"]
      - storeName: shut
        defaultAccess: DENY
";
        let scopes = scopes(file).expect("a Configuration");
        for (store, name, may) in [
            ("vault", "a", true),
            ("vault", "c", false),
            ("vault", "d", false),
            ("open", "shop-db", false),
            ("open", "db", true),
            ("shut", "a", false),
            ("unnamed", "a", true),
        ] {
            assert_eq!(scopes.allows(store, name), may, "{store} {name}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_line() {
        let of =
            |scopes: &str| format!("kind: Configuration\nspec:\n  secrets:\n    scopes:{scopes}");
        for (text, said) in [
            (
                of("\n    - storeName: s\n    - storeName: s\n"),
                "line 6, column 18: the store `s` has two scopes",
            ),
            (
                of("\n    - storeName: s\n      defaultAccess: maybe\n"),
                "line 6, column 22: `defaultAccess` of the store `s` is neither",
            ),
            (of("\n    - defaultAccess: deny\n"), "line 5, column 7: `storeName` is not there"),
            (of(" yes\n"), "line 4, column 13: `scopes` is a list"),
            (of("\n    - storeName: s\n      allowedSecrets: a\n"), "line 6, column 23: "),
            ("kind: Component\n".to_owned(), "it has no document of `kind: Configuration`"),
            ("kind: [\n".to_owned(), "line 2, column 1: "),
        ] {
            let error = scopes(&text).expect_err(&text);
            assert!(error.starts_with(said), "{text}: {error}");
        }
    }
}
