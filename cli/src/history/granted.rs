//! Who was granted a type, in any commit that git has of a vault's file.

use std::collections::BTreeSet;

use strongroom_vault::{EnvironmentType, Index, VaultId};

use super::{Blobs, InGit};
use crate::error::Error;

/// Every name that had a grant of a type, or of the roster and with it of every type.
pub(crate) fn granted_ever(
    file: &InGit,
    id: VaultId,
) -> Result<BTreeSet<(EnvironmentType, String)>, Error> {
    let mut seen = BTreeSet::new();
    for change in file.log(&["HEAD", "--all"])?.changes {
        seen.extend(change.before.into_iter().chain(change.after));
    }
    let mut blobs = Blobs::of(file)?;
    let mut granted = BTreeSet::new();
    for blob in seen {
        let text = blobs.text(&blob)?;
        let index = text.as_deref().and_then(|text| Index::read(text).ok());
        let Some(index) = index.filter(|index| index.id() == id) else { continue };
        for kind in EnvironmentType::ALL {
            let holders =
                index.keys().of_type(kind).holders().chain(index.keys().roster().holders());
            granted.extend(holders.map(|name| (kind, name.to_owned())));
        }
    }
    Ok(granted)
}
