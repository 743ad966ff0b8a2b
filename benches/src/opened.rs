//! A vault that is open: one value of it is opened, sealed and changed again and again.

use std::hint::black_box;

use strongroom_vault::{
    Content, Credential, DataKey, Document, Draft, Environment, EnvironmentType, Index, KeyRing,
    Origin, Place, SetOutcome,
};

use crate::vaults::{TODAY, VALUE_BYTES, Vault, name, value};

/// A vault's text, the data key of one type, and a value that lies under it.
pub(crate) struct Opened {
    text: String,
    key: &'static DataKey,
    name: String,
    version: u32,
    sealed: String,
}

impl Opened {
    /// Opens a vault, and looks up a value in the middle of it.
    pub(crate) fn of(vault: &Vault) -> Self {
        let text = vault.text();
        let index = Index::read(&text).expect("a generated vault reads");
        let credential = Credential::AccessKey(vault.key.clone());
        let ring = KeyRing::unlock(&index, &credential, None).expect("the owner's key");
        // Leaked, so that the key can stand beside its ring; there are few, and the process ends soon.
        let key = Box::leak(Box::new(ring)).data_key(&index, KIND).expect("the owner has all");
        let secret = index.secret(&name(vault.secrets / 2)).expect("it was generated");
        let value = secret.value(KIND.as_str()).expect("there is a value for each type");
        let Content::Sealed(sealed) = value.content() else { panic!("all values are sealed") };
        let (name, version, sealed) =
            (secret.name().to_owned(), value.version(), sealed.to_string());
        Self { text, key, name, version, sealed }
    }

    /// Opens the value.
    pub(crate) fn open(&self) {
        let value = self.key.open(self.place(), black_box(&self.sealed)).expect("it opens");
        assert_eq!(black_box(value).as_bytes().len(), VALUE_BYTES);
    }

    /// Seals a value in its place.
    pub(crate) fn seal(&self) {
        let value = black_box([b'x'; VALUE_BYTES]);
        black_box(self.key.seal(self.place(), &value).expect("randomness"));
    }

    /// Changes the value, from the vault's text to its new text.
    pub(crate) fn change(&self) {
        let document = Document::parse(black_box(&self.text)).expect("a generated vault is TOML");
        let index = Index::of(&document).expect("a generated vault reads");
        let mut draft = Draft::new(&document, &index);
        let outcome = draft.set_value(
            self.key,
            &self.name,
            &Environment::from(KIND),
            value().as_bytes(),
            TODAY,
        );
        assert_eq!(outcome, Ok(SetOutcome::Updated(self.version + 1)));
        black_box(draft.finish().expect("a generated vault can be changed in place"));
    }

    fn place(&self) -> Place<'_> {
        let (origin, environment) = (Origin::Vault, KIND.as_str());
        Place { origin, name: &self.name, environment, version: self.version }
    }
}

const KIND: EnvironmentType = EnvironmentType::Local;
