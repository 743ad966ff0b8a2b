//! Modes of files on Unix.

use std::fs::{self, DirBuilder, Metadata, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

pub(super) fn writable_by_others(metadata: &Metadata) -> bool {
    let own_group = metadata.uid() != 0 && metadata.gid() == metadata.uid();
    let others = if own_group { 0o002 } else { 0o022 };
    metadata.mode() & others != 0
}

/// Whether everybody can rename what lies in a folder; the sticky bit forbids that, and so does a mount that nobody can
/// write, in which clusters hand folders of that mode to their pods.
pub(super) fn lets_others_replace(folder: &Path, metadata: &Metadata) -> bool {
    metadata.mode() & 0o002 != 0 && metadata.mode() & 0o1000 == 0 && !is_mounted_read_only(folder)
}

fn is_mounted_read_only(folder: &Path) -> bool {
    // Other systems than Linux have no such file.
    let mounts = fs::read("/proc/self/mountinfo").unwrap_or_default();
    let Ok(folder) = fs::canonicalize(folder) else { return false };
    is_read_only(&folder, &String::from_utf8_lossy(&mounts))
}

/// Whether the mount nearest above a folder is read-only. Of several at one place, the last one is seen.
fn is_read_only(folder: &Path, mounts: &str) -> bool {
    let mounts = mounts.lines().filter_map(|line| {
        // `36 35 98:0 /beyond /here ro,noatime …`
        let mut fields = line.split(' ').skip(4);
        Some((without_escapes(fields.next()?), fields.next()?))
    });
    let above = mounts.filter(|(point, _)| folder.starts_with(point));
    let nearest = above.max_by_key(|(point, _)| Path::new(point).components().count());
    nearest.is_some_and(|(_, options)| options.split(',').any(|option| option == "ro"))
}

/// The path of a mount, in which the kernel writes what would part fields as octal numbers.
fn without_escapes(path: &str) -> String {
    let path = path.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n");
    path.replace("\\134", "\\")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_counts_and_of_two_at_one_place_the_later() {
        let mounts = "\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:5 / /etc/shop ro,relatime - tmpfs tmpfs rw
31 22 0:6 / /etc/shop/own rw - tmpfs tmpfs rw
32 22 0:7 / /a\\040place ro - tmpfs tmpfs rw
33 22 0:8 / /twice rw - tmpfs tmpfs rw
34 22 0:9 / /twice ro - tmpfs tmpfs rw
";
        for (folder, expected) in [
            ("/etc/shop", true),
            ("/etc/shop/..data", true),
            ("/etc/shop/own", false),
            ("/etc/shopping", false),
            ("/etc", false),
            ("/a place", true),
            ("/twice/x", true),
        ] {
            assert_eq!(is_read_only(Path::new(folder), mounts), expected, "{folder}");
        }
        assert!(!is_read_only(Path::new("/etc/shop"), "what is no such file"));
    }
}
