//! Modes of files on Unix.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};

pub(super) fn writable_by_others(metadata: &Metadata) -> bool {
    let own_group = metadata.uid() != 0 && metadata.gid() == metadata.uid();
    let others = if own_group { 0o002 } else { 0o022 };
    metadata.mode() & others != 0
}

/// Whether everybody can rename what lies in a folder; the sticky bit forbids that.
pub(super) fn lets_others_replace(metadata: &Metadata) -> bool {
    metadata.mode() & 0o002 != 0 && metadata.mode() & 0o1000 == 0
}

pub(super) fn readable_by_others(metadata: &Metadata) -> bool {
    metadata.mode() & 0o077 != 0
}

/// How a file is opened that only its owner can read, if it is a new one.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// How a folder is made that only its owner can enter.
pub fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}
