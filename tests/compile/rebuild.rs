//! What makes cargo build again, and what a build leaves behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::workspace::{cargo, copy_lock, fresh_folder, manifest, write};

#[test]
fn cargo_builds_again_when_vault_or_variables_change_and_only_then() {
    let project = Project::new("again");
    project.builds(&[], "at first");
    project.is_fresh(&[], "without any change");

    write(&project.root.join("README.md"), "Words.");
    project.is_fresh(&[], "after a change of another file");
    project.is_fresh(&[("SOMETHING", "else")], "after a change of another variable");

    project.write_vault(&project.vault_text().replace(MARK, "another mark"));
    project.builds(&[], "after a change of the vault");
    project.is_fresh(&[], "after that");

    project.builds(&[("STRONGROOM_ENV", "dev")], "in another environment");
    project.is_fresh(&[("STRONGROOM_ENV", "dev")], "there a second time");
    project.builds(&[], "back in the first environment");

    let other = project.root.join(OTHER);
    fs::copy(project.root.join("strongroom.toml"), &other).expect("a second vault");
    project.builds(&[("STRONGROOM_VAULT", OTHER)], "with another vault");
    project.is_fresh(&[("STRONGROOM_VAULT", OTHER)], "with that a second time");
    write(&other, &project.vault_text());
    project.builds(&[("STRONGROOM_VAULT", OTHER)], "after a change of that");

    project.builds(&[("STRONGROOM_BUILD_CHECK", "off")], "with another strictness");
    project.builds(&[], "with the usual strictness");

    project.write_vault(
        &project.vault_text().replace("[secrets.github_api_token]", "[secrets.other]"),
    );
    let said = project.fails(&[]);
    assert!(said.contains("secret `github_api_token` has no value"), "{said}");
    project.builds(&[("STRONGROOM_BUILD_CHECK", "off")], "without the check");
    project.write_vault(
        &project.vault_text().replace("[secrets.other]", "[secrets.github_api_token]"),
    );
    project.builds(&[], "once the value is there");
}

#[test]
fn a_build_leaves_nothing_of_the_vault_behind() {
    let project = Project::new("behind");
    project.builds(&[], "at first");
    project.has_left_nothing();
    fs::copy(project.root.join("strongroom.toml"), project.root.join(OTHER))
        .expect("a second vault");
    project.builds(&[("STRONGROOM_VAULT", OTHER)], "with a named vault");
    project.has_left_nothing();
    // Warnings and errors name the vault; the compiler keeps the former.
    let faulty = project.vault_text().replace("version = 1", "version = 0");
    project.write_vault(&faulty);
    let said = project.fails(&[]);
    assert!(said.contains("strongroom.toml:"), "{said}");
    project.has_left_nothing();
    project.builds(&[("STRONGROOM_BUILD_CHECK", "warn")], "with a warning");
    project.has_left_nothing();
}

/// A package with a library and a program, each with secrets.
struct Project {
    root: PathBuf,
    name: String,
}

impl Project {
    fn new(name: &str) -> Self {
        let name = format!("rebuild-{name}");
        let project = Self { root: fresh_folder(&name), name };
        let root = &project.root;
        fs::create_dir(root.join(".git")).expect("the mark of a repository");
        let vault = concat!(env!("CARGO_MANIFEST_DIR"), "/compile/vaults/usual.toml");
        let vault = fs::read_to_string(vault).expect("a vault");
        project.write_vault(&format!("# {MARK}\n{vault}"));
        let more = "edition = \"2024\"\n\n[workspace]";
        write(&root.join("Cargo.toml"), &manifest(&project.name, more, "strongroom"));
        copy_lock(root);
        write(&root.join("src/lib.rs"), LIBRARY);
        write(&root.join("src/main.rs"), PROGRAM);
        project
    }

    fn vault_text(&self) -> String {
        fs::read_to_string(self.root.join("strongroom.toml")).expect("the vault")
    }

    fn write_vault(&self, text: &str) {
        write(&self.root.join("strongroom.toml"), text);
    }

    fn build(&self, variables: &[(&str, &str)]) -> Output {
        let mut command = cargo(&self.root);
        command.args(["build", "--offline", "--message-format=json"]);
        command.envs(variables.iter().copied());
        command.output().expect("cargo runs")
    }

    /// Whether each of the package's two targets was fresh.
    fn freshness(&self, variables: &[(&str, &str)], when: &str) -> Vec<bool> {
        let output = self.build(variables);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{when}: {words}");
        let lines = String::from_utf8(output.stdout).expect("UTF-8 from cargo");
        let lines = lines.lines().map(|line| serde_json::from_str(line).expect("JSON from cargo"));
        let artifacts = lines.filter(|line: &Value| line["reason"] == "compiler-artifact");
        let crate_name = self.name.replace('-', "_");
        let ours = artifacts.filter(|line| {
            let name = line["target"]["name"].as_str().unwrap_or_default();
            name == self.name || name == crate_name
        });
        ours.map(|line| line["fresh"] == true).collect()
    }

    fn builds(&self, variables: &[(&str, &str)], when: &str) {
        assert_eq!(self.freshness(variables, when), [false, false], "must build {when}");
    }

    fn is_fresh(&self, variables: &[(&str, &str)], when: &str) {
        assert_eq!(self.freshness(variables, when), [true, true], "must not build {when}");
    }

    fn fails(&self, variables: &[(&str, &str)]) -> String {
        let output = self.build(variables);
        assert!(!output.status.success(), "it builds");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Looks through all that the compiler wrote for this package; cargo's own notes of what was
    /// read are no part of it.
    fn has_left_nothing(&self) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target/debug");
        let mut files = Vec::new();
        for part in ["deps", "incremental", "examples"] {
            list(&folder.join(part), &mut files);
        }
        let crate_name = self.name.replace('-', "_");
        files.retain(|path| {
            let path = path.strip_prefix(&folder).expect("a path in the folder");
            let is_ours = path.to_string_lossy().contains(&crate_name)
                || path.to_string_lossy().contains(&self.name);
            is_ours && path.extension() != Some("d".as_ref())
        });
        files.push(folder.join(&self.name));
        assert!(files.len() > 10, "the files of an incremental build: {files:?}");

        let vault = self.vault_text();
        let mut sealed = vault.split('"').filter(|text| text.len() > 60 && text.starts_with('A'));
        let (grant, value) =
            (sealed.next().expect("a grant"), sealed.next_back().expect("a value"));
        let vault_path = self.root.join("strongroom.toml");
        let vault_path = vault_path.to_str().expect("UTF-8");
        let needles = [MARK, OTHER, vault_path, &grant[..32], &value[..32]];
        for file in &files {
            let bytes = fs::read(file).expect("a file of the build");
            let text = String::from_utf8_lossy(&bytes);
            for needle in &needles {
                assert!(!text.contains(needle), "{needle} in {}", file.display());
            }
        }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}

/// Text of the vault that is nowhere else.
const MARK: &str = "the mark of this vault";

/// The name of a second vault.
const OTHER: &str = "named-by-a-variable.toml";

const LIBRARY: &str = "
#[strongroom::secrets]
pub struct Secrets {
    pub github_api_token: String,
    pub port: Option<u16>,
}
";

const PROGRAM: &str = r#"
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    password: Option<Vec<u8>>,
}

fn main() {
    println!("{:?}", Secrets::load().map(|secrets| secrets.github_api_token.len()));
    println!("{:?}", Secrets::get().map(|secrets| secrets.password.is_some()));
}
"#;
