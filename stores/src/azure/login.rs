//! Who asks: Microsoft's own credentials, tried in Microsoft's own order, and none of them a key of ours.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use strongroom_vault::is_key_text;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::cli::WithoutKeys;
use super::issuer::ToIssuer;
use super::{options, wire};
use crate::failure::Failure;
use crate::proof;

/// How somebody logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The first of the others that there is here.
    Auto,
    /// A service principal with a secret in `AZURE_CLIENT_SECRET`.
    Environment,
    /// A Kubernetes service account that Entra trusts.
    WorkloadIdentity,
    /// The identity of a machine or a service of Azure.
    ManagedIdentity,
    /// Whoever is logged in with `az`.
    Cli,
}

impl Way {
    /// The way of this name.
    #[cfg(feature = "azure-key-vault")]
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "environment" => Self::Environment,
            "workload-identity" => Self::WorkloadIdentity,
            "managed-identity" => Self::ManagedIdentity,
            "cli" => Self::Cli,
            _ => return None,
        })
    }

    /// Whether it can be told which of several identities is meant.
    #[cfg(feature = "azure-key-vault")]
    pub(crate) fn takes_client_id(self) -> bool {
        matches!(self, Self::Auto | Self::WorkloadIdentity | Self::ManagedIdentity)
    }
}

/// A service principal with its secret.
#[derive(Clone)]
pub(crate) struct Principal {
    pub(crate) tenant: String,
    pub(crate) client: String,
    pub(crate) secret: Zeroizing<String>,
}

impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

/// The login of a store: chosen when a token is first wanted, and kept.
pub(crate) struct Login {
    way: Way,
    client_id: Option<String>,
    principal: Option<Principal>,
    is_local: bool,
    issuer: Arc<ToIssuer>,
    chosen: OnceCell<Chosen>,
}

struct Chosen {
    way: Way,
    credential: Arc<dyn TokenCredential>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("way", &self.way).finish_non_exhaustive()
    }
}

impl Login {
    /// A login; `is_local` says that the vault is on this machine.
    pub(super) fn new(
        way: Way,
        client_id: Option<String>,
        is_local: bool,
        issuer: Arc<ToIssuer>,
    ) -> Self {
        Self { way, client_id, principal: None, is_local, issuer, chosen: OnceCell::new() }
    }

    /// The same as a service principal, if there is one.
    pub(super) fn of(self, principal: Option<Principal>) -> Self {
        Self { principal, ..self }
    }

    async fn choose(&self) -> Result<Chosen, Failure> {
        if let Some(principal) = &self.principal {
            let transport = Transport::with_policy(Arc::clone(&self.issuer) as Arc<_>);
            let credential = of_principal(principal, options(transport));
            let credential = credential.map_err(|error| {
                let why = "no credentials: the tenant or the client that was given is none";
                wire::cause(&error).unwrap_or_else(|| Failure::denied(why))
            })?;
            return Ok(Chosen { way: Way::Environment, credential });
        }
        let way = match self.way {
            Way::Auto => self.found().await?,
            way => way,
        };
        if way == Way::Cli && self.is_local {
            return Err(Failure::denied(
                "a vault on this machine gets no token of the Azure CLI, which would be good elsewhere: let \
                 `AZURE_AUTHORITY_HOST` or `IDENTITY_ENDPOINT` name one on this machine too",
            ));
        }
        let client_id = self.client_id.clone();
        let transport = Transport::with_policy(Arc::clone(&self.issuer) as Arc<_>);
        // Files are read, and a file system may hang.
        let made = tokio::task::spawn_blocking(move || credential(way, client_id, transport)).await;
        let credential =
            made.map_err(|_| Failure::denied("no credentials: the login failed"))??;
        Ok(Chosen { way, credential })
    }

    /// The first way that there is here.
    async fn found(&self) -> Result<Way, Failure> {
        let has = |names: &[&str]| names.iter().all(|name| text(name).is_some());
        let is_identified = self.client_id.is_some() || has(&[CLIENT_ID]);
        if has(&[TENANT_ID, CLIENT_ID, CLIENT_SECRET]) {
            Ok(Way::Environment)
        } else if is_identified && has(&[TENANT_ID, TOKEN_FILE]) {
            Ok(Way::WorkloadIdentity)
        } else if has(&["IDENTITY_ENDPOINT"])
            || has(&["MSI_ENDPOINT"])
            || self.issuer.has_metadata().await
        {
            Ok(Way::ManagedIdentity)
        } else if is_installed("az") {
            Ok(Way::Cli)
        } else {
            Err(Failure::denied(
                "no credentials: no `AZURE_CLIENT_SECRET`, no workload identity (`AZURE_FEDERATED_TOKEN_FILE`), no managed \
                 identity, and no Azure CLI here; on your own machine install it and log in with `az login`",
            ))
        }
    }
}

#[async_trait]
impl TokenCredential for Login {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let chosen = self.chosen.get_or_try_init(|| self.choose()).await.map_err(wire::error)?;
        let token = chosen.credential.get_token(scopes, options).await;
        token.map_err(|error| wire::error(no_token(chosen.way, &error)))
    }
}

/// Makes one of Microsoft's credentials.
fn credential(
    way: Way,
    client_id: Option<String>,
    transport: Transport,
) -> Result<Arc<dyn TokenCredential>, Failure> {
    let client_options = options(transport);
    let made: azure_core::Result<Arc<dyn TokenCredential>> = match way {
        Way::Environment => {
            let secret = required(CLIENT_SECRET)?;
            if is_key_text(&secret) {
                return Err(of_ours(CLIENT_SECRET));
            }
            let (tenant, client) = (required(TENANT_ID)?, required(CLIENT_ID)?);
            let secret = Zeroizing::new(secret);
            of_principal(&Principal { tenant, client, secret }, client_options)
        }
        Way::WorkloadIdentity => {
            let file = PathBuf::from(required(TOKEN_FILE)?);
            check_token_file(&file)?;
            let client_id = match client_id {
                Some(id) => id,
                None => required(CLIENT_ID)?,
            };
            WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options },
                client_id: Some(client_id),
                tenant_id: Some(required(TENANT_ID)?),
                token_file_path: Some(file),
            }))
            .map(|made| made as Arc<_>)
        }
        Way::ManagedIdentity => {
            let client_id = client_id.or_else(|| text(CLIENT_ID));
            ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                user_assigned_id: client_id.map(UserAssignedId::ClientId),
                client_options,
            }))
            .map(|made| made as Arc<_>)
        }
        Way::Auto | Way::Cli => AzureCliCredential::new(Some(AzureCliCredentialOptions {
            executor: Some(Arc::new(WithoutKeys)),
            ..AzureCliCredentialOptions::default()
        }))
        .map(|made| made as Arc<_>),
    };
    made.map_err(|error| no_token(way, &error))
}

fn of_principal(
    Principal { tenant, client, secret }: &Principal,
    client_options: ClientOptions,
) -> azure_core::Result<Arc<dyn TokenCredential>> {
    let options = ClientSecretCredentialOptions { client_options };
    let secret = Secret::new((**secret).clone());
    let made = ClientSecretCredential::new(tenant, client.clone(), secret, Some(options));
    made.map(|made| made as Arc<_>)
}

/// Why there is no token. Of Microsoft's own texts nothing is told: they hold what a server or a program has said.
fn no_token(way: Way, error: &azure_core::Error) -> Failure {
    if let Some(failure) = wire::cause(error) {
        return failure;
    }
    Failure::denied(match way {
        Way::Environment => {
            "no credentials: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` or `AZURE_AUTHORITY_HOST` is not what it should be"
        }
        Way::WorkloadIdentity => {
            "no credentials: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` or `AZURE_AUTHORITY_HOST` is not what it should be, or \
             the answer to the login is no token"
        }
        Way::ManagedIdentity => {
            "no credentials: this kind of managed identity is not supported, or its answer is no token"
        }
        Way::Auto | Way::Cli => {
            "the Azure CLI gives no token: is it installed, and is somebody logged in? log in with `az login`"
        }
    })
}

/// Refuses a file that holds no statement of who this is, or a key of ours.
fn check_token_file(file: &Path) -> Result<(), Failure> {
    let shown = format!("the file of `{TOKEN_FILE}`, `{}`,", file.display());
    let bytes = match proof::read(file, TOKEN_BYTES) {
        _ if proof::lies_with_keys(file) => return Err(of_ours(TOKEN_FILE)),
        Ok(bytes) => bytes,
        Err(error) => {
            return Err(Failure::denied(format!(
                "no credentials: {shown} cannot be read: {error}"
            )));
        }
    };
    match std::str::from_utf8(bytes.trim_ascii()) {
        Ok(text) if is_key_text(text) => Err(of_ours(TOKEN_FILE)),
        // The first of the three parts is a JSON object.
        Ok(text) if text.starts_with("ey") && text.split('.').count() == 3 => Ok(()),
        _ => Err(Failure::denied(format!("no credentials: {shown} holds no token"))),
    }
}

fn of_ours(variable: &str) -> Failure {
    Failure::denied(format!(
        "no credentials: `{variable}` leads to a key of Strongroom, of which nothing goes to a server"
    ))
}

/// A variable that is set and not empty.
fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|text| !text.is_empty())
}

fn required(name: &str) -> Result<String, Failure> {
    if name == CLIENT_SECRET && text(name).is_none() && text(CERTIFICATE).is_some() {
        return Err(Failure::denied(format!(
            "no credentials: a certificate (`{CERTIFICATE}`) cannot be used here: set `{CLIENT_SECRET}`"
        )));
    }
    text(name).ok_or_else(|| Failure::denied(format!("no credentials: `{name}` is not set")))
}

/// Whether a program is found by its name.
fn is_installed(program: &str) -> bool {
    let endings: &[&str] = if cfg!(windows) { &[".cmd", ".exe"] } else { &[""] };
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .any(|folder| endings.iter().any(|end| folder.join(format!("{program}{end}")).is_file()))
}

const TENANT_ID: &str = "AZURE_TENANT_ID";
const CLIENT_ID: &str = "AZURE_CLIENT_ID";
const CLIENT_SECRET: &str = "AZURE_CLIENT_SECRET";
const CERTIFICATE: &str = "AZURE_CLIENT_CERTIFICATE_PATH";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
/// The longest token of a service account.
const TOKEN_BYTES: u64 = 64 << 10;
