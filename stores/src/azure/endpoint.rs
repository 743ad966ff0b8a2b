//! Where a vault is: by its name, or by the whole address that Azure shows.

use reqwest::Url;

use crate::http::is_loopback;

/// A vault's address.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    base: Url,
    is_local: bool,
}

impl Endpoint {
    /// Reads a name or an address; the words go on after the name of a setting.
    #[cfg(any(test, feature = "azure-key-vault"))]
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if is_name(text) {
            let base = Url::parse(&format!("https://{text}.vault.azure.net")).map_err(|_| FORM)?;
            return Ok(Self { base, is_local: false });
        }
        // A text that does not say what it is becomes an address of none.
        if !text.contains("://") {
            return Err(FORM);
        }
        Self::of(Url::parse(text.trim()).map_err(|_| FORM)?)
    }

    /// Takes an address of a vault and of nothing in it.
    pub(crate) fn of(base: Url) -> Result<Self, &'static str> {
        let is_local = is_loopback(&base);
        match base.scheme() {
            "https" => {}
            "http" if is_local => {}
            "http" => {
                return Err("is `http://` to another machine, where tokens and values could be \
                            read on the way: use `https://`");
            }
            _ => return Err(FORM),
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err("has a user or a password in it: take them out");
        }
        if base.query().is_some() || base.fragment().is_some() || base.path() != "/" {
            return Err("has something behind the vault's host: take it out");
        }
        if !is_local && !is_host_of_vault(&base) {
            return Err(FORM);
        }
        Ok(Self { base, is_local })
    }

    /// Whether it is on this machine: an emulator, which must get no token that is good elsewhere.
    pub(crate) fn is_local(&self) -> bool {
        self.is_local
    }

    /// The domain below the vault's name, which tokens are for: `vault.azure.net`.
    pub(crate) fn domain(&self) -> Option<&str> {
        if self.is_local {
            return None;
        }
        self.base.host_str()?.split_once('.').map(|(_, domain)| domain)
    }

    /// The address, for messages.
    pub(crate) fn shown(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The name of the vault, as `az` takes it.
    pub(crate) fn name(&self) -> &str {
        let host = self.base.host_str().unwrap_or_default();
        if self.is_local { host } else { host.split('.').next().unwrap_or_default() }
    }

    /// The address for a client of Microsoft's, which speaks TLS only.
    pub(crate) fn of_client(&self) -> String {
        let port = self.base.port_or_known_default().unwrap_or(443);
        let host = self.base.host_str().unwrap_or_default();
        if port == 443 { format!("https://{host}") } else { format!("https://{host}:{port}") }
    }

    /// The address that a client's request is sent to; none for one that leads away from the vault.
    pub(crate) fn of_request(&self, asked: &Url) -> Option<Url> {
        let is_of_vault = asked.scheme() == "https"
            && asked.host_str() == self.base.host_str()
            && asked.port_or_known_default() == self.base.port_or_known_default()
            && asked.username().is_empty()
            && asked.password().is_none();
        let mut url = self.base.clone();
        url.set_path(asked.path());
        url.set_query(asked.query());
        is_of_vault.then_some(url)
    }

    /// Whether TLS is spoken.
    pub(crate) fn is_tls(&self) -> bool {
        self.base.scheme() == "https"
    }
}

/// Whether a text is a vault's name.
#[cfg(any(test, feature = "azure-key-vault"))]
fn is_name(text: &str) -> bool {
    (3..=24).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether a host is a vault's: a name, and a domain below it that is more than one word.
fn is_host_of_vault(url: &Url) -> bool {
    let host = url.domain().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    url.port().is_none() && labels.len() >= 3 && labels.iter().all(|label| !label.is_empty())
}

const FORM: &str =
    "must be a vault's name such as `shop`, or its address such as `https://shop.vault.azure.net`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_is_a_name_or_an_address_without_anything_else() {
        for (text, address, domain) in [
            ("shop", "https://shop.vault.azure.net", Some("vault.azure.net")),
            ("https://Shop.Vault.Azure.CN/", "https://shop.vault.azure.cn", Some("vault.azure.cn")),
            ("http://127.0.0.1:8443", "http://127.0.0.1:8443", None),
            ("https://localhost", "https://localhost", None),
        ] {
            let endpoint = Endpoint::parse(text).expect(text);
            assert_eq!((endpoint.shown(), endpoint.domain()), (address, domain));
        }
        for text in [
            "",
            "ab",
            "shop.vault.azure.net",
            "my_shop",
            "-shop",
            "http://shop.vault.azure.net",
            "https://shop.vault.azure.net.",
            "https://shop.vault.azure.net:8443",
            "https://user@shop.vault.azure.net",
            "https://shop.vault.azure.net/secrets",
            "https://shop.vault.azure.net?x",
            "https://shop.net",
            "https://10.0.0.1",
            "ftp://shop.vault.azure.net",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_request_goes_to_the_vault_and_nowhere_else() {
        let vault = Endpoint::parse("shop").expect("a vault");
        let of = |text: &str| vault.of_request(&Url::parse(text).expect("an address"));
        let url = of("https://shop.vault.azure.net/secrets?a=b").map(String::from);
        assert_eq!(url.as_deref(), Some("https://shop.vault.azure.net/secrets?a=b"));
        for elsewhere in [
            "http://shop.vault.azure.net/secrets",
            "https://other.vault.azure.net/secrets",
            "https://shop.vault.azure.net:8443/secrets",
            "https://shop.vault.azure.net./secrets",
            "https://me@shop.vault.azure.net/secrets",
            "https://shop.vault.azure.net.evil.example/secrets",
        ] {
            assert_eq!(of(elsewhere), None, "{elsewhere}");
        }
        for local in ["http://localhost", "http://127.0.0.1:80", "http://[::1]:8080"] {
            let local = Endpoint::parse(local).expect("an address");
            let asked = Url::parse(&format!("{}/keys", local.of_client())).expect("an address");
            let url = local.of_request(&asked).expect("it is the vault's");
            assert_eq!(url.as_str(), format!("{}/keys", local.shown()));
        }
    }
}
