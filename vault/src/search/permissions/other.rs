//! Where files have no modes: a new one has the rights of its folder, and those of a user's own folder are the user's.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::path::Path;

pub(super) fn writable_by_others(_metadata: &Metadata) -> bool {
    false
}

pub(super) fn lets_others_replace(_folder: &Path, _metadata: &Metadata) -> bool {
    false
}

pub(super) fn readable_by_others(_metadata: &Metadata) -> bool {
    false
}

/// How a file is opened that only its owner can read: in a folder that only its owner can read.
pub fn private_file() -> OpenOptions {
    OpenOptions::new()
}

/// How a folder is made that only its owner can enter: one in the user's own place is private already.
pub fn private_folder() -> DirBuilder {
    DirBuilder::new()
}
