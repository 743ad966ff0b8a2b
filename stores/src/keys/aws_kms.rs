//! AWS KMS: the access key is sealed with a key that never leaves it, and `STRONGROOM_KEY` carries what came of that.

use aws_sdk_kms::Client;
use aws_sdk_kms::config::Builder;
use aws_sdk_kms::primitives::Blob;

use crate::base64;
use crate::failure::Failure;
use crate::kinds::aws::{Account, Asked, Refusal, Right, Setup, Trouble, is_arn, quietly};
use crate::store::Value;

/// Opens an access key: `rest` is what stands behind `aws-kms:`, sealed and in base64. Region, endpoint and credentials are
/// what the environment has for every program of AWS.
pub(super) async fn unwrap(rest: &str) -> Result<Value, Failure> {
    let rest = rest.trim();
    let sealed = base64::decode(rest.as_bytes());
    let sealed = sealed.filter(|sealed| SEALED_BYTES.contains(&sealed.len()));
    let sealed = sealed.ok_or_else(|| {
        Failure::invalid("what stands behind `aws-kms:` is not what KMS seals, in base64")
    })?;
    let (account, client) = client().await?;
    let request = client.decrypt().ciphertext_blob(Blob::new(sealed.to_vec()));
    let request = request.encryption_context(CONTEXT.0, CONTEXT.1);
    match quietly(request.send()).await {
        Ok(told) => {
            let opened = told.plaintext.map(|opened| Value::new(opened.into_inner()));
            opened.ok_or_else(|| Failure::invalid("KMS opened it, and it is empty"))
        }
        Err(error) => Err(Trouble::of(&account, &error)
            .failure(|refusal| refused(&account, refusal, "kms:Decrypt", "key/*".to_owned()))),
    }
}

/// Seals an access key under a key of KMS: `with` is its id, its ARN, or `alias/…`; gives what stands behind `aws-kms:`.
pub(super) async fn wrap(with: &str, key: &[u8]) -> Result<String, Failure> {
    let with = with.trim();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b":/_-".contains(&b);
    if with.is_empty() || with.len() > 2048 || !with.bytes().all(is_plain) {
        return Err(Failure::invalid(
            "a key of KMS is named by its id, its ARN, or `alias/…`, as in `aws-kms:alias/strongroom`",
        ));
    }
    let (account, client) = client().await?;
    let request = client.encrypt().key_id(with).plaintext(Blob::new(key));
    let request = request.encryption_context(CONTEXT.0, CONTEXT.1);
    match quietly(request.send()).await {
        Ok(told) => match told.ciphertext_blob {
            Some(sealed) => Ok(std::mem::take(&mut *base64::encode(sealed.as_ref()))),
            None => Err(Failure::invalid("KMS sealed it, and gave nothing")),
        },
        Err(error) => {
            let resource = if is_arn(with) { with.to_owned() } else { "key/*".to_owned() };
            Err(Trouble::of(&account, &error)
                .failure(|refusal| refused(&account, refusal, "kms:Encrypt", resource)))
        }
    }
}

async fn client() -> Result<(Account, Client), Failure> {
    let account = Account::new(Setup::default());
    let client = Client::from_conf(Builder::from(account.config().await?).build());
    Ok((account, client))
}

fn refused(
    account: &Account,
    refusal: &Refusal,
    action: &'static str,
    resource: String,
) -> Failure {
    match () {
        () if refusal.is(&["InvalidCiphertextException", "IncorrectKeyException"]) => {
            Failure::denied(
                "KMS does not open it: it was altered, or sealed in another region, or not by `strongroom key wrap`",
            )
        }
        () if refusal.is(&["NotFoundException"]) => Failure::absent(
            "there is no such key in this account and region: `aws kms list-aliases`",
        ),
        () if refusal.is(&["DisabledException"]) => {
            Failure::denied("the key is disabled; enable it with: aws kms enable-key --key-id …")
        }
        () if refusal.is(&["KMSInvalidStateException"]) => Failure::denied(
            "the key cannot be used, it may be waiting for its deletion; take it back with: \
             aws kms cancel-key-deletion --key-id …",
        ),
        () if refusal.is(&["InvalidKeyUsageException"]) => Failure::invalid(
            "the key is not one that seals: it takes a symmetric key for `ENCRYPT_DECRYPT`",
        ),
        () if refusal.is(&["KeyUnavailableException", "DependencyTimeoutException"]) => {
            Failure::unreachable("the key cannot be reached at the moment")
        }
        () => {
            let resource =
                if is_arn(&resource) { resource } else { account.for_policy("kms", &resource) };
            let right = Right { action, resource };
            refusal.usual(&Asked { service: "KMS", right, key_right: None })
        }
    }
}

/// What the seal is bound to: a policy can ask for it, and nothing else that is sealed under the same key opens as an
/// access key.
const CONTEXT: (&str, &str) = ("strongroom", "access key");
/// How long what KMS seals is: an access key, and what it adds.
const SEALED_BYTES: std::ops::RangeInclusive<usize> = 1..=6144;

#[cfg(all(test, target_os = "linux"))]
#[path = "../../tests/aws_key/mod.rs"]
mod tests;
