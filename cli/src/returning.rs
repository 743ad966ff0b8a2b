//! An older branch that is visited again: what a person said of its older data keys once counts, as long as git shows what
//! it was said of.

use strongroom_vault::search::{ConfirmedOlder, RolledBack, UserFolder};
use strongroom_vault::{EnvironmentType, Index, Shown};

use crate::error::listed;
use crate::history::{Change, GenerationsInGit};
use crate::session::Found;
use crate::ui;

/// Remembers that older data keys were taken, those for which git shows why: the vault is committed as it is, and the newer
/// key is in commits of another branch. What was thrown away, or put back, is asked about each time.
pub(crate) fn remember(
    folder: &UserFolder,
    found: &Found,
    index: &Index<'_>,
    older: &[RolledBack],
) {
    let Ok(git) = GenerationsInGit::of(found.path(), index) else { return };
    let Some(last) = git.last(found.text()) else { return };
    let taken = older.iter().filter(|older| is_on_older_branch(&git, older));
    let taken = taken.filter_map(|older| {
        let fingerprint = fingerprint(index, older.kind)?;
        Some(ConfirmedOlder { kind: older.kind, fingerprint, commit: last.commit.clone() })
    });
    let taken: Vec<ConfirmedOlder> = taken.collect();
    if !taken.is_empty() {
        // Otherwise it is asked again.
        let _ = folder.confirm_older(index.id(), &taken);
    }
}

/// Takes older data keys that were taken here before, and says so; nothing where none is older.
pub(crate) fn take_again(found: &Found, index: &Index<'_>) {
    let Some(folder) = UserFolder::find() else { return };
    let seen = folder.generations(index.id());
    let older = EnvironmentType::ALL.into_iter().filter_map(|kind| seen.check(index, kind).err());
    let mut older: Vec<RolledBack> = older.collect();
    let known = if older.is_empty() { Vec::new() } else { folder.confirmed_older(index.id()) };
    if known.is_empty() {
        return;
    }
    let Ok(git) = GenerationsInGit::of(found.path(), index) else { return };
    let Some(last) = git.last(found.text()) else { return };
    older.retain(|older| {
        let fingerprint = fingerprint(index, older.kind);
        let mut of_key = known.iter().filter(|known| {
            known.kind == older.kind && Some(&known.fingerprint) == fingerprint.as_ref()
        });
        of_key.any(|known| git.has_here(&known.commit)) && is_on_older_branch(&git, older)
    });
    if older.is_empty() || folder.take_older(index.id(), &older).is_err() {
        return;
    }
    let kinds = listed(older.iter().map(|older| older.kind.as_str()));
    ui::say(&format!(
        "the older key of {kinds} counts again, as it was taken here on this branch before: the vault is that of {}",
        words(last)
    ));
}

/// A commit in words; its author is whoever the commit says.
pub(crate) fn words(change: &Change) -> String {
    format!("commit {} of {} by {}", change.short(), change.day(), Shown(&change.author))
}

/// Whether git shows the newer key that was seen, and nothing that is checked out ever had a newer one than there is.
fn is_on_older_branch(git: &GenerationsInGit, older: &RolledBack) -> bool {
    let is_elsewhere = |generation: u32| {
        git.above(older.kind, generation).is_some_and(|(change, _)| !git.is_behind(change))
    };
    git.lacks().is_none() && is_elsewhere(older.now) && is_elsewhere(older.seen.saturating_sub(1))
}

fn fingerprint(index: &Index<'_>, kind: EnvironmentType) -> Option<String> {
    index.keys().of_type(kind).current().map(|current| current.fingerprint_text().to_owned())
}
