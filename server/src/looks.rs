//! How a file looks from outside: enough to tell that it was written or replaced, without reading it.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What tells one state of a file from another; none where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look(Option<(u64, Option<SystemTime>, u64)>);

impl Look {
    /// How a file looks now.
    pub(crate) fn at(path: &Path) -> Self {
        Self(fs::metadata(path).ok().map(|metadata| {
            #[cfg(unix)]
            let number = std::os::unix::fs::MetadataExt::ino(&metadata);
            #[cfg(not(unix))]
            let number = 0;
            (metadata.len(), metadata.modified().ok(), number)
        }))
    }

    /// Whether it was written so lately, or as it seems will be; as a file system tells time.
    pub(crate) fn is_within(self, age: Duration) -> bool {
        let Some((_, at, _)) = self.0 else { return false };
        at.is_none_or(|at| at.elapsed().is_ok_and(|it| it < age) || at > SystemTime::now())
    }
}
