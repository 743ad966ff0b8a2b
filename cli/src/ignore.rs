//! `.gitignore`: adds what must never be committed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Adds a line to the `.gitignore` beside the vault, once, keeping what is there.
pub(crate) fn add_line(vault: &Path, line: &str) -> io::Result<()> {
    let path = vault.with_file_name(".gitignore");
    let old = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        // git follows no link here, and a pipe or a device may never end.
        Ok(found) if !found.is_file() => {
            return Err(io::Error::other("it is no regular file, so git does not read it"));
        }
        _ => fs::read(&path)?,
    };
    let is_there = old
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .any(|other| other.strip_prefix(b"/").unwrap_or(other) == line.as_bytes());
    if is_there {
        return Ok(());
    }
    let newline = if old.is_empty() || old.ends_with(b"\n") { "" } else { "\n" };
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    file.write_all(format!("{newline}{line}\n").as_bytes())
}
