//! Secret Manager of Google Cloud: secrets with numbered versions, of one value, or of several in a JSON object.

mod list;
mod names;
mod setup;
mod write;

use std::sync::Arc;

use tokio::sync::OnceCell;

use self::names::Secret;
use self::setup::{Place, Setup};
use crate::failure::Failure;
use crate::google::{
    self, Asked, Damaged, Google, Question, Refusal, Reply, Variables, stranger, variable,
};
use crate::json::{self, Members};
use crate::members;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Fetched, Item, Keys, Listed, Store, Value};

/// A store in Secret Manager.
#[derive(Debug)]
struct SecretManager {
    setup: Setup,
    api: OnceCell<Api>,
}

/// The API, and whose secrets are asked for.
#[derive(Debug)]
struct Api {
    google: Google,
    place: Place,
}

/// Opens a store.
pub(super) fn open(settings: &mut Settings) -> Result<Arc<dyn Store>, InvalidSettings> {
    Ok(Arc::new(SecretManager { setup: Setup::take(settings)?, api: OnceCell::new() }))
}

impl SecretManager {
    async fn api(&self) -> Result<&Api, Failure> {
        let variables: Variables<'_> = &variable;
        let made = || async {
            let google = Google::new(self.setup.endpoint(variables)?, self.setup.given());
            let place = self.setup.place(variables, &google).await?;
            Ok(Api { google, place })
        };
        self.api.get_or_try_init(made).await
    }

    async fn fetched(&self, item: &Item) -> Result<Fetched, Failure> {
        let secret = Secret::named(&self.setup.prefix, &item.name).map_err(Failure::absent)?;
        let version = names::version(item.version.as_deref()).map_err(Failure::absent)?;
        let (value, version) = self.accessed(&secret, version).await?;
        Ok(Fetched { content: members::content(self.setup.has_keys, value)?, version })
    }

    /// The payload of a version and its number.
    async fn accessed(
        &self,
        secret: &Secret,
        version: &str,
    ) -> Result<(Value, Option<String>), Failure> {
        let api = self.api().await?;
        let path = format!("{}/versions/{version}:access", api.place.path(secret));
        let reply = api.google.ask(&Question::get(path)).await?;
        if reply.status != 200 {
            return Err(api.refused(READ, secret, Some(version), &reply));
        }
        let body = body_of(&reply)?;
        let payload = json::object(&body, "payload").unwrap_or_default();
        let value =
            google::bytes(&payload, "data", "dataCrc32c").map_err(|damaged| match damaged {
                Damaged::Checksum => Failure::unreachable(
                    "the value was damaged on its way: its checksum is another one",
                ),
                Damaged::Form => stranger(&reply),
            })?;
        Ok((value, number(&body)))
    }

    async fn current(&self, item: &Item) -> Result<Option<String>, Failure> {
        let secret = Secret::named(&self.setup.prefix, &item.name).map_err(Failure::absent)?;
        let version = names::version(item.version.as_deref()).map_err(Failure::absent)?;
        let api = self.api().await?;
        let path = format!("{}/versions/{version}", api.place.path(&secret));
        let reply = api.google.ask(&Question::get(path)).await?;
        match reply.status {
            200 => {}
            // It is another right than reading values is.
            403 => return Ok(None),
            _ => return Err(api.refused(LOOK, &secret, Some(version), &reply)),
        }
        let body = body_of(&reply)?;
        // What is disabled is told by a look at the value.
        let is_there = json::text(&body, "state").is_none_or(|state| state == "ENABLED");
        Ok(number(&body).filter(|_| is_there))
    }
}

impl Api {
    /// Why the API did not do what was asked.
    fn refused(
        &self,
        (right, role): (&'static str, &'static str),
        secret: &Secret,
        version: Option<&str>,
        reply: &Reply,
    ) -> Failure {
        if let Some(refusal) = Refusal::of(reply)
            && refusal.code == "FAILED_PRECONDITION"
            && let Some(version) = version
        {
            return refusal.numbered(self.gone(&refusal, secret, version));
        }
        let what = match version {
            None | Some("latest") => format!("secret `{secret}` with a version"),
            Some(version) => format!("version `{version}` of secret `{secret}`"),
        };
        self.of(right, role, &what, reply)
    }

    fn of(&self, right: &'static str, role: &'static str, what: &str, reply: &Reply) -> Failure {
        let project = self.place.project.as_str();
        google::failure(&Asked { service: SERVICE, project, what, right, role }, reply)
    }

    /// The failure for a version that has no value now.
    fn gone(&self, refusal: &Refusal, secret: &Secret, version: &str) -> Failure {
        if refusal.says("DESTROYED") {
            return Failure::absent(format!(
                "version `{version}` of secret `{secret}` was destroyed, for good: write a new one"
            ));
        }
        Failure::absent(format!(
            "version `{version}` of secret `{secret}` is disabled, perhaps until it is destroyed: \
             `gcloud secrets versions enable {version} --secret {secret}{}` takes it back",
            self.place.flags()
        ))
    }
}

impl Store for SecretManager {
    fn keys(&self) -> Keys {
        if self.setup.has_keys { Keys::Several } else { Keys::One }
    }

    fn check(&self, name: &str, _key: Option<&str>) -> Result<(), Failure> {
        Secret::named(&self.setup.prefix, name).map(drop).map_err(Failure::invalid)
    }

    fn spelled(&self, name: &str) -> String {
        names::spelled(name)
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
        let prefix = &self.setup.prefix;
        Ok((!prefix.is_empty()).then(|| format!("names that begin with `{prefix}`")))
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

/// The members of an answer.
fn body_of(reply: &Reply) -> Result<Members<'_>, Failure> {
    json::of(&reply.body).filter(|_| reply.is_json).ok_or_else(|| stranger(reply))
}

/// The number of the version that an answer is about.
fn number(body: &Members<'_>) -> Option<String> {
    let name = json::text(body, "name")?;
    let (_, number) = name.rsplit_once("/versions/")?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.to_owned())
}

/// The API's name, by which it is enabled.
const SERVICE: &str = "secretmanager.googleapis.com";
const READ: (&str, &str) = ("secretmanager.versions.access", "roles/secretmanager.secretAccessor");
const LOOK: (&str, &str) = ("secretmanager.versions.get", "roles/secretmanager.viewer");
