//! Who may see what, and how it is served: Dapr's own file of scopes, and a file of options that Dapr has no words for.

mod dapr;
mod options;

use std::path::Path;

use zeroize::Zeroizing;

use self::options::{Application, Options};
use crate::callers::Callers;
use crate::contents::Vault;
use crate::scopes::Scopes;
use crate::secrets::Caching;

/// Who may see what, and how it is served.
#[derive(Debug, Default)]
pub struct Rules {
    token: Option<Zeroizing<String>>,
    scopes: Scopes,
    applications: Vec<Application>,
    caching: Caching,
    /// Whether errors have the status codes of Dapr's documentation instead of those of its source code.
    is_documented: bool,
    hosts: Vec<String>,
}

impl Rules {
    /// The server's token, if everybody needs one.
    #[must_use]
    pub fn with_token(mut self, token: Option<Zeroizing<String>>) -> Self {
        self.token = token.filter(|token| !token.is_empty());
        self
    }

    /// What a file says beside: Dapr's Configuration, which is YAML, or the server's own options, which are TOML.
    ///
    /// # Errors
    ///
    /// It is neither, or says what cannot be; in words for an operator, with the file and the line.
    pub fn with_file(self, path: &Path, text: &str) -> Result<Self, String> {
        let read = match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => self.with_configuration(text),
            Some("toml") => self.with_options(text),
            _ if is_yaml(text) => self.with_configuration(text),
            _ => self.with_options(text),
        };
        read.map_err(|why| format!("{}: {why}", path.display()))
    }

    fn with_configuration(self, text: &str) -> Result<Self, String> {
        let scopes = self.scopes.and(&dapr::scopes(text)?);
        Ok(Self { scopes, ..self })
    }

    pub(crate) fn with_options(mut self, text: &str) -> Result<Self, String> {
        let options = Options::parse(text)?;
        self.scopes = self.scopes.and(&options.scopes);
        self.applications.extend(options.applications);
        self.caching.extend(options.caching);
        self.is_documented |= options.is_documented;
        self.hosts.extend(options.hosts);
        Ok(self)
    }

    pub(crate) fn caching(&self) -> &Caching {
        &self.caching
    }

    pub(crate) fn is_documented(&self) -> bool {
        self.is_documented
    }

    /// Names under which the server may be asked, beside those of this machine.
    pub(crate) fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// Who may ask. The tokens of applications are secrets of the vault.
    pub(crate) fn callers(&self, vault: Option<&Vault>) -> Result<Callers, String> {
        let mut applications = Vec::with_capacity(self.applications.len());
        for Application { name, token, scopes } in &self.applications {
            let text = vault
                .ok_or_else(|| "there is no vault".to_owned())
                .and_then(|vault| vault.text(token))
                .map_err(|why| {
                    format!("the token of the application `{name}` is the secret `{token}`: {why}")
                })?;
            applications.push((name.clone(), text, scopes.clone()));
        }
        Ok(Callers::new(self.token.as_ref(), self.scopes.clone(), applications))
    }
}

/// Whether a text is rather Dapr's than ours: TOML has no line that begins with a name and a colon.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| line.starts_with("apiVersion:") || line.starts_with("kind:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_by_its_name_or_its_content_what_it_is() {
        let dapr = "kind: Configuration\nspec:\n  secrets:\n    scopes: [{storeName: s, defaultAccess: deny}]\n";
        let ours = "[scopes.s]\ndefault = \"deny\"\n";
        for (path, text) in
            [("a.yaml", dapr), ("a.yml", dapr), ("a", dapr), ("a.toml", ours), ("a", ours)]
        {
            let rules = Rules::default().with_file(Path::new(path), text).expect(path);
            assert!(!rules.scopes.allows("s", "x") && rules.scopes.allows("t", "x"), "{path}");
        }
        let both = Rules::default().with_file(Path::new("a.yaml"), dapr).expect("Dapr's");
        let both = both.with_file(Path::new("b.toml"), "[scopes.t]\nallow = [\"shop-*\"]\n");
        let both = both.expect("ours").scopes;
        assert!(!both.allows("s", "x") && !both.allows("t", "x") && both.allows("t", "shop-db"));
        let error = Rules::default().with_file(Path::new("a.yaml"), ours).expect_err("no YAML");
        assert!(error.starts_with("a.yaml: "), "{error}");
    }
}
