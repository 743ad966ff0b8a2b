//! What the service must know to run, and what a key must look like.

use strongroom::{FromSecret, InvalidSecret, Plaintext};

/// The secrets of this service. A build fails if one has no value for `local` or, as the vault asks, for `production`.
#[strongroom::secrets]
pub(crate) struct Secrets {
    /// verifies what senders of webhooks signed
    pub(crate) webhook_key: WebhookKey,
    /// the key of before, while the senders change over to a new one
    pub(crate) previous_webhook_key: Option<WebhookKey>,
    /// shown by an operator who asks how many deliveries came
    pub(crate) operator_token: String,
}

/// A key long enough for HMAC-SHA256: a shorter one is refused when the service starts, not when it is attacked.
pub(crate) struct WebhookKey(Vec<u8>);

impl WebhookKey {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromSecret for WebhookKey {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        let mut key = value.into_bytes();
        if key.len() >= SHORTEST_KEY {
            return Ok(Self(key));
        }
        key.wipe();
        Err(InvalidSecret::new("a key of at least 32 bytes"))
    }

    fn wipe(&mut self) {
        self.0.wipe();
    }
}

/// As long as what SHA-256 gives: RFC 2104 discourages shorter ones.
const SHORTEST_KEY: usize = 32;
