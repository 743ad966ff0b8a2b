//! Writing and removing: of two who change keys of one secret, the second finds the number of its new version taken.

use std::fmt::Write as _;

use aws_sdk_secretsmanager::primitives::Blob;
use sha2::{Digest as _, Sha256};

use super::super::deed::Deed;
use super::super::{Refusal, Trouble, quietly};
use super::read::Whole;
use super::refused::{is_absent, meanwhile};
use super::{Shared, names};
use crate::failure::Failure;
use crate::json::Members;
use crate::members;
use crate::store::{Keys, Value};

impl Shared {
    /// Writes a value; gives the version that it is now.
    pub(super) async fn written(
        &self,
        name: &str,
        key: Option<&str>,
        value: &[u8],
    ) -> Result<Option<String>, Failure> {
        let id = self.id(name);
        names::writable(&id)?;
        match self.keys {
            Keys::One => {
                fits(value)?;
                match self.put(&id, value, None).await {
                    Err(Trouble::Refused(refusal)) if is_absent(&refusal) => {
                        self.create(&id, value).await
                    }
                    put => put.map_err(|trouble| self.not_put(&id, trouble)),
                }
            }
            Keys::Several => {
                let text = std::str::from_utf8(value).map_err(|_| {
                    Failure::invalid(
                        "a secret with keys is JSON, which keeps text only: write it in base64",
                    )
                })?;
                if let Some(before) = self.before(beside(&id)).await? {
                    let keys = members::of(&before.value)?;
                    let key = members::meant(key, &keys)?;
                    let changed = members::with(&keys, key, text);
                    return self.replace(&id, &before, &changed).await;
                }
                let none = Members::new();
                let first = members::with(&none, members::meant(key, &none)?, text);
                fits(&first)?;
                self.create(&id, &first).await
            }
        }
    }

    /// Removes a key, or the secret with its last one.
    pub(super) async fn removed(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        let id = self.id(name);
        names::readable(&id)?;
        if self.keys == Keys::Several {
            let before = self.before(Deed::reading(&id, None)).await?;
            let before = before.ok_or_else(|| {
                Failure::absent(format!("there is no secret `{id}` in this account and region"))
            })?;
            if let Some(changed) = members::without(&members::of(&before.value)?, key)? {
                return self.replace(&id, &before, &changed).await.map(drop);
            }
        }
        let client = self.client().await?;
        match quietly(client.delete_secret().secret_id(&id).send()).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Trouble::of(&self.account, &error)
                .failure(|refusal| self.refused(Deed::removing(&id), refusal))),
        }
    }

    /// The secret whose keys are to be kept; none where there is none.
    async fn before(&self, deed: Deed<'_>) -> Result<Option<Whole>, Failure> {
        match self.whole(deed.id, None).await {
            Ok(whole) => Ok(Some(whole)),
            Err(Trouble::Refused(refusal)) if is_absent(&refusal) => Ok(None),
            Err(trouble) => Err(trouble.failure(|refusal| self.refused(deed, refusal))),
        }
    }

    /// Writes a secret anew, if nobody has done so since `before`.
    ///
    /// AWS compares nothing. But the number of a version is chosen by who writes it, and no two versions have the same: so it
    /// is made of the number of the version that was looked at, and the second of two who looked at the same one is refused.
    async fn replace(
        &self,
        id: &str,
        before: &Whole,
        value: &Value,
    ) -> Result<Option<String>, Failure> {
        fits(value)?;
        let seen = before.version.as_deref();
        for turn in 0..TURNS {
            let number = seen.map(|version| number_after(version, turn));
            match self.put(id, value, number).await {
                Err(Trouble::Refused(refusal)) if is_taken(&refusal) => {}
                put => return put.map_err(|trouble| self.not_put(id, trouble)),
            }
            // It may be long ago that it was taken, and the version before it be the current one again.
            let now = self.before(beside(id)).await?;
            if now.and_then(|now| now.version).as_deref() != seen {
                return Err(meanwhile());
            }
        }
        Err(meanwhile())
    }

    async fn put(
        &self,
        id: &str,
        value: &[u8],
        number: Option<String>,
    ) -> Result<Option<String>, Trouble> {
        let client = self.client().await.map_err(Trouble::Unanswered)?;
        let (text, binary) = written(value);
        let request = client.put_secret_value().secret_id(id).set_client_request_token(number);
        let request = request.set_secret_string(text).set_secret_binary(binary);
        match quietly(request.send()).await {
            Ok(told) => Ok(told.version_id),
            Err(error) => Err(Trouble::of(&self.account, &error)),
        }
    }

    async fn create(&self, id: &str, value: &[u8]) -> Result<Option<String>, Failure> {
        let client = self.client().await?;
        let (text, binary) = written(value);
        let request = client.create_secret().name(id);
        let request = request.set_secret_string(text).set_secret_binary(binary);
        match quietly(request.send()).await {
            Ok(told) => Ok(told.version_id),
            Err(error) => {
                let deed = Deed::writing("secretsmanager:CreateSecret", id);
                let trouble = Trouble::of(&self.account, &error);
                Err(trouble.failure(|refusal| self.refused(deed, refusal)))
            }
        }
    }

    fn not_put(&self, id: &str, trouble: Trouble) -> Failure {
        let deed = Deed::writing("secretsmanager:PutSecretValue", id);
        trouble.failure(|refusal| self.refused(deed, refusal))
    }
}

/// Reading what is there to write beside it: a secret that is to be deleted is in the way then.
fn beside(id: &str) -> Deed<'_> {
    Deed { key_right: Some("kms:GenerateDataKey"), ..Deed::reading(id, None) }
}

/// A value as AWS keeps it: text, or bytes that are none.
fn written(value: &[u8]) -> (Option<String>, Option<Blob>) {
    match std::str::from_utf8(value) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(Blob::new(value))),
    }
}

fn fits(value: &[u8]) -> Result<(), Failure> {
    match value.len() {
        0 => Err(Failure::invalid("Secrets Manager keeps no empty value")),
        1..=MOST_BYTES => Ok(()),
        length => Err(Failure::invalid(format!(
            "it would have {length} bytes, and Secrets Manager keeps {MOST_BYTES} at most in one secret"
        ))),
    }
}

/// Whether there is a version of this number already, with another value.
fn is_taken(refusal: &Refusal) -> bool {
    refusal.is(&["ResourceExistsException"])
}

/// The number of the version that comes after another, in the form of a UUID.
fn number_after(version: &str, turn: u8) -> String {
    let digest = Sha256::new().chain_update("strongroom ").chain_update(version);
    let digest = digest.chain_update([0, turn]).finalize();
    let mut number = String::with_capacity(36);
    for (at, byte) in digest.iter().take(16).enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            number.push('-');
        }
        // Writing to a string does not fail.
        let _ = write!(number, "{byte:02x}");
    }
    number
}

/// What Secrets Manager keeps in one secret.
const MOST_BYTES: usize = 65_536;
/// How many numbers that were taken long ago are stepped over.
const TURNS: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_the_next_version_is_the_same_for_all_who_saw_the_same() {
        let version = "d1c3a0a5-2f0e-4e0b-8a58-5d6f9d9bb1f6";
        let number = number_after(version, 0);
        assert_eq!(number, number_after(version, 0));
        assert_eq!(number.len(), 36);
        assert_ne!(number, number_after(version, 1));
        assert_ne!(number, number_after("d1c3a0a5-2f0e-4e0b-8a58-5d6f9d9bb1f7", 0));
    }
}
