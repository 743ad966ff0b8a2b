//! Seals of references: what a store keeps is fetched only from where somebody with the data key said that it is.

use zeroize::Zeroizing;

use super::encode::Lp;
use super::keys::DataKey;
use super::{NoRandomness, OpenError, Place};
use crate::index::{Setting, StoreEntry};

impl DataKey {
    /// `seal[data key](place, store, reference)`
    ///
    /// A value's seal with nothing inside: AES-256-GCM (NIST SP 800-38D) under a fresh random nonce. Place, reference, and
    /// the store with every setting are authenticated, so a seal fits nowhere else, and no more once a setting is changed.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn seal_reference(
        &self,
        place: Place<'_>,
        store: &StoreEntry<'_>,
        reference: &str,
    ) -> Result<String, NoRandomness> {
        let context = self.context_of_reference(place, store, reference);
        self.seal_as(&context, Zeroizing::new(Vec::new()))
    }

    /// Checks what [`DataKey::seal_reference`] gave, as base64url text.
    ///
    /// # Errors
    ///
    /// The seal lies under another data key; or it, the reference, the store or one of its settings was changed.
    pub fn open_reference(
        &self,
        place: Place<'_>,
        store: &StoreEntry<'_>,
        reference: &str,
        seal: &str,
    ) -> Result<(), OpenError> {
        let context = self.context_of_reference(place, store, reference);
        let inside = self.open_as(&context, seal)?;
        if inside.is_empty() { Ok(()) } else { Err(OpenError::Altered) }
    }

    fn context_of_reference(
        &self,
        place: Place<'_>,
        store: &StoreEntry<'_>,
        reference: &str,
    ) -> Lp {
        let context = Lp::new("reference")
            .part(&self.key.id.0)
            .text(self.kind.as_str())
            .text(place.environment)
            .text(place.name)
            .number(place.version)
            .text(store.name())
            .text(reference);
        let settings = store.settings().iter();
        settings
            .fold(context, |context, (path, setting)| context.text(path).text(&text_of(setting)))
    }
}

/// A setting as the seal has it: what it is, and what it says.
pub(crate) fn text_of(setting: &Setting<'_>) -> String {
    match setting {
        Setting::Text(text) => format!("s:{text}"),
        Setting::Integer(number) => format!("i:{number}"),
        Setting::Boolean(truth) => format!("b:{truth}"),
        Setting::List(length) => format!("a:{length}"),
    }
}
