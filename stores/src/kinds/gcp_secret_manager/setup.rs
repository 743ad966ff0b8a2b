//! The settings of a store in Secret Manager: checked when it is opened, completed from the environment when it is used.

use std::fmt;

use reqwest::Url;

use super::SERVICE;
use super::names::{Secret, is_of_names};
use crate::failure::Failure;
use crate::google::{self, Google, NO_ADDRESS, Variables, lasting, text_of};
use crate::http::address;
use crate::settings::{InvalidSettings, Settings};
use crate::store::Value;

/// What a vault says of the store.
pub(super) struct Setup {
    /// Credentials that who started the program gave.
    given: Option<Value>,
    project: Option<String>,
    location: Option<String>,
    endpoint: Option<Url>,
    /// What the names of its secrets begin with.
    pub(super) prefix: String,
    /// Whether a secret is a JSON object with a value for each key.
    pub(super) has_keys: bool,
}

/// Whose secrets, and where they are kept.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) project: String,
    /// The region; none for secrets that Google keeps where it likes.
    pub(super) location: Option<String>,
}

impl Setup {
    pub(super) fn take(settings: &mut Settings) -> Result<Self, InvalidSettings> {
        for name in SECRET {
            if settings.text(name)?.is_some() {
                return Err(InvalidSettings::Refused { name, why: PLAIN_TEXT });
            }
        }
        let endpoint = match settings.text("endpoint")? {
            Some(text) => {
                let refused = |why| InvalidSettings::Refused { name: "endpoint", why };
                Some(address(&text, NO_ADDRESS).map_err(refused)?)
            }
            None => None,
        };
        let given = settings.given("credentials");
        let setup = Self {
            given: given.map(|text| Value::new(text.as_bytes().to_vec())),
            project: settings.text("project")?,
            location: settings.text("location")?,
            endpoint,
            prefix: settings.text("prefix")?.unwrap_or_default(),
            has_keys: settings.boolean("keys")?.unwrap_or(false),
        };
        if !setup.project.as_deref().is_none_or(is_project) {
            return Err(InvalidSettings::Refused { name: "project", why: NO_PROJECT });
        }
        if !setup.location.as_deref().is_none_or(is_location) {
            let why = "is no region such as `europe-west3`";
            return Err(InvalidSettings::Refused { name: "location", why });
        }
        if !setup.prefix.chars().all(is_of_names) {
            let why = "has characters that no secret's name has: letters, digits, `-` and `_` are";
            return Err(InvalidSettings::Refused { name: "prefix", why });
        }
        Ok(setup)
    }

    /// The credentials that were given, if any were.
    pub(super) fn given(&self) -> Option<Value> {
        self.given.clone()
    }

    /// Where the API is.
    pub(super) fn endpoint(&self, variables: Variables<'_>) -> Result<Url, Failure> {
        let usual = match &self.location {
            Some(location) => format!("https://secretmanager.{location}.rep.googleapis.com"),
            None => format!("https://{SERVICE}"),
        };
        google::endpoint(self.endpoint.as_ref(), variables, ENDPOINT, &usual)
    }

    /// Whose secrets: of the project that is set, else of the environment's, else of the credentials'.
    pub(super) async fn place(
        &self,
        variables: Variables<'_>,
        google: &Google,
    ) -> Result<Place, Failure> {
        let location = self.location.clone();
        if let Some(project) = self.project.clone() {
            return Ok(Place { project, location });
        }
        let project = match text_of(variables, PROJECT) {
            Some(text) => {
                let text = text.ok().filter(|text| is_project(text));
                Some(text.ok_or_else(|| lasting(format!("`{PROJECT}` {NO_PROJECT}")))?)
            }
            None => google.project().await?.filter(|project| is_project(project)),
        };
        let project = project.ok_or_else(|| {
            lasting(format!(
                "it is not known whose secrets are meant: neither the setting `project` nor `{PROJECT}` \
                 is there, and the credentials name no project"
            ))
        })?;
        Ok(Place { project, location })
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("project", &self.project)
            .field("location", &self.location)
            .field("endpoint", &self.endpoint)
            .field("prefix", &self.prefix)
            .field("has_keys", &self.has_keys)
            .finish_non_exhaustive()
    }
}

impl Place {
    /// What secrets are below.
    pub(super) fn parent(&self) -> String {
        match &self.location {
            Some(location) => format!("projects/{}/locations/{location}", self.project),
            None => format!("projects/{}", self.project),
        }
    }

    /// The path of a secret.
    pub(super) fn path(&self, secret: &Secret) -> String {
        format!("{}/secrets/{secret}", self.parent())
    }

    /// How gcloud is told of it.
    pub(super) fn flags(&self) -> String {
        match &self.location {
            Some(location) => format!(" --project {} --location {location}", self.project),
            None => format!(" --project {}", self.project),
        }
    }
}

/// Whether it can be a project's id or number; old ones have a domain before a colon.
fn is_project(text: &str) -> bool {
    let is_of_it = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:".contains(c);
    (1..=100).contains(&text.len())
        && text.chars().all(is_of_it)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

fn is_location(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Settings that somebody might want to put a secret into.
const SECRET: [&str; 5] = ["token", "access_token", "api_key", "credentials", "private_key"];
const PLAIN_TEXT: &str = "would be a secret in plain text in git: the credentials come from where the program \
                          runs, as `docs/stores/gcp-secret-manager.md` says (`GOOGLE_APPLICATION_CREDENTIALS`, \
                          `gcloud auth application-default login`, the metadata server)";
const NO_PROJECT: &str = "is no project's id";
/// The variables that Google's own libraries and gcloud read.
const PROJECT: &str = "GOOGLE_CLOUD_PROJECT";
const ENDPOINT: &str = "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER";
