//! The public key of a new holder, as somebody gives it: as words, or in a file.

use std::fs::File;
use std::path::Path;

use strongroom_vault::limits::STRING_BYTES;
use strongroom_vault::{HolderKey, HolderSecret, ShownPath, VaultId};

use crate::age::PublicKey;
use crate::error::Error;
use crate::value::limited;

/// Reads a public key from words of the command line, which a shell may have parted, or from a file that they name.
pub(super) fn given(words: &[String]) -> Result<Option<PublicKey>, Error> {
    match words {
        [] => Ok(None),
        [word] if !is_key(word) && Path::new(word).is_file() => of_file(Path::new(word)).map(Some),
        words => PublicKey::parse(&words.join(" ")).map(Some),
    }
}

/// A holder key that is delivered to a public key.
pub(super) fn delivered(
    id: VaultId,
    holder: &str,
    public_key: &PublicKey,
) -> Result<HolderSecret, Error> {
    let key = HolderKey::generate()?;
    let delivered = public_key.encrypt(&key.to_delivered(id, holder))?;
    Ok(HolderSecret::PublicKey { recipient: public_key.text().to_owned(), key, delivered })
}

/// Whether a word begins as a key does, so that it is no name of a file.
fn is_key(word: &str) -> bool {
    ["age1", "AGE", "ssh-", "-----"].iter().any(|head| word.starts_with(head))
}

fn of_file(path: &Path) -> Result<PublicKey, Error> {
    let bytes = File::open(path)
        .and_then(|file| limited(file, STRING_BYTES))
        .map_err(|error| Error::file("read the public key from", path, &error))?;
    let text = bytes.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let text = text.unwrap_or_default();
    let is_said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let mut lines = text.lines().map(str::trim).filter(is_said);
    let line = lines.next().unwrap_or_default();
    let in_file = |error: Error| error.with_hint(format!("read from: {}", ShownPath(path)));
    let key = PublicKey::parse(line).map_err(in_file)?;
    match lines.next() {
        None => Ok(key),
        Some(_) => {
            Err(in_file(Error::usage("the file holds several public keys, and a holder has one")))
        }
    }
}
