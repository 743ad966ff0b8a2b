//! The keys kept on this machine for a vault: access keys, and holder keys that `strongroom unlock` opened.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use super::folder::UserFolder;
#[cfg(feature = "edit")]
use super::folder::{create_private_folder, write_private};
use super::generations::Generations;
use super::permissions::check_key_permissions;
use super::{Found, KEY_FILE_BYTES, KeyError, Source, Wanted, unlock, unlock_access_key};
#[cfg(feature = "edit")]
use crate::crypto::AccessKey;
use crate::crypto::{Credential, KeyRing, UnlockError, UnlockedKey};
use crate::environment::EnvironmentType;
use crate::index::{Index, VaultId};
use crate::regular::{open_regular, read_text};

/// What is kept for a vault.
#[derive(Debug, Default)]
pub struct KeptKeys {
    /// The keys, sorted by the names of their holders; an access key comes before an unlocked one.
    pub keys: Vec<KeptKey>,
    /// The files of unlocked keys that have ended: they were removed.
    pub ended: Vec<PathBuf>,
}

/// A key kept on this machine.
pub struct KeptKey {
    /// Its file.
    pub path: PathBuf,
    content: Content,
    /// Of a key that gave way to another: the newest vault that it opens. Whoever was removed may know it, and could make a
    /// newer one for it.
    newest: Option<Generations>,
}

enum Content {
    AccessKey(Zeroizing<String>),
    Unlocked { text: Zeroizing<String>, until: Option<u64> },
}

impl KeptKey {
    /// Opens the grants of the key's holder.
    ///
    /// # Errors
    ///
    /// The text is no key, or the key opens nothing in this vault.
    pub fn open(&self, index: &Index<'_>) -> Result<KeyRing, KeyError> {
        self.unlock(index, Wanted::Anything).map(|found| found.ring)
    }

    /// The holder's name, as the file is called.
    #[must_use]
    pub fn holder(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether it is one that `strongroom unlock` kept, and not an access key.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        matches!(self.content, Content::Unlocked { .. })
    }

    /// When it ends, in seconds since 1970; none where it stays.
    #[must_use]
    pub fn until(&self) -> Option<u64> {
        match self.content {
            Content::AccessKey(_) => None,
            Content::Unlocked { until, .. } => until,
        }
    }

    /// The access key; none where it is an unlocked one, or gave way to another.
    ///
    /// # Errors
    ///
    /// The file does not hold one.
    #[cfg(feature = "edit")]
    pub fn access_key(&self) -> Result<Option<AccessKey>, KeyError> {
        match &self.content {
            Content::AccessKey(text) if self.newest.is_none() => {
                let source = || Source::Kept(self.path.clone());
                let key = AccessKey::parse(text);
                key.map(Some).map_err(|fault| KeyError::AccessKey(source(), fault))
            }
            Content::AccessKey(_) | Content::Unlocked { .. } => Ok(None),
        }
    }

    /// The unlocked key; none where it is an access key.
    ///
    /// # Errors
    ///
    /// The file does not hold one.
    pub fn unlocked(&self) -> Result<Option<UnlockedKey>, KeyError> {
        match &self.content {
            Content::AccessKey(_) => Ok(None),
            Content::Unlocked { text, .. } => {
                let damaged = || KeyError::DamagedUnlocked(Source::Unlocked(self.path.clone()));
                UnlockedKey::parse(text).ok_or_else(damaged).map(Some)
            }
        }
    }

    /// Whether a vault is none that the key gave way in, nor a newer one, as far as something is wanted of it.
    fn is_for(&self, index: &Index<'_>, wanted: Wanted) -> bool {
        let Some(newest) = self.newest else { return true };
        let shown = Generations::shown_by(index);
        let is_old_enough = |kind: EnvironmentType| shown.of(kind) <= newest.of(kind);
        match wanted {
            Wanted::Type(kind) | Wanted::OnlyType(kind) => is_old_enough(kind),
            Wanted::Roster | Wanted::Anything => {
                EnvironmentType::ALL.into_iter().all(is_old_enough)
            }
        }
    }

    /// Opens the grants of its holder.
    ///
    /// # Errors
    ///
    /// It opens nothing, not what is wanted, or cannot be read.
    pub fn unlock(&self, index: &Index<'_>, wanted: Wanted) -> Result<Found, KeyError> {
        self.open_with(index, wanted).map_err(|error| error.because_removed(index, &self.holder()))
    }

    fn open_with(&self, index: &Index<'_>, wanted: Wanted) -> Result<Found, KeyError> {
        if !self.is_for(index, wanted) {
            let source = Source::Kept(self.path.clone());
            return Err(KeyError::Unlock(source, UnlockError::WrongAccessKey));
        }
        match &self.content {
            Content::AccessKey(text) => {
                unlock_access_key(index, wanted, Source::Kept(self.path.clone()), text)
            }
            Content::Unlocked { .. } => {
                let source = Source::Unlocked(self.path.clone());
                let Some(key) = self.unlocked()? else {
                    return Err(KeyError::DamagedUnlocked(source));
                };
                unlock(index, wanted, source, &Credential::Unlocked(key), None)
            }
        }
    }

    fn read(path: PathBuf) -> Result<Self, KeyError> {
        let is_unlocked = has_extension(&path, UNLOCKED);
        let source = |path| if is_unlocked { Source::Unlocked(path) } else { Source::Kept(path) };
        let (metadata, text) = match read_bounded(&path) {
            Ok(read) => read,
            Err(error) => return Err(KeyError::Unreadable(source(path), error)),
        };
        check_key_permissions(&path, &metadata).map_err(KeyError::OpenToOthers)?;
        if !is_unlocked {
            let newest = gave_way(&path).then(|| newest(&path));
            return Ok(Self { path, content: Content::AccessKey(text), newest });
        }
        let Some((text, until)) = parse_unlocked(&text) else {
            return Err(KeyError::DamagedUnlocked(source(path)));
        };
        Ok(Self { path, content: Content::Unlocked { text, until }, newest: None })
    }
}

impl fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptKey").field("path", &self.path).finish_non_exhaustive()
    }
}

impl UserFolder {
    /// The keys kept for a vault. Unlocked ones that have ended are removed.
    ///
    /// # Errors
    ///
    /// A key that cannot be read, or that others can read.
    pub fn keys(&self, id: VaultId) -> Result<KeptKeys, KeyError> {
        let mut paths = listed(&self.keys_folder().join(id.to_string()), &[KEY, UNLOCKED])?;
        let ending = self.ending_keys_folder();
        if ending != self.keys_folder() {
            paths.extend(listed(&ending.join(id.to_string()), &[UNLOCKED])?);
        }
        // The same holder's access key first: `key` sorts before `unlocked`.
        paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
        let now = seconds_now();
        let mut kept = KeptKeys::default();
        for path in paths {
            let key = KeptKey::read(path)?;
            if key.until().is_some_and(|until| until <= now) {
                // Where it cannot be removed, it is not used either.
                let _ = fs::remove_file(&key.path);
                kept.ended.push(key.path);
            } else {
                kept.keys.push(key);
            }
        }
        Ok(kept)
    }

    /// Keeps an access key for a vault, under its holder's name; gives the file.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    #[cfg(feature = "edit")]
    pub fn keep_key(&self, id: VaultId, holder: &str, key: &AccessKey) -> io::Result<PathBuf> {
        let mut text = key.to_text();
        text.push('\n');
        keep(&self.keys_folder(), id, &format!("{holder}.{KEY}"), &text)
    }

    /// Puts a kept access key that gives way to another one aside, as `HOLDER~previous`, which no holder can be called, perhaps
    /// with more behind it; it opens no newer vault than this from then on.
    ///
    /// # Errors
    ///
    /// A file cannot be written or moved: then the key stays what it is.
    #[cfg(feature = "edit")]
    pub fn put_aside(&self, key: &KeptKey, name: &str, newest: Generations) -> io::Result<()> {
        let path = key.path.with_file_name(format!("{name}.{KEY}"));
        write_private(&path.with_extension(NEWEST), newest.to_string().as_bytes())?;
        fs::rename(&key.path, path)
    }

    /// Keeps an unlocked key for a vault, under its holder's name, in place of an earlier one; gives the file.
    ///
    /// One that ends, at a time in seconds since 1970, goes to a folder that the system empties when the user logs out,
    /// where there is such a folder.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    #[cfg(feature = "edit")]
    pub fn keep_unlocked(
        &self,
        id: VaultId,
        holder: &str,
        key: &UnlockedKey,
        until: Option<u64>,
    ) -> io::Result<PathBuf> {
        let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_BYTES));
        text.push_str(&key.to_text());
        text.push('\n');
        if let Some(until) = until {
            text.push_str(UNTIL);
            text.push_str(&until.to_string());
            text.push('\n');
        }
        let (folder, other) = match until {
            Some(_) => (self.ending_keys_folder(), self.keys_folder()),
            None => (self.keys_folder(), self.ending_keys_folder()),
        };
        let name = format!("{holder}.{UNLOCKED}");
        let path = keep(&folder, id, &name, &text)?;
        if folder != other {
            removed(&other.join(id.to_string()).join(name))?;
        }
        Ok(path)
    }

    /// Forgets the access key of a holder; false if there was none.
    ///
    /// # Errors
    ///
    /// The file cannot be removed.
    #[cfg(feature = "edit")]
    pub fn forget_key(&self, id: VaultId, holder: &str) -> io::Result<bool> {
        let file = self.keys_folder().join(id.to_string()).join(format!("{holder}.{KEY}"));
        removed(&file.with_extension(NEWEST))?;
        removed(&file)
    }

    /// Forgets the unlocked keys of a vault, or of all vaults; gives their files.
    ///
    /// # Errors
    ///
    /// A folder cannot be read, or a file cannot be removed.
    #[cfg(feature = "edit")]
    pub fn forget_unlocked(&self, id: Option<VaultId>) -> io::Result<Vec<PathBuf>> {
        let mut forgotten = Vec::new();
        let mut folders = vec![self.keys_folder()];
        folders.extend(self.until_logout().map(Path::to_owned));
        for folder in folders {
            let vaults = match id {
                Some(id) => vec![folder.join(id.to_string())],
                None => entries(&folder)?,
            };
            for vault in vaults.into_iter().filter(|vault| vault.is_dir()) {
                for path in
                    entries(&vault)?.into_iter().filter(|path| has_extension(path, UNLOCKED))
                {
                    if removed(&path)? {
                        forgotten.push(path);
                    }
                }
            }
        }
        forgotten.sort();
        Ok(forgotten)
    }
}

/// Whether a file is that of a key that gave way to another.
fn gave_way(path: &Path) -> bool {
    path.file_stem().is_some_and(|name| name.to_string_lossy().contains(GAVE_WAY))
}

/// The newest vault that such a key opens; none at all where nothing says so.
fn newest(path: &Path) -> Generations {
    let text = read_text(&path.with_extension(NEWEST));
    text.map(|text| Generations::parse(&text)).unwrap_or_default()
}

/// Reads what [`UserFolder::keep_unlocked`] writes: the text of a key, and perhaps when it ends.
fn parse_unlocked(text: &str) -> Option<(Zeroizing<String>, Option<u64>)> {
    let (key, rest) = text.split_once('\n')?;
    let until = match rest {
        "" => None,
        rest => Some(seconds(rest.strip_prefix(UNTIL)?.strip_suffix('\n')?)?),
    };
    Some((Zeroizing::new(key.to_owned()), until))
}

/// Decimal digits only: no sign, no white space.
fn seconds(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A file in one piece of memory that wipes itself, and what the file system says of it.
fn read_bounded(path: &Path) -> io::Result<(Metadata, Zeroizing<String>)> {
    let file = open_regular(path)?;
    let metadata = file.metadata()?;
    let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_BYTES));
    file.take(KEY_FILE_BYTES as u64).read_to_string(&mut text)?;
    Ok((metadata, text))
}

/// The files of a folder with one of these extensions; none where there is no folder.
fn listed(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, KeyError> {
    let unreadable = |error| KeyError::Unreadable(Source::Kept(folder.to_owned()), error);
    let mut paths = entries(folder).map_err(unreadable)?;
    paths.retain(|path| extensions.iter().any(|extension| has_extension(path, extension)));
    Ok(paths)
}

/// What is in a folder; nothing where there is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

#[cfg(feature = "edit")]
fn keep(folder: &Path, id: VaultId, name: &str, text: &str) -> io::Result<PathBuf> {
    let folder = folder.join(id.to_string());
    create_private_folder(&folder)?;
    let path = folder.join(name);
    write_private(&path, text.as_bytes())?;
    Ok(path)
}

/// Removes a file; false if there was none.
#[cfg(feature = "edit")]
fn removed(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Now, in seconds since 1970.
fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

const KEY: &str = "key";
const UNLOCKED: &str = "unlocked";
/// In the name of a key that gave way to another.
const GAVE_WAY: &str = "~previous";
/// Beside a key that gave way: the generations of the newest vault that it opens.
const NEWEST: &str = "newest";
/// How the second line of an unlocked key that ends begins.
const UNTIL: &str = "until ";

#[cfg(all(test, feature = "edit"))]
mod tests {
    use super::*;
    use crate::crypto::HolderKey;

    const ID: VaultId = VaultId([7; 16]);

    fn key() -> UnlockedKey {
        UnlockedKey::of(ID, &HolderKey::generate().expect("randomness"))
    }

    fn holders(kept: &KeptKeys) -> Vec<String> {
        kept.keys.iter().map(KeptKey::holder).collect()
    }

    #[test]
    fn an_unlocked_key_is_found_until_it_ends_and_then_removed() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let soon = seconds_now() + 60;
        folder.keep_unlocked(ID, "dev", &key(), None).expect("kept");
        folder.keep_unlocked(ID, "guest", &key(), Some(soon)).expect("kept");
        let over = folder.keep_unlocked(ID, "owner", &key(), Some(seconds_now())).expect("kept");
        let kept = folder.keys(ID).expect("readable");
        assert_eq!(holders(&kept), ["dev", "guest"]);
        assert_eq!((kept.keys[0].until(), kept.keys[1].until()), (None, Some(soon)));
        assert_eq!(kept.ended, std::slice::from_ref(&over));
        assert!(!over.exists());
        assert!(folder.keys(ID).expect("readable").ended.is_empty());
    }

    #[test]
    fn forgetting_leaves_access_keys_and_other_vaults() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let other = VaultId([8; 16]);
        let access = AccessKey::generate(ID).expect("randomness");
        folder.keep_key(ID, "ci", &access).expect("kept");
        for id in [ID, other] {
            folder.keep_unlocked(id, "dev", &key(), None).expect("kept");
        }
        assert_eq!(folder.forget_unlocked(Some(ID)).expect("forgotten").len(), 1);
        assert_eq!(holders(&folder.keys(ID).expect("readable")), ["ci"]);
        assert_eq!(holders(&folder.keys(other).expect("readable")), ["dev"]);
        assert_eq!(folder.forget_unlocked(None).expect("forgotten").len(), 1);
        assert!(folder.forget_unlocked(None).expect("nothing left").is_empty());
    }

    #[test]
    fn a_damaged_file_of_an_unlocked_key_is_no_key() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = UserFolder::at(home.path());
        let path = folder.keep_unlocked(ID, "dev", &key(), Some(u64::MAX)).expect("kept");
        let whole = fs::read_to_string(&path).expect("readable");
        let in_words = whole.replace("until 1", "until tomorrow 1");
        let signed = whole.replace("until 1", "until +1");
        for text in [&whole[..whole.len() - 1], &in_words, &signed, "", "hunter2\n"] {
            fs::write(&path, text).expect("writable");
            let read = folder.keys(ID).and_then(|kept| kept.keys[0].unlocked());
            assert!(matches!(read, Err(KeyError::DamagedUnlocked(_))), "{text}");
        }
    }
}
