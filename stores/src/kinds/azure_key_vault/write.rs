//! Writing and removing: a value is a new version, and what is removed can be had back for as long as the vault keeps it.

use azure_security_keyvault_secrets::models::{
    SecretClientDeleteSecretOptions, SecretClientSetSecretOptions,
};
use bytes::Bytes;

use super::{AzureKeyVault, Current, read};
use crate::azure::{Deed, Reply, ask};
use crate::failure::{Failure, FailureKind};
use crate::json::{Members, Writer};
use crate::members;

impl AzureKeyVault {
    pub(super) async fn written(
        &self,
        name: &str,
        key: Option<&str>,
        value: &[u8],
    ) -> Result<Option<String>, Failure> {
        let name = self.named(name)?;
        let text = std::str::from_utf8(value).map_err(|_| {
            Failure::invalid("the vault keeps text only, and the value is none: write it in base64")
        })?;
        if !self.setup.has_keys {
            return self.set(&name, text).await;
        }
        let before = self.current(&name, None).await?;
        let others = match &before {
            Some(current) => members::of(&current.value)?,
            None => Members::new(),
        };
        let whole = members::with(&others, members::meant(key, &others)?, text);
        self.set(&name, std::str::from_utf8(&whole).unwrap_or_default()).await
    }

    pub(super) async fn removed(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        let name = self.named(name)?;
        if !self.setup.has_keys {
            return self.delete(&name).await;
        }
        let Some(Current { value, .. }) = self.current(&name, None).await? else {
            return Err(self.absent(&name, None).await?);
        };
        let Some(rest) = members::without(&members::of(&value)?, key)? else {
            return self.delete(&name).await;
        };
        self.set(&name, std::str::from_utf8(&rest).unwrap_or_default()).await.map(drop)
    }

    /// Makes a new version; gives which one it is.
    async fn set(&self, name: &str, text: &str) -> Result<Option<String>, Failure> {
        if text.len() > VALUE_BYTES {
            return Err(Failure::invalid(format!(
                "it has {} bytes, and a secret in Azure has {VALUE_BYTES} at most",
                text.len()
            )));
        }
        let body = Writer::default().raw("{\"value\":").text(text).raw("}").finish();
        let client = self.client().await?;
        let reply = ask(|method_options| {
            let options = SecretClientSetSecretOptions { method_options };
            client.set_secret(name, Bytes::from_owner(body).into(), Some(options))
        })
        .await?;
        match reply.status {
            200 => Ok(read(&reply)?.version),
            _ => Err(self.not_changed(name, "set secrets", "Set", &reply)),
        }
    }

    async fn delete(&self, name: &str) -> Result<(), Failure> {
        let client = self.client().await?;
        let reply = ask(|method_options| {
            let options = SecretClientDeleteSecretOptions { method_options };
            client.delete_secret(name, Some(options))
        })
        .await?;
        match reply.status {
            200 => Ok(()),
            404 if reply.is("SecretNotFound") => Err(self.absent(name, None).await?),
            _ => Err(self.not_changed(name, "delete secrets", "Delete", &reply)),
        }
    }

    fn not_changed(&self, name: &str, what: &str, permission: &str, reply: &Reply) -> Failure {
        let failure = match reply.status {
            409 if reply.is("ObjectIsDeletedButRecoverable") => Failure::new(
                FailureKind::Conflict,
                format!(
                    "a secret of this name was deleted and is still kept: take it back with {}, and write again, or \
                     purge it",
                    self.recover(name)
                ),
            ),
            409 if reply.is("ObjectIsBeingDeleted") || reply.is("ObjectIsBeingRecovered") => {
                Failure::new(
                    FailureKind::Conflict,
                    "a secret of this name is just being deleted or taken back: write again in a minute",
                )
            }
            _ => {
                let endpoint = &self.setup.access.endpoint;
                let role = "Key Vault Secrets Officer";
                let absent = super::NO_SUCH;
                return Deed { endpoint, what, role, permission, absent }.failure(reply);
            }
        };
        reply.numbered(failure)
    }
}

/// The longest value, as Azure has it (25 kB).
const VALUE_BYTES: usize = 25_000;
