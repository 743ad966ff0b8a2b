//! A store whose names all begin with a text that requests leave out, and that is no folder.

use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{Answer, Failure, Fetched, Item, Keys, Listed, Store};

/// A store of such names.
#[derive(Debug)]
pub(super) struct Prefixed {
    pub(super) prefix: String,
    pub(super) store: Arc<dyn Store>,
}

impl Prefixed {
    fn whole(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn item(&self, item: &Item) -> Item {
        Item { name: self.whole(&item.name), version: item.version.clone() }
    }
}

impl Store for Prefixed {
    fn keys(&self) -> Keys {
        self.store.keys()
    }

    fn check(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        self.store.check(&self.whole(name), key)
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async {
            let item = self.item(item);
            self.store.fetch(&item).await
        })
    }

    fn batch_size(&self) -> usize {
        self.store.batch_size()
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        Box::pin(async {
            let items: Vec<Item> = items.iter().map(|item| self.item(item)).collect();
            self.store.fetch_batch(&items).await
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(async {
            let own = |listed: Listed| {
                let name = listed.name.strip_prefix(&self.prefix).filter(|it| !it.is_empty())?;
                Some(Listed { name: name.to_owned(), keys: listed.keys })
            };
            Ok(self.store.list().await?.into_iter().filter_map(own).collect())
        })
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async move { self.store.put(&self.whole(name), key, value).await })
    }

    fn patience(&self) -> Duration {
        self.store.patience()
    }
}

#[cfg(test)]
mod tests {
    use strongroom_stores::Content;

    use super::super::local_env::LocalEnv;
    use super::*;

    #[tokio::test]
    async fn names_begin_with_the_prefix_there_and_without_it_here() {
        let store = Arc::new(LocalEnv { prefix: "PA".to_owned() });
        let store = Prefixed { prefix: "T".to_owned(), store };
        let item = Item { name: "H".to_owned(), version: None };
        let fetched = store.fetch(&item).await.expect("a value");
        let Content::One(path) = fetched.content else { panic!("one value") };
        assert_eq!(path.as_slice(), std::env::var("PATH").expect("a path").as_bytes());
        let listed = store.list().await.expect("a list");
        assert!(listed.iter().any(|listed| listed.name == "H"), "{listed:?}");
    }
}
