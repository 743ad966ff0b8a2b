//! A blocking call as a future, on a thread of its own: no async runtime is needed, and none is blocked.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Runs a blocking call on a new thread; what it gives is ready when the thread is done.
///
/// Where no thread can be made, it runs at once on the caller's. `given_up` is called when nobody waits for it any more.
pub(crate) fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    given_up: impl FnOnce() + Send + 'static,
) -> Background<T> {
    let shared = Arc::new(Mutex::new(State { result: None, waker: None }));
    let work = Arc::new(Mutex::new(Some(work)));
    let thread = {
        let (shared, work) = (Arc::clone(&shared), Arc::clone(&work));
        thread::Builder::new()
            .name("strongroom-load".to_owned())
            .spawn(move || finish(&shared, &work))
    };
    if thread.is_err() {
        finish(&shared, &work);
    }
    Background { shared, given_up: Some(Box::new(given_up)) }
}

/// The future of [`run`].
pub(crate) struct Background<T> {
    shared: Arc<Mutex<State<T>>>,
    given_up: Option<Box<dyn FnOnce() + Send>>,
}

struct State<T> {
    result: Option<thread::Result<T>>,
    waker: Option<Waker>,
}

fn finish<T, F: FnOnce() -> T>(shared: &Mutex<State<T>>, work: &Mutex<Option<F>>) {
    let Some(work) = work.lock().unwrap_or_else(PoisonError::into_inner).take() else {
        return;
    };
    // A panic belongs to whoever awaits, as it would without the thread.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
    state.result = Some(result);
    if let Some(waker) = state.waker.take() {
        waker.wake();
    }
}

impl<T> Future for Background<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut state = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        match state.result.take() {
            Some(Ok(value)) => Poll::Ready(value),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Background<T> {
    fn drop(&mut self) {
        if let Some(given_up) = self.given_up.take() {
            given_up();
        }
    }
}
