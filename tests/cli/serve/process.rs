//! The server as a process: what it says, how it is asked to end, and that it ends with the test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, panicking, sleep, spawn};
use std::time::{Duration, Instant};

use crate::session::{Session, refuse_secrets};

/// A process that was started; it ends with the test, and must not have said anything secret.
pub struct Process {
    child: Child,
    said: Arc<Mutex<String>>,
    /// How much of that was waited for already.
    heard: Mutex<usize>,
    is_unheard: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Process {
    /// `strongroom serve` on ports that the system chooses, with more words and variables.
    pub fn start<'a>(
        session: &Session,
        words: impl IntoIterator<Item = &'a str>,
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = session.command();
        command.args(["serve", "--http-port", "0", "--grpc-port", "0"]).args(words);
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let lines = BufReader::new(child.stderr.take().expect("standard error")).lines();
        let said = Arc::new(Mutex::new(String::new()));
        let is_unheard = Arc::new(AtomicBool::new(false));
        let listener = {
            let (said, is_unheard) = (Arc::clone(&said), Arc::clone(&is_unheard));
            spawn(move || {
                for line in lines.map_while(Result::ok) {
                    if is_unheard.load(Ordering::Relaxed) {
                        return;
                    }
                    let mut said = said.lock().expect("no panic");
                    said.push_str(&line);
                    said.push('\n');
                }
            })
        };
        Self { child, said, heard: Mutex::new(0), is_unheard, listener: Some(listener) }
    }

    /// What it said until now.
    pub fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    /// The rest of the next line with some words, once it was said, and the lines before it that nobody waited for.
    #[track_caller]
    pub fn says(&self, words: &str) -> (String, String) {
        let mut heard = self.heard.lock().expect("no panic");
        within(SOON, || {
            let is_over = self.listener.as_ref().is_none_or(JoinHandle::is_finished);
            let said = self.said();
            let new = &said[*heard..];
            // Whoever says no more cannot say it any more.
            assert!(!is_over || new.contains(words), "it ended without `{words}`:\n{said}");
            let (before, rest) = new.split_once(words)?;
            let (rest, _) = rest.split_once('\n')?;
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let told = (rest.to_owned(), before[..line].to_owned());
            *heard += before.len() + words.len() + rest.len() + 1;
            Some(told)
        })
    }

    /// Closes the other end of its standard error, at the next line that it writes.
    pub fn is_not_listened_to(&self) {
        self.is_unheard.store(true, Ordering::Relaxed);
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `-TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits for its end.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = within(SOON, || self.child.try_wait().expect("a child"));
        self.listener.take().expect("listens").join().expect("all was said");
        (status, self.said())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        if !panicking() {
            refuse_secrets(&self.said());
        }
    }
}

/// What there is within a time.
#[track_caller]
pub fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < limit, "not within {limit:?}");
        sleep(Duration::from_millis(10));
    }
}

/// No test waits longer for anything.
pub const SOON: Duration = Duration::from_mins(1);
