//! The file of the record: `$XDG_STATE_HOME/strongroom/log/<vault id>.jsonl`, for its user alone, and one older one.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, thread};

use strongroom_vault::search::{private_file, private_folder};
use strongroom_vault::{ShownPath, VaultId, open_regular, refuse_other_than_a_file};

/// Where the record of a vault is.
pub(crate) fn path(id: VaultId) -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .or_else(|| absolute("LOCALAPPDATA"))?;
    Some(state.join("strongroom").join("log").join(format!("{id}.jsonl")))
}

/// Adds a line. What has grown enough becomes the older one, in the place of that which was there.
pub(super) fn append(id: VaultId, line: &str) -> io::Result<()> {
    let path = path(id).ok_or_else(|| io::Error::other("HOME is not set"))?;
    if let Some(folder) = path.parent() {
        private_folder().recursive(true).create(folder)?;
    }
    let lock = path.with_extension("lock");
    wait_for(&opened(&lock)?).map_err(|busy| {
        io::Error::other(format!("{} is locked by another program: {busy}", ShownPath(&lock)))
    })?;
    if fs::metadata(&path).is_ok_and(|found| found.len() > MOST) {
        fs::rename(&path, older(&path))?;
    }
    opened(&path)?.write_all(line.as_bytes())
}

/// A file to add to.
fn opened(path: &Path) -> io::Result<File> {
    let named = |error| io::Error::other(format!("{}: {error}", ShownPath(path)));
    refuse_other_than_a_file(path).map_err(named)?;
    private_file().create(true).append(true).open(path).map_err(named)
}

/// Waits for a lock, which others have for a moment: a command must end, also where one of them was stopped meanwhile.
fn wait_for(lock: &File) -> Result<(), TryLockError> {
    let started = Instant::now();
    loop {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => thread::sleep(PAUSE),
            taken => return taken,
        }
    }
}

/// The lines of a vault's record, the oldest first.
pub(crate) fn lines(id: VaultId) -> io::Result<String> {
    let mut text = String::new();
    let Some(path) = path(id) else { return Ok(text) };
    for path in [older(&path), path] {
        let mut bytes = Vec::new();
        match open_regular(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => text.push_str(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(text)
}

fn older(path: &Path) -> PathBuf {
    path.with_extension("1.jsonl")
}

/// Bytes of a file that is put aside: thousands of lines.
const MOST: u64 = 1 << 20;
/// How long another command may have the record to itself, and the time between two looks.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(5);
