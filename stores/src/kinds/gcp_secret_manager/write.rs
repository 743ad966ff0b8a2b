//! Writing: a new version, of a new secret where there is none; and removing.

use reqwest::Method;

use super::names::Secret;
use super::{SecretManager, body_of, number};
use crate::base64;
use crate::failure::{Failure, FailureKind};
use crate::google::{Question, crc32c};
use crate::json::{Members, Writer};
use crate::members;
use crate::store::Value;

impl SecretManager {
    /// Writes a value; gives the number of its version.
    pub(super) async fn written(
        &self,
        name: &str,
        key: Option<&str>,
        value: &[u8],
    ) -> Result<Option<String>, Failure> {
        let secret = Secret::named(&self.setup.prefix, name).map_err(Failure::invalid)?;
        if !self.setup.has_keys {
            check(value)?;
            return self.added(&secret, value).await;
        }
        let text = std::str::from_utf8(value).map_err(|_| {
            Failure::invalid("JSON holds text only, and the value is none: write it in base64")
        })?;
        let (payload, before) = self.keyed(&secret).await?;
        let others = match &payload {
            Some(payload) => members::of(payload)?,
            None => Members::new(),
        };
        let payload = members::with(&others, members::meant(key, &others)?, text);
        check(&payload)?;
        let version = self.added(&secret, &payload).await?;
        alone(before.as_deref(), version.as_deref())?;
        Ok(version)
    }

    /// Removes a key, or the secret with all its versions.
    pub(super) async fn removed(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        let secret = Secret::named(&self.setup.prefix, name).map_err(Failure::absent)?;
        if self.setup.has_keys {
            let (payload, before) = self.keyed(&secret).await?;
            let payload =
                payload.ok_or_else(|| Failure::absent(format!("there is no secret `{secret}`")))?;
            if let Some(payload) = members::without(&members::of(&payload)?, key)? {
                let version = self.added(&secret, &payload).await?;
                return alone(before.as_deref(), version.as_deref());
            }
        }
        let api = self.api().await?;
        let question =
            Question { method: Method::DELETE, ..Question::get(api.place.path(&secret)) };
        let reply = api.google.ask(&question).await?;
        match reply.status {
            200 => Ok(()),
            _ => Err(api.of(DELETE.0, DELETE.1, &format!("secret `{secret}`"), &reply)),
        }
    }

    /// The payload that is there, and the number of its version; nothing where there is no secret.
    async fn keyed(&self, secret: &Secret) -> Result<(Option<Value>, Option<String>), Failure> {
        match self.accessed(secret, "latest").await {
            Ok((payload, version)) => Ok((Some(payload), version)),
            Err(failure) if failure.kind() != FailureKind::Absent => Err(failure),
            // One that is disabled has keys that may be wanted again.
            Err(failure) if failure.detail().contains("is disabled") => {
                Err(Failure::new(FailureKind::Conflict, failure.detail().to_owned()))
            }
            Err(_) => Ok((None, None)),
        }
    }

    /// Adds a version.
    async fn added(&self, secret: &Secret, value: &[u8]) -> Result<Option<String>, Failure> {
        let api = self.api().await?;
        let body = Writer::default()
            .raw("{\"payload\":{\"data\":\"")
            .raw(&base64::encode(value))
            .raw(&format!("\",\"dataCrc32c\":\"{}\"}}}}", crc32c(value)))
            .finish();
        let question = Question::post(format!("{}:addVersion", api.place.path(secret)), body);
        let mut reply = api.google.ask(&question).await?;
        if reply.status == 404 {
            let failure = api.refused(ADD, secret, None, &reply);
            if failure.kind() != FailureKind::Absent {
                return Err(failure);
            }
            self.created(secret).await?;
            reply = api.google.ask(&question).await?;
        }
        if reply.status != 200 {
            return Err(api.refused(ADD, secret, None, &reply));
        }
        Ok(number(&body_of(&reply)?))
    }

    /// Makes a secret without a version; one that somebody else made meanwhile is as good.
    async fn created(&self, secret: &Secret) -> Result<(), Failure> {
        let api = self.api().await?;
        let path = format!("{}/secrets?secretId={secret}", api.place.parent());
        // Where a secret of a region is kept is not to be chosen.
        let body = match &api.place.location {
            Some(_) => "{\"labels\":{\"managed-by\":\"strongroom\"}}",
            None => {
                "{\"replication\":{\"automatic\":{}},\"labels\":{\"managed-by\":\"strongroom\"}}"
            }
        };
        let question = Question::post(path, Writer::default().raw(body).finish());
        let reply = api.google.ask(&question).await?;
        match reply.status {
            200 | 409 => Ok(()),
            _ => Err(api.of(CREATE.0, CREATE.1, &format!("secret `{secret}`"), &reply)),
        }
    }
}

/// Keeps Google's own limits.
fn check(value: &[u8]) -> Result<(), Failure> {
    if value.is_empty() {
        return Err(Failure::invalid("Secret Manager keeps no empty values"));
    }
    if value.len() > PAYLOAD_BYTES {
        return Err(Failure::invalid(format!(
            "it has {} bytes, and Secret Manager keeps {PAYLOAD_BYTES} at most",
            value.len()
        )));
    }
    Ok(())
}

/// Whether nobody else has written between the look at the other keys and this: the API cannot be told to write only then.
fn alone(before: Option<&str>, written: Option<&str>) -> Result<(), Failure> {
    let number = |version: Option<&str>| version?.parse::<u64>().ok();
    let (Some(before), Some(now)) = (number(before.or(Some("0"))), number(written)) else {
        return Ok(());
    };
    if now <= before.saturating_add(1) || before == 0 {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Conflict,
        format!(
            "somebody else wrote the secret at the same time: version {now} is this one, with the keys of \
             version {before}, and theirs is version {}; write again what is missing",
            now - 1
        ),
    ))
}

const PAYLOAD_BYTES: usize = 65_536;
const ADD: (&str, &str) = ("secretmanager.versions.add", "roles/secretmanager.secretVersionAdder");
const CREATE: (&str, &str) = ("secretmanager.secrets.create", "roles/secretmanager.admin");
const DELETE: (&str, &str) = ("secretmanager.secrets.delete", "roles/secretmanager.admin");
