//! Settling what a merge left open, one subject after the other.

use std::collections::BTreeSet;
use std::fmt;

use super::entries::{Becomes, Read, all, is_same};
use super::markers::{Split, marked};
use super::sides::Side;
use super::subject::{Groups, Subject};
use super::{Merged, entries::with_read};
use crate::edit::splice::apply;
use crate::error::ReadError;
use crate::index::{Document, Index};

/// A vault with conflict markers, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked(Split);

impl Marked {
    /// Takes a text with conflict markers apart; none where there are none, or they make no sense.
    #[must_use]
    pub fn split(text: &str) -> Option<Self> {
        Split::of(text).map(Self)
    }

    /// Whether a merge of vaults wrote all markers, so that what they leave out is merged already. git's own markers
    /// stand around whole parts of the file.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.0.is_exact
    }

    /// The text of a side.
    #[must_use]
    pub fn side(&self, side: Side) -> &str {
        match side {
            Side::Ours => &self.0.ours,
            Side::Theirs => &self.0.theirs,
        }
    }

    /// What a person has to decide.
    ///
    /// # Errors
    ///
    /// A side is no vault: somebody edited it.
    pub fn open(&self) -> Result<Vec<Subject>, SettleError> {
        self.with_sides(|ours, theirs| {
            let groups = Groups::between(ours, theirs);
            let open: BTreeSet<Subject> = all(&[ours, theirs])
                .into_iter()
                .filter(|entry| !is_same(ours.get(entry), theirs.get(entry)))
                .map(|entry| groups.subject(entry, ours, theirs))
                .collect();
            Ok(open.into_iter().collect())
        })?
    }

    /// The values under the data keys in question that a decision for a side leaves out, because only the other side set
    /// them: by secret and environment. They must be set again.
    ///
    /// # Errors
    ///
    /// As [`Marked::open`].
    pub fn left_out(
        &self,
        subjects: &[Subject],
        side: Side,
    ) -> Result<Vec<(String, String)>, SettleError> {
        self.with_sides(|ours, theirs| {
            let groups = Groups::between(ours, theirs);
            let (kept, other) = match side {
                Side::Ours => (ours, theirs),
                Side::Theirs => (theirs, ours),
            };
            let is_key = |subject: &Subject| matches!(subject, Subject::Roster | Subject::Keys(_));
            let values = other.below(&["secrets"]).filter(|(entry, _)| entry.key != "about");
            let lost = values.filter(|(entry, _)| {
                let subject = groups.subject(entry, ours, theirs);
                let version = |read: &Read<'_, '_>| {
                    super::value::value_of(read.index, entry).map(crate::index::Value::version)
                };
                is_key(&subject) && subjects.contains(&subject) && version(other) > version(kept)
            });
            lost.map(|(entry, _)| (entry.table[1].clone(), entry.key.clone())).collect()
        })
    }

    /// Decides for a side, and gives the text with what is still open.
    ///
    /// # Errors
    ///
    /// A subject is not open, a side is no vault, or what comes out is none.
    pub fn settle(&self, subjects: &[Subject], side: Side) -> Result<Merged, SettleError> {
        self.with_sides(|ours, theirs| settle(ours, theirs, subjects, side))?
    }

    fn with_sides<T>(
        &self,
        then: impl FnOnce(&Read<'_, '_>, &Read<'_, '_>) -> T,
    ) -> Result<T, SettleError> {
        let unread = |side: Side| move |error| SettleError::Unread(side, error);
        let ours = Document::parse(&self.0.ours).map_err(unread(Side::Ours))?;
        let theirs = Document::parse(&self.0.theirs).map_err(unread(Side::Theirs))?;
        let ours_index = Index::of(&ours).map_err(unread(Side::Ours))?;
        let theirs_index = Index::of(&theirs).map_err(unread(Side::Theirs))?;
        Ok(then(&Read::of(&ours, &ours_index), &Read::of(&theirs, &theirs_index)))
    }
}

fn settle(
    ours: &Read<'_, '_>,
    theirs: &Read<'_, '_>,
    subjects: &[Subject],
    side: Side,
) -> Result<Merged, SettleError> {
    let groups = Groups::between(ours, theirs);
    let (mut taken, mut disputed) = (Becomes::default(), Becomes::default());
    let (mut settled, mut conflicts) = (BTreeSet::new(), BTreeSet::new());
    for entry in all(&[ours, theirs]) {
        if is_same(ours.get(entry), theirs.get(entry)) {
            continue;
        }
        let subject = groups.subject(entry, ours, theirs);
        if !subjects.contains(&subject) {
            disputed.set(entry, theirs.text(entry));
            conflicts.insert(subject);
            continue;
        }
        if side == Side::Theirs {
            taken.set(entry, theirs.text(entry));
        }
        settled.insert(subject);
    }
    if let Some(missing) = subjects.iter().find(|subject| !settled.contains(subject)) {
        return Err(SettleError::NotOpen(missing.clone()));
    }
    let mut text = apply(ours.document, &taken.changes(ours)).map_err(SettleError::Written)?;
    if !conflicts.is_empty() {
        let rest = |read: &Read<'_, '_>| marked(read, &disputed);
        text = with_read(&text, rest).and_then(|marked| marked).map_err(SettleError::Written)?;
    }
    Ok(Merged { text, conflicts: conflicts.into_iter().collect(), notes: Vec::new() })
}

/// Why a conflict is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettleError {
    /// A side is no vault.
    Unread(Side, ReadError),
    /// There is no such conflict.
    NotOpen(Subject),
    /// What comes out is no vault.
    Written(ReadError),
}

impl fmt::Display for SettleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(side, error) => write!(
                f,
                "what `{}` has between the markers is no vault: {error}\nbegin again with: git checkout --merge -- strongroom.toml",
                side.as_str()
            ),
            Self::NotOpen(subject) => {
                write!(f, "{subject} is not open\nsee what is with: strongroom resolve")
            }
            Self::Written(error) => write!(
                f,
                "this decision gives no vault: {error}\ntake one side's file: git checkout --ours -- strongroom.toml, or --theirs"
            ),
        }
    }
}

impl std::error::Error for SettleError {}
