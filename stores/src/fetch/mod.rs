//! Many values at once: side by side, each secret once, again where it may pass, and never longer than agreed.

mod group;
mod telemetry;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use self::group::Group;
use crate::failure::{Failure, FailureKind};
use crate::pause;
use crate::pick::pick;
use crate::reference::Reference;
use crate::store::{Fetched, Item, Opened, Value};

/// One value that is wanted.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The store.
    pub store: Opened,
    /// Where the value lies there.
    pub reference: Reference,
}

/// A value that was fetched.
pub struct Got {
    /// The value.
    pub value: Value,
    /// The version of its secret, where the store has some.
    pub version: Option<String>,
}

impl fmt::Debug for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Got").field("version", &self.version).finish_non_exhaustive()
    }
}

/// How long and how much at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// When everything must be there, from the call on.
    pub deadline: Duration,
    /// How many requests one store gets at a time.
    pub at_once: usize,
}

impl Default for Limits {
    /// Ten seconds, sixteen requests.
    fn default() -> Self {
        Self { deadline: Duration::from_secs(10), at_once: 16 }
    }
}

/// Fetches values side by side; an answer for each, in order, within the deadline.
///
/// A store is asked once for a secret, however many of its keys are wanted, and for as many secrets at once as it allows.
/// What may pass is tried again after growing pauses; what is denied or absent is not. Must run on a tokio runtime with
/// its clock and, for stores on a network, its I/O enabled. Dropping the future ends every request.
pub async fn fetch(wanted: &[Fetch], limits: &Limits) -> Vec<Result<Got, Failure>> {
    let (groups, places) = group::of(wanted);
    let mut answers: Vec<Vec<Option<Result<Fetched, Failure>>>> =
        groups.iter().map(|group| group.items.iter().map(|_| None).collect()).collect();
    let mut tasks = JoinSet::new();
    for (number, Group { opened, items }) in groups.into_iter().enumerate() {
        let limits = *limits;
        let task = async move { (number, fetch_items(&opened, items, &limits).await) };
        #[cfg(feature = "tracing")]
        let task = tracing::Instrument::in_current_span(task);
        tasks.spawn(task);
    }
    while let Some(ended) = tasks.join_next().await {
        // One that panicked leaves its answers empty.
        let Ok((number, fetched)) = ended else { continue };
        answers[number] = fetched.into_iter().map(Some).collect();
    }
    let answer =
        |(Fetch { store, reference }, (group, position)): (&Fetch, (usize, usize))| match &answers
            [group][position]
        {
            Some(Ok(fetched)) => {
                let value = pick(fetched, reference, store.store.keys())?;
                Ok(Got { value, version: fetched.version.clone() })
            }
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(Failure::unreachable("the adapter of this store failed")),
        };
    wanted.iter().zip(places).map(answer).collect()
}

/// Fetches whole secrets of one store, each with all of its keys; an answer for each, in order, within the deadline.
///
/// Asks as [`fetch`] does: in batches where the store has them, side by side, again what may pass.
pub async fn fetch_items(
    opened: &Opened,
    items: Vec<Item>,
    limits: &Limits,
) -> Vec<Result<Fetched, Failure>> {
    let deadline = Deadline { at: Instant::now() + limits.deadline, allowed: limits.deadline };
    let at_once = Arc::new(Semaphore::new(limits.at_once.max(1)));
    let mut answers: Vec<Option<Result<Fetched, Failure>>> = items.iter().map(|_| None).collect();
    let mut tasks = JoinSet::new();
    let mut items = items.into_iter().enumerate().peekable();
    while items.peek().is_some() {
        let batch = items.by_ref().take(opened.store.batch_size().max(1));
        let (positions, batch): (Vec<usize>, Vec<Item>) = batch.unzip();
        let (opened, at_once) = (opened.clone(), Arc::clone(&at_once));
        let task =
            async move { (positions, fetch_batch(&opened, &at_once, batch, deadline).await) };
        #[cfg(feature = "tracing")]
        let task = tracing::Instrument::in_current_span(task);
        tasks.spawn(task);
    }
    while let Some(ended) = tasks.join_next().await {
        // One that panicked leaves its answers empty.
        let Ok((positions, batch)) = ended else { continue };
        for (position, answer) in positions.into_iter().zip(batch) {
            answers[position] = Some(answer);
        }
    }
    let failed = || Err(Failure::unreachable("the adapter of this store failed"));
    answers.into_iter().map(|answer| answer.unwrap_or_else(failed)).collect()
}

/// Fetches some secrets with one request, and those again that may come later.
async fn fetch_batch(
    Opened { name, store }: &Opened,
    at_once: &Semaphore,
    items: Vec<Item>,
    deadline: Deadline,
) -> Vec<Result<Fetched, Failure>> {
    let mut answers: Vec<Option<Result<Fetched, Failure>>> = items.iter().map(|_| None).collect();
    let mut open: Vec<usize> = (0..items.len()).collect();
    for tries in 1.. {
        let asked: Vec<Item> = open.iter().map(|&position| items[position].clone()).collect();
        let one_try = async {
            // A semaphore that nobody closes.
            let _permit = at_once.acquire().await;
            let until = deadline.at.min(Instant::now() + store.patience());
            let request = telemetry::request(name, &asked, tries, store.fetch_batch(&asked));
            timeout_at(until, request).await
        };
        let batch = match timeout_at(deadline.at, one_try).await {
            Ok(Ok(batch)) => batch,
            Ok(Err(_)) => asked
                .iter()
                .map(|_| Err(no_answer(store.patience().min(deadline.allowed))))
                .collect(),
            Err(_) => asked.iter().map(|_| Err(no_answer(deadline.allowed))).collect(),
        };
        let mut pause = pause::after(tries);
        let mut again = Vec::new();
        let lost = std::iter::repeat_with(|| {
            Err(Failure::unreachable("the store answered for fewer secrets than were asked for"))
        });
        for (position, answer) in open.into_iter().zip(batch.into_iter().chain(lost)) {
            if let Err(failure) = &answer
                && failure.may_pass()
            {
                pause = pause.max(failure.pause().unwrap_or_default());
                again.push(position);
            }
            // The end of the time says less than what was the matter before.
            let says_more = answers[position].is_some() && deadline.has_passed() && answer.is_err();
            if !says_more {
                answers[position] = Some(answer);
            }
        }
        open = again;
        let next = Instant::now().checked_add(pause).filter(|&at| at < deadline.at);
        if open.is_empty() || next.is_none() {
            break;
        }
        sleep(pause).await;
    }
    answers
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|| Err(no_answer(deadline.allowed))))
        .collect()
}

fn no_answer(within: Duration) -> Failure {
    Failure::new(FailureKind::Unreachable, format!("no answer within {} s", within.as_secs_f32()))
}

/// When everything must be there.
#[derive(Debug, Clone, Copy)]
struct Deadline {
    at: Instant,
    allowed: Duration,
}

impl Deadline {
    fn has_passed(self) -> bool {
        Instant::now() >= self.at
    }
}
