//! Application default credentials: where they are looked for, and what a file of them says.

use std::ffi::OsString;
use std::path::PathBuf;

use reqwest::Url;
use strongroom_vault::{Shown, ShownPath, is_key_text};

use super::federated::{External, Source};
use super::login::{Base, Impersonated, Login, Whose};
use super::service_account::ServiceAccount;
use super::{Variables, metadata};
use crate::failure::Failure;
use crate::http;
use crate::json::{self, Members};
use crate::proof;
use crate::store::Value;

/// Who asks, as the environment says; read anew for each login, so that what rotates is followed.
pub(super) async fn find(variables: Variables<'_>, whose: &Whose) -> Result<Login, Failure> {
    if let Some(given) = &whose.given {
        let broken = |why: &str| Failure::denied(format!("no credentials: what was given {why}"));
        let members = json::of(given).ok_or_else(|| broken("is no JSON of Google Cloud"))?;
        return login(&members).map_err(|why| broken(&why));
    }
    let is_local = whose.is_local;
    let named = variables(FILE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = match named {
        Some(path) => path,
        // Whoever runs an emulator has no credentials; what is found here by chance does not go to it.
        None if is_local && variables(metadata::HOST).is_none() => {
            return Ok(Login::from(Base::Nobody));
        }
        None if is_local => return Ok(Login::from(Base::Metadata)),
        None => match usual(variables) {
            Some(path) if path.exists() => path,
            _ => return Ok(Login::from(Base::Metadata)),
        },
    };
    let text = secret_of_file(path.clone()).await?;
    let broken =
        |why: &str| Failure::denied(format!("no credentials: `{}` {why}", ShownPath(&path)));
    let members = json::of(&text).ok_or_else(|| broken("is no JSON of Google Cloud"))?;
    login(&members).map_err(|why| broken(&why))
}

/// A file with credentials, or with what proves who this is; nothing of ours.
pub(super) async fn secret_of_file(path: PathBuf) -> Result<Value, Failure> {
    let refused =
        |why: &str| Failure::denied(format!("no credentials: `{}` {why}", ShownPath(&path)));
    let file = path.clone();
    // A file system may hang.
    let read = tokio::task::spawn_blocking(move || {
        (!proof::lies_with_keys(&file)).then(|| proof::read(&file, FILE_BYTES))
    });
    match read.await {
        Ok(Some(Ok(bytes))) if std::str::from_utf8(&bytes).is_ok_and(is_key_text) => {
            Err(refused("is a key of Strongroom, which goes to no server"))
        }
        Ok(Some(Ok(bytes))) => Ok(bytes),
        Ok(Some(Err(error))) => Err(refused(&format!("cannot be read: {error}"))),
        Ok(None) => Err(refused(
            "is in the folder where Strongroom keeps its keys, of which nothing goes to a server",
        )),
        Err(_) => Err(refused("was not read")),
    }
}

/// The file that `gcloud auth application-default login` writes.
fn usual(variables: Variables<'_>) -> Option<PathBuf> {
    let folder =
        |name: &str| variables(name).filter(|it: &OsString| !it.is_empty()).map(PathBuf::from);
    let folder = folder("CLOUDSDK_CONFIG").or_else(|| {
        if cfg!(windows) {
            Some(folder("APPDATA")?.join("gcloud"))
        } else {
            Some(folder("HOME")?.join(".config/gcloud"))
        }
    })?;
    Some(folder.join("application_default_credentials.json"))
}

/// What credentials say; or what is wrong with them, in words that go on after the name of their file.
fn login(members: &Members<'_>) -> Result<Login, String> {
    let universe = json::text(members, "universe_domain");
    if universe.is_some_and(|universe| universe != "googleapis.com") {
        return Err(
            "is for another universe than `googleapis.com`, which is not supported".to_owned()
        );
    }
    let mut login = if is_of(members, "impersonated_service_account") {
        let source = json::object(members, "source_credentials")
            .ok_or_else(|| missing("source_credentials"))?;
        let mut login = Login::from(base(&source)?);
        let delegates = json::texts(members, "delegates").unwrap_or_default();
        login.impersonated = Some(Impersonated { url: impersonation(members)?, delegates });
        login
    } else {
        let mut login = Login::from(base(members)?);
        if is_of(members, "external_account") && members.contains_key(IMPERSONATION) {
            let url = impersonation(members)?;
            login.impersonated = Some(Impersonated { url, delegates: Vec::new() });
        }
        login
    };
    login.quota_project = json::text(members, "quota_project_id");
    #[cfg(feature = "gcp-secret-manager")]
    {
        login.project = json::text(members, "project_id");
    }
    Ok(login)
}

fn base(members: &Members<'_>) -> Result<Base, String> {
    match json::text(members, "type").as_deref() {
        Some("service_account") => Ok(Base::ServiceAccount(ServiceAccount {
            email: text(members, "client_email")?,
            key_id: json::text(members, "private_key_id").unwrap_or_default(),
            key: secret(members, "private_key")?,
        })),
        Some("authorized_user") => Ok(Base::User {
            url: if members.contains_key("token_uri") {
                url(members, "token_uri")?
            } else {
                TOKENS.to_owned()
            },
            client_id: text(members, "client_id")?,
            client_secret: secret(members, "client_secret")?,
            refresh_token: secret(members, "refresh_token")?,
        }),
        Some("external_account") => Ok(Base::External(external(members)?)),
        Some(other) => {
            Err(format!("has credentials of the type `{}`, which is not supported", Shown(other)))
        }
        None => Err(missing("type")),
    }
}

fn external(members: &Members<'_>) -> Result<External, String> {
    let source =
        json::object(members, "credential_source").ok_or_else(|| missing("credential_source"))?;
    let format = json::object(&source, "format").unwrap_or_default();
    let field = match json::text(&format, "type").as_deref() {
        Some("json") => Some(text(&format, "subject_token_field_name")?),
        _ => None,
    };
    let source = if let Some(path) = json::text(&source, "file") {
        Source::File { path: PathBuf::from(path), field }
    } else if let Some(text) = json::text(&source, "url") {
        let headers = json::object(&source, "headers").unwrap_or_default();
        let headers =
            headers.iter().filter_map(|(name, raw)| Some((name.clone(), json::value(raw)?)));
        if source.contains_key("environment_id") {
            return Err(UNSUPPORTED.to_owned());
        }
        Source::Url { url: near(&text)?, headers: headers.collect(), field }
    } else {
        return Err(UNSUPPORTED.to_owned());
    };
    let client = match json::text(members, "client_id") {
        Some(id) => Some((id, secret(members, "client_secret")?)),
        None => None,
    };
    Ok(External {
        url: url(members, "token_url")?,
        audience: text(members, "audience")?,
        kind: text(members, "subject_token_type")?,
        user_project: json::text(members, "workforce_pool_user_project"),
        client,
        source,
    })
}

fn impersonation(members: &Members<'_>) -> Result<String, String> {
    url(members, IMPERSONATION)
}

fn is_of(members: &Members<'_>, kind: &str) -> bool {
    json::text(members, "type").as_deref() == Some(kind)
}

fn text(members: &Members<'_>, name: &str) -> Result<String, String> {
    json::text(members, name).filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
}

fn secret(members: &Members<'_>, name: &str) -> Result<Value, String> {
    members.get(name).and_then(|raw| json::value(raw)).ok_or_else(|| missing(name))
}

/// The address of a server that gets a secret.
fn url(members: &Members<'_>, name: &str) -> Result<String, String> {
    let text = text(members, name)?;
    let url = http::address(&text, "is no address of a server");
    url.map(String::from).map_err(|why| format!("cannot be used: its `{name}` {why}"))
}

/// The address of what proves who this is: a server beside this one may speak HTTP, as those of clouds do.
fn near(text: &str) -> Result<String, String> {
    let url =
        Url::parse(text).map_err(|_| "cannot be used: its `credential_source` has no address")?;
    let is_beside = url.host_str() == Some(LINK_LOCAL) || http::is_loopback(&url);
    match url.scheme() {
        "https" => Ok(url.into()),
        "http" if is_beside => Ok(url.into()),
        _ => {
            Err("cannot be used: its `credential_source` is neither `https://` nor on this machine"
                .to_owned())
        }
    }
}

fn missing(name: &str) -> String {
    format!("has no `{name}`")
}

/// The variable that names a file of credentials.
const FILE: &str = "GOOGLE_APPLICATION_CREDENTIALS";
const IMPERSONATION: &str = "service_account_impersonation_url";
/// Where users renew their tokens.
const TOKENS: &str = "https://oauth2.googleapis.com/token";
/// Where machines of other clouds find out who they are.
const LINK_LOCAL: &str = "169.254.169.254";
const UNSUPPORTED: &str = "proves who this is by AWS, a certificate or a program, which is not supported: \
                           have the proof in a file or at a URL";
/// The longest file of credentials.
const FILE_BYTES: u64 = 64 << 10;
