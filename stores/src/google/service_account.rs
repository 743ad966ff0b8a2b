//! A service account with a key of its own: it signs its tokens itself (AIP-4111), and asks nobody.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::login::SCOPE;
use crate::json::Writer;
use crate::store::Value;

/// A key file of a service account.
pub(super) struct ServiceAccount {
    pub(super) email: String,
    pub(super) key_id: String,
    /// PKCS #8 as PEM.
    pub(super) key: Value,
}

impl ServiceAccount {
    /// A token that the account signs; or what is wrong with its key, in words.
    pub(super) fn token(&self, now: SystemTime) -> Result<Value, &'static str> {
        let unusable = "its `private_key` is no RSA key in PEM";
        let mut der = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| unusable)?;
        let key = any_supported_type(&der);
        der.zeroize();
        let key = key.map_err(|_| unusable)?;
        let signer = key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).ok_or(unusable)?;
        let now = now.duration_since(UNIX_EPOCH).map_err(|_| "this machine's clock is wrong")?;
        // The clocks of those who read it may be a little behind.
        let issued = now.as_secs().saturating_sub(SKEW.as_secs());
        let expires = issued + LIVES.as_secs();
        let header = Writer::default()
            .raw(r#"{"alg":"RS256","typ":"JWT","kid":"#)
            .text(&self.key_id)
            .raw("}")
            .finish();
        let claims = Writer::default()
            .raw("{\"iss\":")
            .text(&self.email)
            .raw(",\"sub\":")
            .text(&self.email)
            .raw(",\"scope\":")
            .text(SCOPE)
            .raw(&format!(",\"iat\":{issued},\"exp\":{expires}}}"))
            .finish();
        let mut token = Zeroizing::new(String::with_capacity(TOKEN_BYTES));
        BASE64URL_NOPAD.encode_append(&header, &mut token);
        token.push('.');
        BASE64URL_NOPAD.encode_append(&claims, &mut token);
        let signature = signer.sign(token.as_bytes()).map_err(|_| unusable)?;
        token.push('.');
        BASE64URL_NOPAD.encode_append(&signature, &mut token);
        Ok(Zeroizing::new(std::mem::take(&mut *token).into_bytes()))
    }
}

/// How long such a token is used.
pub(super) const USED: Duration = Duration::from_mins(59);
const LIVES: Duration = Duration::from_hours(1);
const SKEW: Duration = Duration::from_secs(10);
/// Room for a token, so that its memory does not move.
const TOKEN_BYTES: usize = 4096;
