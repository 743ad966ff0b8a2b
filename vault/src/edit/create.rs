//! A new vault: an id, four data keys, the roster key, and a first holder who can open everything.

use super::grant_error::GrantError;
use super::holder::{NewHolder, put_holder};
use super::splice::{Changes, apply};
use crate::crypto::{DataKey, KeyRing, RosterKey};
use crate::environment::EnvironmentType;
use crate::index::{Document, FORMAT, VaultId};

/// A new vault's text and its keys.
#[derive(Debug)]
pub struct NewVault {
    /// The text of the file.
    pub text: String,
    /// The keys of the first holder.
    pub ring: KeyRing,
}

/// Makes a vault. The first holder gets everything, whatever its scopes say.
///
/// The id is given, since an access key is made for an id: take random bytes.
///
/// # Errors
///
/// The holder's name is not allowed, its passphrase is too short, or there are no random bytes.
///
/// # Panics
///
/// Never on any input: the text that is changed and read back here is this crate's own.
///
/// ```
/// # use strongroom_vault::*;
/// let id = VaultId(random()?);
/// let secret = HolderSecret::AccessKey(AccessKey::generate(id)?);
/// let today = Date { year: 2026, month: 11, day: 20 };
/// let vault = new_vault(id, &NewHolder { name: "owner", secret: &secret, scopes: Scopes::everything(), today })?;
/// assert_eq!(Index::read(&vault.text)?.holders().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn new_vault(id: VaultId, holder: &NewHolder<'_>) -> Result<NewVault, GrantError> {
    crate::name::check_plain_name(holder.name).map_err(GrantError::BadName)?;
    let keys: Vec<DataKey> = EnvironmentType::ALL
        .into_iter()
        .map(|kind| DataKey::generate(id, kind, 1))
        .collect::<Result<_, _>>()?;
    let roster = RosterKey::generate(id, 1)?;
    let mut changes = Changes::default();
    put_holder(&mut changes, id, holder, &keys, &roster, Some(&roster))?;
    let head = format!("{COMMENT}\n[strongroom]\nformat = {FORMAT}\nid = \"{id}\"\n");
    let document = Document::parse(&head).expect("the head of a new vault is TOML");
    let text = apply(&document, &changes).expect("the tables of a new vault are new");
    Ok(NewVault { text, ring: KeyRing::of_keys(holder.name, keys, Some(roster)) })
}

const COMMENT: &str =
    "# Strongroom vault. Names are readable, values are sealed. Commit this file.\n";
