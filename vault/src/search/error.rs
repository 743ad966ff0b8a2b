//! Why no key is at hand, and what to type next.

use std::{fmt, io};

use super::{
    InvalidKeyPlace, KeyPlace, OpenToOthers, OwnPublicKey, PASSPHRASE_VARIABLE, Source, UserFolder,
    Wanted, write_way_in,
};
use crate::crypto::{AccessKeyFault, NoDataKey, UnlockError};
use crate::date::Date;
use crate::index::{HolderKind, Index, KeyTable};
use crate::shown::Shown;

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
    /// A place names a service that has the key or opens it. This crate asks none; the runtime and the command do.
    Elsewhere(Source, KeyPlace),
    /// A place has a line that names no service rightly.
    Place(Source, InvalidKeyPlace),
    /// The service that a place names did not give the key.
    NotHad {
        /// Where the service is named.
        named_by: Source,
        /// The service.
        service: &'static str,
        /// Why, in words that hold no value.
        why: String,
        /// What to do about it.
        next: String,
    },
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
    pub(super) fn no_key(
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
    pub(super) fn because_removed(self, index: &Index<'_>, holder: &str) -> Self {
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
            Self::Elsewhere(source, place) => write!(
                f,
                "the access key is not here: `{}` has it, and is not asked for this\nread from: {source}",
                place.service().name
            ),
            Self::Place(source, fault) => write!(f, "{fault}\nread from: {source}"),
            Self::NotHad { named_by, service, why, next } => write!(
                f,
                "the key could not be had from `{service}`: {why}\n{next}\nread from: {named_by}"
            ),
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
