//! A compiler with `strongroom` at hand, as a user's application has it: the macro is built unoptimised.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package::{Package, artifacts, done, workspace};
use crate::vaults::{DECLARED, Vault, name};

/// What the fields of a struct are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fields {
    Secrets,
    /// Numbers, each of which is read.
    Settings,
}

/// The compiler, and the package in which the macro was built.
#[derive(Debug)]
pub(crate) struct Compiler {
    rustc: PathBuf,
    package: Package,
    runtime: PathBuf,
}

impl Compiler {
    /// Builds the macro.
    pub(crate) fn new() -> Result<Self, String> {
        let package = Package::using("expands", "strongroom", &workspace().join("runtime"));
        let output = done(&mut package.cargo(&["build", "--message-format=json"]))?;
        let runtime = artifacts(&output, "strongroom")
            .into_iter()
            .find(|file| file.extension().is_some_and(|extension| extension == "rlib"))
            .ok_or("cargo names no library of `strongroom`")?;
        // The compiler itself, not the one that finds it.
        let sysroot = done(Command::new("rustc").args(["--print", "sysroot"]))?;
        let sysroot = String::from_utf8_lossy(&sysroot.stdout).trim().to_owned();
        Ok(Self { rustc: Path::new(&sysroot).join("bin").join("rustc"), package, runtime })
    }

    /// Expands so many structs against a vault, and ends there: `dep-info` needs no types to be checked.
    pub(crate) fn expand(&self, fields: Fields, structs: usize, vault: &Vault) -> Command {
        let dependencies = self.package.target().join("debug").join("deps");
        let mut command = Command::new(&self.rustc);
        command
            .args(["--edition=2024", "--crate-type=lib", "--emit=dep-info", "--crate-name=structs"])
            .arg(self.source(fields, structs))
            .arg("--out-dir")
            .arg(self.package.target())
            .arg("-L")
            .arg(format!("dependency={}", dependencies.display()))
            .arg("--extern")
            .arg(format!("strongroom={}", self.runtime.display()))
            .env_clear()
            .env("CARGO_MANIFEST_DIR", &vault.folder);
        command
    }

    /// A file with so many structs.
    fn source(&self, fields: Fields, structs: usize) -> PathBuf {
        let (attribute, end) = match fields {
            Fields::Secrets => ("secrets", ": String"),
            Fields::Settings => ("settings", "_count: u32"),
        };
        let fields = (0..DECLARED).fold(String::new(), |mut fields, number| {
            writeln!(fields, "    pub {}{end},", name(number)).expect("a string takes all");
            fields
        });
        let text = (0..structs).fold(String::new(), |mut text, number| {
            let item = format!("#[strongroom::{attribute}]\npub struct Declared {{\n{fields}}}");
            writeln!(text, "pub mod m{number} {{\n{item}\n}}").expect("a string takes all");
            text
        });
        let file = self.package.folder.join(format!("{attribute}-{structs}.rs"));
        fs::write(&file, text).expect("the target folder can be written");
        file
    }
}
