//! What the server has at the moment: read at the start, and again whenever a file changes. What was good is served on while
//! what is new cannot be read.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;

use crate::callers::Callers;
use crate::components::OpenComponents;
use crate::contents::{Contents, Source, Vault};
use crate::line::line;
use crate::rules::Rules;
use crate::secrets::Stores;

/// What is served at one moment.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) vault: Option<Arc<Vault>>,
    pub(crate) stores: Stores,
    pub(crate) components: OpenComponents,
    pub(crate) callers: Callers,
    pub(crate) rules: Rules,
}

/// What is served now, and why it may be older than the files.
#[derive(Debug)]
pub(crate) struct State {
    source: Arc<dyn Source>,
    served: RwLock<Arc<Served>>,
    trouble: Mutex<Option<String>>,
    changed: watch::Sender<u64>,
}

impl State {
    /// Reads what is served.
    ///
    /// # Errors
    ///
    /// It cannot be read, so there is nothing to serve.
    pub(crate) fn new(source: Arc<dyn Source>) -> Result<Self, String> {
        let served = served(source.read()?, None)?;
        Ok(Self {
            source,
            served: RwLock::new(Arc::new(served)),
            trouble: Mutex::default(),
            changed: watch::Sender::new(0),
        })
    }

    /// What is served now.
    pub(crate) fn now(&self) -> Arc<Served> {
        Arc::clone(&self.served.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads everything again. What cannot be read changes nothing but the health. Blocks for as long as reading takes.
    pub(crate) fn read_again(&self) {
        let before = self.now();
        let read = self.source.read().and_then(|contents| served(contents, Some(&before)));
        let trouble = match read {
            Ok(served) => {
                *self.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
                self.changed.send_modify(|count| *count += 1);
                None
            }
            Err(trouble) => Some(trouble),
        };
        let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match (&*known, &trouble) {
            (_, Some(new)) if known.as_ref() != Some(new) => {
                tracing::error!(
                    "cannot be read again, and what was read before is served on: {}",
                    line(new)
                );
            }
            (Some(_), None) => tracing::info!("read again: everything is as it should be"),
            // Somebody wrote a file, or said so; and not only time that passed.
            (None, None) if before.components.are_whole() => tracing::info!("read again"),
            _ => {}
        }
        *known = trouble;
    }

    /// Why what is served is older than the files; none where it is not.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether something may be had later that could not be had when everything was read.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.trouble().is_some() || !self.now().components.are_whole()
    }

    /// Tells of every change of what is served.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// The files that everything is read from.
    pub(crate) fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }
}

fn served(contents: Contents, before: Option<&Served>) -> Result<Served, String> {
    let Contents { vault, stores, components, rules } = contents;
    let vault = vault.map(Arc::new);
    let callers = rules.callers(vault.as_deref())?;
    let stores_before = before.map(|served| &served.stores);
    let mut stores = Stores::new(vault.as_ref(), stores, rules.caching(), stores_before)?;
    let components = components.open(&mut stores, rules.caching(), before)?;
    Ok(Served { vault, stores, components, callers, rules })
}
