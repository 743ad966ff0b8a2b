//! Why a store did not give a value, and what to type next.

use std::fmt;

use strongroom_vault::{Shown, StoreKind};

use crate::stores::add_feature;

/// Why a store did not give a value.
///
/// Details hold no value, no token and no header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFailure {
    /// `[stores]` has no such store.
    Undeclared,
    /// There is no such kind of store.
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// The program was built without this kind of store.
    NotBuilt {
        /// The kind.
        kind: &'static str,
        /// The feature of `strongroom` that has it.
        feature: &'static str,
    },
    /// A setting of the store is missing, unknown or of another shape.
    Settings {
        /// Which, and what it should be.
        detail: String,
    },
    /// The reference is none.
    Reference {
        /// What is wrong with it.
        detail: String,
    },
    /// The reference's seal does not fit: the reference, the store or one of its settings was changed.
    Seal,
    /// It is a `command` store, and nobody allowed it to run on this machine.
    NotAllowed,
    /// It runs a command or opens another vault with kept keys, and a program without a key does neither.
    Keyless,
    /// No answer, or one from something that is no store.
    Unreachable {
        /// What happened.
        detail: String,
    },
    /// The store refused.
    Denied {
        /// What happened.
        detail: String,
    },
    /// The store has no such secret, key or version.
    Absent {
        /// What happened.
        detail: String,
    },
    /// The store asked to come back later, more often than the time allowed.
    Throttled {
        /// What happened.
        detail: String,
    },
    /// What the store has is no value for a field.
    Invalid {
        /// What is wrong with it.
        detail: String,
    },
}

impl StoreFailure {
    /// What it says of a secret that lies in a store: the cause, and the next command on a line of its own.
    pub(super) fn explain(&self, store: &str, reference: &str, flag: &str, name: &str) -> String {
        let (store, reference) = (Shown(store), Shown(reference));
        let live = format!("look with: strongroom check {flag} --live");
        let link = format!("strongroom link {flag} {name} {store}:{reference}");
        let place = format!("is at `{reference}` in the store `{store}`");
        let next = match self {
            Self::Undeclared => format!(
                "declare the store: strongroom store add {store} --kind KIND\nor give the secret another value: strongroom set {flag} {name}"
            ),
            Self::UnknownKind { .. } | Self::Settings { .. } => {
                "see and change it: strongroom store list".to_owned()
            }
            Self::NotBuilt { feature, .. } => add_feature(feature),
            Self::Reference { .. } => {
                format!("record the right one: strongroom link {flag} {name} {store}:REFERENCE")
            }
            Self::Seal => format!(
                "look who changed it (git log -p strongroom.toml); if it is right, seal it: {link}"
            ),
            Self::NotAllowed => {
                format!("look at what it would run, and allow it: strongroom store allow {store}")
            }
            Self::Keyless => "give the program a key".to_owned(),
            Self::Unreachable { .. } | Self::Denied { .. } | Self::Throttled { .. } => live,
            Self::Absent { .. } | Self::Invalid { .. } => format!(
                "put it right in the store (where that can be written: strongroom set {flag} --store {store} {name})\nor record another reference: strongroom link {flag} {name} {store}:REFERENCE"
            ),
        };
        format!("{place}: {self}\n{next}")
    }
}

impl fmt::Display for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undeclared => f.write_str("the vault has no such store in [stores]"),
            Self::UnknownKind { kind } => write!(
                f,
                "there is no kind of store `{}`; there are: {}",
                Shown(kind),
                StoreKind::names()
            ),
            Self::NotBuilt { kind, feature } => write!(
                f,
                "this program was built without stores of the kind `{kind}` (feature `{feature}` of strongroom)"
            ),
            Self::Settings { detail } => write!(f, "the store is not declared well: {detail}"),
            Self::Reference { detail } => write!(f, "it is no reference: {detail}"),
            Self::Seal => f.write_str(
                "its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key",
            ),
            Self::NotAllowed => f.write_str("the store runs a command, and nobody allowed that on this machine"),
            Self::Keyless => f.write_str(
                "the store runs a command or opens another vault, and a program without a key does neither",
            ),
            Self::Unreachable { detail } => write!(f, "unreachable: {detail}"),
            Self::Denied { detail } => write!(f, "denied: {detail}"),
            Self::Absent { detail } => write!(f, "absent: {detail}"),
            Self::Throttled { detail } => write!(f, "throttled: {detail}"),
            Self::Invalid { detail } => write!(f, "not valid: {detail}"),
        }
    }
}
