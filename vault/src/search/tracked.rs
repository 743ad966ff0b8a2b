//! Whether git tracks a file: reads git's index, so that a program needs no git to know.
//!
//! The form of the index is that of git's own documentation, `gitformat-index`, versions 2 to 4.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Whether git tracks a file. Outside of a repository nothing is tracked.
///
/// # Errors
///
/// git's index is there and cannot be read, or has a form that is not known here.
pub fn is_tracked(file: &Path) -> io::Result<bool> {
    let file = file.canonicalize()?;
    let Some(root) = file.ancestors().skip(1).find(|folder| folder.join(".git").exists()) else {
        return Ok(false);
    };
    let parts = file.strip_prefix(root).into_iter().flat_map(Path::components);
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    let folder = git_folder(root)?;
    let index = match fs::read(folder.join("index")) {
        // Nothing was ever added.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        index => index?,
    };
    names(&index, parts.join("/").as_bytes(), object_name(&folder)).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "git's index has a form that is not known here")
    })
}

/// The folder with the index: `.git`, or where the file `.git` of a work tree leads.
fn git_folder(root: &Path) -> io::Result<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Ok(git);
    }
    let text = fs::read_to_string(&git)?;
    let named = text.trim_end().strip_prefix("gitdir: ").unwrap_or_default();
    Ok(root.join(named))
}

/// Bytes of an object's name: 32 where the repository says SHA-256, else 20.
fn object_name(folder: &Path) -> usize {
    let common = fs::read_to_string(folder.join("commondir")).unwrap_or_default();
    let config = fs::read_to_string(folder.join(common.trim_end()).join("config"));
    let config = config.unwrap_or_default().to_ascii_lowercase();
    let says_sha256 = |line: &str| {
        line.split_once('=')
            .is_some_and(|(key, value)| key.trim() == "objectformat" && value.trim() == "sha256")
    };
    if config.lines().any(says_sha256) { 32 } else { 20 }
}

/// Whether an index names a path; none where it has a form that is not known.
fn names(index: &[u8], path: &[u8], object_name: usize) -> Option<bool> {
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
        if name == path {
            return Some(true);
        }
        at += length;
        // Up to version 3 one to eight zeros fill an entry to a multiple of eight bytes.
        entry = if version == 4 { at + 1 } else { entry + (at - entry) / 8 * 8 + 8 };
    }
    Some(false)
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
/// In the first byte of an entry's flags: two more bytes of flags follow.
const EXTENDED: u8 = 0x40;

#[cfg(test)]
mod tests {
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
    fn no_index_makes_it_panic() {
        let mut index = b"DIRC\0\0\0\x04\0\0\0\x02".to_vec();
        index.extend_from_slice(&[0; 70]);
        for length in 0..index.len() {
            let _ = names(&index[..length], b"a", 20);
        }
        for byte in 0..index.len() {
            let mut changed = index.clone();
            changed[byte] = 0xff;
            let _ = names(&changed, b"a", 20);
        }
        assert_eq!(names(b"DIRC\0\0\0\x05\0\0\0\0", b"a", 20), None);
        assert_eq!(names(b"DIRC\0\0\0\x02\0\0\0\0", b"a", 20), Some(false));
    }
}
