//! Merging: any vault, and two sides that change it; what comes out reads, both ways round say the same, and a conflict is
//! settled to either side. Texts that are no vaults are refused with words that are safe to print.
//!
//! The input is a vault's text, a zero byte, a byte that says how much of the rest is of ours, and the changes of both.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_fuzz::changes::{Changed, changes};
use strongroom_fuzz::ours::OURS;
use strongroom_vault::{Document, Draft, Index, Marked, Merged, Side, merge};

fuzz_target!(|bytes: &[u8]| {
    let split = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let Ok(text) = std::str::from_utf8(&bytes[..split]) else { return };
    let (share, made) = match bytes.get(split + 1..) {
        Some([share, made @ ..]) => (usize::from(*share), made),
        _ => (0, &[][..]),
    };
    let (of_ours, of_theirs) = made.split_at(made.len() * share / 256);
    let is_ours = !text.contains("[strongroom]");
    let base = if is_ours { format!("{}\n{text}", OURS.text) } else { text.to_owned() };
    // Texts that nobody checked, in every place of the three.
    for (base, ours, theirs) in
        [(Some(&*base), text, &*base), (Some(text), &*base, text), (None, &base, text)]
    {
        match merge(base, ours, theirs) {
            Ok(merged) => check(&merged),
            Err(error) => assert_printable(&error),
        }
    }
    let (Some(ours), Some(theirs)) = (changed(&base, of_ours), changed(&base, of_theirs)) else {
        return;
    };
    let there = merge(Some(&base), &ours, &theirs);
    let back = merge(Some(&base), &theirs, &ours);
    let (Ok(there), Ok(back)) = (there, back) else { return };
    assert_eq!(there.conflicts.len(), back.conflicts.len());
    check(&there);
    if there.conflicts.is_empty() {
        assert_eq!(said(&there.text), said(&back.text));
    }
});

/// What a draft makes of a text.
fn changed(text: &str, bytes: &[u8]) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let index = Index::of(&document).ok()?;
    let mut draft = Draft::new(&document, &index);
    let _ = Changed::make(&changes(bytes), &mut draft, &index, &OURS.ring);
    draft.finish().ok()
}

/// What is merged reads, or has markers that are settled to either side.
fn check(merged: &Merged) {
    if merged.conflicts.is_empty() {
        assert!(Index::read(&merged.text).is_ok());
        return;
    }
    assert!(Index::read(&merged.text).is_err());
    merged.conflicts.iter().for_each(assert_printable);
    let marked = Marked::split(&merged.text).expect("it has markers");
    assert!(marked.is_exact());
    assert_eq!(marked.open().as_ref(), Ok(&merged.conflicts));
    for side in [Side::Ours, Side::Theirs] {
        let settled = marked.settle(&merged.conflicts, side).expect("both sides are vaults");
        assert_eq!(said(&settled.text), said(marked.side(side)));
    }
}

/// All that a vault says, without regard to where it stands.
fn said(text: &str) -> Vec<String> {
    let index = Index::read(text).expect("a vault");
    let mut check: Vec<_> = index.build_check().iter().map(|it| it.name().to_owned()).collect();
    check.sort();
    let mut said =
        vec![format!("{check:?} {:?} {:?}", index.named_environments(), index.holders())];
    said.push(format!("{:?} {:?}", index.keys(), index.deposits()));
    said.push(format!("{:?} {:?}", index.retired(), index.removed()));
    said.extend(
        index
            .secrets()
            .map(|secret| format!("{} {:?} {:?}", secret.name(), secret.about(), secret.values())),
    );
    said
}
