//! Whether a deposit key is an earlier one, which whoever was removed may know: the vault itself can say so, and git's history.
//! A rotation makes a new data key and a new deposit key together, so a deposit key belongs to one generation.

use std::path::Path;

use strongroom_vault::{Current, DepositKey, EnvironmentType, Index, KeyRing, Shown, Vouched};

use super::roster_of;
use crate::error::Error;
use crate::history::{Blobs, Change, InGit};

/// The generation of a type's data key, as the vault shows it; 0 where there is none.
pub(super) fn generation_of(index: &Index<'_>, kind: EnvironmentType) -> u32 {
    index.keys().of_type(kind).current().map_or(0, Current::generation)
}

/// Refuses a deposit key that the vault itself has among the earlier ones.
pub(super) fn refuse_earlier(index: &Index<'_>, key: &DepositKey<'_>) -> Result<(), Error> {
    if !index.deposits().is_earlier(key) {
        return Ok(());
    }
    let kind = key.kind();
    Err(Error::cannot(format!(
        "the deposit key of `{kind}` is an earlier one: [deposits.older] has it too, and whoever was removed may know it\n\
         nothing was done; look who put it back, and restore [deposits.{kind}]: git log -p strongroom.toml"
    )))
}

/// What git's history tells against the deposit keys that a vault has now.
pub(super) struct Past {
    found: [Option<Against>; 4],
    /// Whether all of the history was here to look at.
    pub(super) is_complete: bool,
}

/// A commit that tells against a deposit key.
#[derive(Debug, Clone)]
pub(super) struct Against {
    commit: String,
    day: String,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// It had the deposit key under an earlier data key, or as an earlier one.
    Outlived,
    /// It had a later data key than the vault has now.
    RolledBack,
}

impl Past {
    /// What the history of the checked out commit tells; nothing, and not all, where there is no git.
    pub(super) fn of(path: &Path, index: &Index<'_>) -> Self {
        let mut past = Self { found: [const { None }; 4], is_complete: false };
        // Whoever has no git or a broken repository is told what the vault alone tells.
        past.is_complete = past.look(path, index).unwrap_or(false);
        past
    }

    fn look(&mut self, path: &Path, index: &Index<'_>) -> Result<bool, Error> {
        let file = InGit::of(path)?;
        let log = file.log(&[])?;
        let mut blobs = Blobs::of(&file)?;
        for change in log.changes.iter().take(MOST) {
            let Some(blob) = &change.after else { continue };
            let text = blobs.text(blob)?;
            if let Some(Ok(then)) = text.as_deref().map(Index::read)
                && then.id() == index.id()
            {
                self.compare(index, &then, change);
            }
        }
        Ok(!log.is_shallow && !log.changes.is_empty() && log.changes.len() <= MOST)
    }

    fn compare(&mut self, index: &Index<'_>, then: &Index<'_>, change: &Change) {
        for kind in EnvironmentType::ALL {
            let Some(key) = index.deposits().key(kind) else { continue };
            let (now, before) = (generation_of(index, kind), generation_of(then, kind));
            let is_same = then.deposits().key(kind).is_some_and(|it| it.public() == key.public());
            let what = if before > now {
                What::RolledBack
            } else if then.deposits().is_earlier(key) || (is_same && before < now) {
                What::Outlived
            } else {
                continue;
            };
            let (commit, day) = (change.short().to_owned(), change.day().to_owned());
            self.found[kind as usize].get_or_insert(Against { commit, day, what });
        }
    }

    /// What tells against the deposit key of a type.
    pub(super) fn against(&self, kind: EnvironmentType) -> Option<&Against> {
        self.found[kind as usize].as_ref()
    }
}

impl Against {
    /// What it tells.
    pub(super) fn error(&self, kind: EnvironmentType) -> Error {
        let (commit, day) = (Shown(&self.commit), Shown(&self.day));
        match self.what {
            What::Outlived => Error::cannot(format!(
                "the deposit key of `{kind}` is an earlier one: commit {commit} of {day} has it too, and a new one was made since\n\
                 whoever was removed may know it, and have put it back: git log -p strongroom.toml"
            )),
            What::RolledBack => Error::cannot(format!(
                "the keys of `{kind}` were rolled back: commit {commit} of {day} has a newer data key than the vault\n\
                 whoever was removed may know this deposit key, and have put it back: git log -p strongroom.toml"
            )),
        }
    }
}

/// Refuses to give anybody a word for the deposit keys that stay, where it is doubtful whether they are those of today: the
/// holder at hand has no word for them, or one for others.
pub(crate) fn refuse_doubtful(
    path: &Path,
    index: &Index<'_>,
    ring: &KeyRing,
    stays: impl Fn(EnvironmentType) -> bool,
) -> Result<(), Error> {
    let staying = EnvironmentType::ALL.into_iter().filter(|kind| stays(*kind));
    let staying: Vec<&DepositKey<'_>> =
        staying.filter_map(|kind| index.deposits().key(kind)).collect();
    if staying.is_empty() || ring.vouched(index) == Vouched::Yes {
        return Ok(());
    }
    for key in &staying {
        refuse_earlier(index, key)?;
    }
    let past = Past::of(path, index);
    for key in staying {
        let kind = key.kind();
        if let Some(against) = past.against(kind) {
            let hint = format!("nothing was done; restore [deposits.{kind}] from git");
            return Err(against.error(kind).with_hint(hint));
        }
    }
    if past.is_complete {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "nothing here says whether the deposit keys are those of today: [holders.{}] has no word for them, and git's history is not here\n\
         in a whole clone (git fetch --unshallow) it can be looked up; {} can also make all of them new: strongroom key rotate",
        Shown(ring.holder()),
        roster_of(index)
    )))
}

/// Versions of a vault that are looked at: some seconds' worth.
const MOST: usize = 1_000;
