//! Why a store did not give a value, or did not take one; and what to type next.

use std::fmt;

use strongroom_vault::{Shown, StoreKind};

use crate::hints::install_with;

/// Why a store did not do what it was asked for. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only a store says so"))]
pub(crate) enum Why {
    /// `[stores]` has no such store.
    Undeclared,
    /// There is no such kind.
    UnknownKind(String),
    /// This command was built without it.
    NotBuilt { kind: &'static str, feature: &'static str },
    /// A setting is missing, unknown or of another shape.
    Settings(String),
    /// The reference is none, or none that can be written to.
    Reference(String),
    /// The reference, its store or one of the store's settings was changed.
    Seal,
    /// It runs a command, and nobody allowed that here.
    NotAllowed,
    /// It runs a command, and a machine without a key runs none.
    Keyless,
    /// What the store itself said.
    Failed { word: &'static str, text: String },
}

/// Where a value lies that could not be had.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lies<'a> {
    pub(crate) store: &'a str,
    /// The options that mean its environment.
    pub(crate) flag: &'a str,
    /// The secret.
    pub(crate) name: &'a str,
}

impl Why {
    /// The stable word for `--json`.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Undeclared => "no-store",
            Self::UnknownKind(_) => "unknown-kind",
            Self::NotBuilt { .. } => "not-built",
            Self::Settings(_) => "settings",
            Self::Reference(_) => "bad-reference",
            Self::Seal => "altered",
            Self::NotAllowed => "not-allowed",
            Self::Keyless => "keyless",
            Self::Failed { word, .. } => word,
        }
    }

    /// Whether the store has nothing at the place.
    pub(crate) fn is_absent(&self) -> bool {
        self.word() == ABSENT
    }

    /// What to type about a store.
    pub(crate) fn next(&self, store: &str) -> Option<String> {
        let store = Shown(store);
        Some(match self {
            Self::Undeclared => {
                format!("declare it with: strongroom store add {store} --kind KIND")
            }
            Self::UnknownKind(_) => {
                format!("change it with: strongroom store set {store} kind=KIND")
            }
            Self::Settings(_) => {
                format!(
                    "change it with: strongroom store set {store} SETTING=VALUE --unset SETTING"
                )
            }
            Self::NotBuilt { feature, .. } => install_with(feature),
            Self::NotAllowed => format!(
                "look at what it would run, and allow it with: strongroom store allow {store}"
            ),
            Self::Reference(_) | Self::Seal | Self::Keyless | Self::Failed { .. } => return None,
        })
    }

    /// What to type about a value that could not be had.
    pub(crate) fn next_for(&self, lies: Lies<'_>) -> Option<String> {
        let Lies { store, flag, name } = lies;
        let (store, name) = (Shown(store), Shown(name));
        Some(match self {
            Self::Seal => format!(
                "look who changed it (git log -p strongroom.toml), then restore the line, or link it again: \
                 strongroom link {flag} {name} {store}:REFERENCE"
            ),
            Self::Reference(_) => {
                format!("record another with: strongroom link {flag} {name} {store}:REFERENCE")
            }
            Self::Keyless => "unset STRONGROOM_KEYLESS where a key is at hand".to_owned(),
            why if why.is_absent() => format!(
                "put it there (where the store can be written: strongroom set {flag} --store {store} {name})\n\
                 or record another reference: strongroom link {flag} {name} {store}:REFERENCE"
            ),
            why => return why.next(lies.store),
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undeclared => f.write_str("the vault has no such store in [stores]"),
            Self::UnknownKind(kind) => {
                let names = StoreKind::names();
                write!(f, "there is no kind of store `{}`; there are: {names}", Shown(kind))
            }
            Self::NotBuilt { kind, feature } => write!(
                f,
                "this command was built without stores of the kind `{kind}` (feature `{feature}`)"
            ),
            Self::Settings(detail) => write!(f, "the store is not declared well: {detail}"),
            Self::Reference(detail) => write!(f, "that is no reference: {detail}"),
            Self::Seal => f.write_str(
                "its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key",
            ),
            Self::NotAllowed => {
                f.write_str("the store runs a command, and nobody allowed that on this machine")
            }
            Self::Keyless => f.write_str(
                "the store runs a command or opens another vault with a key, which never happens with STRONGROOM_KEYLESS",
            ),
            Self::Failed { text, .. } => f.write_str(text),
        }
    }
}

/// The word for what a store does not have.
pub(super) const ABSENT: &str = "absent";
