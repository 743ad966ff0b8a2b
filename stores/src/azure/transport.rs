//! The last step of a client's request to the vault: it goes to the vault alone, and what is answered is bounded and wiped.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use azure_core::http::headers::{Headers, WWW_AUTHENTICATE};
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{AsyncRawResponse, Context, Request, StatusCode};
use bytes::Bytes;

use super::answer::{self, Reply};
use super::challenge;
use super::endpoint::Endpoint;
use super::wire::{self, Wire};
use crate::failure::Failure;

/// Where the answer to a request is put: the client itself is told no more of it than it needs, and keeps no copy.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot {
    reply: Arc<Mutex<Option<Reply>>>,
    /// How many pages of a list there were; the client looks into each for the next one. What has pages has no values.
    pages: Option<Arc<AtomicUsize>>,
}

impl Slot {
    /// For the answers that are pages of a list.
    #[cfg(feature = "azure-key-vault")]
    pub(super) fn of_pages() -> Self {
        Self { pages: Some(Arc::default()), ..Self::default() }
    }

    /// Counts one page more, if there may be one.
    fn turn_page(&self) -> Result<(), Failure> {
        match &self.pages {
            Some(pages) if pages.fetch_add(1, Ordering::Relaxed) >= PAGES => {
                Err(Failure::invalid(format!("the list has more than {PAGES} pages")))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn take(&self) -> Option<Reply> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, reply: Reply) {
        *self.reply.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply);
    }
}

/// Sends requests to one vault.
#[derive(Debug)]
pub(super) struct ToVault {
    wire: Wire,
    endpoint: Endpoint,
}

impl ToVault {
    pub(super) fn new(endpoint: Endpoint, ca_file: Option<&Path>) -> Result<Self, Failure> {
        // A proxy would be given the token for what is on this machine.
        let wire = Wire::new(endpoint.is_tls(), ca_file, !endpoint.is_local(), ANSWER_BYTES)?;
        Ok(Self { wire, endpoint })
    }

    /// Asks once.
    async fn reply(&self, request: &Request) -> Result<Reply, Failure> {
        let shown = self.endpoint.shown();
        let Some(url) = self.endpoint.of_request(request.url()) else {
            return Err(Failure::denied(format!(
                "`{shown}` says that its answer goes on at another place, to which no token goes along"
            )));
        };
        let mut reply = self.wire.ask(request, url, shown).await.map_err(|failure| {
            if failure.detail().starts_with(wire::NO_ADDRESS) {
                return Failure::unreachable(format!(
                    "{}: there is no vault of this name, or only a network of its own knows it",
                    failure.detail()
                ));
            }
            failure
        })?;
        if reply.status == 401
            && let Some(header) = reply.challenge.take()
        {
            let challenge = challenge::read(&header, &self.endpoint)?;
            (reply.challenge, reply.tenant) = (Some(challenge.header), challenge.tenant);
        }
        answer::check_sender(&reply, &self.endpoint)?;
        Ok(reply)
    }
}

#[async_trait]
impl Policy for ToVault {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        _next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        let slot = context.value::<Slot>();
        slot.map_or(Ok(()), Slot::turn_page).map_err(wire::error)?;
        let reply = self.reply(request).await.map_err(wire::error)?;
        let mut headers = Headers::new();
        if let Some(challenge) = &reply.challenge {
            headers.insert(WWW_AUTHENTICATE, challenge.clone());
        }
        let status = StatusCode::from(reply.status);
        let body = if slot.is_some_and(|slot| slot.pages.is_some()) {
            Bytes::copy_from_slice(&reply.body)
        } else {
            Bytes::new()
        };
        if let Some(slot) = slot {
            slot.put(reply);
        }
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

/// The longest answer: a page of a list has 25 secrets with up to 15 tags each, a value 25 kB.
const ANSWER_BYTES: usize = 1 << 20;
/// The most pages of a list.
const PAGES: usize = 500;
