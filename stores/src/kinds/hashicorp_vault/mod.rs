//! HashiCorp Vault and OpenBao: secrets with several keys in the engine for keys and values, version 1 or 2; and the engine
//! that wraps access keys.

mod answer;
mod client;
mod kv;
mod list;
mod login;
mod paths;
mod remove;
mod session;
mod setup;
#[cfg(feature = "vault-transit")]
mod transit;

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::OnceCell;

use self::answer::Asked;
use self::client::{Client, Reply, Request};
use self::kv::{Gone, Secret};
use self::session::Sessions;
use self::setup::{Kv, Setup};
#[cfg(feature = "vault-transit")]
pub(crate) use self::transit::Transit;
use crate::failure::{Failure, FailureKind};
use crate::json;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Fetched, Item, Keys, Listed, Store};

/// A store in HashiCorp Vault or OpenBao.
#[derive(Debug)]
struct HashicorpVault {
    setup: Setup,
    client: OnceCell<Client>,
    kv: OnceCell<Kv>,
    sessions: Sessions,
}

/// Opens a store; paths are relative to `base`.
pub(super) fn open(
    settings: &mut Settings,
    base: &Path,
) -> Result<Arc<dyn Store>, InvalidSettings> {
    Ok(Arc::new(HashicorpVault::take(settings, base)?))
}

impl HashicorpVault {
    /// Takes the settings; nothing is asked yet.
    fn take(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        Ok(Self {
            setup: Setup::take(settings, base)?,
            client: OnceCell::new(),
            kv: OnceCell::new(),
            sessions: Sessions::default(),
        })
    }

    async fn client(&self) -> Result<&Client, Failure> {
        self.client.get_or_try_init(|| async { Client::new(&self.setup.server(&variable)?) }).await
    }

    /// Asks with a token, and once more with a new one if the token was dead.
    async fn ask(&self, request: &Request) -> Result<Reply, Failure> {
        let client = self.client().await?;
        let login = &self.setup.login;
        let ticket = self.sessions.token(login, client, &variable).await?;
        let reply = client.send(request, Some(&ticket.token)).await?;
        if reply.status != 403 {
            return Ok(reply);
        }
        match self.sessions.after_denial(login, client, &variable, &ticket).await? {
            Some(ticket) => client.send(request, Some(&ticket.token)).await,
            None => Ok(reply),
        }
    }

    /// Why the server did not do what was asked.
    async fn refused(&self, request: &Request, capabilities: &str, reply: &Reply) -> Failure {
        let asked = Asked {
            path: &request.path,
            capabilities,
            mount: &self.setup.mount,
            version: request.version,
        };
        match self.client().await {
            Ok(client) => answer::failure(client, &asked, reply),
            Err(failure) => failure,
        }
    }

    /// The version of the secrets engine: as it is set, or as the server tells it.
    async fn kv(&self) -> Result<Kv, Failure> {
        if let Some(kv) = self.setup.kv {
            return Ok(kv);
        }
        self.kv.get_or_try_init(|| self.told_kv()).await.copied()
    }

    async fn told_kv(&self) -> Result<Kv, Failure> {
        let mount = &self.setup.mount;
        let request = Request::get(format!("sys/internal/ui/mounts/{mount}"));
        let reply = self.ask(&request).await?;
        match reply.status {
            200 => {}
            403 => {
                return Err(Failure::denied(format!(
                    "no secrets engine is mounted at `{mount}`, or the token may do nothing there"
                )));
            }
            _ => return Err(self.refused(&request, "\"read\"", &reply).await),
        }
        let told = || {
            let body = json::of(&reply.body)?;
            let data = json::object(&body, "data")?;
            let version =
                json::object(&data, "options").and_then(|options| json::text(&options, "version"));
            Some((json::text(&data, "type")?, json::text(&data, "path")?, version))
        };
        let Some((kind, path, version)) = told() else {
            let why =
                "the server does not tell which version the secrets engine has: set `kv_version`";
            return Err(answer::with_id(Failure::invalid(why), &reply));
        };
        let unfit = |why: String| Err(answer::with_id(Failure::invalid(why), &reply));
        if !matches!(kind.as_str(), "kv" | "generic") {
            return unfit(format!(
                "the secrets engine at `{mount}` is not one for keys and values"
            ));
        }
        if path.trim_matches('/') != *mount {
            return unfit(format!(
                "the secrets engine is not mounted at `{mount}` but above it: the rest belongs into `prefix`"
            ));
        }
        Ok(if version.as_deref() == Some("2") { Kv::Two } else { Kv::One })
    }

    /// The path of a secret below its mount.
    fn path(&self, name: &str) -> Result<String, Failure> {
        paths::check(name).map_err(|why| Failure::invalid(format!("the name {why}")))?;
        Ok(match &self.setup.prefix {
            Some(prefix) => format!("{prefix}/{name}"),
            None => name.to_owned(),
        })
    }

    async fn fetched(&self, item: &Item) -> Result<Fetched, Failure> {
        let path = self.path(&item.name)?;
        let kv = self.kv().await?;
        let version = version(kv, item)?;
        let request = Request::get(kv.of_values(&self.setup.mount, &path)).at(version);
        let reply = self.ask(&request).await?;
        match secret(kv, &reply) {
            Some(Ok(secret)) if self.setup.is_whole => Ok(secret.whole()),
            Some(Ok(secret)) => Ok(secret.fetched()),
            Some(Err(gone)) => Err(answer::with_id(gone.failure(), &reply)),
            None => Err(self.refused(&request, "\"read\"", &reply).await),
        }
    }

    async fn current(&self, item: &Item) -> Result<Option<String>, Failure> {
        let path = self.path(&item.name)?;
        let kv = self.kv().await?;
        let version = version(kv, item)?;
        if kv == Kv::One {
            return Ok(None);
        }
        let request = Request::get(kv::of_metadata(&self.setup.mount, &path));
        let reply = self.ask(&request).await?;
        match reply.status {
            200 => {}
            // It is another right than reading values is.
            403 => return Ok(None),
            _ => return Err(self.refused(&request, "\"read\"", &reply).await),
        }
        match kv::current(&reply, version) {
            Ok(version) => Ok(version.map(|version| version.to_string())),
            Err(gone) => Err(answer::with_id(gone.failure(), &reply)),
        }
    }

    async fn written(
        &self,
        name: &str,
        key: Option<&str>,
        value: &[u8],
    ) -> Result<Option<String>, Failure> {
        let path = self.path(name)?;
        let text = std::str::from_utf8(value).map_err(|_| {
            Failure::invalid(
                "the server keeps text only, and the value is none: write it in base64",
            )
        })?;
        let kv = self.kv().await?;
        let path = kv.of_values(&self.setup.mount, &path);
        let request = Request::get(path.as_str());
        let reply = self.ask(&request).await?;
        let nothing = || Secret { values: json::Members::new(), version: Some(0) };
        let before = match secret(kv, &reply) {
            Some(Ok(secret)) => secret,
            // What was deleted has no keys to keep, and still counts.
            Some(Err(Gone::Deleted(version) | Gone::Destroyed(version))) => {
                Secret { version, ..nothing() }
            }
            Some(Err(gone)) => return Err(answer::with_id(gone.failure(), &reply)),
            None => match self.refused(&request, "\"read\"", &reply).await {
                failure if failure.kind() == FailureKind::Absent && kv::is_only_absent(&reply) => {
                    nothing()
                }
                failure => return Err(failure),
            },
        };
        let key = match (key, before.values.keys().next()) {
            (Some(key), _) => key,
            (None, None) => KEY,
            (None, Some(only)) if before.values.len() == 1 => only,
            (None, Some(_)) => {
                return Err(Failure::invalid(
                    "it has several keys, so the reference must name one",
                ));
            }
        };
        let version = before.version.unwrap_or_default();
        let body = kv::written(kv, &before.values, version, (key, text));
        let request = Request::post(path.as_str(), body);
        let reply = self.ask(&request).await?;
        match reply.status {
            200 | 204 => Ok(kv::new_version(&reply).map(|version| version.to_string())),
            _ => Err(self.refused(&request, "\"create\", \"update\"", &reply).await),
        }
    }
}

impl Store for HashicorpVault {
    fn keys(&self) -> Keys {
        if self.setup.is_whole { Keys::One } else { Keys::Several }
    }

    fn check(&self, name: &str, _key: Option<&str>) -> Result<(), Failure> {
        self.path(name).map(drop)
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(self.fetched(item))
    }

    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(self.current(item))
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(self.listed())
    }

    fn bounds(&self) -> Result<Option<String>, Failure> {
        Ok(self.setup.prefix.as_ref().map(|prefix| format!("the prefix `{prefix}`")))
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(self.written(name, key, value))
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        Box::pin(self.removed(name, key))
    }
}

/// The secret of an answer to a request for its values; none when the answer is about something else.
fn secret(kv: Kv, reply: &Reply) -> Option<Result<Secret<'_>, Gone>> {
    match (reply.status, Secret::of(kv, reply)) {
        (200, read) => Some(read),
        (404, Err(gone @ (Gone::Deleted(_) | Gone::Destroyed(_)))) => Some(Err(gone)),
        _ => None,
    }
}

/// The version that is asked for.
fn version(kv: Kv, item: &Item) -> Result<Option<u64>, Failure> {
    match (kv, item.version.as_deref()) {
        (_, None) => Ok(None),
        (Kv::One, Some(_)) => Err(Failure::absent(
            "the secrets engine is of version 1 and keeps no versions: take `@` away",
        )),
        (Kv::Two, Some(version)) => {
            let number = version.parse().ok().filter(|&number: &u64| number > 0);
            number.map(Some).ok_or_else(|| Failure::absent("a version is a number, from 1 on"))
        }
    }
}

/// The environment of this process.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The key of a new secret, where a reference names none.
const KEY: &str = "value";
