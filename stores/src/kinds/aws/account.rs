//! Who asks, in which region, and with which client: found out at the first request, and kept.

use std::env;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::sync::OnceCell;
use tracing::instrument::{WithDispatch, WithSubscriber as _};
use tracing::subscriber::NoSubscriber;

use super::http::{self, Http};
use super::setup::{self, Key, Setup};
use super::{arn, trust};
use crate::failure::Failure;
use crate::proof;

/// Somebody at AWS.
pub(crate) struct Account {
    setup: Setup,
    config: OnceCell<SdkConfig>,
}

impl Account {
    /// Nothing is looked up yet.
    pub(crate) fn new(setup: Setup) -> Self {
        Self { setup, config: OnceCell::new() }
    }

    /// Where the service is, if the settings say so; of no other service, such as the one that gives the credentials.
    #[cfg(any(feature = "aws-parameter-store", feature = "aws-secrets-manager"))]
    pub(crate) fn endpoint(&self) -> Option<String> {
        self.setup.endpoint.clone()
    }

    /// The role that is taken, and the profile: for messages.
    pub(super) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// What the SDK needs to know. Credentials are found at the first request that is signed.
    pub(crate) async fn config(&self) -> Result<&SdkConfig, Failure> {
        self.config.get_or_try_init(|| self.found()).await
    }

    /// How a policy names something of a service in this account's region.
    pub(crate) fn for_policy(&self, service: &str, resource: &str) -> String {
        let region = self.config.get().and_then(SdkConfig::region);
        let region = region.map_or("*", |region| region.as_ref());
        arn::for_policy(service, region, resource)
    }

    async fn found(&self) -> Result<SdkConfig, Failure> {
        check_token_files().await?;
        let http = Http::new(trust::context(self.setup.ca_file.as_deref())?);
        let times = TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(READ).build();
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http)
            // Who fetches repeats.
            .retry_config(RetryConfig::disabled())
            .timeout_config(times)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .identity_cache(IdentityCache::lazy().load_timeout(LOGIN).build());
        if let Ok(name) = AppName::new("strongroom") {
            loader = loader.app_name(name);
        }
        if let Some(region) = &self.setup.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &self.setup.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(Key { id, secret, session }) = &self.setup.key {
            let session = session.as_ref().map(|session| (**session).clone());
            let given = Credentials::new(&**id, &**secret, session, None, "given");
            loader = loader.credentials_provider(given);
        }
        let config = quietly(loader.load()).await;
        match config.region() {
            Some(region) if setup::region(region.as_ref()).is_ok() => {}
            Some(_) => {
                return Err(lasting(
                    "what the environment or the profile says of a region is none such as `eu-west-1`",
                ));
            }
            None => {
                return Err(lasting(
                    "no region is known: set `region`, `AWS_REGION`, or `region` in the profile",
                ));
            }
        }
        let Some(role) = &self.setup.role else { return Ok(config) };
        let Some(base) = config.credentials_provider() else { return Ok(config) };
        let role = AssumeRoleProvider::builder(role).session_name("strongroom").configure(&config);
        let role = quietly(role.build_from_provider(base)).await;
        Ok(config.into_builder().credentials_provider(SharedCredentialsProvider::new(role)).build())
    }
}

/// Refuses files of tokens that lead to a key of ours: the SDK reads them, and sends what it finds.
async fn check_token_files() -> Result<(), Failure> {
    // A file system may hang.
    let checked = tokio::task::spawn_blocking(|| {
        TOKEN_FILES
            .into_iter()
            .find(|name| env::var_os(name).is_some_and(|file| proof::is_of_keys(file.as_ref())))
    });
    match checked.await {
        Ok(None) => Ok(()),
        Ok(Some(name)) => Err(http::of_ours(&format!("no credentials: `{name}`"))),
        Err(_) => Err(lasting("the files of tokens were not read")),
    }
}

/// Does what the SDK does without what it logs: at the level of traces that is whole requests, values and signatures
/// included.
pub(crate) fn quietly<F: Future>(work: F) -> WithDispatch<F> {
    work.with_subscriber(NoSubscriber::default())
}

fn lasting(detail: &'static str) -> Failure {
    Failure::unreachable(detail).lasting()
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("setup", &self.setup).finish_non_exhaustive()
    }
}

/// The variables that name a file of a token.
const TOKEN_FILES: [&str; 2] =
    ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"];
const CONNECT: Duration = Duration::from_secs(3);
/// Whoever asks has a limit of their own; this one is for those who have not.
const READ: Duration = Duration::from_secs(20);
/// How long finding the credentials may take.
const LOGIN: Duration = Duration::from_secs(4);
