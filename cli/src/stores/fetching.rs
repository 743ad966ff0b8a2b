//! Asking stores: fetching side by side, writing, listing, each within a time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{
    Content, Failure, FailureKind, Fetch, Item, Keys, Limits, Listed, OpenError, Opened, Reference,
    Settings, Store, fetch, open,
};
use strongroom_vault::search::Allowed;
use strongroom_vault::{Plaintext, StoreEntry, StoreKind};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::reference::{of_item, of_name};
use super::why::ABSENT;
use super::{Asker, Offered, Wanted, Why, is_keyless};

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

    /// Checks that a value can be written to a reference: to the current version, and as a whole.
    pub(crate) fn check_writable(
        &self,
        store: &StoreEntry<'_>,
        reference: &str,
    ) -> Result<(), Why> {
        self.open(store)?;
        whole(reference).map(drop)
    }

    /// Writes a value into a store.
    pub(crate) fn put(&self, wanted: Wanted<'_>, value: &[u8]) -> Result<(), Why> {
        let Opened { store, .. } = self.open(wanted.store)?;
        let reference = whole(wanted.reference)?;
        let (name, key) = reference.split(store.keys());
        run(async {
            for tries in 1.. {
                match within(&*store, store.put(name, key, value)).await {
                    Ok(_) => break,
                    // Somebody else wrote another key at the same time, or the store is busy.
                    Err(failure) if tries < TRIES && may_pass(&failure) => sleep(PAUSE).await,
                    Err(failure) => return Err(failed(&failure)),
                }
            }
            Ok(())
        })?
    }

    /// What a store has, in the order of references, and the names of which no reference can be made.
    pub(crate) fn list(&self, store: &StoreEntry<'_>) -> Result<(Vec<Offered>, Vec<String>), Why> {
        let Opened { store, .. } = self.open(store)?;
        let listed = run(async {
            // Over all pages.
            let patience = store.patience().max(Limits::default().deadline);
            let listed = match timeout(patience, store.list()).await {
                Ok(listed) => listed?,
                Err(_) => return Err(no_answer(patience)),
            };
            match store.keys() {
                Keys::One => Ok(listed),
                Keys::Several => with_keys(&store, listed).await,
            }
        })?;
        let (mut offered, mut unnamed) = (Vec::new(), Vec::new());
        for Listed { name, keys } in listed.map_err(|failure| failed(&failure))? {
            let places = match keys.as_slice() {
                [] => vec![None],
                keys => keys.iter().map(|key| Some(key.as_str())).collect(),
            };
            for key in places {
                match of_item(&name, key) {
                    Some((reference, name)) => offered.push(Offered { reference, name }),
                    None => unnamed.push(key.map_or(name.clone(), |key| format!("{name}/{key}"))),
                }
            }
        }
        offered.sort();
        Ok((offered, unnamed))
    }

    /// A store as it is declared, which nobody allowed to run anything.
    fn declared(&self, entry: &StoreEntry<'_>) -> Result<Arc<dyn Store>, Why> {
        if let Some(kind) = StoreKind::named(entry.kind())
            && !BUILT.contains(&kind.feature)
        {
            return Err(Why::NotBuilt { kind: kind.name, feature: kind.feature });
        }
        let settings = Settings::of(entry).within(self.vault);
        open(entry.kind(), settings, &self.base).map_err(not_open)
    }

    /// Opens a store, if it may be asked.
    fn open(&self, entry: &StoreEntry<'_>) -> Result<Opened, Why> {
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

/// Checks that a text is a reference.
pub(crate) fn check_reference(reference: &str) -> Result<(), Why> {
    parsed(reference).map(drop)
}

/// The keys of secrets that a store lists without them: each is looked at, a few at a time. One that cannot be read stays
/// without.
async fn with_keys(
    store: &Arc<dyn Store>,
    mut listed: Vec<Listed>,
) -> Result<Vec<Listed>, Failure> {
    let lacking: Vec<usize> = (0..listed.len()).filter(|&at| listed[at].keys.is_empty()).collect();
    for some in lacking.chunks(Limits::default().at_once) {
        let mut tasks = JoinSet::new();
        for &at in some {
            let (store, name) = (Arc::clone(store), listed[at].name.clone());
            tasks.spawn(async move {
                let item = Item { name, version: None };
                let fetched = within(&*store, store.fetch(&item)).await;
                (at, fetched.map(|fetched| fetched.content))
            });
        }
        while let Some(Ok((at, content))) = tasks.join_next().await {
            if let Ok(Content::Several(values)) = content {
                listed[at].keys = values.keys().cloned().collect();
            }
        }
    }
    Ok(listed)
}

async fn within<T>(
    store: &dyn Store,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let patience = store.patience();
    timeout(patience, answer).await.unwrap_or_else(|_| Err(no_answer(patience)))
}

fn run<T>(work: impl Future<Output = T>) -> Result<T, Why> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => Ok(runtime.block_on(work)),
        Err(error) => Err(failed(&Failure::unreachable(format!("cannot ask it: {error}")))),
    }
}

fn parsed(reference: &str) -> Result<Reference, Why> {
    Reference::parse(reference).map_err(|error| Why::Reference(error.to_string()))
}

/// A reference that can be written to.
fn whole(text: &str) -> Result<Reference, Why> {
    let reference = parsed(text)?;
    if reference.version().is_some() || reference.path().is_some() {
        let rule = "a value is written as a whole and as the newest, so there is no `@version` and no `#path`";
        return Err(Why::Reference(rule.to_owned()));
    }
    Ok(reference)
}

fn may_pass(failure: &Failure) -> bool {
    failure.may_pass() || failure.kind() == FailureKind::Conflict
}

fn no_answer(within: Duration) -> Failure {
    Failure::unreachable(format!("no answer within {} s", within.as_secs_f32()))
}

fn not_open(error: OpenError) -> Why {
    match error {
        OpenError::UnknownKind { kind } => Why::UnknownKind(kind),
        OpenError::NotBuilt { kind, feature } => Why::NotBuilt { kind, feature },
        error => Why::Settings(error.to_string()),
    }
}

fn failed(failure: &Failure) -> Why {
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

/// How often a value is written that meets somebody else's.
const TRIES: u32 = 3;
/// How long it waits in between.
const PAUSE: Duration = Duration::from_millis(200);
/// The features that this command was built with. Another crate of the same build may have brought an adapter along: that
/// decides nothing here.
const BUILT: &[&str] = &[
    #[cfg(feature = "command")]
    "command",
    #[cfg(feature = "directory")]
    "directory",
    #[cfg(feature = "env")]
    "env",
    #[cfg(feature = "files")]
    "files",
    #[cfg(feature = "hashicorp-vault")]
    "hashicorp-vault",
    #[cfg(feature = "kubernetes")]
    "kubernetes",
    #[cfg(feature = "strongroom")]
    "strongroom",
];
