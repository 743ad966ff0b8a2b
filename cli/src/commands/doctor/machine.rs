//! The machine: cargo and the compiler, the editor, the terminal, core dumps.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use strongroom_vault::ShownPath;

use super::Findings;
use crate::commands::edit;
use crate::foreign;
use crate::hints::typed;
use crate::outfile;
use crate::system;
use crate::ui::Terminal;

pub(super) fn look(findings: &mut Findings, vault: Option<&Path>) {
    compiler(findings);
    editor(findings);
    for folder in edit::leftovers() {
        findings.warning(
            "editor",
            format!("a killed `strongroom edit` left values in {}", folder.path().display()),
            "the next one removes them: VISUAL=true strongroom edit",
        );
    }
    exports(findings, vault);
    findings.ok(
        "terminal",
        if Terminal::of_person().is_some() {
            "questions are asked here; complete names with: strongroom completions SHELL"
        } else {
            "none here: values come from standard input and files"
        },
    );
    if system::are_core_dumps_off() {
        findings.ok("core dumps", "none of this command");
    } else {
        findings.warning(
            "core dumps",
            "this system keeps a crash's memory, and does not let this command forbid it",
            "forbid it before: ulimit -c 0",
        );
    }
}

/// The compiler that cargo would use: the oldest that an application can be built with is known.
fn compiler(findings: &mut Findings) {
    for program in ["cargo", "rustc"] {
        match version_of(program) {
            Ok(version) if program == "rustc" && is_older(&version, OLDEST) => findings.problem(
                "cargo",
                format!(
                    "{version} is older than {}.{}, which strongroom needs",
                    OLDEST.0, OLDEST.1
                ),
                "update it: rustup update stable",
            ),
            Ok(version) => findings.ok("cargo", version),
            Err(_) if !is_on_path(program) => {
                findings.ok("cargo", format!("no {program} on the PATH: nothing is built here"));
            }
            Err(why) => findings.warning(
                "cargo",
                format!("{program} does not tell its version: {why}"),
                format!("see what is wrong: {program} --version"),
            ),
        }
    }
}

/// Asked away from here: rustup starts whatever program a folder's `rust-toolchain.toml` names.
fn version_of(program: &str) -> Result<String, String> {
    let mut command = foreign::program(program);
    command.arg("--version").current_dir(neutral_folder());
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(output.status.to_string());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// A folder in which no stranger can leave a file that cargo or rustup would read.
fn neutral_folder() -> PathBuf {
    // On Windows everybody may write to the root, and temporary files are a user's own.
    if cfg!(windows) { env::temp_dir() } else { PathBuf::from("/") }
}

/// Whether `rustc 1.95.0 (…)` is older than a version.
fn is_older(text: &str, than: (u32, u32)) -> bool {
    let mut numbers = text.split(' ').nth(1).unwrap_or_default().split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < than,
        _ => false,
    }
}

/// What killed exports left here and beside the vault: where exports go is not written down.
fn exports(findings: &mut Findings, vault: Option<&Path>) {
    let here = Path::new(".").canonicalize().ok();
    let beside = vault.and_then(|vault| vault.canonicalize().ok()?.parent().map(Path::to_owned));
    let folders: BTreeSet<PathBuf> = here.into_iter().chain(beside).collect();
    for left in folders.iter().flat_map(|folder| outfile::leftovers(folder)) {
        findings.warning(
            "export",
            format!("a killed `strongroom export` left values in {}", ShownPath(&left)),
            format!("remove it with: rm {}", typed(&left)),
        );
    }
}

fn editor(findings: &mut Findings) {
    let named = ["VISUAL", "EDITOR"].into_iter().find_map(|variable| {
        let words = env::var(variable).ok().filter(|words| !words.trim().is_empty())?;
        Some((variable, words))
    });
    let Some((variable, words)) = named else {
        findings.ok("editor", "neither VISUAL nor EDITOR is set");
        return;
    };
    let program = words.split_whitespace().next().unwrap_or_default();
    if is_on_path(program) {
        findings.ok("editor", format!("{program}, from {variable}"));
    } else {
        findings.warning(
            "editor",
            format!("`{program}`, from {variable}, is not on the PATH"),
            format!("name one that is: export {variable}=vi"),
        );
    }
}

fn is_on_path(program: &str) -> bool {
    if Path::new(program).components().count() > 1 {
        return Path::new(program).is_file();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .any(|folder| folder.join(program).is_file() || folder.join(&name).is_file())
}

/// The oldest compiler for an application, as the workspace's `rust-version` says.
const OLDEST: (u32, u32) = (1, 89);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_older("rustc 1.88.0 (6b00bc388 2025-06-23)", OLDEST));
        assert!(is_older("rustc 1.9.0", OLDEST));
        assert!(!is_older("rustc 1.89.0", OLDEST));
        assert!(!is_older("rustc 1.100.0-nightly", OLDEST));
        assert!(!is_older("rustc 2.0.0", OLDEST));
        assert!(!is_older("something else", OLDEST));
    }

    #[test]
    fn the_oldest_compiler_is_that_of_the_workspace() {
        let manifest = include_str!("../../../../Cargo.toml");
        assert!(manifest.contains(&format!("rust-version = \"{}.{}\"", OLDEST.0, OLDEST.1)));
    }
}
