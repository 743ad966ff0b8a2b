//! Which commits have which generation of a data key: why a vault has an older one than was seen.

use std::collections::BTreeMap;
use std::path::Path;

use strongroom_vault::search::Generations;
use strongroom_vault::{EnvironmentType, Index};

use super::{Blobs, Change, Reach, Versions};
use crate::error::Error;

/// The commits of a vault with the generations that they have.
pub(crate) struct GenerationsInGit {
    versions: Versions,
    reach: Reach,
    /// By blob; nothing for what is not this vault.
    seen: BTreeMap<String, Generations>,
}

impl GenerationsInGit {
    pub(crate) fn of(path: &Path, index: &Index<'_>) -> Result<Self, Error> {
        let versions = Versions::of(path)?;
        let mut seen = BTreeMap::new();
        let reach = versions.each(index.id(), |then, _, blob| {
            seen.insert(blob.to_owned(), Generations::shown_by(then));
        });
        Ok(Self { versions, reach, seen })
    }

    /// Why a newer key may be in commits that were not looked at.
    pub(crate) fn lacks(&self) -> Option<&'static str> {
        self.reach.why()
    }

    /// The last commit of `HEAD` that changed the file; none where the file is not as it has it.
    pub(crate) fn last(&self, text: &str) -> Option<&Change> {
        let file = self.versions.file();
        let blob = file.blob("HEAD")?;
        let committed = Blobs::of(file).ok()?.text(&blob).ok()??;
        let made = |change: &&Change| change.after.as_ref() == Some(&blob);
        self.versions.here.iter().find(made).filter(|_| committed == text)
    }

    /// The newest commit that has a higher generation of a data key than this, and which; of those that are checked out,
    /// if there is one.
    pub(crate) fn above(&self, kind: EnvironmentType, generation: u32) -> Option<(&Change, u32)> {
        let all = self.versions.here.iter().chain(&self.versions.elsewhere);
        let mut all = all.map(|change| (change, self.of_blob(change.after.as_ref(), kind)));
        all.find(|(_, has)| *has > generation)
    }

    /// Whether a commit of this id that changed the vault is part of what is checked out.
    pub(crate) fn has_here(&self, commit: &str) -> bool {
        self.versions.here.iter().any(|change| change.commit == commit)
    }

    /// Whether what is checked out comes after a commit.
    pub(crate) fn is_behind(&self, change: &Change) -> bool {
        self.versions.is_here(change)
    }

    /// What put a data key of this generation in the place of a newer one.
    pub(crate) fn put_back(&self, kind: EnvironmentType, generation: u32) -> PutBack<'_> {
        if self.of_blob(self.versions.file().blob("HEAD").as_ref(), kind) > generation {
            return PutBack::Uncommitted;
        }
        // The newer one may go in one commit, and the older one come under its name in another.
        let highest = |blobs: &mut dyn Iterator<Item = &String>| {
            blobs.map(|blob| self.of_blob(Some(blob), kind)).max().unwrap_or(0)
        };
        let put_back = |of_commit: &&[Change]| {
            let before = highest(&mut of_commit.iter().flat_map(|it| &it.before));
            let after = highest(&mut of_commit.iter().filter_map(|it| it.after.as_ref()));
            before > generation && before > after
        };
        let mut commits = self.versions.here.chunk_by(|one, next| one.commit == next.commit);
        let put_back = commits.find(put_back).and_then(<[Change]>::first);
        put_back.map_or(PutBack::Merge, PutBack::Commit)
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
