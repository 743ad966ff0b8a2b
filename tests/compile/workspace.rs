//! The workspace outside of this one in which cases are compiled.
//!
//! ```text
//! Cargo.toml, Cargo.lock, .git/   the root of a repository, so no vault above it is found
//! vaults/                         what `//@ vault: …` names
//! usual/                          where a case is if it does not say otherwise; has a vault
//! bare/                           has none
//! vendored/                       as `cargo vendor` leaves a package; has none
//! renamed/                        calls the crate `lockbox`
//! old/                            of edition 2015
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::case::{Case, Kind, Scene};
use crate::diagnostic::Diagnostic;

/// The folder of the cases.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compile");

const PACKAGES: [&str; 5] = ["usual", "bare", "vendored", "renamed", "old"];

pub(crate) struct Workspace {
    root: PathBuf,
    pub(crate) cases: Vec<Case>,
}

impl Workspace {
    /// The workspace with every case as an example, written once for all tests.
    pub(crate) fn of_cases() -> &'static Self {
        static WRITTEN: LazyLock<Workspace> = LazyLock::new(|| {
            let source = Path::new(SOURCE);
            let cases = Kind::ALL.into_iter().flat_map(|kind| Case::all(kind, source)).collect();
            let workspace = Workspace { root: fresh_folder("compile"), cases };
            workspace.write();
            workspace
        });
        &WRITTEN
    }

    fn write(&self) {
        let root = &self.root;
        fs::create_dir(root.join(".git")).expect("the mark of a repository");
        let members = format!("[workspace]\nresolver = \"3\"\nmembers = {PACKAGES:?}\n");
        write(&root.join("Cargo.toml"), &members);
        copy_lock(root);
        for vault in fs::read_dir(Path::new(SOURCE).join("vaults")).expect("the vaults") {
            let vault = vault.expect("an entry of the folder");
            let text = fs::read_to_string(vault.path()).expect("a vault");
            write(&root.join("vaults").join(vault.file_name()), &text);
            if vault.file_name() == "usual.toml" {
                for package in ["usual", "renamed", "old"] {
                    write(&root.join(package).join("strongroom.toml"), &text);
                }
            }
        }
        write(&root.join("vendored/.cargo-checksum.json"), "{}");
        for package in PACKAGES {
            let edition = if package == "old" { "2015" } else { "2024" };
            let name = if package == "renamed" { "lockbox" } else { "strongroom" };
            write(
                &root.join(package).join("Cargo.toml"),
                &manifest(package, &format!("edition = \"{edition}\""), name),
            );
            write(&root.join(package).join("src/lib.rs"), "");
        }
        for case in &self.cases {
            let package = case.scene.package();
            write(
                &root.join(package).join("examples").join(format!("{}.rs", case.name)),
                &case.text,
            );
        }
    }

    /// Compiles cases of one scene with `cargo check` or `cargo clippy`: what is said of each, and
    /// which of them were built.
    pub(crate) fn check(
        &self,
        subcommand: &str,
        scene: &Scene,
        names: &[&str],
    ) -> (BTreeMap<String, Vec<Diagnostic>>, BTreeSet<String>) {
        let mut command = cargo(&self.root);
        command.args([subcommand, "--offline", "--keep-going", "--message-format=json"]);
        command.args(["--package", scene.package()]);
        command.args(names.iter().flat_map(|name| ["--example", name]));
        command.envs(&scene.variables);
        let output = command.output().expect("cargo runs");
        let lines = String::from_utf8(output.stdout).expect("UTF-8 from cargo");
        let (mut said, mut built) = (BTreeMap::<_, Vec<_>>::new(), BTreeSet::new());
        for line in lines.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON from cargo");
            let name = line["target"]["name"].as_str().unwrap_or_default().to_owned();
            match line["reason"].as_str() {
                Some("compiler-message") => {
                    said.entry(name).or_default().extend(Diagnostic::read(&line["message"]));
                }
                Some("compiler-artifact") => drop(built.insert(name)),
                _ => {}
            }
        }
        let nothing = said.is_empty() && built.is_empty();
        assert!(!nothing, "{}", String::from_utf8_lossy(&output.stderr));
        (said, built)
    }
}

impl Scene {
    fn package(&self) -> &str {
        if self.package.is_empty() { "usual" } else { &self.package }
    }
}

/// A manifest that depends on the runtime under a name.
pub(crate) fn manifest(package: &str, more: &str, name: &str) -> String {
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\npublish = false\n{more}\n\n\
         [features]\nextra = []\n\n\
         [dependencies.{name}]\npackage = \"strongroom\"\npath = {:?}\n\
         default-features = false\nfeatures = [\"macros\"]\n",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime")
    )
}

/// Cargo in a folder, with a target folder of its own for all tests here and without any variable
/// that would be heard.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let ours = name.to_str().is_some_and(|name| name.starts_with("STRONGROOM_"));
        let cargos = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL", "RUSTC_WRAPPER"];
        if ours || cargos.iter().any(|cargos| name == *cargos) {
            command.env_remove(name);
        }
    }
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"));
    command
}

/// Whether this toolchain has clippy; one for the oldest supported version often has not.
pub(crate) fn has_clippy() -> bool {
    let output = Command::new(env!("CARGO")).args(["clippy", "--version"]).output();
    output.is_ok_and(|output| output.status.success())
}

/// The versions of this workspace: they are downloaded already.
pub(crate) fn copy_lock(folder: &Path) {
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("the lock file");
}

/// An empty folder of this name.
pub(crate) fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of an earlier run goes");
    }
    fs::create_dir_all(&folder).expect("a new folder");
    folder
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}
