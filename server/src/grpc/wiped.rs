//! Values in messages wipe themselves when a message was sent. What its encoder and HTTP/2 wrote of them does not: their
//! buffers are not ours, and are freed when the client has read them.

use std::collections::BTreeMap;

use zeroize::{Zeroize as _, Zeroizing};

use super::generated::dapr::proto::{components, runtime};

/// Takes values over as they are, so that no copy is made.
pub(super) fn taken(values: BTreeMap<String, Zeroizing<String>>) -> BTreeMap<String, String> {
    values.into_iter().map(|(key, mut value)| (key, std::mem::take(&mut *value))).collect()
}

fn wipe(values: &mut BTreeMap<String, String>) {
    for value in values.values_mut() {
        value.zeroize();
    }
}

impl Drop for runtime::v1::GetSecretResponse {
    fn drop(&mut self) {
        wipe(&mut self.data);
    }
}

impl Drop for runtime::v1::SecretResponse {
    fn drop(&mut self) {
        wipe(&mut self.secrets);
    }
}

impl Drop for components::v1::GetSecretResponse {
    fn drop(&mut self) {
        wipe(&mut self.data);
    }
}

impl Drop for components::v1::SecretResponse {
    fn drop(&mut self) {
        wipe(&mut self.secrets);
    }
}
