//! The access record: who asked for which secret, when, and what came of it; one line of JSON each, and never a value.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Where accesses are recorded; nowhere unless somebody wants it.
#[derive(Debug, Default)]
pub(crate) struct Access {
    lines: Option<Sender<String>>,
}

/// One access.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// The application; none where no token tells.
    pub(crate) caller: Option<&'a str>,
    pub(crate) store: &'a str,
    /// The secret; none where all of a store were wanted.
    pub(crate) secret: Option<&'a str>,
    pub(crate) outcome: &'static str,
}

#[derive(Serialize)]
struct Line<'a> {
    time: f64,
    application: Option<&'a str>,
    store: &'a str,
    secret: Option<&'a str>,
    outcome: &'static str,
}

impl Access {
    /// A record that goes on at the end of a file; what writes it ends when this is dropped.
    pub(crate) fn to_file(path: &Path) -> io::Result<(Self, JoinHandle<()>)> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let (lines, written) = channel(AHEAD);
        let writer = thread::Builder::new()
            .name("strongroom-access".to_owned())
            .spawn(move || write_all(written, BufWriter::new(file)))?;
        Ok((Self { lines: Some(lines) }, writer))
    }

    /// Records an access. Waits where the file is slow: nothing is given that is not recorded.
    pub(crate) async fn record(&self, record: &Record<'_>) {
        let Some(lines) = &self.lines else { return };
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let line = Line {
            time: since.as_secs_f64(),
            application: record.caller,
            store: record.store,
            secret: record.secret,
            outcome: record.outcome,
        };
        if let Ok(line) = serde_json::to_string(&line) {
            // It ended only where the file could not be written, which was said.
            let _ = lines.send(line).await;
        }
    }
}

fn write_all(mut lines: Receiver<String>, mut file: impl Write) {
    while let Some(line) = lines.blocking_recv() {
        let mut written = writeln!(file, "{line}");
        while let Ok(line) = lines.try_recv() {
            written = written.and_then(|()| writeln!(file, "{line}"));
        }
        if let Err(error) = written.and_then(|()| file.flush()) {
            tracing::error!(%error, "the access record cannot be written");
        }
    }
}

/// How many lines may wait.
const AHEAD: usize = 4096;
