//! What only the roster does: sealing grants and admitting them, and keeping every holder's key (`kept`).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::encode::{Lp, base64url, from_base64url};
use super::grant::{context, open_grant, open_with, opener};
use super::keys::{ENTRY_VERSION, Expanded, HolderKey, HolderKeys, ROSTER, cipher};
use super::{Altered, DataKey, KeyRing, NoRandomness, RosterKey, gcm};
use crate::environment::EnvironmentType;
use crate::index::{Grant, Holder, HolderKind, Index};
use crate::limits::{FINGERPRINT, GRANT, GRANT_SEALED, KEPT, SALT};

/// The holder that a grant or a `kept` is for: all that is authenticated about it.
#[derive(Clone)]
pub(crate) struct Recipient<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: &'static str,
    /// PUB: what is public of the holder and decides about its key.
    pub(crate) public: Vec<u8>,
}

impl<'a> Recipient<'a> {
    /// The recipient that a vault describes; none if its salt is not one.
    pub(crate) fn of(holder: &'a Holder<'_>) -> Option<Self> {
        let public = match holder.kind() {
            HolderKind::AccessKey => Vec::new(),
            HolderKind::Passphrase { salt, costs } => {
                let mut public = Vec::with_capacity(SALT + 12);
                public.extend_from_slice(&from_base64url::<SALT>(salt)?);
                for cost in [costs.memory_kib, costs.passes, costs.lanes] {
                    public.extend_from_slice(&cost.to_be_bytes());
                }
                public
            }
            HolderKind::Age { recipient, .. } => recipient.as_bytes().to_vec(),
        };
        Some(Self { name: holder.name(), kind: holder.kind().as_str(), public })
    }
}

/// `grant = header ‖ seal[hk part](K) ‖ admission`
///
/// `scope` is the TYPE: a type's full name or `roster`.
pub(crate) fn seal_grant(
    scope: &str,
    key: &Expanded,
    holder: &HolderKeys,
    recipient: &Recipient<'_>,
    roster: &RosterKey,
) -> Result<String, NoRandomness> {
    let mut grant = Vec::with_capacity(GRANT);
    grant.push(ENTRY_VERSION);
    grant.extend_from_slice(&key.fingerprint.0);
    grant.extend_from_slice(&key.generation.to_be_bytes()[1..]);
    let context = context(key.id, scope, recipient.name, recipient.kind, &grant);
    let mut sealed = key.bytes.clone();
    let opener = opener(holder, scope).expect("grants are made with whole holder keys only");
    let (nonce, tag) = gcm::seal(&cipher(opener), context.bytes(), sealed.as_mut())?;
    grant.extend_from_slice(&nonce);
    grant.extend_from_slice(sealed.as_ref());
    grant.extend_from_slice(&tag);
    let admission = admission(roster, scope, recipient, &grant).finalize().into_bytes();
    grant.extend_from_slice(&admission);
    Ok(base64url(&grant))
}

/// Whether the roster admitted a grant; compared in constant time.
pub(crate) fn admission_is_good(
    roster: &RosterKey,
    scope: &str,
    recipient: &Recipient<'_>,
    grant: &Grant<'_>,
) -> bool {
    let Some(bytes) = from_base64url::<GRANT>(grant.sealed()) else {
        return false;
    };
    let (sealed, claimed) = bytes.split_at(GRANT_SEALED);
    admission(roster, scope, recipient, sealed).verify_slice(claimed).is_ok()
}

/// `kept = 01 ‖ roster's fingerprint ‖ seal[roster](H)`
pub(crate) fn seal_kept(
    roster: &RosterKey,
    key: &HolderKey,
    recipient: &Recipient<'_>,
) -> Result<String, NoRandomness> {
    let mut sealed = key.0.clone();
    let context = kept_context(roster, recipient);
    let (nonce, tag) = gcm::seal(&roster.key.cipher, context.bytes(), sealed.as_mut())?;
    let mut kept = Vec::with_capacity(KEPT);
    kept.push(ENTRY_VERSION);
    kept.extend_from_slice(&roster.key.fingerprint.0);
    kept.extend_from_slice(&nonce);
    kept.extend_from_slice(sealed.as_ref());
    kept.extend_from_slice(&tag);
    Ok(base64url(&kept))
}

/// Opens a holder's key with the roster key.
pub(crate) fn open_kept(
    roster: &RosterKey,
    kept: &str,
    recipient: &Recipient<'_>,
) -> Result<HolderKey, Altered> {
    let bytes: [u8; KEPT] = from_base64url(kept).ok_or(Altered)?;
    let (head, sealed) = bytes.split_at(1 + FINGERPRINT);
    if head[0] != ENTRY_VERSION || head[1..] != roster.key.fingerprint.0 {
        return Err(Altered);
    }
    let context = kept_context(roster, recipient);
    open_with(&roster.key.cipher, &context, sealed).map(HolderKey)
}

fn kept_context(roster: &RosterKey, recipient: &Recipient<'_>) -> Lp {
    Lp::new("kept")
        .part(&roster.key.id.0)
        .text(recipient.name)
        .text(recipient.kind)
        .part(&recipient.public)
}

/// A holder's keys as the roster keeps them, if they are those of today: they open every grant of that holder that is of a
/// current key and that the roster admitted, and there is one.
///
/// What opens as `kept` alone may be an older one, put back after its holder was added again under the same name.
pub(crate) fn kept_keys(
    roster: &RosterKey,
    index: &Index<'_>,
    holder: &Holder<'_>,
) -> Option<HolderKeys> {
    let recipient = Recipient::of(holder)?;
    let keys = open_kept(roster, holder.kept(), &recipient).ok()?.expand(index.id());
    let types = EnvironmentType::ALL.map(|kind| (kind.as_str(), index.keys().of_type(kind)));
    let mut opens_one = false;
    for (scope, table) in types.into_iter().chain([(ROSTER, index.keys().roster())]) {
        let (Some(grant), Some(current)) = (table.grant(holder.name()), table.current()) else {
            continue;
        };
        if grant.generation() == current.generation()
            && admission_is_good(roster, scope, &recipient, grant)
        {
            open_grant(index.id(), scope, &keys, recipient.kind, grant).ok()?;
            opens_one = true;
        }
    }
    opens_one.then_some(keys)
}

/// HMAC-SHA256 (RFC 2104) under the roster's admission key.
fn admission(
    roster: &RosterKey,
    scope: &str,
    recipient: &Recipient<'_>,
    sealed: &[u8],
) -> Hmac<Sha256> {
    let admitted = Lp::new("admit")
        .part(&roster.key.id.0)
        .text(scope)
        .text(recipient.name)
        .text(recipient.kind)
        .part(&recipient.public)
        .part(sealed);
    Hmac::<Sha256>::new_from_slice(roster.key.admits.as_ref())
        .expect("HMAC takes keys of any length")
        .chain_update(admitted.bytes())
}

impl KeyRing {
    /// The data key of a type through the roster: from this holder's own grant, else from that of another holder whose key
    /// the roster keeps.
    pub(crate) fn data_key_by_roster(
        &self,
        index: &Index<'_>,
        kind: EnvironmentType,
    ) -> Option<DataKey> {
        let roster = self.roster.as_ref()?;
        let table = index.keys().of_type(kind);
        let current = table.current()?;
        table.grants().iter().find_map(|grant| {
            if grant.fingerprint_text() != current.fingerprint_text() {
                return None;
            }
            let holder = index.holder(grant.holder())?;
            if !admission_is_good(roster, kind.as_str(), &Recipient::of(holder)?, grant) {
                return None;
            }
            let keys = kept_keys(roster, index, holder)?;
            let kind_word = holder.kind().as_str();
            let key = open_grant(index.id(), kind.as_str(), &keys, kind_word, grant).ok()?;
            Some(DataKey { kind, key })
        })
    }
}
