//! `vault-transit:[MOUNT/]KEY#vault:v1:…`: the transit engine of HashiCorp Vault or OpenBao, at the server and with the token
//! that the environment names.

use crate::failure::Failure;
use crate::kinds::hashicorp_vault::Transit;
use crate::store::Value;

/// Opens what a key of the engine has wrapped.
pub(super) async fn unwrap(rest: &str) -> Result<Value, Failure> {
    let Some((key, ciphertext)) = rest.split_once('#') else {
        return Err(Failure::invalid("there is no `#` between the key and the ciphertext"));
    };
    if !ciphertext.starts_with(CIPHERTEXT) {
        return Err(Failure::invalid(format!("the ciphertext does not begin with `{CIPHERTEXT}`")));
    }
    transit(key)?.decrypt(ciphertext).await
}

/// Wraps with a key of the engine.
pub(super) async fn wrap(with: &str, key: &[u8]) -> Result<String, Failure> {
    if with.contains('#') {
        return Err(Failure::invalid("a key's name has no `#`"));
    }
    let ciphertext = transit(with)?.encrypt(key).await?;
    if ciphertext.starts_with(CIPHERTEXT) && !ciphertext.chars().any(char::is_control) {
        return Ok(format!("{with}#{ciphertext}"));
    }
    Err(Failure::invalid("the server gave no ciphertext"))
}

/// A key by its name, with the mount before it where that is not `transit`.
fn transit(key: &str) -> Result<Transit, Failure> {
    let (mount, key) = key.rsplit_once('/').unwrap_or((MOUNT, key));
    Transit::of_environment(mount, key)
}

const MOUNT: &str = "transit";
/// What every ciphertext of the engine begins with; the number of the key's version follows.
const CIPHERTEXT: &str = "vault:v";
