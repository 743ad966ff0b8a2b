//! The README, the guide and the tour, typed as they stand, against the built command; and where their links lead.
//!
//! Every block of a page that is marked `sh` is run, in order, in one shell and one new folder. The README's first block is
//! the tour and the test command themselves.

mod joining;

use std::fs;
use std::path::{Path, PathBuf};

use tour::{Stage, play};

/// One test: the pages share a target folder, and each runs a program called `shop` from it.
#[test]
fn the_tour_and_every_shell_block_of_the_guide_work() {
    let command = Path::new(env!("CARGO_BIN_EXE_strongroom"));
    let mut stage = Stage::with_command(command).expect("a stage");
    play(&mut stage).unwrap_or_else(|failure| panic!("the tour: {failure}"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = vec![root.join("README.md")];
    pages.extend(guide(&root));
    pages.sort();
    let mut blocks = 0;
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        let script: Vec<&str> = shell_blocks(&text)
            .into_iter()
            .filter(|block| !block.contains("cargo run -p tour"))
            .collect();
        blocks += script.len();
        if script.is_empty() {
            continue;
        }
        let stage = Stage::with_command(command).expect("a stage");
        stage.put("home/.ssh/id_ed25519", "an example key\n").expect("a key");
        stage.put("page.sh", &script.join("\n")).expect("the script");
        // A page that begins in a clone leaves it with `cd ..`.
        let output = stage.quiet("mkdir clone; cd clone; sh -eux ../page.sh").expect("a shell");
        if let Err(failure) = output.succeeds() {
            panic!("{}: {failure}", page.display());
        }
    }
    assert!(blocks > 15, "only {blocks} blocks were found");
}

#[test]
fn links_lead_to_files_and_the_index_names_every_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages: Vec<_> =
        ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "examples/README.md"]
            .map(|page| root.join(page))
            .into();
    pages.extend(guide(&root));
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
            let (file, _) = link.0.split_once('#').unwrap_or((link.0, ""));
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let target = page.parent().expect("a folder").join(file);
            assert!(target.exists(), "{} leads to {file}, which is not there", page.display());
        }
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        if page.starts_with(root.join("docs")) && name != "README.md" {
            let index = page.with_file_name("README.md");
            let names = fs::read_to_string(&index).expect("the index of a folder");
            assert!(
                names.contains(&format!("]({name})")),
                "{} does not name {name}",
                index.display()
            );
        }
    }
}

/// Every page of the guide, those about one kind of store too.
fn guide(root: &Path) -> Vec<PathBuf> {
    let folders = ["docs", "docs/stores", "docs/workloads"].map(|folder| root.join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the guide"));
    let paths = entries.map(|entry| entry.expect("a page").path());
    paths.filter(|path| path.is_file()).collect()
}

fn shell_blocks(page: &str) -> Vec<&str> {
    let after_fences = page.split("\n```sh\n").skip(1);
    after_fences.map(|rest| rest.split_once("\n```").expect("a fence that closes").0).collect()
}
