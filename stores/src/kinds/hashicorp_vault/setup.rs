//! The settings of a store in HashiCorp Vault: checked when it is opened, completed from the environment when it is used.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use reqwest::Url;
use reqwest::header::HeaderValue;
use strongroom_vault::search::is_of_keys;
use zeroize::Zeroizing;

use super::login::{Login, Source};
use super::paths;
use crate::failure::Failure;
use crate::http::tls::Trust;
use crate::http::{address, plain_address};
use crate::settings::{InvalidSettings, Settings};

/// What a vault says of the store.
#[derive(Debug)]
pub(super) struct Setup {
    address: Option<Url>,
    namespace: Option<String>,
    trust: Trust,
    /// Whether a secret is one text: all of it, as JSON.
    pub(super) is_whole: bool,
    /// Where the secrets engine is mounted, without `/` at its ends.
    pub(super) mount: String,
    /// The folder in it that names are relative to, without `/` at its ends.
    pub(super) prefix: Option<String>,
    /// The version of the secrets engine; none means asking the server.
    pub(super) kv: Option<Kv>,
    pub(super) login: Login,
}

/// The versions of the secrets engine for keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kv {
    /// One version of a secret.
    One,
    /// Several versions, check-and-set, deletion that can be undone.
    Two,
}

/// Where the server is, and how to speak to it.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: Url,
    pub(super) namespace: Option<String>,
    pub(super) trust: Trust,
}

/// Looks up an environment variable.
pub(super) type Variables<'v> = &'v (dyn Fn(&str) -> Option<OsString> + Send + Sync);

impl Setup {
    /// Takes the settings; paths are relative to `base`.
    pub(super) fn take(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        for name in SECRET {
            if settings.text(name)?.is_some() {
                return Err(InvalidSettings::Refused { name, why: PLAIN_TEXT });
            }
        }
        let is_plain = settings.given("plain_http").is_some();
        let address = match settings.text("address")? {
            Some(text) if is_plain => {
                Some(plain_address(&text, NO_ADDRESS).map_err(refused("address"))?)
            }
            Some(text) => Some(address(&text, NO_ADDRESS).map_err(refused("address"))?),
            None => None,
        };
        let mount = match settings.text("mount")? {
            Some(text) => folder(&text).map_err(refused("mount"))?,
            None => "secret".to_owned(),
        };
        let prefix = match settings.text("prefix")? {
            Some(text) => Some(folder(&text).map_err(refused("prefix"))?),
            None => None,
        };
        let namespace = match settings.text("namespace")? {
            Some(text) => Some(namespace_of(&text).map_err(refused("namespace"))?),
            None => None,
        };
        let kv = settings.number("kv_version", 2)?;
        Ok(Self {
            address,
            namespace,
            trust: Trust {
                ca_file: settings.text("ca_file")?.map(|text| base.join(text)),
                ca_pem: settings.given("ca_pem"),
                server_name: settings.given("server_name").map(|name| (*name).clone()),
                is_anybody: settings.given("skip_verify").is_some(),
            },
            is_whole: settings.given("whole").is_some(),
            mount,
            prefix,
            kv: kv.map(|version| if version == 1 { Kv::One } else { Kv::Two }),
            login: login(settings, base)?,
        })
    }

    /// The same, of another secrets engine.
    #[cfg(feature = "vault-transit")]
    pub(super) fn mounted_at(self, mount: &str) -> Self {
        Self { mount: mount.to_owned(), ..self }
    }

    /// The server, with what the environment says where the settings are silent.
    pub(super) fn server(&self, variables: Variables<'_>) -> Result<Server, Failure> {
        let variable = |name: &'static str| match text_of(variables, name) {
            Some(Ok(text)) => Ok(Some((name, text))),
            Some(Err(())) => Err(lasting(format!("`{name}` is not text"))),
            None => Ok(None),
        };
        // OpenBao's own command reads its own names, and these where they are not set.
        let either = |names: [&'static str; 2]| match variable(names[0])? {
            Some(found) => Ok(Some(found)),
            None => variable(names[1]),
        };
        let address = match &self.address {
            Some(address) => address.clone(),
            None => match either(["VAULT_ADDR", "BAO_ADDR"])? {
                Some((name, text)) => {
                    address(&text, NO_ADDRESS).map_err(|why| lasting(format!("`{name}` {why}")))?
                }
                None => {
                    return Err(lasting(
                        "it is not known where the server is: neither the setting `address` nor \
                         `VAULT_ADDR` is there",
                    ));
                }
            },
        };
        let namespace = match &self.namespace {
            Some(namespace) => Some(namespace.clone()),
            None => match either(["VAULT_NAMESPACE", "BAO_NAMESPACE"])? {
                Some((name, text)) => {
                    Some(namespace_of(&text).map_err(|why| lasting(format!("`{name}` {why}")))?)
                }
                None => None,
            },
        };
        let mut trust = self.trust.clone();
        if trust.ca_file.is_none() && trust.ca_pem.is_none() {
            let named = either(["VAULT_CACERT", "BAO_CACERT"])?;
            trust.ca_file = named.map(|(_, text)| PathBuf::from(text));
        }
        Ok(Server { address, namespace, trust })
    }
}

/// How the store logs in, with the settings of that way and of no other.
fn login(settings: &mut Settings, base: &Path) -> Result<Login, InvalidSettings> {
    if let Some(token) = settings.given("token") {
        return Ok(Login::Given(Zeroizing::new(token.as_bytes().to_vec())));
    }
    let way = settings.text("auth")?;
    let mount = |settings: &mut Settings, usual: &str| match settings.text("auth_mount")? {
        Some(text) => folder(&text).map_err(refused("auth_mount")),
        None => Ok(usual.to_owned()),
    };
    match way.as_deref().unwrap_or("token") {
        "token" => Ok(Login::Token),
        "token-file" => {
            let what = "the file that has the token, such as the one that an agent writes";
            Ok(Login::TokenFile(base.join(settings.required_text("token_file", what)?)))
        }
        "approle" => Ok(Login::AppRole {
            role_id: settings.required_text("role_id", "the RoleID of the AppRole")?,
            secret_id: source(settings, base, "secret_id_file", "secret_id_env")?,
            mount: mount(settings, "approle")?,
        }),
        "kubernetes" => Ok(Login::Jwt {
            role: Some(settings.required_text("role", "the role of the service account")?),
            jwt: match settings.text("jwt_file")? {
                Some(text) => Source::File(base.join(text)),
                None => Source::File(PathBuf::from(SERVICE_ACCOUNT)),
            },
            mount: mount(settings, "kubernetes")?,
        }),
        "jwt" => Ok(Login::Jwt {
            role: settings.text("role")?,
            jwt: source(settings, base, "jwt_file", "jwt_env")?
                .unwrap_or_else(|| Source::File(PathBuf::from(SERVICE_ACCOUNT))),
            mount: mount(settings, "jwt")?,
        }),
        _ => Err(InvalidSettings::Shape {
            name: "auth".to_owned(),
            expected: "`token`, `token-file`, `approle`, `kubernetes` or `jwt`",
        }),
    }
}

/// Where a secret of the login is: in a file or in a variable.
fn source(
    settings: &mut Settings,
    base: &Path,
    file: &'static str,
    variable: &'static str,
) -> Result<Option<Source>, InvalidSettings> {
    match (settings.text(file)?, settings.text(variable)?) {
        (Some(_), Some(_)) => Err(InvalidSettings::Together { name: file, other: variable }),
        (Some(path), None) => Ok(Some(Source::File(base.join(path)))),
        (None, Some(name)) if is_of_keys(&name) => {
            Err(InvalidSettings::Refused { name: variable, why: OF_KEYS })
        }
        (None, Some(name)) => Ok(Some(Source::Variable(name))),
        (None, None) => Ok(None),
    }
}

/// A folder without `/` at its ends.
fn folder(text: &str) -> Result<String, &'static str> {
    let text = text.trim_matches('/');
    paths::check(text)?;
    Ok(text.to_owned())
}

fn namespace_of(text: &str) -> Result<String, &'static str> {
    let text = folder(text)?;
    match HeaderValue::from_str(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err("has characters that no namespace has"),
    }
}

fn refused(name: &'static str) -> impl Fn(&'static str) -> InvalidSettings {
    move |why| InvalidSettings::Refused { name, why }
}

/// An environment variable that is set and not empty, if it is text.
pub(super) fn text_of(variables: Variables<'_>, name: &str) -> Option<Result<String, ()>> {
    let text = variables(name).filter(|text| !text.is_empty())?;
    Some(text.into_string().map_err(|_| ()))
}

/// A failure of what is here, not of the server: asking again does not help.
pub(super) fn lasting(detail: impl Into<Cow<'static, str>>) -> Failure {
    Failure::unreachable(detail).lasting()
}

const NO_ADDRESS: &str = "is no address such as `https://vault.example.com:8200`";
/// Settings that somebody might want to put a secret into.
const SECRET: [&str; 4] = ["token", "secret_id", "jwt", "password"];
const PLAIN_TEXT: &str = "would be a secret in plain text in git: `auth` and `docs/stores/hashicorp-vault.md` say \
                          where it can lie instead (`VAULT_TOKEN`, `token_file`, `secret_id_file`, `secret_id_env`, \
                          `jwt_file`, `jwt_env`)";
const OF_KEYS: &str =
    "names a variable that holds a key of Strongroom or leads to one, which goes to no server";
/// Where a pod finds the token of its service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
