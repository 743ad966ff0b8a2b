//! Applications, each of which has one secret by an API key of its own: which there are, and who asks.

mod patience;
mod refusal;

use std::collections::BTreeMap;

use strongroom_vault::{AppId, AppKey, AppRight, Apps, DataKey, Date, Index, VaultId};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

pub(crate) use self::patience::Patience;
pub(crate) use self::refusal::Refusal;

/// The applications of a vault, with the keys that count in one environment type.
#[derive(Debug)]
pub struct Applications {
    vault: VaultId,
    by_id: BTreeMap<AppId, Application>,
    keys: Vec<Key>,
}

/// An application.
#[derive(Debug)]
pub(crate) struct Application {
    /// Its name, for records.
    pub(crate) name: String,
    /// The secret that it may have, as spelled in the vault.
    pub(crate) secret: String,
}

/// A key, of which there is only the hash.
struct Key {
    hash: [u8; 32],
    of: AppId,
    right: AppRight,
    expires: Option<Date>,
}

/// Who asks, and for what.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    /// The id in the path.
    pub(crate) id: AppId,
    /// The key that is shown.
    pub(crate) key: &'a str,
    /// The right that the key is to have.
    pub(crate) right: &'a str,
}

impl Applications {
    /// The applications of a vault. A key counts if it is of the data key's type and its seal fits; what does not fit is
    /// logged, and counts as little as if it were not there. Without a data key nothing can be checked, and nothing counts.
    #[must_use]
    pub fn of(index: &Index<'_>, apps: &Apps<'_>, data_key: Option<&DataKey>) -> Self {
        let (mut by_id, mut keys) = (BTreeMap::new(), Vec::new());
        for app in apps.iter() {
            let spelled = index.secret(app.secret()).map_or(app.secret(), |secret| secret.name());
            let (name, secret) = (app.name().to_owned(), spelled.to_owned());
            by_id.insert(app.id(), Application { name, secret });
            let Some(data_key) = data_key else { continue };
            for line in app.keys().iter().filter(|line| line.kind() == data_key.kind()) {
                match data_key.check_app_key(app, line) {
                    Ok(()) => keys.push(Key {
                        hash: line.hash_bytes(),
                        of: app.id(),
                        right: line.right(),
                        expires: line.expires(),
                    }),
                    Err(why) => tracing::warn!(
                        application = app.name(),
                        key = line.code(),
                        %why,
                        "an API key is not taken: its seal does not fit (see: strongroom app key list)"
                    ),
                }
            }
        }
        if data_key.is_none() && !by_id.is_empty() {
            tracing::warn!("no API key is taken: this server has no key to check their seals with");
        }
        Self { vault: index.id(), by_id, keys }
    }

    /// Whether there is an application of this id.
    pub(crate) fn knows(&self, id: AppId) -> bool {
        self.by_id.contains_key(&id)
    }

    /// The application that asks, if its key says that it may; else why not, and the application whose key was shown.
    pub(crate) fn admit(
        &self,
        asking: &Asking<'_>,
        today: Date,
    ) -> Result<&Application, (Refusal, Option<&Application>)> {
        let shown = AppKey::parse(asking.key).map(|key| key.hash(self.vault));
        let found = shown.and_then(|hash| self.key(&hash)).ok_or((Refusal::UnknownKey, None))?;
        let of = self.by_id.get(&found.of);
        if found.expires.is_some_and(|day| day <= today) {
            return Err((Refusal::Expired, of));
        }
        let application =
            of.filter(|_| found.of == asking.id).ok_or((Refusal::OtherApplication, of))?;
        if found.right.as_str() != asking.right {
            return Err((Refusal::OtherRight, of));
        }
        Ok(application)
    }

    /// The key of a hash. Takes as long for every hash: all are compared, each in constant time.
    fn key(&self, hash: &[u8; 32]) -> Option<&Key> {
        let (mut at, mut is_there) = (0_u32, Choice::from(0));
        for (number, key) in (0..).zip(&self.keys) {
            let is_this = key.hash.ct_eq(hash);
            at.conditional_assign(&number, is_this);
            is_there |= is_this;
        }
        let at = usize::try_from(at).ok().filter(|_| bool::from(is_there))?;
        self.keys.get(at)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("of", &self.of).finish_non_exhaustive()
    }
}
