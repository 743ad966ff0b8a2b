//! Who was granted a type, in any text that a vault has had.

use std::collections::BTreeSet;
use std::path::Path;

use strongroom_vault::{EnvironmentType, VaultId};

use super::{Reach, Versions};
use crate::error::Error;

/// Every name that had a grant of a type, or of the roster and with it of every type; and how much was looked through.
pub(crate) fn granted_ever(
    path: &Path,
    id: VaultId,
) -> Result<(BTreeSet<(EnvironmentType, String)>, Reach), Error> {
    let mut granted = BTreeSet::new();
    let reach = Versions::of(path)?.each(id, |then, _, _| {
        for kind in EnvironmentType::ALL {
            let keys = then.keys();
            let holders = keys.of_type(kind).holders().chain(keys.roster().holders());
            granted.extend(holders.map(|name| (kind, name.to_owned())));
        }
    });
    Ok((granted, reach))
}
