//! The packages of a workspace, as `cargo metadata` names them, without build and network.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use strongroom_vault::{NoVault, find_upwards};

use crate::error::Error;
use crate::foreign;

/// A package: its folder, and the first file of each of its targets.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) targets: Vec<Target>,
}

/// A library, a binary, a test, an example, a benchmark or a build script.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) file: PathBuf,
    pub(super) is_build_script: bool,
}

impl Package {
    /// The vault that the macro finds from the package's folder.
    pub(super) fn vault(&self) -> Result<PathBuf, NoVault> {
        find_upwards(&self.folder).map(|found| super::absolute(&found))
    }
}

/// The members of the workspace around a folder. The other `Ok` is why cargo cannot be asked.
pub(super) fn of_workspace(folder: &Path) -> Result<Result<Vec<Package>, String>, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = foreign::program(cargo);
    command
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(folder);
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Err("cargo is not on the PATH".to_owned()));
        }
        Err(error) => return Err(Error::cannot(format!("cannot run cargo: {error}"))),
    };
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(Error::cannot(format!("cargo metadata failed:\n{}", words.trim_end())));
    }
    serde_json::from_slice(&output.stdout)
        .ok()
        .as_ref()
        .and_then(packages_of)
        .map(Ok)
        .ok_or_else(|| Error::cannot("cargo metadata printed something that is not understood"))
}

fn packages_of(metadata: &Json) -> Option<Vec<Package>> {
    metadata["packages"].as_array()?.iter().map(package_of).collect()
}

fn package_of(package: &Json) -> Option<Package> {
    let targets = package["targets"].as_array()?;
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
        targets: targets.iter().map(target_of).collect::<Option<_>>()?,
    })
}

fn target_of(target: &Json) -> Option<Target> {
    let kinds = target["kind"].as_array()?;
    Some(Target {
        file: target["src_path"].as_str()?.into(),
        is_build_script: kinds.iter().any(|kind| kind == "custom-build"),
    })
}
