//! Why holders cannot be added, granted, rotated or removed.

use std::fmt;

use crate::crypto::NoRandomness;
use crate::date::Date;
use crate::environment::EnvironmentType;
use crate::limits::PASSPHRASE_CHARACTERS;
use crate::name::NameFault;
use crate::shown::Shown;

/// Why a holder is not added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantError {
    /// The name breaks a rule.
    BadName(NameFault),
    /// A holder of this name exists, perhaps spelled otherwise.
    Exists(String),
    /// A holder has this public key already.
    SamePublicKey(String),
    /// More than the format allows: what, and how many.
    TooMany(&'static str, usize),
    /// Longer than the format allows: what, and how many characters.
    TooLong(&'static str, usize),
    /// There is no holder of this name that has a passphrase.
    NoPassphrase,
    /// A passphrase of so few characters.
    ShortPassphrase(usize),
    /// The holder at hand has no roster key; those who do.
    NoRoster {
        /// The holder at hand.
        holder: String,
        /// Who has the roster key.
        holders: Vec<String>,
    },
    /// A grant that the roster did not admit, or that is of another than the current key.
    Suspicious {
        /// The table in `[keys]`.
        scope: String,
        /// The holder that the grant names.
        holder: String,
        /// Whether it is of the current key, so that the admission is what is wrong.
        current: bool,
    },
    /// A holder of this name was removed, on this day.
    WasRemoved(String, Date),
    /// A removed holder has lines again.
    CameBack(String),
    /// There is no holder of this name.
    NoHolder(String),
    /// The holder has the roster key, so it cannot lose some types only.
    OpensEverything(String),
    /// The holder has no grant for this type.
    NoGrant(String, EnvironmentType),
    /// The holder is the only one who can open a type or the roster.
    Last {
        /// The type, or the roster.
        scope: String,
        /// The holder.
        holder: String,
    },
    /// What the roster keeps of this holder's key does not open its grants.
    NoKept(String),
    /// This holder needs a new key, and none was given.
    NoNewKey(String),
    /// No grant of this type's current key could be opened.
    NoDataKey(EnvironmentType),
    /// There is not enough memory for what a passphrase costs.
    NoMemory,
    /// The operating system gave no random bytes.
    NoRandomness,
}

impl From<NoRandomness> for GrantError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName(fault) => fault.fmt(f),
            Self::Exists(name) => {
                write!(
                    f,
                    "there is a holder `{name}` already\n\
                     let it open more: strongroom holder grant {name} --type TYPES, or everything: --roster"
                )
            }
            Self::NoPassphrase => {
                f.write_str("no holder of this name has a passphrase\nsee: strongroom holder list")
            }
            Self::SamePublicKey(name) => write!(
                f,
                "`{0}` has this public key already\nlet it open more: strongroom holder grant {0} --type TYPES",
                Shown(name)
            ),
            Self::TooLong(what, most) => {
                write!(
                    f,
                    "too long for a vault: {what} has more than {most} characters\nuse a public key of another kind, such as age's own: strongroom key new"
                )
            }
            Self::TooMany(what, most) => write!(f, "a vault has at most {most} {what}"),
            Self::ShortPassphrase(characters) => write!(
                f,
                "a passphrase needs {PASSPHRASE_CHARACTERS} characters at least, this has {characters}\n\
                 several words that do not belong together are easy to remember and hard to guess"
            ),
            Self::NoRoster { holder, holders } => write!(
                f,
                "the key of `{}` may not add or change holders: it has no roster key\nask one of those who have it: {}",
                Shown(holder),
                Shown(&holders.join(", "))
            ),
            Self::Suspicious { scope, holder, current } => {
                suspicious(f, &Shown(scope), &Shown(holder), *current)
            }
            Self::WasRemoved(name, on) => write!(
                f,
                "a holder `{0}` was removed on {on}, and old lines of that name may come back with a merge\n\
                 take another name, or say that it is meant: --again",
                Shown(name)
            ),
            Self::CameBack(name) => write!(
                f,
                "`{0}` was removed, and is back in [holders]: a merge, or somebody, brought the lines back\n\
                 take them out with: strongroom holder remove {0}",
                Shown(name)
            ),
            Self::NoHolder(name) => {
                write!(f, "there is no holder `{}`\nsee: strongroom holder list", Shown(name))
            }
            Self::OpensEverything(name) => write!(
                f,
                "`{0}` has the roster key, so it can open every type whatever grants it has\n\
                 remove it altogether: strongroom holder remove {0}",
                Shown(name)
            ),
            Self::NoGrant(name, kind) => {
                write!(
                    f,
                    "`{}` has no grant for `{kind}`\nsee: strongroom holder list",
                    Shown(name)
                )
            }
            Self::Last { scope, holder } if scope == "roster" => write!(
                f,
                "`{}` is the last holder of the roster key: nobody could add holders any more\n\
                 add another one first: strongroom holder add NAME --roster",
                Shown(holder)
            ),
            Self::Last { scope, holder } => write!(
                f,
                "`{0}` is the last holder of `{1}`: nobody could open its values any more\n\
                 add another one first: strongroom holder add NAME --type {1}",
                Shown(holder),
                Shown(scope)
            ),
            Self::NoKept(name) => write!(
                f,
                "what the roster keeps of the key of `{0}` does not open its grants: it was altered, or is an older one\n\
                 restore [holders.{0}] from git, or take the holder out: strongroom holder remove {0}",
                Shown(name)
            ),
            Self::NoNewKey(name) => {
                write!(f, "`{}` needs a new key, and none was made", Shown(name))
            }
            Self::NoDataKey(kind) => write!(
                f,
                "no grant of the current data key of `{kind}` opens with the roster key\nrestore [keys.{kind}] and \
                 [holders] from git"
            ),
            Self::NoMemory => f.write_str(
                "there is not enough memory for Argon2id (64 MiB)\nuse an access key, or free some",
            ),
            Self::NoRandomness => NoRandomness.fmt(f),
        }
    }
}

impl std::error::Error for GrantError {}

fn suspicious(
    f: &mut fmt::Formatter<'_>,
    scope: &Shown<'_>,
    holder: &Shown<'_>,
    current: bool,
) -> fmt::Result {
    if current {
        write!(
            f,
            "the grant of `{holder}` in [keys.{scope}] was not admitted by the roster: somebody may have slipped it in\n\
             find out who wrote the line (git log -S), remove it, then try again"
        )
    } else {
        write!(
            f,
            "the grant of `{holder}` in [keys.{scope}] is of an older key: a merge may have brought it back\n\
             give a new one: strongroom holder grant {holder} --type {scope}, or take it out: strongroom holder remove {holder}"
        )
    }
}
