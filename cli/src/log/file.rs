//! The file of the record: `$XDG_STATE_HOME/strongroom/log/<vault id>.jsonl`, for its user alone, and one older one.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use strongroom_vault::VaultId;
use strongroom_vault::search::{private_file, private_folder};

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
    let lock = private_file().create(true).append(true).open(path.with_extension("lock"))?;
    lock.lock()?;
    if fs::metadata(&path).is_ok_and(|found| found.len() > MOST) {
        fs::rename(&path, older(&path))?;
    }
    let mut file: File = private_file().create(true).append(true).open(&path)?;
    file.write_all(line.as_bytes())
}

/// The lines of a vault's record, the oldest first.
pub(crate) fn lines(id: VaultId) -> io::Result<String> {
    let mut text = String::new();
    let Some(path) = path(id) else { return Ok(text) };
    for path in [older(&path), path] {
        match fs::read(&path) {
            Ok(bytes) => text.push_str(&String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(text)
}

fn older(path: &std::path::Path) -> PathBuf {
    path.with_extension("1.jsonl")
}

/// Bytes of a file that is put aside: thousands of lines.
const MOST: u64 = 1 << 20;
