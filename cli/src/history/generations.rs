//! Which commits have which generation of a data key: why a vault has an older one than was seen.

use std::collections::BTreeMap;

use strongroom_vault::search::Generations;
use strongroom_vault::{EnvironmentType, Index};

use super::{Blobs, Change, InGit};
use crate::error::Error;

/// The commits of a vault's file with the generations that they have.
pub(crate) struct GenerationsInGit {
    file: InGit,
    /// Of `HEAD`, the newest first.
    here: Vec<Change>,
    /// Of every branch, tag and stash.
    everywhere: Vec<Change>,
    /// By blob; nothing for what is no vault.
    seen: BTreeMap<String, Generations>,
}

impl GenerationsInGit {
    pub(crate) fn of(file: InGit) -> Result<Self, Error> {
        // A merge that takes nothing from a side does not hide that side's commits: to follow a file git looks at all.
        let here = file.log(&["HEAD"])?.changes;
        let everywhere = file.log(&["--all"])?.changes;
        let mut blobs = Blobs::of(&file)?;
        let mut seen = BTreeMap::new();
        for change in here.iter().chain(&everywhere) {
            for blob in change.after.iter().chain(&change.before) {
                if !seen.contains_key(blob) {
                    let text = blobs.text(blob)?;
                    let index = text.as_deref().and_then(|text| Index::read(text).ok());
                    let shown = index.map(|index| Generations::shown_by(&index));
                    seen.insert(blob.clone(), shown.unwrap_or_default());
                }
            }
        }
        Ok(Self { file, here, everywhere, seen })
    }

    /// The last commit of `HEAD` that changed the file; none where the file is not as it has it.
    pub(crate) fn last(&self, text: &str) -> Option<&Change> {
        let blob = self.file.blob("HEAD")?;
        let committed = Blobs::of(&self.file).ok()?.text(&blob).ok()??;
        let made = |change: &&Change| change.after.as_ref() == Some(&blob);
        self.here.iter().find(made).filter(|_| committed == text)
    }

    /// The newest commit that has a higher generation of a data key than this, and which; of those that are checked out,
    /// if there is one.
    pub(crate) fn above(&self, kind: EnvironmentType, generation: u32) -> Option<(&Change, u32)> {
        let all = self.here.iter().chain(&self.everywhere);
        let mut all = all.map(|change| (change, self.of_blob(change.after.as_ref(), kind)));
        all.find(|(_, has)| *has > generation)
    }

    /// Whether what is checked out comes after a commit.
    pub(crate) fn is_behind(&self, change: &Change) -> bool {
        let words = ["merge-base", "--is-ancestor", &change.commit, "HEAD"];
        self.file.ask(&words).is_some()
    }

    /// What put a data key of this generation in the place of a newer one.
    pub(crate) fn put_back(&self, kind: EnvironmentType, generation: u32) -> PutBack<'_> {
        if self.of_blob(self.file.blob("HEAD").as_ref(), kind) > generation {
            return PutBack::Uncommitted;
        }
        let put_back = |change: &&Change| {
            let after = self.of_blob(change.after.as_ref(), kind);
            change.before.iter().any(|blob| self.of_blob(Some(blob), kind) > after)
        };
        self.here.iter().find(put_back).map_or(PutBack::Merge, PutBack::Commit)
    }

    fn of_blob(&self, blob: Option<&String>, kind: EnvironmentType) -> u32 {
        blob.and_then(|blob| self.seen.get(blob)).map_or(0, |seen| seen.of(kind))
    }
}

/// What put an older vault in the place of a newer one.
pub(crate) enum PutBack<'c> {
    Commit(&'c Change),
    /// A merge that took one side's file as it was.
    Merge,
    /// What the file has and `HEAD` has not.
    Uncommitted,
}
