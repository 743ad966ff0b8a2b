//! Where keys are looked for: variables, files, systemd, and the user's configuration folder, in one fixed order.

mod allowed;
#[cfg(feature = "edit")]
mod confirmed;
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
use crate::crypto::{
    AccessKey, AccessKeyFault, Credential, KeyRing, NoDataKey, Passphrase, UnlockError,
};
use crate::date::Date;
use crate::environment::EnvironmentType;
use crate::index::{HolderKind, Index, KeyTable};
use crate::regular::open_named;
use crate::shown::{Shown, ShownPath};

/// The variable that holds an access key.
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
/// tried.
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
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => f.write_str(KEY_VARIABLE),
            Self::Credential(path) => write!(f, "{} (systemd)", ShownPath(path)),
            Self::Passphrase => f.write_str(PASSPHRASE_VARIABLE),
            Self::File(path) | Self::Kept(path) | Self::Unlocked(path) => ShownPath(path).fmt(f),
            Self::Given => f.write_str("the key given"),
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
/// The text is no access key, or one that opens nothing here, or not what is wanted.
pub fn unlock_text(
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

/// The first of the places that a variable names, with its text; notes those that have none.
fn named_sources(tried: &mut Vec<String>) -> Result<Option<(Source, Zeroizing<String>)>, KeyError> {
    if let Some(text) = variable(KEY_VARIABLE, Source::Variable)? {
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
    let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_BYTES));
    match open_named(path)
        .and_then(|file| file.take(KEY_FILE_BYTES as u64).read_to_string(&mut text))
    {
        Ok(_) => Ok((source, text)),
        Err(error) => Err(KeyError::Unreadable(source, error)),
    }
}

/// The most that is read of a key's file: far more than a key has.
const KEY_FILE_BYTES: usize = 1 << 10;

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

/// Why no key is at hand. Nothing of a key is in any of these.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// No place has a key.
    NoKey {
        /// What it was wanted for.
        wanted: Wanted,
        /// The places, each with what was found there.
        tried: Vec<String>,
        /// Who may give a key: the holders of the roster.
        roster: Vec<String>,
        /// Who could open it with a passphrase.
        passphrases: Vec<String>,
        /// Who could open it with a public key's identity.
        public_keys: Vec<String>,
        /// Who looks for it, by the public key that is here.
        own: Option<Box<OwnPublicKey>>,
    },
    /// A place has a text that is no access key.
    AccessKey(Source, AccessKeyFault),
    /// The file of an unlocked key holds none.
    DamagedUnlocked(Source),
    /// A place cannot be read.
    Unreadable(Source, io::Error),
    /// A kept key can be read by others.
    OpenToOthers(OpenToOthers),
    /// The key opens nothing in this vault.
    Unlock(Source, UnlockError),
    /// The kept key is that of a holder who was removed, and on which day.
    Removed(Source, String, Date),
    /// The key opens other types only.
    NoDataKey(Source, NoDataKey),
    /// The key does not open the roster.
    NoRoster {
        /// Where it was found.
        source: Source,
        /// Whose it is.
        holder: String,
        /// Who has the roster key.
        holders: Vec<String>,
    },
}

impl KeyError {
    fn no_key(
        index: &Index<'_>,
        wanted: Wanted,
        tried: Vec<String>,
        folder: Option<&UserFolder>,
    ) -> Self {
        let names =
            |table: &KeyTable<'_>| -> Vec<String> { table.holders().map(str::to_owned).collect() };
        let roster = names(index.keys().roster());
        let granted = match wanted {
            Wanted::Type(kind) | Wanted::OnlyType(kind) => names(index.keys().of_type(kind)),
            Wanted::Roster => roster.clone(),
            Wanted::Anything => index.holders().iter().map(|it| it.name().to_owned()).collect(),
        };
        let of_kind = |is: fn(&HolderKind<'_>) -> bool| {
            let is = |name: &&String| index.holder(name).is_some_and(|holder| is(holder.kind()));
            granted.iter().filter(is).cloned().collect()
        };
        let passphrases = of_kind(|kind| matches!(kind, HolderKind::Passphrase { .. }));
        let public_keys = of_kind(|kind| matches!(kind, HolderKind::Age { .. }));
        let own = OwnPublicKey::find(index, wanted, folder).map(Box::new);
        Self::NoKey { wanted, tried, roster, passphrases, public_keys, own }
    }

    /// Whether the key that was found opens nothing in the vault: it is a wrong one, or its holder was removed.
    #[must_use]
    pub fn opens_nothing(&self) -> bool {
        use UnlockError::{WrongAccessKey, WrongUnlockedKey};
        matches!(self, Self::Unlock(_, WrongAccessKey | WrongUnlockedKey) | Self::Removed(..))
    }

    /// Says that the holder was removed, where that is why the key that is kept of it opens nothing.
    fn because_removed(self, index: &Index<'_>, holder: &str) -> Self {
        match (self, index.removal(holder)) {
            (
                Self::Unlock(source, UnlockError::WrongAccessKey | UnlockError::WrongUnlockedKey),
                Some(removed),
            ) if index.holder(holder).is_none() => {
                Self::Removed(source, removed.name().to_owned(), removed.on())
            }
            (error, _) => error,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey { wanted, tried, roster, passphrases, public_keys, own } => {
                let scope = match wanted {
                    Wanted::Type(kind) | Wanted::OnlyType(kind) => {
                        write!(f, "no key for `{kind}` here")?;
                        format!("--type {kind}")
                    }
                    Wanted::Roster => {
                        f.write_str("no key for the roster here")?;
                        "--roster".to_owned()
                    }
                    Wanted::Anything => {
                        f.write_str("no key for this vault here")?;
                        "--type TYPE".to_owned()
                    }
                };
                write!(f, "\nlooked in: {}", tried.join(", "))?;
                let is_known = own.as_ref().is_some_and(|own| own.is_of_holder());
                if !is_known && !public_keys.is_empty() {
                    let names = public_keys.join(" or ");
                    write!(f, "\nif you are {}, open it with: strongroom unlock", Shown(&names))?;
                }
                write_way_in(f, own.as_deref(), roster, &scope)?;
                match passphrases.as_slice() {
                    [] => Ok(()),
                    _ => write!(
                        f,
                        "\nor give the passphrase of {} in {PASSPHRASE_VARIABLE}",
                        Shown(&passphrases.join(" or "))
                    ),
                }
            }
            Self::AccessKey(source, fault) => write!(f, "{fault}\nread from: {source}"),
            Self::DamagedUnlocked(source) => {
                write!(
                    f,
                    "the file of an unlocked key is damaged\nunlock again with: strongroom unlock\nread from: {source}"
                )
            }
            Self::Unreadable(source, error) => {
                write!(f, "cannot read the key: {error}\nread from: {source}")
            }
            Self::OpenToOthers(error) => error.fmt(f),
            Self::Unlock(source, error) => write!(f, "{error}\nread from: {source}"),
            Self::Removed(source, holder, on) => write!(
                f,
                "`{}` was removed on {on}, and its key opens nothing in this vault any more\nread from: {source}",
                Shown(holder)
            ),
            Self::NoDataKey(source, error) => write!(f, "{error}\nread from: {source}"),
            Self::NoRoster { source: source @ Source::Unlocked(_), holder, holders }
                if holders.contains(holder) =>
            {
                write!(
                    f,
                    "what is kept unlocked of `{}` does not open the roster: that takes its passphrase or its identity again\n\
                     read from: {source}",
                    Shown(holder)
                )
            }
            Self::NoRoster { source, holder, holders } => write!(
                f,
                "the key of `{}` does not open the roster\nask one of those who have it: {}\nread from: {source}",
                Shown(holder),
                Shown(&holders.join(", "))
            ),
        }
    }
}

impl std::error::Error for KeyError {}
