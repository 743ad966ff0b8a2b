//! The identity that `strongroom key new` makes for whoever works here, and who that is to a vault.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Wanted;
use super::folder::UserFolder;
use crate::index::{HolderKind, Index};
use crate::regular::read_text;
use crate::shown::Shown;

impl UserFolder {
    /// The file of the identity that `strongroom key new` makes.
    #[must_use]
    pub fn identity_file(&self) -> PathBuf {
        self.path().join("identity")
    }

    /// The public key of that identity; none where none was made here.
    #[must_use]
    pub fn public_key(&self) -> Option<String> {
        let text = read_text(&public_half(&self.identity_file())).ok()?;
        let key = text.trim();
        let is_one = key.starts_with("age1") && key.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_one && key.len() <= PUBLIC_KEY_BYTES).then(|| key.to_owned())
    }
}

/// Where the public half of an identity is written: beside it, as with SSH keys.
#[must_use]
pub fn public_half(identity: &Path) -> PathBuf {
    let mut name = identity.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Who the public key of whoever works here is to a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnPublicKey {
    /// That of nobody yet.
    OfNobody(String),
    /// That of the holder of this name, which may open what is wanted.
    Granted(String),
    /// That of the holder of this name, which may not.
    Ungranted(String),
}

impl OwnPublicKey {
    /// Looks for it; none where there is no key, or where the vault does not tell whose public keys it has.
    pub(super) fn find(
        index: &Index<'_>,
        wanted: Wanted,
        folder: Option<&UserFolder>,
    ) -> Option<Self> {
        let own = folder?.public_key()?;
        let mut whose = None;
        for holder in index.holders() {
            let HolderKind::Age { recipient, .. } = holder.kind() else { continue };
            // What is compiled into a program has names alone.
            if recipient.is_empty() {
                return None;
            }
            if **recipient == own {
                whose = Some(holder.name().to_owned());
            }
        }
        let Some(name) = whose else { return Some(Self::OfNobody(own)) };
        let table = match wanted {
            Wanted::Type(kind) | Wanted::OnlyType(kind) => index.keys().of_type(kind),
            Wanted::Roster => index.keys().roster(),
            Wanted::Anything => return Some(Self::Granted(name)),
        };
        let is_granted = table.grant(&name).is_some();
        Some(if is_granted { Self::Granted(name) } else { Self::Ungranted(name) })
    }

    /// Whether it is that of a holder.
    pub(super) fn is_of_holder(&self) -> bool {
        matches!(self, Self::Granted(_) | Self::Ungranted(_))
    }
}

/// How somebody without a key gets one.
pub(super) fn write_way_in(
    f: &mut fmt::Formatter<'_>,
    own: Option<&OwnPublicKey>,
    roster: &[String],
    scope: &str,
) -> fmt::Result {
    let names = roster.join(", ");
    let names = Shown(&names);
    match own {
        Some(OwnPublicKey::Granted(name)) => {
            write!(f, "\nyou are `{}` here: open it with: strongroom unlock", Shown(name))
        }
        _ if roster.is_empty() => {
            f.write_str("\nnobody can give one: restore [keys.roster] from git")
        }
        Some(OwnPublicKey::Ungranted(name)) => write!(
            f,
            "\nyou are `{0}` here; a holder ({names}) lets you open it with: strongroom holder grant {0} {scope}\n\
             then: strongroom unlock",
            Shown(name)
        ),
        Some(OwnPublicKey::OfNobody(key)) => write!(
            f,
            "\nyour public key is that of no holder yet; a holder ({names}) adds you with: strongroom holder add NAME {key} {scope}\n\
             then: strongroom unlock"
        ),
        None => write!(
            f,
            "\nget one from a holder ({names}), who types: strongroom holder add NAME {scope}\n\
             then keep it with: strongroom key add"
        ),
    }
}

/// The most that a public key has: far more than one of age.
const PUBLIC_KEY_BYTES: usize = 256;
