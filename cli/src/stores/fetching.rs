//! Asking stores: opening them where that is allowed, and fetching side by side within a time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{
    Failure, FailureKind, Fetch, Limits, OpenError, Opened, Reference, Settings, Store, fetch, open,
};
use strongroom_vault::search::Allowed;
use strongroom_vault::{Plaintext, StoreEntry, StoreKind, has_store_kind};

use super::reference::of_name;
use super::why::ABSENT;
use super::{Asker, Wanted, Why, is_keyless};

impl Asker {
    /// The command lines that a store would run; its settings are checked by this, and nothing is asked.
    pub(crate) fn runs(&self, store: &StoreEntry<'_>) -> Result<Vec<Vec<String>>, Why> {
        Ok(self.declared(store)?.runs())
    }

    /// Fetches values side by side; an answer for each, in order.
    pub(crate) fn fetch(&self, wanted: &[Wanted<'_>]) -> Vec<Result<Plaintext, Why>> {
        let mut stores: HashMap<&str, Result<Opened, Why>> = HashMap::new();
        let mut askable = Vec::with_capacity(wanted.len());
        // What cannot even be asked for has its answer already.
        let asked = wanted.iter().map(|Wanted { store, reference }| {
            let opened = stores.entry(store.name()).or_insert_with(|| self.open(store)).clone()?;
            askable.push(Fetch { store: opened, reference: parsed(reference)? });
            Ok(())
        });
        let asked: Vec<Result<(), Why>> = asked.collect();
        let patience = askable.iter().map(|one: &Fetch| one.store.store.patience()).max();
        let limits = Limits::default();
        let deadline = limits.deadline.max(patience.unwrap_or_default());
        let fetched = match askable.as_slice() {
            [] => Ok(Vec::new()),
            askable => run(fetch(askable, &Limits { deadline, ..limits })),
        };
        let mut fetched = match fetched {
            Ok(fetched) => fetched.into_iter(),
            Err(why) => return asked.into_iter().map(|it| it.and(Err(why.clone()))).collect(),
        };
        let mut next = || match fetched.next() {
            // What held it wipes itself.
            Some(Ok(got)) => Ok(Plaintext::from(got.value)),
            Some(Err(failure)) => Err(failed(&failure)),
            None => Err(failed(&Failure::unreachable("no answer"))),
        };
        asked.into_iter().map(|asked| asked.and_then(|()| next())).collect()
    }

    /// The reference of a secret's name, where nobody gives one.
    pub(crate) fn reference_of(&self, store: &StoreEntry<'_>, name: &str) -> Result<String, Why> {
        let store = self.declared(store)?;
        Ok(of_name(&store.spelled(name), store.keys()))
    }

    /// Checks that a text is a reference, and can be one into this store. Nothing is asked.
    pub(crate) fn check_reference(
        &self,
        store: &StoreEntry<'_>,
        reference: &str,
    ) -> Result<(), Why> {
        let parsed = parsed(reference)?;
        if reference.ends_with('#') {
            return Err(Why::Reference("behind `#` is the way into a JSON value".to_owned()));
        }
        // A kind that is not built in, or whose settings are not right, has no say.
        let Ok(store) = self.declared(store) else { return Ok(()) };
        let (name, key) = parsed.split(store.keys());
        let checked = store.check(name, key);
        checked.map_err(|failure| Why::Reference(failure.detail().to_owned()))
    }

    /// A store as it is declared, which nobody allowed to run anything.
    pub(super) fn declared(&self, entry: &StoreEntry<'_>) -> Result<Arc<dyn Store>, Why> {
        // Another crate of the same build may have brought an adapter along: that decides nothing here.
        if let Some(kind) = StoreKind::named(entry.kind())
            && !has_store_kind!(kind)
        {
            return Err(Why::NotBuilt { kind: kind.name, feature: kind.feature });
        }
        let settings = Settings::of(entry).within(self.vault);
        open(entry.kind(), settings, &self.base).map_err(not_open)
    }

    /// Opens a store, if it may be asked.
    pub(crate) fn open(&self, entry: &StoreEntry<'_>) -> Result<Opened, Why> {
        let store = self.declared(entry)?;
        if is_keyless() && store.opens_with_kept_keys() {
            return Err(Why::Keyless);
        }
        let lines = store.runs();
        if !lines.is_empty() {
            if is_keyless() {
                return Err(Why::Keyless);
            }
            if !self.is_allowed(&Allowed::to_run(entry.name(), &lines)) {
                return Err(Why::NotAllowed);
            }
        }
        Ok(Opened { name: entry.name().to_owned(), store })
    }
}

pub(super) fn run<T>(work: impl Future<Output = T>) -> Result<T, Why> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => Ok(runtime.block_on(work)),
        Err(error) => Err(failed(&Failure::unreachable(format!("cannot ask it: {error}")))),
    }
}

pub(super) fn parsed(reference: &str) -> Result<Reference, Why> {
    Reference::parse(reference).map_err(|error| Why::Reference(error.to_string()))
}

pub(super) fn no_answer(within: Duration) -> Failure {
    Failure::unreachable(format!("no answer within {} s", within.as_secs_f32()))
}

fn not_open(error: OpenError) -> Why {
    match error {
        OpenError::UnknownKind { kind } => Why::UnknownKind(kind),
        OpenError::NotBuilt { kind, feature } => Why::NotBuilt { kind, feature },
        error => Why::Settings(error.to_string()),
    }
}

pub(super) fn failed(failure: &Failure) -> Why {
    let word = match failure.kind() {
        FailureKind::Denied => "denied",
        FailureKind::Absent => ABSENT,
        FailureKind::Throttled => "throttled",
        FailureKind::Invalid => "invalid",
        FailureKind::Conflict => "conflict",
        _ => "unreachable",
    };
    Why::Failed { word, text: failure.to_string() }
}
