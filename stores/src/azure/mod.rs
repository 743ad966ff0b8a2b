//! What a store and a key service in Azure Key Vault have in common: where the vault is, who asks, and what it answers.

mod answer;
mod challenge;
mod cli;
mod endpoint;
mod issuer;
mod login;
mod transport;
mod wire;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientMethodOptions, ClientOptions, Context, RetryOptions, Transport};

pub(crate) use self::answer::{Deed, Reply};
#[cfg(feature = "azure-key-vault")]
pub(crate) use self::challenge::is_guid;
pub(crate) use self::endpoint::Endpoint;
use self::issuer::ToIssuer;
pub(crate) use self::login::{Login, Principal, Way};
use self::transport::{Slot, ToVault};
use crate::failure::Failure;

/// How a vault is spoken to.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) endpoint: Endpoint,
    pub(crate) way: Way,
    /// The identity, where there may be several.
    pub(crate) client_id: Option<String>,
    /// One that who started the program gave, in place of those that are found here.
    pub(crate) principal: Option<Principal>,
    /// The authorities that are trusted in place of the system's.
    pub(crate) ca_file: Option<PathBuf>,
}

/// What a client of Microsoft's is made of.
pub(crate) struct Parts {
    /// The vault's address, as the client takes it.
    pub(crate) address: String,
    pub(crate) login: Arc<dyn TokenCredential>,
    pub(crate) options: ClientOptions,
    /// Whether the client checks, as this crate does, what a token is asked for.
    pub(crate) verifies: bool,
}

impl Access {
    /// What a client is made of; certificates are read, nothing is asked yet.
    pub(crate) fn parts(&self) -> Result<Parts, Failure> {
        let ca_file = self.ca_file.as_deref().map(Path::to_owned);
        let issuer = Arc::new(ToIssuer::new(ca_file.as_deref(), self.endpoint.is_local())?);
        let (way, client_id) = (self.way, self.client_id.clone());
        let login = Login::new(way, client_id, self.endpoint.is_local(), issuer);
        let login = login.of(self.principal.clone());
        let vault = Arc::new(ToVault::new(self.endpoint.clone(), ca_file.as_deref())?);
        Ok(Parts {
            address: self.endpoint.of_client(),
            login: Arc::new(login),
            options: options(Transport::with_policy(vault)),
            verifies: !self.endpoint.is_local(),
        })
    }
}

/// A client that asks once: who waits, and how often, is not its business.
fn options(transport: Transport) -> ClientOptions {
    ClientOptions {
        transport: Some(transport),
        retry: RetryOptions::none(),
        ..ClientOptions::default()
    }
}

/// Asks once with a client of Microsoft's; gives the vault's answer, whatever its status is.
pub(crate) async fn ask<T, F>(
    call: impl FnOnce(ClientMethodOptions<'static>) -> F,
) -> Result<Reply, Failure>
where
    F: Future<Output = azure_core::Result<T>>,
{
    let slot = Slot::default();
    let context = Context::new().with_value(slot.clone());
    let outcome = call(ClientMethodOptions { context }).await;
    answered(&slot, outcome.err().as_ref())
}

/// The answer that lies in a slot, unless something went wrong before there was one.
fn answered(slot: &Slot, error: Option<&azure_core::Error>) -> Result<Reply, Failure> {
    if let Some(failure) = error.and_then(wire::cause) {
        return Err(failure);
    }
    match slot.take() {
        Some(reply) => Ok(reply),
        None => Err(Failure::unreachable("the request could not be made").lasting()),
    }
}

/// Asks for every page of a list; gives what they have together, or the answer that refuses one of them.
#[cfg(feature = "azure-key-vault")]
pub(crate) async fn ask_pages<T, F>(
    call: impl FnOnce(Context<'static>) -> F,
) -> Result<Result<T, Reply>, Failure>
where
    F: Future<Output = azure_core::Result<T>>,
{
    let slot = Slot::of_pages();
    match call(Context::new().with_value(slot.clone())).await {
        Ok(pages) => Ok(Ok(pages)),
        Err(error) => match answered(&slot, Some(&error))? {
            reply if reply.status == 200 => {
                let why = "the vault does not answer as one that lists";
                Err(reply.numbered(Failure::invalid(why)))
            }
            refused => Ok(Err(refused)),
        },
    }
}
