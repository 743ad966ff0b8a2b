//! A service that opens what it wrapped, as a store with one secret: so it is asked as stores are, with pauses and an end.

use strongroom_vault::search::KeyPlace;

use super::unwrap;
use crate::failure::Failure;
use crate::reference::Reference;
use crate::store::{Answer, Content, Fetched, Item, Keys, Listed, Store};

/// A wrapped access key.
#[derive(Debug)]
pub(super) struct Sealed(pub(super) KeyPlace);

impl Sealed {
    /// Where the key lies in it.
    pub(super) fn reference() -> Reference {
        Reference::parse("key").expect("a word is a reference")
    }
}

impl Store for Sealed {
    fn keys(&self) -> Keys {
        Keys::One
    }

    fn fetch<'a>(&'a self, _item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async {
            let key = unwrap(&self.0).await?;
            Ok(Fetched { content: Content::One(key), version: None })
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        let only = Listed { name: Self::reference().as_str().to_owned(), keys: Vec::new() };
        Box::pin(async { Ok(vec![only]) })
    }

    fn put<'a>(
        &'a self,
        _name: &'a str,
        _key: Option<&'a str>,
        _value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async { Err(Failure::invalid("a key is wrapped with: strongroom key wrap")) })
    }
}
