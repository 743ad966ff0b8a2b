//! Whether git tracks a file: reads git's index, so that a program needs no git to know.
//!
//! The form of the index is that of git's own documentation, `gitformat-index`, versions 2 to 4.

use std::io;
use std::path::{Path, PathBuf};

use crate::regular::{read_bytes, read_text};

/// Whether git tracks a file, which need not be there. Outside of a repository nothing is tracked.
///
/// # Errors
///
/// git's index is there and cannot be read, or has a form that is not known here.
pub fn is_tracked(file: &Path) -> io::Result<bool> {
    let file = real(file)?;
    let Some(root) = file.ancestors().skip(1).find(|folder| folder.join(".git").exists()) else {
        return Ok(false);
    };
    let parts = file.strip_prefix(root).into_iter().flat_map(Path::components);
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    let folder = git_folder(root)?;
    let path = parts.join("/");
    let object_name = object_name(&folder);
    let mut next = folder.join("index");
    for depth in 0.. {
        let index = match read_bytes(&next) {
            // Nothing was ever added.
            Err(error) if error.kind() == io::ErrorKind::NotFound && depth == 0 => break,
            index => index?,
        };
        match look(&index, path.as_bytes(), object_name) {
            Some(Look::Tracked) => return Ok(true),
            Some(Look::Untracked) => break,
            // A split index: its other entries are in a file that is never split itself.
            Some(Look::SeeAlso(name)) if depth == 0 => {
                next = folder.join(format!("sharedindex.{name}"));
            }
            Some(Look::SeeAlso(_)) | None => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "git's index has a form that is not known here",
                ));
            }
        }
    }
    Ok(false)
}

/// A path without links. What is not there yet has its name in the folder where it would be.
fn real(file: &Path) -> io::Result<PathBuf> {
    let missing = match file.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => error,
        found => return found,
    };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = file.file_name().ok_or(missing)?;
    Ok(folder.unwrap_or(Path::new(".")).canonicalize()?.join(name))
}

/// What an index says of a path.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    Tracked,
    Untracked,
    /// Not here; a shared index with this object's name may have it.
    SeeAlso(String),
}

/// The folder with the index: `.git`, or where the file `.git` of a work tree leads.
fn git_folder(root: &Path) -> io::Result<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Ok(git);
    }
    let text = read_text(&git)?;
    let named = text.trim_end().strip_prefix("gitdir: ").unwrap_or_default();
    let folder = root.join(named);
    // As in a container that has the working tree and not its repository.
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "its file `.git` leads to no folder"))
}

/// Bytes of an object's name: 32 where the repository says SHA-256, else 20.
fn object_name(folder: &Path) -> usize {
    let common = read_text(&folder.join("commondir")).unwrap_or_default();
    let config = read_text(&folder.join(common.trim_end()).join("config"));
    let config = config.unwrap_or_default().to_ascii_lowercase();
    let says_sha256 = |line: &str| {
        line.split_once('=')
            .is_some_and(|(key, value)| key.trim() == "objectformat" && value.trim() == "sha256")
    };
    if config.lines().any(says_sha256) { 32 } else { 20 }
}

/// What an index says of a path; none where it has a form that is not known.
fn look(index: &[u8], path: &[u8], object_name: usize) -> Option<Look> {
    let version = number(index, 4)?;
    if index.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
        return None;
    }
    let mut entry = HEAD;
    let mut name = Vec::new();
    for _ in 0..number(index, 8)? {
        let flags = entry + STAT + object_name;
        let is_extended = index.get(flags)? & EXTENDED != 0;
        let mut at = flags + if is_extended { 4 } else { 2 };
        if version == 4 {
            let dropped = offset(index, &mut at)?;
            name.truncate(name.len().checked_sub(dropped)?);
        } else {
            name.clear();
        }
        let length = index.get(at..)?.iter().position(|byte| *byte == 0)?;
        name.extend_from_slice(&index[at..at + length]);
        // A sparse index has whole folders as entries, whose files it does not name.
        let is_folder = number(index, entry + MODE)? & FILE_TYPE == FOLDER;
        if is_folder && path.starts_with(&name) {
            return None;
        }
        if name == path {
            return Some(Look::Tracked);
        }
        at += length;
        // Up to version 3 one to eight zeros fill an entry to a multiple of eight bytes.
        entry = if version == 4 { at + 1 } else { entry + (at - entry) / 8 * 8 + 8 };
    }
    extensions(index, entry, object_name)
}

/// Looks through what follows the entries, up to the checksum. What git must understand has a name that does not begin with
/// a capital: `link` leads to a shared index, `sdir` allows folders as entries; nothing else is known.
fn extensions(index: &[u8], mut at: usize, object_name: usize) -> Option<Look> {
    let mut found = Look::Untracked;
    while at < index.len().checked_sub(object_name)? {
        let (name, length) = (index.get(at..at + 4)?, number(index, at + 4)?);
        let start = at + 8;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        let content = index.get(start..end)?;
        match name {
            b"link" => {
                let shared = content.get(..object_name)?;
                if shared.iter().any(|byte| *byte != 0) {
                    let digits = shared.iter().map(|byte| format!("{byte:02x}"));
                    found = Look::SeeAlso(digits.collect());
                }
            }
            b"sdir" => {}
            [first, ..] if first.is_ascii_uppercase() => {}
            _ => return None,
        }
        at = end;
    }
    Some(found)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// Git's variable-length number, as in pack files: seven bits a byte, and one added for each byte that follows.
fn offset(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut number = 0_usize;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number = number.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        number = number.checked_add(1)?;
    }
}

/// Bytes of the index before its first entry.
const HEAD: usize = 12;
/// Bytes of an entry before the object's name: times, device, inode, mode, owner, size.
const STAT: usize = 40;
/// Where an entry has its mode, and what that says.
const MODE: usize = 24;
const FILE_TYPE: u32 = 0o170_000;
const FOLDER: u32 = 0o040_000;
/// In the first byte of an entry's flags: two more bytes of flags follow.
const EXTENDED: u8 = 0x40;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    fn git(folder: &Path, words: &[&str]) -> bool {
        let quiet = Command::new("git").args(words).current_dir(folder).output();
        quiet.is_ok_and(|output| output.status.success())
    }

    /// Every version of the index, as git itself writes it, with a neighbour that shares the start of the name.
    #[test]
    fn git_s_own_indexes_are_read() {
        for (version, object_format) in
            [("2", "sha1"), ("3", "sha1"), ("4", "sha1"), ("4", "sha256")]
        {
            let folder = tempfile::tempdir().expect("a folder");
            let root = folder.path();
            assert!(git(root, &["init", "-q", "--object-format", object_format]), "git is needed");
            for name in ["strongroom.lock", "strongroom.mine.toml", "strongroom.toml"] {
                fs::write(root.join(name), "").expect("a file");
            }
            let inner = root.join("a").join("b");
            fs::create_dir_all(&inner).expect("a folder");
            fs::write(inner.join("strongroom.mine.toml"), "").expect("a file");
            let (own, deep) =
                (root.join("strongroom.mine.toml"), inner.join("strongroom.mine.toml"));
            assert!(!is_tracked(&own).expect("no index yet"));
            assert!(git(root, &["add", "strongroom.lock", "strongroom.toml"]));
            if version == "3" {
                assert!(git(root, &["add", "-N", "a"]), "an extended entry");
            }
            assert!(git(root, &["update-index", "--index-version", version]));
            assert!(!is_tracked(&own).expect("an index"), "version {version}");
            assert_eq!(is_tracked(&deep).expect("an index"), version == "3");
            assert!(git(root, &["add", "."]));
            assert!(git(root, &["update-index", "--index-version", version]));
            assert!(is_tracked(&own).expect("an index"), "version {version}");
            assert!(is_tracked(&deep).expect("an index"), "version {version}");
        }
    }

    #[test]
    fn an_index_that_is_split_is_read_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("strongroom.mine.toml");
        fs::write(&own, "").expect("a file");
        fs::write(folder.path().join("other"), "").expect("a file");
        assert!(git(folder.path(), &["init", "-q"]), "git is needed");
        assert!(git(folder.path(), &["add", "."]));
        assert!(git(folder.path(), &["update-index", "--split-index"]));
        assert!(is_tracked(&own).expect("a split index"));
        assert!(git(folder.path(), &["rm", "-q", "--cached", "strongroom.mine.toml"]));
        assert!(git(folder.path(), &["update-index", "--no-split-index"]));
        assert!(!is_tracked(&own).expect("a whole index"));
    }

    #[test]
    fn a_folder_that_a_sparse_index_does_not_open_is_no_reason_to_go_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for inner in ["a", "b"] {
            fs::create_dir(root.join(inner)).expect("a folder");
            fs::write(root.join(inner).join("strongroom.mine.toml"), "").expect("a file");
        }
        assert!(git(root, &["init", "-q"]), "git is needed");
        assert!(git(root, &["add", "."]));
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        assert!(git(root, &[&who[..], &["commit", "-qm", "x"]].concat()));
        // Older versions of git know no sparse index.
        if !git(root, &["sparse-checkout", "set", "--sparse-index", "a"]) {
            return;
        }
        fs::create_dir_all(root.join("b")).expect("a folder");
        fs::write(root.join("b").join("strongroom.mine.toml"), "").expect("a file");
        assert!(is_tracked(&root.join("a").join("strongroom.mine.toml")).expect("an entry"));
        let unknown = is_tracked(&root.join("b").join("strongroom.mine.toml"));
        assert!(unknown.is_err(), "{unknown:?}");
    }

    #[test]
    fn no_index_makes_it_panic() {
        let mut index = b"DIRC\0\0\0\x04\0\0\0\x02".to_vec();
        index.extend_from_slice(&[0; 70]);
        for length in 0..index.len() {
            let _ = look(&index[..length], b"a", 20);
        }
        for byte in 0..index.len() {
            let mut changed = index.clone();
            changed[byte] = 0xff;
            let _ = look(&changed, b"a", 20);
        }
        assert_eq!(look(b"DIRC\0\0\0\x05\0\0\0\0", b"a", 20), None);
        let empty = [b"DIRC\0\0\0\x02\0\0\0\0".as_slice(), &[0; 20]].concat();
        assert_eq!(look(&empty, b"a", 20), Some(Look::Untracked));
        let needed = [b"DIRC\0\0\0\x02\0\0\0\0next\0\0\0\0".as_slice(), &[0; 20]].concat();
        assert_eq!(look(&needed, b"a", 20), None, "git itself must understand this extension");
    }
}
