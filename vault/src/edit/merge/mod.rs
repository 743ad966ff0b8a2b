//! Merging two vaults that come from one, entry by entry: what only one side changed is taken, and what both changed is
//! left for a person to decide.

mod apps;
mod carry;
mod decide;
mod entries;
mod gone;
mod knowing;
mod markers;
mod notes;
mod renumber;
mod settle;
mod sides;
mod stores;
mod subject;
mod value;

use std::collections::BTreeSet;
use std::fmt;

pub use self::carry::{BothKeys, Carried, NotCarried};
use self::decide::Fate;
use self::entries::{Becomes, Entry, Read, all, with_read};
pub use self::gone::{TakenOut, taken_out};
pub use self::knowing::Unsure;
use self::markers::marked;
pub use self::notes::MergeNote;
pub use self::settle::{Before, Marked, SettleError, Settled};
pub use self::sides::Side;
use self::sides::Sides;
pub use self::subject::Subject;
use super::splice::{apply, string_text};
use crate::environment::EnvironmentType;
use crate::error::ReadError;
use crate::index::{DepositKey, Document, Index};

/// What a merge gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The vault; where there are conflicts, with git's markers around the lines in question, so that nothing reads it.
    pub text: String,
    /// What a person has to decide.
    pub conflicts: Vec<Subject>,
    /// What a person should know.
    pub notes: Vec<MergeNote>,
}

/// Merges what two sides made of a vault; without a base both of them made it.
///
/// Entries are compared by what they mean: where a secret stands, comments and blanks do not count. What only theirs
/// changed is applied to the text of ours, which stays as it is otherwise; a comment that only theirs added is lost.
///
/// # Errors
///
/// One of the texts is no vault, they are not one and the same vault, or ours is written in a form that cannot be changed
/// in place.
pub fn merge(base: Option<&str>, ours: &str, theirs: &str) -> Result<Merged, MergeError> {
    // Git gives an empty base where both sides added the file.
    let base = base.filter(|text| !text.trim().is_empty());
    let base = base.map(|text| parse(text, "what both sides began with")).transpose()?;
    let (ours_document, ours_index) = parse(ours, "ours")?;
    let (theirs_document, theirs_index) = parse(theirs, "theirs")?;
    let ids = base.iter().map(|(_, index)| index.id()).chain([theirs_index.id()]);
    if ids.into_iter().any(|id| id != ours_index.id()) {
        return Err(MergeError::OtherVault);
    }
    let base = base.as_ref().map(|(document, index)| Read::of(document, index));
    let ours = Read::of(&ours_document, &ours_index);
    let theirs = Read::of(&theirs_document, &theirs_index);
    three_way(&Sides { base: base.as_ref(), ours: &ours, theirs: &theirs })
}

fn parse<'t>(text: &'t str, which: &'static str) -> Result<(Document<'t>, Index<'t>), MergeError> {
    let unread = |error| MergeError::Unread(which, error);
    let document = Document::parse(text).map_err(unread)?;
    let index = Index::of(&document).map_err(unread)?;
    Ok((document, index))
}

fn three_way(sides: &Sides<'_, '_, '_>) -> Result<Merged, MergeError> {
    let groups = sides.groups();
    // What ours becomes, and what of that theirs has otherwise where a person must decide.
    let (mut taken, mut disputed) = (Becomes::default(), Becomes::default());
    let mut conflicts = BTreeSet::new();
    for entry in all(&[sides.ours, sides.theirs]) {
        if sides.agree(entry) || is_vouch(entry) {
            continue;
        }
        let subject = groups.subject(entry, sides.ours, sides.theirs);
        let is_single = matches!(
            subject,
            Subject::Value { .. }
                | Subject::About(_)
                | Subject::Setting { .. }
                | Subject::Entry(..)
        );
        let is_whole = !is_single || stores::is_store(&subject);
        let fate = if is_whole { Fate::Open } else { sides.fate(entry) };
        if fate != Fate::Open {
            let text = sides.text(entry, &fate);
            if text != sides.ours.text(entry) {
                taken.set(entry, text);
            }
            continue;
        }
        let of_ours = side_of_conflict(sides, entry, Side::Ours);
        let of_theirs = side_of_conflict(sides, entry, Side::Theirs);
        if of_ours != sides.ours.text(entry) {
            taken.set(entry, of_ours.clone());
        }
        if of_ours != of_theirs {
            disputed.set(entry, of_theirs);
            conflicts.insert(subject);
        }
    }
    let mut notes = deposit_keys(sides, &groups, &mut taken);
    notes.extend(vouches(sides, &groups, &mut taken, &mut disputed));
    notes.extend(dropped_checks(sides, &mut taken));
    notes.extend(stores::dropped_defaults(sides, &mut taken));
    let mut text = apply(sides.ours.document, &taken.changes(sides.ours))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let read = |merged: &Read<'_, '_>| {
        notes.extend(notes::of_merged(sides, merged));
        if conflicts.is_empty() { Ok(None) } else { marked(merged, &disputed).map(Some) }
    };
    if let Some(with_markers) = with_read(&text, read)?? {
        text = with_markers;
    }
    Ok(Merged { text, conflicts: conflicts.into_iter().collect(), notes })
}

/// What a side has of an entry that the sides disagree about. Whom the other side removed does not come back with it.
fn side_of_conflict(sides: &Sides<'_, '_, '_>, entry: &Entry, side: Side) -> Option<String> {
    let fate = match entry.path().as_slice() {
        ["secrets", _] if entry.key != "about" => value::with_due(sides, entry, side),
        ["keys", _] if sides.is_gone(&entry.key) => Fate::Gone,
        ["holders", name] if sides.is_gone(name) => Fate::Gone,
        ["apps", name] if sides.is_app_gone(name) => Fate::Gone,
        _ => Fate::Of(side),
    };
    sides.text(entry, &fate)
}

fn is_vouch(entry: &Entry) -> bool {
    entry.key == "vouch" && entry.table.first().is_some_and(|table| table == "holders")
}

/// Keeps the deposit key that is given up where both sides made a first one: something may have been left under it.
fn deposit_keys(
    sides: &Sides<'_, '_, '_>,
    groups: &subject::Groups,
    taken: &mut Becomes,
) -> Vec<MergeNote> {
    let mut notes = Vec::new();
    for kind in EnvironmentType::ALL {
        let [public, private] =
            ["public", "private"].map(|key| Entry::new(&["deposits", kind.as_str()], key));
        let changed = |side| !sides.kept(side, &public);
        let whole = groups.roster || groups.kinds.contains(&kind);
        if whole || sides.agree(&public) || !changed(Side::Ours) || !changed(Side::Theirs) {
            continue;
        }
        let given_up = sides.deposit_side(&public, &private, kind.as_str()).other();
        let Some(key) = sides.of(given_up).index.deposits().key(kind) else { continue };
        let lost = sides.rotated_type(given_up.other(), kind);
        if !lost {
            let older = Entry::new(&["deposits", "older"], key.public());
            let private = string_text(key.private());
            taken.set(&older, Some(format!("{{ type = \"{kind}\", private = {private} }}")));
        }
        notes.push(MergeNote::DepositKey { kind, lost });
    }
    notes
}

/// Takes the vouch of the side whose deposit keys the merged vault has.
fn vouches(
    sides: &Sides<'_, '_, '_>,
    groups: &subject::Groups,
    taken: &mut Becomes,
    disputed: &mut Becomes,
) -> Option<MergeNote> {
    let mut doubtful = Vec::new();
    let public = |side: Side| {
        let deposits = sides.of(side).index.deposits();
        EnvironmentType::ALL.map(|kind| deposits.key(kind).map(DepositKey::public).map(string_text))
    };
    let merged = EnvironmentType::ALL.map(|kind| {
        let entry = Entry::new(&["deposits", kind.as_str()], "public");
        taken.0.get(&entry).cloned().unwrap_or_else(|| sides.ours.text(&entry))
    });
    let both = [Side::Ours, Side::Theirs];
    let names: BTreeSet<&str> = both
        .iter()
        .flat_map(|side| sides.of(*side).index.holders())
        .map(crate::index::Holder::name)
        .collect();
    for name in names {
        let entry = Entry::new(&["holders", name], "vouch");
        if sides.agree(&entry) && sides.ours.get(&entry).is_none() {
            continue;
        }
        if sides.is_gone(name) {
            if sides.ours.get(&entry).is_some() {
                taken.set(&entry, None);
            }
            continue;
        }
        if !matches!(groups.subject(&entry, sides.ours, sides.theirs), Subject::Entry(..)) {
            if !sides.agree(&entry) {
                disputed.set(&entry, sides.theirs.text(&entry));
            }
            continue;
        }
        // A word is made with the holder's key, so it goes with that.
        let fits = |side: &Side| {
            sides.of(*side).index.holder(name).is_some()
                && (sides.holder_changed(*side, name) || !sides.holder_changed(side.other(), name))
        };
        let candidates: Vec<Side> = both.into_iter().filter(fits).collect();
        let right = candidates.iter().find(|side| public(**side) == merged);
        let changed = candidates.iter().find(|side| !sides.kept(**side, &entry));
        let Some(side) = right.or(changed).or(candidates.first()) else { continue };
        let text = sides.of(*side).text(&entry);
        if right.is_none() && text.is_some() {
            doubtful.push(name.to_owned());
        }
        if text != sides.ours.text(&entry) {
            taken.set(&entry, text);
        }
    }
    (!doubtful.is_empty()).then_some(MergeNote::Vouch { holders: doubtful })
}

/// Takes environments out of `[build] check` that are none any more.
fn dropped_checks(sides: &Sides<'_, '_, '_>, taken: &mut Becomes) -> Vec<MergeNote> {
    let entry = Entry::new(&["build"], "check");
    let text = taken.0.get(&entry).cloned().unwrap_or_else(|| sides.ours.text(&entry));
    let is_declared = |name: &str| {
        EnvironmentType::from_word(name).is_some()
            || taken.has(sides.ours, &Entry::new(&["environments"], name))
    };
    let names = sides.ours.index.build_check().iter().chain(sides.theirs.index.build_check());
    let names: BTreeSet<&str> = names.map(crate::environment::Environment::name).collect();
    let dropped: Vec<&str> = names.into_iter().filter(|name| !is_declared(name)).collect();
    let Some(text) =
        text.filter(|text| dropped.iter().any(|name| text.contains(&string_text(name))))
    else {
        return Vec::new();
    };
    let words = text.trim_matches(['[', ']', ' ']).split(',').map(str::trim);
    let is_dropped = |word: &&str| dropped.iter().any(|name| *word == string_text(name));
    let left: Vec<&str> = words.filter(|word| !word.is_empty() && !is_dropped(word)).collect();
    taken.set(&entry, Some(format!("[{}]", left.join(", "))));
    let note = |name: &str| MergeNote::CheckDropped { environment: name.to_owned() };
    dropped.into_iter().map(note).collect()
}

/// Why two texts are not merged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// One of them is no vault: which, and why.
    Unread(&'static str, ReadError),
    /// They are different vaults.
    OtherVault,
    /// Ours is written in a form that cannot be changed in place, or what came out is no vault.
    Written(ReadError),
}

impl From<ReadError> for MergeError {
    fn from(error: ReadError) -> Self {
        Self::Written(error)
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(which, error) => write!(f, "{which} cannot be read: {error}"),
            Self::OtherVault => f.write_str(
                "the sides are two different vaults: their ids differ\nkeep one of the two files: git checkout --ours or --theirs",
            ),
            Self::Written(error) => write!(f, "the sides cannot be merged entry by entry: {error}"),
        }
    }
}

impl std::error::Error for MergeError {}
