//! Settling what a merge left open, one subject after the other.

use std::collections::BTreeSet;
use std::fmt;

use super::carry::{BothKeys, Carried, Decision};
use super::entries::{Becomes, Read, all, is_same, with_read};
use super::knowing::Unsure;
use super::markers::{Split, marked};
use super::renumber::renumber;
use super::sides::Side;
use super::stores::{is_store, unfit};
use super::subject::{Groups, Subject};
use crate::crypto::NoRandomness;
use crate::edit::splice::apply;
use crate::environment::EnvironmentType;
use crate::error::ReadError;
use crate::index::{Document, Index};

/// What was merged, as git keeps it until the merge is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// What both sides began with, if they began with one vault.
    pub base: Option<String>,
    /// Our side.
    pub ours: String,
    /// Their side.
    pub theirs: String,
    /// Who was granted a type, or the roster and with it every type, in any commit, as far as somebody looked.
    pub granted: BTreeSet<(EnvironmentType, String)>,
}

/// What a decision gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The vault; where something is open still, with markers.
    pub text: String,
    /// What is open.
    pub conflicts: Vec<Subject>,
    /// What became of what only the side that gives way has under its data keys.
    pub carried: Vec<Carried>,
    /// Who can know a data key under which something was that is sealed again, and is not for certain the same holder of it
    /// on the side that stays.
    pub known_to: Vec<String>,
    /// Why anybody else can have made something that is sealed again.
    pub unsure: Vec<Unsure>,
}

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

    /// Decides for a side, and gives the text with what is still open.
    ///
    /// # Errors
    ///
    /// A subject is not open, a side is no vault, or what comes out is none.
    pub fn settle(&self, subjects: &[Subject], side: Side) -> Result<Settled, SettleError> {
        self.settle_with(subjects, side, None, &[])
    }

    /// As [`Marked::settle`], with the texts that git keeps of what was merged, and with the data keys of both sides as far
    /// as they are at hand. What lies under a data key that gives way, and was set on that side only, is sealed again under
    /// the one that stays; what both set is a conflict of its own then.
    ///
    /// # Security
    ///
    /// Who is named in [`Settled::known_to`] can have made what was sealed again, and anybody where [`Settled::unsure`] says
    /// so: a person has to look first.
    ///
    /// # Errors
    ///
    /// As [`Marked::settle`], or no randomness.
    pub fn settle_with(
        &self,
        subjects: &[Subject],
        side: Side,
        before: Option<&Before>,
        keys: &[BothKeys<'_>],
    ) -> Result<Settled, SettleError> {
        let texts = before.map(|it| [&it.ours, &it.theirs]);
        let texts = texts.map(|texts| texts.map(|text| Index::read(text).ok()));
        let originals = match (side, &texts) {
            (Side::Ours, Some([Some(ours), Some(theirs)])) => Some([ours, theirs]),
            (Side::Theirs, Some([Some(ours), Some(theirs)])) => Some([theirs, ours]),
            _ => None,
        };
        let granted = before.map(|it| &it.granted);
        let decide = |base: Option<&Read<'_, '_>>| {
            self.with_sides(|ours, theirs| {
                let (stays, gives_way) = match side {
                    Side::Ours => (ours, theirs),
                    Side::Theirs => (theirs, ours),
                };
                let groups = &Groups::between(ours, theirs);
                let decision =
                    Decision { base, originals, granted, stays, gives_way, groups, subjects };
                settle(ours, theirs, side, &decision, keys)
            })?
        };
        match before.and_then(|it| it.base.as_deref()) {
            // One that cannot be read says as little as none.
            Some(base) => {
                with_read(base, |base| decide(Some(base))).unwrap_or_else(|_| decide(None))
            }
            None => decide(None),
        }
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
    side: Side,
    decision: &Decision<'_, '_, '_>,
    keys: &[BothKeys<'_>],
) -> Result<Settled, SettleError> {
    let (mut taken, mut disputed) = (Becomes::default(), Becomes::default());
    let (mut settled, mut conflicts) = (BTreeSet::new(), BTreeSet::new());
    let mut renumbered = BTreeSet::new();
    for entry in all(&[ours, theirs]) {
        if is_same(ours.get(entry), theirs.get(entry)) {
            continue;
        }
        let subject = decision.groups.subject(entry, ours, theirs);
        if !decision.subjects.contains(&subject) {
            disputed.set(entry, theirs.text(entry));
            conflicts.insert(subject);
            continue;
        }
        if side == Side::Theirs {
            taken.set(entry, theirs.text(entry));
        }
        if matches!(subject, Subject::Value { .. })
            && let Some((text, what)) = renumber(decision, entry, keys)?
        {
            taken.0.extend(text.map(|text| (entry.clone(), Some(text))));
            renumbered.insert(what);
        }
        settled.insert(subject);
    }
    if let Some(missing) = decision.subjects.iter().find(|subject| !settled.contains(subject)) {
        return Err(SettleError::NotOpen(missing.clone()));
    }
    let carry = decision.carry(keys)?;
    for (entry, text) in carry.taken {
        taken.set(&entry, text);
    }
    for (entry, text) in carry.disputed {
        // What stays is ours or theirs, and each stands on its side of the markers.
        match side {
            Side::Ours => disputed.set(&entry, text),
            Side::Theirs => {
                disputed.set(&entry, theirs.text(&entry));
                taken.set(&entry, text);
            }
        }
        let (name, environment) = (entry.table[1].clone(), entry.key);
        conflicts.insert(Subject::Value { name, environment });
    }
    let merged = apply(ours.document, &taken.changes(ours)).map_err(SettleError::Written)?;
    let mut text = merged.clone();
    if !conflicts.is_empty() {
        let rest = |read: &Read<'_, '_>| marked(read, &disputed);
        text = with_read(&text, rest).and_then(|marked| marked).map_err(SettleError::Written)?;
    }
    let mut carried: Vec<Carried> = carry.carried.into_iter().chain(renumbered).collect();
    if let (Some(originals), true) = (decision.originals, decision.subjects.iter().any(is_store)) {
        let merged = Index::read(&merged).map_err(SettleError::Written)?;
        let unfit = unfit(&merged, originals).into_iter();
        carried.extend(unfit.map(|(name, it)| Carried::UnfitReference(name, it)));
    }
    Ok(Settled {
        text,
        conflicts: conflicts.into_iter().collect(),
        carried,
        known_to: carry.known_to.into_iter().collect(),
        unsure: carry.unsure.into_iter().collect(),
    })
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
    /// The operating system gives no random bytes to seal a value with.
    Sealing(NoRandomness),
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
            Self::Sealing(error) => error.fmt(f),
            Self::Written(error) => write!(
                f,
                "this decision gives no vault: {error}\ntake one side's file: git checkout --ours -- strongroom.toml, or --theirs"
            ),
        }
    }
}

impl std::error::Error for SettleError {}
