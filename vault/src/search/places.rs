//! The places where keys of ours are kept: what is fetched from a store never comes from there.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{
    CREDENTIAL_NAME, CREDENTIALS_VARIABLE, IDENTITY_VARIABLE, KEY_FILE_VARIABLE, UserFolder,
};

/// Whether a path without links is in the user's folder of ours, in that of keys that end with the login, or is the key among
/// a service's credentials, or the file that `STRONGROOM_KEY_FILE` or `STRONGROOM_IDENTITY` names.
#[must_use]
pub fn is_place_of_keys(real: &Path) -> bool {
    // A folder that is not there yet may be made by what is written.
    let led = |path: PathBuf| [fs::canonicalize(&path).ok(), Some(path)].into_iter().flatten();
    let named = |variable, inner| {
        let folder = PathBuf::from(env::var_os(variable).filter(|folder| !folder.is_empty())?);
        let folder = fs::canonicalize(&folder).unwrap_or(folder);
        Some(folder.join(inner))
    };
    let user = UserFolder::find().map(|folder| folder.path().to_owned());
    let places = [
        user,
        named("XDG_RUNTIME_DIR", "strongroom"),
        named(CREDENTIALS_VARIABLE, CREDENTIAL_NAME),
    ];
    let is_key = |variable| {
        let file = env::var_os(variable).filter(|file| !file.is_empty());
        // A folder would make a key of everything in it, and is none.
        file.is_some_and(|file| fs::canonicalize(file).is_ok_and(|file| file == real))
    };
    is_key(KEY_FILE_VARIABLE)
        || is_key(IDENTITY_VARIABLE)
        || places.into_iter().flatten().flat_map(led).any(|place| real.starts_with(place))
}
