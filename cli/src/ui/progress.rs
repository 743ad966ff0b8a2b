//! A bar for what takes longer than a second, on a terminal only.

use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Steps of a known number.
pub(crate) struct Progress {
    what: &'static str,
    steps: usize,
    done: Cell<usize>,
    started: Instant,
    bar: Cell<Option<ProgressBar>>,
}

impl Progress {
    /// Nothing is shown yet.
    pub(crate) fn new(what: &'static str, steps: usize) -> Self {
        let (done, started, bar) = (Cell::new(0), Instant::now(), Cell::new(None));
        Self { what, steps, done, started, bar }
    }

    /// One step is done.
    pub(crate) fn step(&self) {
        self.done.set(self.done.get() + 1);
        if self.started.elapsed() < QUIET || !io::stderr().is_terminal() {
            return;
        }
        let bar = self.bar.take().unwrap_or_else(|| self.shown());
        bar.set_position(self.done.get() as u64);
        self.bar.set(Some(bar));
    }

    fn shown(&self) -> ProgressBar {
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(Some(self.steps as u64), target);
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.with_message(self.what)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// How long something takes before a bar is shown.
const QUIET: Duration = Duration::from_secs(1);
