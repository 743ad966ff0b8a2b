//! Whether a deposit key is an earlier one, which whoever was removed may know: the vault itself can say so, and git's history.
//! A rotation makes a new data key and a new deposit key together, so a deposit key belongs to one generation.

use std::path::Path;

use strongroom_vault::search::Generations;
use strongroom_vault::{DepositKey, EnvironmentType, Index, KeyRing, Shown, Vouched};

use super::roster_of;
use crate::error::Error;
use crate::history::{Change, Reach, Versions};

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
    /// How much of the history was looked through; nothing where there is no git.
    reach: Option<Reach>,
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
    /// The same, but it is not part of what is checked out.
    Elsewhere,
}

impl Past {
    /// What the history of every branch tells; nothing, and not all, where there is no git.
    pub(super) fn of(path: &Path, index: &Index<'_>) -> Self {
        let mut past = Self { found: [const { None }; 4], reach: None };
        // Whoever has no git or a broken repository is told what the vault alone tells.
        past.reach = past.look(path, index).ok();
        past
    }

    fn look(&mut self, path: &Path, index: &Index<'_>) -> Result<Reach, Error> {
        let versions = Versions::of(path)?;
        Ok(versions.each(index.id(), |then, change, _| {
            self.compare(index, then, change, &versions);
        }))
    }

    fn compare(&mut self, index: &Index<'_>, then: &Index<'_>, change: &Change, all: &Versions) {
        for kind in EnvironmentType::ALL {
            let Some(key) = index.deposits().key(kind) else { continue };
            if self.found[kind as usize].is_some() {
                continue;
            }
            let [now, before] = [index, then].map(|it| Generations::shown_by(it).of(kind));
            let is_same = then.deposits().key(kind).is_some_and(|it| it.public() == key.public());
            let what = if before > now {
                if all.is_here(change) { What::RolledBack } else { What::Elsewhere }
            } else if then.deposits().is_earlier(key) || (is_same && before < now) {
                What::Outlived
            } else {
                continue;
            };
            let (commit, day) = (change.short().to_owned(), change.day().to_owned());
            self.found[kind as usize] = Some(Against { commit, day, what });
        }
    }

    /// What tells against the deposit key of a type.
    pub(super) fn against(&self, kind: EnvironmentType) -> Option<&Against> {
        self.found[kind as usize].as_ref()
    }

    /// What leaves it open whether a deposit key that was never seen here is that of today: a part of the history that was not
    /// looked at. Where there is no history, nobody can hide anything in it.
    pub(super) fn doubt(&self, kind: EnvironmentType) -> Option<Error> {
        let why = self.reach.and_then(Reach::why)?;
        Some(Error::cannot(format!(
            "nothing here says whether the deposit key of `{kind}` is that of today: {why}\n\
             whoever was removed may know an earlier one, and have put it back"
        )))
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
            What::Elsewhere => Error::cannot(format!(
                "the keys of `{kind}` were rotated elsewhere: commit {commit} of {day}, which is not part of what is checked out, has a newer data key\n\
                 whoever was removed since may know the deposit key that is here: merge that commit first, or check out the branch that has it"
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
            let hint = match against.what {
                What::Elsewhere => "nothing was done".to_owned(),
                _ => format!("nothing was done; restore [deposits.{kind}] from git"),
            };
            return Err(against.error(kind).with_hint(hint));
        }
    }
    if past.reach == Some(Reach::Whole) {
        return Ok(());
    }
    let why = past.reach.and_then(Reach::why).unwrap_or("git's history is not here");
    Err(Error::cannot(format!(
        "nothing here says whether the deposit keys are those of today: [holders.{}] has no word for them, and {why}\n\
         in a whole clone (git fetch --unshallow) it can be looked up; {} can also make all of them new: strongroom key rotate",
        Shown(ring.holder()),
        roster_of(index)
    )))
}
