//! A store behind the server: whole secrets, kept for a while, with a bound on how long and how much at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use strongroom_stores::{Content, Failure, Fetched, Item, Keys, Limits, Opened, fetch_items};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::cache::{Cache, Caching, Freshness, Keeping};
use super::{Given, Metadata, Values, Why, text_of};
use crate::contents::{ServedStore, Takes};

/// A store that is served.
#[derive(Debug)]
pub(super) struct Remote {
    served: ServedStore,
    cache: Arc<Cache>,
    /// One that hangs gets no more than so many requests.
    at_once: Arc<Semaphore>,
}

impl Remote {
    /// A store; with what was kept of it where it is the one that was served before.
    pub(super) fn new(served: ServedStore, caching: &Caching, before: Option<&Self>) -> Self {
        let keeping = caching.get(&served.name).copied().unwrap_or_default();
        let is_same = |before: &&Self| match (&before.served.store, &served.store) {
            (Ok(before), Ok(now)) => Arc::ptr_eq(&before.store, &now.store),
            _ => false,
        };
        match before.filter(is_same) {
            Some(before) => {
                Self { cache: before.kept(keeping), at_once: Arc::clone(&before.at_once), served }
            }
            None => Self {
                cache: Arc::new(Cache::new(keeping)),
                at_once: Arc::new(Semaphore::new(AT_ONCE)),
                served,
            },
        }
    }

    fn kept(&self, keeping: Keeping) -> Arc<Cache> {
        if self.cache.keeping() == keeping {
            Arc::clone(&self.cache)
        } else {
            Arc::new(Cache::new(keeping))
        }
    }

    /// Its kind, and the version of that.
    pub(super) fn kind(&self) -> (&str, &str) {
        (&self.served.kind, &self.served.version)
    }

    /// Whether a secret of it has several keys.
    pub(super) fn has_keys(&self) -> bool {
        self.served.store.as_ref().is_ok_and(|opened| opened.store.keys() == Keys::Several)
    }

    /// One secret.
    pub(super) async fn get(&self, name: &str, metadata: &Metadata) -> Result<Given<Values>, Why> {
        let elsewhere = self.elsewhere(metadata)?;
        let opened = match &elsewhere {
            Some(opened) => opened,
            None => self.opened()?,
        };
        let (version, stage) = self.version(metadata);
        let item = Item { name: checked(name)?, version: stage.or(version).cloned() };
        opened.store.check(&item.name, None).map_err(|failure| Why::from(&failure))?;
        let ask = async {
            let mut answers = self.ask(opened, vec![item.clone()]).await;
            answers.pop().unwrap_or_else(|| Err(Failure::unreachable("no answer")))
        };
        // What is kept is of the store's own namespace.
        let (fetched, freshness) = if elsewhere.is_some() {
            (ask.await.map(Arc::new).map_err(|failure| Why::from(&failure))?, Freshness::Current)
        } else {
            self.cache.get(&item, ask).await.map_err(|failure| Why::from(&failure))?
        };
        if let (Some(version), Some(stage)) = (version, stage)
            && fetched.version.as_ref() != Some(version)
        {
            return Err(Why::absent(format!("its version `{version}` is not in stage `{stage}`")));
        }
        Ok(Given { values: values_of(name, &fetched)?, freshness })
    }

    /// Every secret that may be seen.
    pub(super) async fn bulk(
        &self,
        metadata: &Metadata,
        may: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Given<BTreeMap<String, Values>>, Why> {
        let elsewhere = self.elsewhere(metadata)?;
        let opened = match &elsewhere {
            Some(opened) => opened,
            None => self.opened()?,
        };
        let most = self.most(metadata)?;
        let patience = Limits::default().deadline.max(opened.store.patience());
        let listed = timeout(patience, opened.store.list())
            .await
            .map_err(|_| Why::other(format!("no answer within {} s", patience.as_secs())))?
            .map_err(|failure| Why::from(&failure))?;
        let mut names: Vec<String> = listed.into_iter().map(|listed| listed.name).collect();
        names.dedup();
        names.retain(|name| may(name));
        names.truncate(most);
        let items: Vec<Item> = names.into_iter().map(|name| Item { name, version: None }).collect();
        let mut all = BTreeMap::new();
        for (item, answer) in items.iter().zip(self.ask(opened, items.clone()).await) {
            let about = |why: Why| Why { text: format!("`{}`: {}", item.name, why.text), ..why };
            match answer {
                Ok(fetched) => {
                    let values = values_of(&item.name, &fetched).map_err(about)?;
                    all.insert(item.name.clone(), values);
                }
                // Somebody removed it between the list and the look.
                Err(failure) if Why::from(&failure).is_absent => {}
                Err(failure) => return Err(about(Why::from(&failure))),
            }
        }
        Ok(Given { values: all, freshness: Freshness::Current })
    }

    fn opened(&self) -> Result<&Opened, Why> {
        self.served.store.as_ref().map_err(|why| Why::other(why.clone()))
    }

    /// The store in the namespace that a request names; none where it names none.
    fn elsewhere(&self, metadata: &Metadata) -> Result<Option<Opened>, Why> {
        let is_needed = match self.served.takes {
            Takes::Namespace => false,
            Takes::ItsNamespace => true,
            _ => return Ok(None),
        };
        let Some(namespace) = metadata.get("namespace").filter(|namespace| !namespace.is_empty())
        else {
            let missing =
                || Why::other("namespace is missing on metadata and NAMESPACE env variable");
            return if is_needed { Err(missing()) } else { Ok(None) };
        };
        let Opened { name, store } = self.opened()?;
        let store = store.within(namespace).transpose().map_err(|failure| Why::from(&failure))?;
        Ok(store.map(|store| Opened { name: name.clone(), store }))
    }

    /// Which version a request asks for, and which stage.
    fn version<'m>(&self, metadata: &'m Metadata) -> (Option<&'m String>, Option<&'m String>) {
        let given = |key| metadata.get(key).filter(|text| !text.is_empty());
        let stage = given("version_stage").filter(|_| self.served.takes == Takes::Stage);
        (given("version_id"), stage)
    }

    /// How many secrets a request for everything wants at most.
    fn most(&self, metadata: &Metadata) -> Result<usize, Why> {
        match metadata.get("maxresults").filter(|_| self.served.takes == Takes::Most) {
            None => Ok(usize::MAX),
            Some(most) => {
                most.parse().map_err(|_| Why::other("`maxresults` is no whole number from 0 on"))
            }
        }
    }

    /// Asks the store, once it is this caller's turn.
    async fn ask(&self, opened: &Opened, items: Vec<Item>) -> Vec<Result<Fetched, Failure>> {
        let limits = Limits::default();
        let deadline = limits.deadline.max(opened.store.patience());
        let many = items.len();
        if let Ok(_permit) = timeout(deadline, self.at_once.acquire()).await {
            return fetch_items(opened, items, &Limits { deadline, ..limits }).await;
        }
        let busy = || Err(Failure::unreachable("it is busy with earlier requests"));
        std::iter::repeat_with(busy).take(many).collect()
    }
}

/// A name that could be one in some store; which are, the store itself says.
fn checked(name: &str) -> Result<String, Why> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(Why::absent("no store has a secret of such a name"));
    }
    Ok(name.to_owned())
}

fn values_of(name: &str, fetched: &Fetched) -> Result<Values, Why> {
    match &fetched.content {
        Content::One(value) => Ok([(name.to_owned(), text_of(value)?)].into()),
        Content::Several(keys) => {
            let text = |(key, value): (&String, &strongroom_stores::Value)| {
                let named = |why: Why| Why { text: format!("key `{key}`: {}", why.text), ..why };
                Ok((key.clone(), text_of(value).map_err(named)?))
            };
            keys.iter().map(text).collect()
        }
    }
}

/// How many callers' requests one store gets at a time.
const AT_ONCE: usize = 64;

/// The longest name that a store is asked for, in bytes.
const LONGEST_NAME: usize = 4096;
