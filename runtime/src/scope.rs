//! What `get()` gives within a scope instead of what is loaded: for tests that run side by side.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use crate::declared::Loadable;

/// Runs work for which `get()` on this thread gives these secrets.
pub fn scope<S: Loadable, R>(secrets: S, work: impl FnOnce() -> R) -> R {
    let _entered = Entered::new(kept(secrets));
    work()
}

/// Runs a future for which `get()` gives these secrets, on whichever thread it is polled.
pub async fn scope_async<S: Loadable, F: Future>(secrets: S, future: F) -> F::Output {
    let secrets = kept(secrets);
    let mut future = pin!(future);
    std::future::poll_fn(|context| -> Poll<F::Output> {
        let _entered = Entered::new(secrets);
        future.as_mut().poll(context)
    })
    .await
}

/// What the innermost scope around this call gives of a type.
pub(crate) fn given<S: Loadable>() -> Option<&'static S> {
    // While a thread ends there is no scope.
    GIVEN
        .try_with(|given| given.borrow().iter().rev().find_map(|each| each.downcast_ref()))
        .unwrap_or_default()
}

/// Secrets that stay: `get()` gives them for the rest of the program, so nothing may take them away.
fn kept<S: Loadable>(secrets: S) -> &'static S {
    Box::leak(Box::new(secrets))
}

thread_local! {
    /// What the scopes around the running code give, the innermost last.
    static GIVEN: RefCell<Vec<&'static (dyn Any + Send + Sync)>> = const { RefCell::new(Vec::new()) };
}

/// A scope, until it is dropped: at its end, or by a panic.
struct Entered;

impl Entered {
    fn new<S: Loadable>(secrets: &'static S) -> Self {
        GIVEN.with_borrow_mut(|given| given.push(secrets));
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        GIVEN.with_borrow_mut(Vec::pop);
    }
}
