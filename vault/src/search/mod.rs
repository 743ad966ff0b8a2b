//! Where keys are looked for: variables, files, systemd, and the user's configuration folder, in one fixed order.

mod allowed;
#[cfg(feature = "edit")]
mod confirmed;
mod elsewhere;
mod error;
#[cfg(feature = "edit")]
mod fingerprints;
mod folder;
mod generations;
mod identity;
mod kept;
mod own;
mod permissions;
mod places;
mod tracked;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{env, io};

use zeroize::Zeroizing;

pub use self::allowed::Allowed;
#[cfg(feature = "edit")]
pub use self::confirmed::ConfirmedOlder;
pub use self::elsewhere::{InvalidKeyPlace, KeyPlace};
pub use self::error::KeyError;
#[cfg(feature = "edit")]
pub use self::fingerprints::SeenDepositKey;
pub use self::folder::{UserFolder, home};
pub use self::generations::{Generations, RolledBack};
use self::identity::write_way_in;
pub use self::identity::{OwnPublicKey, public_half};
pub use self::kept::{KeptKey, KeptKeys};
pub use self::own::{MineError, mine_path, read_mine};
pub use self::permissions::{
    OpenToOthers, check_key_permissions, check_vault_permissions, private_file, private_folder,
};
pub use self::places::is_place_of_keys;
pub use self::tracked::is_tracked;
use crate::crypto::{AccessKey, Credential, KeyRing, Passphrase};
use crate::environment::EnvironmentType;
use crate::index::Index;
use crate::regular::open_named;
use crate::shown::ShownPath;

/// The variable that holds an access key, or names the service that has or opens it.
pub const KEY_VARIABLE: &str = "STRONGROOM_KEY";
/// The variable that names a file with an access key.
pub const KEY_FILE_VARIABLE: &str = "STRONGROOM_KEY_FILE";
/// The variable that holds a passphrase.
pub const PASSPHRASE_VARIABLE: &str = "STRONGROOM_PASSPHRASE";
/// The variable that says which holder's passphrase it is.
pub const HOLDER_VARIABLE: &str = "STRONGROOM_HOLDER";
/// The variable with which a program says, by `1`, that it has no key and takes references without checking their seals.
pub const KEYLESS_VARIABLE: &str = "STRONGROOM_KEYLESS";
/// The variable that names a file with an identity, for the command: a program has no use for one.
pub const IDENTITY_VARIABLE: &str = "STRONGROOM_IDENTITY";
/// The variable in which systemd names the folder of a service's credentials.
pub const CREDENTIALS_VARIABLE: &str = "CREDENTIALS_DIRECTORY";
/// The name of an access key's file among a service's credentials.
pub const CREDENTIAL_NAME: &str = "strongroom.key";

/// Our own variables that hold a key or lead to one: a child process must not see them.
pub const KEY_VARIABLES: [&str; 5] =
    [KEY_VARIABLE, KEY_FILE_VARIABLE, PASSPHRASE_VARIABLE, HOLDER_VARIABLE, IDENTITY_VARIABLE];

/// Whether a variable holds a key of ours or leads to one, or may in another version: whoever can only name variables, as a
/// foreign file or a store does, gets none of these. In any spelling, as Windows has them.
#[must_use]
pub fn is_of_keys(variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    upper == CREDENTIALS_VARIABLE || upper.starts_with("STRONGROOM_")
}

/// Whether the environment says that this program has no key.
#[must_use]
pub fn is_keyless() -> bool {
    env::var_os(KEYLESS_VARIABLE).is_some_and(|value| value == "1")
}

/// What a key is looked for to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The values of a type. Whatever else the holder has is opened too.
    Type(EnvironmentType),
    /// The values of a type, and nothing else where that opens: a program needs no other key in its memory.
    OnlyType(EnvironmentType),
    /// The roster.
    Roster,
    /// Whatever there is.
    Anything,
}

/// A key that was found.
#[derive(Debug)]
pub struct Found {
    /// The opened keys.
    pub ring: KeyRing,
    /// Where it was found.
    pub source: Source,
}

/// Finds a key and opens its grants. The first place that has one decides; only the configuration folder may have several,
/// and there the first that opens what is wanted.
///
/// In this order: `STRONGROOM_KEY`; the file that `STRONGROOM_KEY_FILE` names; `strongroom.key` in systemd's
/// `$CREDENTIALS_DIRECTORY`; `STRONGROOM_PASSPHRASE`; the keys kept for this vault in the user's configuration folder.
///
/// # Errors
///
/// [`KeyError::NoKey`] if no place has a key. A key that is there and is wrong is an error of its own: another place is not
/// tried. [`KeyError::Elsewhere`] if what decides names a service: who can ask it goes on with [`unlock_fetched`].
pub fn find_key(
    index: &Index<'_>,
    wanted: Wanted,
    folder: Option<&UserFolder>,
) -> Result<Found, KeyError> {
    let mut tried = Vec::new();
    if let Some((source, text)) = named_sources(&mut tried)? {
        return unlock_with(index, wanted, source, &text);
    }
    let Some(folder) = folder else {
        tried.push("a configuration folder (HOME is not set)".to_owned());
        return Err(KeyError::no_key(index, wanted, tried, None));
    };
    let kept = folder.keys(index.id())?;
    for path in &kept.ended {
        tried.push(format!("{} (unlocked no longer: its time was over)", ShownPath(path)));
    }
    if kept.keys.is_empty() {
        tried.push(format!("{} (no key for this vault)", ShownPath(&folder.keys_folder())));
        return Err(KeyError::no_key(index, wanted, tried, Some(folder)));
    }
    let mut failure: Option<KeyError> = None;
    for key in kept.keys {
        let error = match key.unlock(index, wanted) {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        // What one key of this vault lacks says more than that another opens nothing at all.
        if failure.as_ref().is_none_or(|first| first.opens_nothing() && !error.opens_nothing()) {
            failure = Some(error);
        }
    }
    // The loop ran at least once, so there is a failure; without one nothing was found either.
    Err(failure.unwrap_or_else(|| KeyError::no_key(index, wanted, tried, Some(folder))))
}

/// Where a key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `STRONGROOM_KEY`.
    Variable,
    /// A file that `STRONGROOM_KEY_FILE` or the program names.
    File(PathBuf),
    /// A systemd credential.
    Credential(PathBuf),
    /// `STRONGROOM_PASSPHRASE`.
    Passphrase,
    /// An access key kept in the user's configuration folder.
    Kept(PathBuf),
    /// A key that `strongroom unlock` kept.
    Unlocked(PathBuf),
    /// Given by the program, or typed at a prompt.
    Given,
    /// A service.
    Service {
        /// Its name.
        service: &'static str,
        /// The place that names it.
        named_by: Box<Source>,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => f.write_str(KEY_VARIABLE),
            Self::Credential(path) => write!(f, "{} (systemd)", ShownPath(path)),
            Self::Passphrase => f.write_str(PASSPHRASE_VARIABLE),
            Self::File(path) | Self::Kept(path) | Self::Unlocked(path) => ShownPath(path).fmt(f),
            Self::Given => f.write_str("the key given"),
            Self::Service { service, named_by } => write!(f, "`{service}`, named by {named_by}"),
        }
    }
}

/// Opens a credential's grants and checks that they open what is wanted.
///
/// # Errors
///
/// The credential opens nothing here, or not what is wanted.
pub fn unlock(
    index: &Index<'_>,
    wanted: Wanted,
    source: Source,
    credential: &Credential,
    holder: Option<&str>,
) -> Result<Found, KeyError> {
    let ring = match wanted {
        Wanted::OnlyType(kind) => KeyRing::unlock_only(index, credential, holder, kind),
        Wanted::Type(_) | Wanted::Roster | Wanted::Anything => {
            KeyRing::unlock(index, credential, holder)
        }
    };
    let ring = match ring {
        Ok(ring) => ring,
        Err(error) => return Err(KeyError::Unlock(source, error)),
    };
    match wanted {
        Wanted::Type(kind) | Wanted::OnlyType(kind) => match ring.data_key(index, kind) {
            Ok(_) => {}
            Err(error) => return Err(KeyError::NoDataKey(source, error)),
        },
        Wanted::Roster if ring.roster().is_none() => {
            let grants = index.keys().roster().grants();
            let holders = grants.iter().map(|grant| grant.holder().to_owned()).collect();
            return Err(KeyError::NoRoster { source, holder: ring.holder().to_owned(), holders });
        }
        Wanted::Roster | Wanted::Anything => {}
    }
    Ok(Found { ring, source })
}

/// Opens what an access key, given as text, opens.
///
/// # Errors
///
/// The text is no access key, or one that opens nothing here, or not what is wanted. [`KeyError::Elsewhere`] if it names a
/// service.
pub fn unlock_text(
    index: &Index<'_>,
    wanted: Wanted,
    source: Source,
    text: &str,
) -> Result<Found, KeyError> {
    match KeyPlace::parse(text) {
        Some(Ok(place)) => Err(KeyError::Elsewhere(source, place)),
        Some(Err(fault)) => Err(KeyError::Place(source, fault)),
        None => unlock_access_key(index, wanted, source, text),
    }
}

/// Opens what the access key opens that a service gave. What it gave is that key and nothing else: no service names another.
///
/// # Errors
///
/// It gave no access key, or one that opens nothing here, or not what is wanted.
pub fn unlock_fetched(
    index: &Index<'_>,
    wanted: Wanted,
    (named_by, place): (Source, &KeyPlace),
    text: &str,
) -> Result<Found, KeyError> {
    let source = Source::Service { service: place.service().name, named_by: Box::new(named_by) };
    unlock_access_key(index, wanted, source, text.trim())
}

fn unlock_access_key(
    index: &Index<'_>,
    wanted: Wanted,
    source: Source,
    text: &str,
) -> Result<Found, KeyError> {
    match AccessKey::parse(text) {
        Ok(key) => unlock(index, wanted, source, &Credential::AccessKey(key), None),
        Err(fault) => Err(KeyError::AccessKey(source, fault)),
    }
}

/// Opens what the access key in a file opens.
///
/// # Errors
///
/// The file cannot be read, or as [`unlock_text`].
pub fn unlock_file(index: &Index<'_>, wanted: Wanted, path: &Path) -> Result<Found, KeyError> {
    let (source, text) = read_key_file(Source::File(path.to_owned()))?;
    unlock_text(index, wanted, source, &text)
}

/// What stands in the first of the places that a variable names: an access key, a line that names a service, or, in
/// `STRONGROOM_PASSPHRASE`, a passphrase. None where no variable names one.
///
/// # Errors
///
/// The place cannot be read.
pub fn named_key() -> Result<Option<(Source, Zeroizing<String>)>, KeyError> {
    named_sources(&mut Vec::new())
}

/// The first of the places that a variable names, with its text; notes those that have none.
fn named_sources(tried: &mut Vec<String>) -> Result<Option<(Source, Zeroizing<String>)>, KeyError> {
    // A pipeline that has no key often has the variable all the same, with nothing in it or a line end.
    if let Some(text) =
        variable(KEY_VARIABLE, Source::Variable)?.filter(|_| !is_blank(KEY_VARIABLE))
    {
        return Ok(Some((Source::Variable, text)));
    }
    tried.push(absent(KEY_VARIABLE));
    if let Some(path) = env::var_os(KEY_FILE_VARIABLE).filter(|path| !path.is_empty()) {
        let source = Source::File(path.into());
        return read_key_file(source).map(Some);
    }
    tried.push(absent(KEY_FILE_VARIABLE));
    if let Some(folder) = env::var_os(CREDENTIALS_VARIABLE).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(folder).join(CREDENTIAL_NAME);
        if path.exists() {
            return read_key_file(Source::Credential(path)).map(Some);
        }
        tried.push(format!("{} (not there)", ShownPath(&path)));
    }
    if let Some(text) = variable(PASSPHRASE_VARIABLE, Source::Passphrase)? {
        return Ok(Some((Source::Passphrase, text)));
    }
    tried.push(absent(PASSPHRASE_VARIABLE));
    Ok(None)
}

/// Whether a variable is set, and holds nothing but white space.
#[must_use]
pub fn is_blank(name: &str) -> bool {
    env::var(name).is_ok_and(|text| Zeroizing::new(text).trim().is_empty())
}

/// What to say of a variable that holds nothing.
fn absent(name: &str) -> String {
    let what = if env::var_os(name).is_some() { "set, but empty" } else { "not set" };
    format!("{name} ({what})")
}

fn variable(name: &str, source: Source) -> Result<Option<Zeroizing<String>>, KeyError> {
    match env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(KeyError::Unreadable(source, io::ErrorKind::InvalidData.into()))
        }
    }
}

fn read_key_file(source: Source) -> Result<(Source, Zeroizing<String>), KeyError> {
    let (Source::File(path) | Source::Credential(path) | Source::Kept(path)) = &source else {
        return Err(KeyError::Unreadable(source, io::ErrorKind::NotFound.into()));
    };
    // In one piece of memory, and bounded: the file may be a pipe.
    let mut text = Zeroizing::new(String::with_capacity(LINE_BYTES));
    match open_named(path).and_then(|file| file.take(LINE_BYTES as u64).read_to_string(&mut text)) {
        Ok(_) => Ok((source, text)),
        Err(error) => Err(KeyError::Unreadable(source, error)),
    }
}

/// The most that is read of the file of a kept key: far more than a key has.
const KEY_FILE_BYTES: usize = 1 << 10;
/// The most that is read of a file that has a key or names a service: more than such a line has.
const LINE_BYTES: usize = 8 << 10;

fn unlock_with(
    index: &Index<'_>,
    wanted: Wanted,
    source: Source,
    text: &str,
) -> Result<Found, KeyError> {
    if source != Source::Passphrase {
        return unlock_text(index, wanted, source, text);
    }
    let holder = env::var(HOLDER_VARIABLE).ok().filter(|name| !name.is_empty());
    let credential = Credential::Passphrase(Passphrase::from(text.to_owned()));
    unlock(index, wanted, source, &credential, holder.as_deref())
}
