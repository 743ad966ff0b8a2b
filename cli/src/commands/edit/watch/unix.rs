//! Signals while values lie in a file: the editor gets its Ctrl-C, and whatever else ends this process
//! removes the file first.

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::commands::edit::folder::Folder;
use crate::error::Error;

/// Watches over a folder from now on, to the end of the process.
#[derive(Debug)]
pub(in crate::commands::edit) struct Watch(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Whether a Ctrl-C has come that nobody has looked at yet: set in the signal's handler, so before
    /// the end of an editor that got the same key is seen.
    interrupted: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    /// The editor, while it runs.
    editor: Option<Pid>,
    /// Whether a signal is ending this process.
    is_ending: bool,
}

impl Watch {
    pub(in crate::commands::edit) fn over(folder: &Folder) -> Result<Self, Error> {
        let unable = |error| Error::cannot(format!("cannot watch for signals: {error}"));
        let shared = Arc::new(Shared::default());
        for signal in [SIGINT, SIGQUIT] {
            flag::register(signal, Arc::clone(&shared.interrupted)).map_err(unable)?;
        }
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]).map_err(unable)?;
        let (of_thread, folder) = (Arc::clone(&shared), folder.clone());
        let watching = move || {
            for signal in signals.forever() {
                of_thread.receive(signal, &folder);
            }
        };
        thread::Builder::new().spawn(watching).map_err(unable)?;
        Ok(Self(shared))
    }

    /// Runs the editor to its end.
    pub(in crate::commands::edit) fn run(&self, editor: &mut Command) -> io::Result<ExitStatus> {
        let mut child = {
            // Locked, so that no signal comes between the start and the note of it.
            let mut state = self.0.lock();
            let child = editor.spawn()?;
            state.editor = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            child
        };
        let ended = child.wait();
        let state = self.0.lock();
        // A key that the editor got as well was meant for it, however soon it has ended.
        let is_due = |_: &mut State| self.0.interrupted.load(Ordering::SeqCst);
        let waited = self.0.changed.wait_timeout_while(state, PATIENCE, is_due);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.editor = None;
        self.0.changed.notify_all();
        if state.is_ending {
            drop(state);
            // The other thread ends this process in a moment; nothing may be changed until then.
            thread::sleep(PATIENCE);
            return Err(io::ErrorKind::Interrupted.into());
        }
        ended
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(&self, signal: i32, folder: &Folder) {
        let mut state = self.lock();
        self.interrupted.store(false, Ordering::SeqCst);
        self.changed.notify_all();
        if state.editor.is_some() && matches!(signal, SIGINT | SIGQUIT) {
            return;
        }
        state.is_ending = true;
        if let Some(editor) = state.editor {
            let same = if signal == SIGHUP { Signal::HUP } else { Signal::TERM };
            // It may have ended by itself.
            let _ = kill_process(editor, same);
            let is_running = |state: &mut State| state.editor.is_some();
            let waited = self.changed.wait_timeout_while(state, PATIENCE, is_running);
            drop(waited);
        } else {
            drop(state);
        }
        folder.remove();
        let _ = emulate_default_handler(signal);
        std::process::exit(128 + signal);
    }
}

/// How long an editor may take to end.
const PATIENCE: Duration = Duration::from_secs(2);
