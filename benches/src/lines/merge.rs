//! What git's merge driver costs, the whole process.

use std::fs;
use std::time::Duration;

use strongroom_vault::{
    Credential, Document, Draft, EnvironmentType, Index, KeyRing, NewKeys, Rotation,
};

use super::Line;
use crate::command::Built;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::{TODAY, Vault, name, value};

pub(super) const LINE: Line = Line {
    name: "merge",
    about: "`strongroom git merge-driver` over `true` alone, vault of 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("two sides", error)],
    };
    let vault = Vault::of(1_000);
    let base = vault.text();
    let ours = edited(&vault, &base, |draft, ring, index| set(draft, ring, index, 0..100));
    let theirs = edited(&vault, &base, |draft, ring, index| set(draft, ring, index, 100..200));
    let rotated = edited(&vault, &base, |draft, ring, _| {
        let kinds = EnvironmentType::ALL.to_vec();
        draft
            .rotate(ring, &Rotation::of_types(kinds), &NewKeys::default(), TODAY)
            .expect("every grant is in order");
    });
    [
        ("100 values set on each side", &theirs),
        ("100 values set, and every value sealed again", &rotated),
    ]
    .map(|(what, theirs)| row(what, &built, &vault, [&base, &ours, theirs]))
    .into()
}

fn row(what: &str, built: &Built, vault: &Vault, texts: [&str; 3]) -> Row {
    let files = ["base", "ours", "theirs"].map(|name| vault.folder.join(format!("merge-{name}")));
    let write = |which: usize| {
        fs::write(&files[which], texts[which]).expect("the target folder can be written");
    };
    write(0);
    write(2);
    let paths = files.each_ref().map(|file| file.to_str().expect("a path of the target folder"));
    let arguments = ["git", "merge-driver", paths[0], paths[1], paths[2], "strongroom.toml"];
    let (merge, nothing) = in_turn(
        RUNS,
        || {
            write(1);
            built.strongroom(vault, &arguments, "");
        },
        || {
            write(1);
            built.nothing(vault);
        },
    );
    let more = merge.median().saturating_sub(nothing.median());
    Row::limited(what, Amount::Time(more), Amount::Time(LIMIT), format!("median of {RUNS}"))
}

fn edited(
    vault: &Vault,
    text: &str,
    change: impl FnOnce(&mut Draft<'_, '_>, &KeyRing, &Index<'_>),
) -> String {
    let document = Document::parse(text).expect("the vault was made");
    let index = Index::of(&document).expect("the vault was made");
    let credential = Credential::AccessKey(vault.key.clone());
    let ring = KeyRing::unlock(&index, &credential, None).expect("its key opens it");
    let mut draft = Draft::new(&document, &index);
    change(&mut draft, &ring, &index);
    draft.finish().expect("it can be changed in place")
}

fn set(
    draft: &mut Draft<'_, '_>,
    ring: &KeyRing,
    index: &Index<'_>,
    numbers: std::ops::Range<usize>,
) {
    let kind = EnvironmentType::Production;
    let key = ring.data_key(index, kind).expect("its key opens everything");
    for number in numbers {
        let outcome = draft.set_value(key, &name(number), &kind.into(), value().as_bytes(), TODAY);
        outcome.expect("the secret is there");
    }
}

const RUNS: usize = 21;
const LIMIT: Duration = Duration::from_millis(200);
