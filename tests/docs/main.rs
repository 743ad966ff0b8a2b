//! The README, the guide and the tour, typed as they stand, against the built command.
//!
//! Every block of a page that is marked `sh` is run, in order, in one shell and one new folder. The README's first block is
//! the tour and the test command themselves.

use std::fs;
use std::path::Path;

use tour::{Stage, play};

/// One test: the pages share a target folder, and each runs a program called `shop` from it.
#[test]
fn the_tour_and_every_shell_block_of_the_guide_work() {
    let command = Path::new(env!("CARGO_BIN_EXE_strongroom"));
    let mut stage = Stage::with_command(command).expect("a stage");
    play(&mut stage).unwrap_or_else(|failure| panic!("the tour: {failure}"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = vec![root.join("README.md")];
    let docs = fs::read_dir(root.join("docs")).expect("the guide");
    pages.extend(docs.map(|entry| entry.expect("a page").path()));
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

fn shell_blocks(page: &str) -> Vec<&str> {
    let after_fences = page.split("\n```sh\n").skip(1);
    after_fences.map(|rest| rest.split_once("\n```").expect("a fence that closes").0).collect()
}
