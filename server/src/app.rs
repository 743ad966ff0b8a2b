//! What every protocol asks: secrets and settings for a caller, counted and recorded.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use strongroom_vault::Date;
use zeroize::Zeroizing;

use crate::access::{Access, Record};
use crate::applications::{Application, Asking, Patience, Refusal};
use crate::callers::Caller;
use crate::configuration::Subscriptions;
use crate::line::line;
use crate::listen::Tls;
use crate::metrics::Metrics;
use crate::secrets::{Asked, Given, Metadata, SecretError, Stores, VAULT_STORE, Values};
use crate::state::{Served, State};

/// A running server.
#[derive(Debug)]
pub(crate) struct App {
    /// Its own name among Dapr's applications.
    pub(crate) id: String,
    /// Whether only this machine can reach it: then no other host's name leads here.
    pub(crate) is_near: bool,
    /// What is spoken at addresses, beside sockets that only this machine has.
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) state: State,
    pub(crate) metrics: Metrics,
    pub(crate) access: Access,
    /// What somebody left for others.
    pub(crate) extended: Mutex<BTreeMap<String, String>>,
    patience: Patience,
    pub(crate) subscriptions: Subscriptions,
    /// Where the application of this server listens on this machine.
    pub(crate) application: Option<u16>,
    ending: AtomicBool,
}

impl App {
    pub(crate) fn new(
        id: String,
        application: Option<u16>,
        is_near: bool,
        tls: Option<Arc<Tls>>,
        state: State,
        access: Access,
    ) -> Arc<Self> {
        Arc::new(Self {
            id,
            application,
            is_near,
            tls,
            state,
            metrics: Metrics::new(),
            access,
            extended: Mutex::default(),
            patience: Patience::new(),
            subscriptions: Subscriptions::default(),
            ending: AtomicBool::new(false),
        })
    }

    /// One secret for a caller.
    pub(crate) async fn secret(
        &self,
        served: &Served,
        caller: &Caller,
        asked: Asked<'_>,
    ) -> Result<Given<Values>, SecretError> {
        let began = Instant::now();
        let given = served.stores.get(asked, &caller.scopes).await;
        self.note(caller, asked.store, Some(asked.name), given.as_ref().err(), began).await;
        given
    }

    /// All secrets of a store that a caller may see.
    pub(crate) async fn secrets(
        &self,
        served: &Served,
        caller: &Caller,
        store: &str,
        metadata: &Metadata,
    ) -> Result<Given<BTreeMap<String, Values>>, SecretError> {
        let began = Instant::now();
        let given = served.stores.bulk(store, metadata, &caller.scopes).await;
        self.note(caller, store, None, given.as_ref().err(), began).await;
        given
    }

    /// The secret of an application that shows its API key; or why it is not given, after a while where that came often.
    pub(crate) async fn application_secret(
        &self,
        asking: Result<Asking<'_>, Refusal>,
    ) -> Result<Zeroizing<String>, Refusal> {
        let served = self.state.now();
        let applications = served.vault.as_ref().map(|vault| &vault.applications);
        let admitted = asking.as_ref().map_err(|refusal| (*refusal, None)).and_then(|asking| {
            let applications = applications.ok_or((Refusal::UnknownKey, None))?;
            applications.admit(asking, Date::today())
        });
        let (given, who) = match admitted {
            Ok(application) => (self.of_application(&served, application).await, Some(application)),
            Err((refusal, who)) => (Err(refusal), who),
        };
        let outcome = given.as_ref().map_or_else(|refusal| refusal.outcome(), |_| "given");
        self.metrics.asked_by_key(outcome);
        if let Err(refusal) = given {
            tracing::warn!(application = who.map(|it| it.name.as_str()), outcome, "{refusal}");
        }
        let (caller, secret) = (who.map(|it| it.name.as_str()), who.map(|it| it.secret.as_str()));
        self.access.record(&Record { caller, store: VAULT_STORE, secret, outcome }).await;
        if given.as_ref().is_err_and(|refusal| refusal.is_about_a_key()) {
            let id = asking.ok().map(|asking| asking.id);
            let known = id.filter(|id| applications.is_some_and(|all| all.knows(*id)));
            self.patience.wait(known).await;
        }
        given
    }

    async fn of_application(
        &self,
        served: &Served,
        application: &Application,
    ) -> Result<Zeroizing<String>, Refusal> {
        let vault = served.vault.as_ref().ok_or(Refusal::Failed)?;
        Stores::whole(vault, &application.secret).await.map_err(|why| {
            // What the operator has to know is nothing for whoever asks.
            tracing::error!(application = application.name, secret = application.secret, why = %why.text, "a secret cannot be had");
            Refusal::Failed
        })
    }

    async fn note(
        &self,
        caller: &Caller,
        store: &str,
        name: Option<&str>,
        error: Option<&SecretError>,
        began: Instant,
    ) {
        let outcome = error.map_or("given", SecretError::outcome);
        // A name that somebody made up is no label: there would be no end of them.
        let known = if outcome == "no_store" { "" } else { store };
        self.metrics.asked(known, outcome, began.elapsed());
        if let Some(error) = error {
            tracing::warn!(outcome, "{}", line(&error.to_string()));
        }
        let caller = caller.application.as_deref();
        self.access.record(&Record { caller, store, secret: name, outcome }).await;
    }

    /// Leaves a word for others.
    pub(crate) fn leave(&self, key: &str, value: String) -> Result<(), MetadataFull> {
        let mut extended = self.extended.lock().unwrap_or_else(PoisonError::into_inner);
        let is_one_more = extended.len() >= MOST && !extended.contains_key(key);
        if is_one_more || key.len() + value.len() > LONGEST {
            return Err(MetadataFull);
        }
        extended.insert(key.to_owned(), value);
        Ok(())
    }

    /// Says that no new requests are taken, and ends what would never end by itself.
    pub(crate) fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        self.subscriptions.close();
    }

    /// Whether new requests are taken.
    pub(crate) fn is_ready(&self) -> bool {
        !self.ending.load(Ordering::Relaxed)
    }
}

/// There is no room for one more word.
#[derive(Debug)]
pub(crate) struct MetadataFull;

impl fmt::Display for MetadataFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is room for 100 keys of 4 KiB")
    }
}

/// How this server calls itself where clients look for daprd's version.
pub(crate) const RUNTIME_VERSION: &str = concat!("strongroom-", env!("CARGO_PKG_VERSION"));

/// What a store can do whose secrets have keys, in Dapr's words.
pub(crate) const SEVERAL_KEYS: &str = "MULTIPLE_KEY_VALUES_PER_SECRET";

const MOST: usize = 100;
pub(crate) const LONGEST: usize = 4096;
