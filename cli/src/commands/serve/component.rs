//! Where a daprd looks for components: a folder of sockets.

use std::env;
use std::fs;
use std::path::PathBuf;

use strongroom_server::Address;

use crate::error::Error;

/// The socket of a component, whose name is no path. Its folder is made where there is none, for this user only.
pub(super) fn address(name: &str) -> Result<Address, Error> {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_fine) {
        return Err(Error::usage(
            "--component takes letters, digits, `-`, `_` and `.`: the name is that of a file\n\
             give it another one: --component my-vault",
        ));
    }
    let folder = env::var_os(FOLDER).filter(|folder| !folder.is_empty());
    let folder = PathBuf::from(folder.unwrap_or_else(|| DEFAULT.into()));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(|error| {
        Error::cannot(format!(
            "cannot make {}, in which daprd looks for components: {error}\n\
             name another folder, for both: {FOLDER}=FOLDER",
            folder.display()
        ))
    })?;
    Ok(Address::Unix(folder.join(format!("{name}.sock"))))
}

/// Where daprd is told of another folder.
const FOLDER: &str = "DAPR_COMPONENTS_SOCKETS_FOLDER";

/// Where daprd looks else.
const DEFAULT: &str = "/tmp/dapr-components-sockets";
