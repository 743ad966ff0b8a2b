//! Removing a key: the others stay, and what somebody else writes meanwhile is not lost.

use super::client::Request;
use super::setup::Kv;
use super::{HashicorpVault, answer, kv, secret};
use crate::failure::{Failure, FailureKind};

impl HashicorpVault {
    /// Removes a key of a secret; with the last one, the secret. Version 2 can give it back: `vault kv undelete`.
    pub(super) async fn removed(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        let below = self.path(name)?;
        let kv = self.kv().await?;
        let path = kv.of_values(&self.setup.mount, &below);
        let request = Request::get(path.as_str());
        let reply = self.ask(&request).await?;
        let before = match secret(kv, &reply) {
            Some(Ok(secret)) => secret,
            Some(Err(gone)) => return Err(answer::with_id(gone.failure(), &reply)),
            None => return Err(self.refused(&request, "\"read\"", &reply).await),
        };
        let key = match key {
            Some(key) if before.values.contains_key(key) => key,
            None if before.values.len() == 1 => "",
            Some(_) => return Err(Failure::absent("it has no such key")),
            None if before.values.is_empty() => return Err(Failure::absent("it has no keys")),
            None => {
                return Err(Failure::invalid(
                    "it has several keys, so the reference must name one",
                ));
            }
        };
        if before.values.len() > 1 {
            let version = before.version.unwrap_or_default();
            let body = kv::without(kv, &before.values, version, key);
            return self.done(&Request::post(path.as_str(), body), "\"create\", \"update\"").await;
        }
        match (kv, before.version) {
            (Kv::Two, Some(version)) => self.deleted(&below, version).await,
            _ => self.done(&Request::delete(path.as_str()), "\"delete\"").await,
        }
    }

    /// Deletes exactly the version that was looked at: one that came after it stays, and is told.
    async fn deleted(&self, below: &str, version: u64) -> Result<(), Failure> {
        let mount = &self.setup.mount;
        let request = Request::post(kv::of_deletion(mount, below), kv::versions(version));
        self.done(&request, "\"update\"").await?;
        let request = Request::get(Kv::Two.of_values(mount, below));
        // Gone, or not to be read any more, which is no failure of what was done.
        let Ok(reply) = self.ask(&request).await else { return Ok(()) };
        if let Some(Ok(_)) = secret(Kv::Two, &reply) {
            let why = "somebody else wrote the secret meanwhile: look at what is there";
            return Err(answer::with_id(Failure::new(FailureKind::Conflict, why), &reply));
        }
        Ok(())
    }

    async fn done(&self, request: &Request, capabilities: &str) -> Result<(), Failure> {
        let reply = self.ask(request).await?;
        match reply.status {
            200 | 204 => Ok(()),
            _ => Err(self.refused(request, capabilities, &reply).await),
        }
    }
}
