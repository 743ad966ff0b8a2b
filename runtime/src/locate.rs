//! Where a running program finds its vault.

use std::env;
use std::path::{Path, PathBuf};

use strongroom_vault::{VAULT_VARIABLE, find_upwards};

/// Looks in `STRONGROOM_VAULT`, then from cargo's manifest folder, the current folder and the program's folder upwards.
///
/// # Errors
///
/// The folders that hold no vault.
pub(crate) fn find_vault() -> Result<PathBuf, Vec<PathBuf>> {
    if let Some(path) = env::var_os(VAULT_VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let program = env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
    let mut looked = Vec::new();
    for start in [manifest, env::current_dir().ok(), program].into_iter().flatten() {
        match find_upwards(&start) {
            Ok(file) => return Ok(file),
            Err(none) => {
                for folder in none.looked {
                    if !looked.contains(&folder) {
                        looked.push(folder);
                    }
                }
            }
        }
    }
    Err(looked)
}
