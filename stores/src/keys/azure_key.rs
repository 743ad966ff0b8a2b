//! `azure-key:…`: an access key that is wrapped by an RSA key in Azure Key Vault, which never leaves the vault.

use azure_core::base64::{decode_url_safe, encode_url_safe};
use azure_security_keyvault_keys::models::{
    KeyClientGetDeletedKeyOptions, KeyClientUnwrapKeyOptions, KeyClientWrapKeyOptions,
};
use azure_security_keyvault_keys::{KeyClient, KeyClientOptions};
use bytes::Bytes;
use reqwest::Url;
use zeroize::Zeroizing;

use crate::azure::{Access, Deed, Endpoint, Reply, Way, ask};
use crate::failure::Failure;
use crate::json::{self, Writer};
use crate::store::Value;

/// Opens what stands behind `azure-key:`, which is `https://VAULT.vault.azure.net/keys/NAME/VERSION#WRAPPED`; gives the
/// access key's text.
pub(super) async fn unwrap(rest: &str) -> Result<Value, Failure> {
    let (id, wrapped) = rest.trim().split_once('#').ok_or_else(malformed)?;
    let key = Key::parse(id)?;
    let Some(version) = key.version.clone() else { return Err(malformed()) };
    // Only its form is checked here.
    decode_url_safe(wrapped).ok().filter(|bytes| !bytes.is_empty()).ok_or_else(malformed)?;
    let (client, body) = (key.client()?, body(wrapped));
    let reply = ask(|method_options| {
        let options = KeyClientUnwrapKeyOptions { method_options };
        client.unwrap_key(&key.name, &version, body.into(), Some(options))
    })
    .await?;
    match reply.status {
        200 => read(&reply).map(|(_, opened)| opened),
        400 => Err(reply.numbered(Failure::invalid(
            "the key in the vault does not open it: it was wrapped by another key or version, or has been altered",
        ))),
        _ => Err(key.failure(&client, "unwrap", "Unwrap Key", &reply).await),
    }
}

/// Wraps an access key's text with the key of an address, `https://VAULT.vault.azure.net/keys/NAME` with `/VERSION` behind
/// it or not; gives what [`unwrap`] takes, with the version that was used.
pub(super) async fn wrap(with: &str, key: &[u8]) -> Result<String, Failure> {
    let wrapping = Key::parse(with)?;
    let encoded = Zeroizing::new(encode_url_safe(key));
    let (client, body) = (wrapping.client()?, body(&encoded));
    let reply = ask(|method_options| {
        let key_version = wrapping.version.clone();
        let options = KeyClientWrapKeyOptions { method_options, key_version };
        client.wrap_key(&wrapping.name, body.into(), Some(options))
    })
    .await?;
    match reply.status {
        200 => {}
        400 => {
            return Err(reply.numbered(Failure::invalid(format!(
                "the key `{}` does not wrap {} bytes with {ALGORITHM}: it must be an RSA key, of 2,048 bits or more",
                wrapping.name,
                key.len()
            ))));
        }
        _ => return Err(wrapping.failure(&client, "wrap", "Wrap Key", &reply).await),
    }
    let (version, wrapped) = read(&reply)?;
    let vault = wrapping.access.endpoint.shown();
    Ok(format!("{vault}/keys/{}/{version}#{}", wrapping.name, encode_url_safe(&*wrapped)))
}

/// A key in a vault.
struct Key {
    access: Access,
    name: String,
    version: Option<String>,
}

impl Key {
    /// Reads the address of a key.
    fn parse(id: &str) -> Result<Self, Failure> {
        let mut url = Url::parse(id).map_err(|_| malformed())?;
        let path = url.path().to_owned();
        url.set_path("/");
        let endpoint = Endpoint::of(url)
            .map_err(|why| Failure::invalid(format!("the address of the key {why}")))?;
        let mut parts = path.trim_start_matches('/').split('/');
        let (Some("keys"), Some(name), version, None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed());
        };
        let is_word = |text: &str| {
            (1..=127).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if !is_word(name) || version.is_some_and(|version| !is_word(version)) {
            return Err(malformed());
        }
        Ok(Self {
            access: Access {
                endpoint,
                way: Way::Auto,
                client_id: None,
                principal: None,
                ca_file: None,
            },
            name: name.to_owned(),
            version: version.map(str::to_owned),
        })
    }

    fn client(&self) -> Result<KeyClient, Failure> {
        let parts = self.access.parts()?;
        let options = KeyClientOptions {
            client_options: parts.options,
            verify_challenge_resource: Some(parts.verifies),
            ..KeyClientOptions::default()
        };
        KeyClient::new(&parts.address, parts.login, Some(options))
            .map_err(|_| Failure::unreachable("no client for the vault can be made here").lasting())
    }

    /// Why the vault did not do it.
    async fn failure(
        &self,
        client: &KeyClient,
        what: &str,
        permission: &str,
        reply: &Reply,
    ) -> Failure {
        let endpoint = &self.access.endpoint;
        let name = &self.name;
        match reply.status {
            403 if reply.says("is not permitted on this key") => {
                return reply.numbered(Failure::denied(format!(
                    "the key `{name}` may not {what}: `wrapKey` and `unwrapKey` must be among its operations"
                )));
            }
            404 if self.is_deleted(client).await => {
                return reply.numbered(Failure::absent(format!(
                    "the key `{name}` was deleted, and can be had back until it is purged: \
                     `az keyvault key recover --vault-name {} --name {name}`",
                    endpoint.name()
                )));
            }
            _ => {}
        }
        let what = format!("{what} with the key `{name}`");
        let (role, absent) =
            ("Key Vault Crypto User", "there is no such key, or no such version of it");
        Deed { endpoint, what: &what, role, permission, absent }.failure(reply)
    }

    async fn is_deleted(&self, client: &KeyClient) -> bool {
        let deleted = ask(|method_options| {
            let options = KeyClientGetDeletedKeyOptions { method_options };
            client.get_deleted_key(&self.name, Some(options))
        });
        deleted.await.is_ok_and(|reply| reply.status == 200)
    }
}

/// The body of a request for a text in base64url.
fn body(encoded: &str) -> Bytes {
    let body = Writer::default().raw("{\"alg\":").text(ALGORITHM).raw(",\"value\":").text(encoded);
    Bytes::from_owner(body.raw("}").finish())
}

/// The version of the key, and what it gave.
fn read(reply: &Reply) -> Result<(String, Value), Failure> {
    let told = || {
        let body = reply.members()?;
        let encoded = json::value(body.get("value")?)?;
        let given = decode_url_safe(&*encoded).ok().map(Zeroizing::new)?;
        let id = json::text(&body, "kid")?;
        let version = id.rsplit('/').next().unwrap_or_default().to_owned();
        let is_word = version.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_word && !version.is_empty() && !given.is_empty()).then_some((version, given))
    };
    told().ok_or_else(|| {
        reply.numbered(Failure::invalid("the vault does not answer as one that has keys"))
    })
}

fn malformed() -> Failure {
    Failure::invalid(
        "it is not as `strongroom key wrap` writes it: `https://VAULT.vault.azure.net/keys/NAME/VERSION#…`",
    )
}

/// RSAES-OAEP with SHA-256 and MGF1 with SHA-256 (RFC 8017): a key of 2,048 bits wraps 190 bytes, an access key's text has
/// fewer.
const ALGORITHM: &str = "RSA-OAEP-256";

#[cfg(test)]
#[path = "../../tests/azure_key/mod.rs"]
mod tests;
