//! git: whether the vault is committed, what is ignored, and whether a key is among the files.

use std::path::Path;

use strongroom_vault::search::is_tracked;
use strongroom_vault::{MINE_FILE_NAME, ShownPath};

use super::Findings;
use crate::commands::git::Setup;
use crate::git::ask;
use crate::hints::typed;
use crate::session::current_folder;

pub(super) fn look(findings: &mut Findings, vault: Option<&Path>) {
    let Ok(here) = current_folder() else { return };
    let from = vault.and_then(|path| path.canonicalize().ok());
    let start = from.as_deref().and_then(Path::parent).unwrap_or(&here).to_owned();
    let Some(root) = start.ancestors().find(|folder| folder.join(".git").exists()) else {
        findings.ok("git", "no repository here: a vault is looked for in this folder alone");
        return;
    };
    let Some((0, version)) = ask(root, &["--version"]) else {
        findings.warning(
            "git",
            format!("{} is a repository, and git is not on the PATH", ShownPath(root)),
            "install git: `strongroom diff` needs it",
        );
        return;
    };
    findings.ok("git", format!("{}, repository {}", version.trim(), ShownPath(root)));
    if let Some(vault) = from {
        of_vault(findings, root, &vault);
    }
    keys_among_files(findings, root);
}

fn of_vault(findings: &mut Findings, root: &Path, vault: &Path) {
    let name = Path::new(vault.file_name().unwrap_or_default());
    let word = typed(name);
    let folder = vault.parent().unwrap_or(root);
    // 0: it is, 1: it is not, anything else: git cannot say.
    let ignored = |name: &Path| {
        let name = name.to_string_lossy();
        ask(folder, &["check-ignore", "-q", "--", &*name]).map(|(status, _)| status)
    };
    match is_tracked(vault) {
        Ok(true) => findings.ok("git", "the vault is tracked"),
        Ok(false) if ignored(name) == Some(0) => findings.problem(
            "git",
            "the vault is ignored: nobody else gets it",
            format!("see which line does it: git check-ignore -v {word}"),
        ),
        Ok(false) => findings.warning(
            "git",
            "the vault is not committed",
            format!("commit it: git add {word} && git commit"),
        ),
        Err(error) => findings.warning(
            "git",
            format!("nobody can tell whether the vault is tracked: {error}"),
            format!("see with: git ls-files {word}"),
        ),
    }
    set_up(findings, vault);
    if ignored(Path::new(MINE_FILE_NAME)) == Some(1) {
        findings.warning(
            "git",
            format!("{MINE_FILE_NAME} is not ignored"),
            format!("add this line to .gitignore: {MINE_FILE_NAME}"),
        );
    }
}

/// Whether this clone has what the line in `.gitattributes` means; without the line nobody wants it.
fn set_up(findings: &mut Findings, vault: &Path) {
    let setup = match Setup::of(vault) {
        Ok(setup) if setup.is_meant() => setup,
        Ok(_) => return,
        Err(error) => return findings.error("git", &error),
    };
    let missing: Vec<&str> = setup.missing().collect();
    if missing.is_empty() {
        return findings.ok("git", "it merges, shows and scans for the vault in this clone");
    }
    let found = format!("not set up in this clone: {}", missing.join(", "));
    findings.warning("git", found, setup.advice());
}

/// Files that git tracks and that hold something that looks like an access key.
fn keys_among_files(findings: &mut Findings, root: &Path) {
    let words = ["grep", "-lIzE", "strongroom_key_[a-z2-7]{40,}"];
    let Some((0, text)) = ask(root, &words) else { return };
    for name in text.split('\0').filter(|name| !name.is_empty()).map(Path::new) {
        findings.problem(
            "git",
            format!("git tracks {}, which holds an access key", ShownPath(name)),
            format!(
                "take it out: git rm --cached {}\nwhoever has the repository has the key: \
                 give its holder a new one",
                typed(name)
            ),
        );
    }
}
