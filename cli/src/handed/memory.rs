//! Linux: a file in memory, sealed, so that whoever gets it can read it again and cannot change it.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;

use super::Handed;

/// Makes the file. It is the program's as soon as that takes this process's place, and goes with it.
pub(super) fn file(bytes: &[u8]) -> io::Result<Handed> {
    // Not closed when the program starts: it is meant for that.
    let flags = MemfdFlags::ALLOW_SEALING;
    let made = match memfd_create(NAME, flags | MemfdFlags::NOEXEC_SEAL) {
        // Kernels before 6.3 do not know that files of memory can be executed.
        Err(Errno::INVAL) => memfd_create(NAME, flags),
        made => made,
    };
    let mut file = File::from(made?);
    file.write_all(bytes)?;
    fcntl_add_seals(
        &file,
        SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL,
    )?;
    let file = OwnedFd::from(file);
    // Opened by this path, it begins at its first byte each time.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd()).into();
    Ok(Handed { path, _file: file })
}

/// What lists of open files show.
const NAME: &str = "strongroom";

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};

    use super::*;

    #[test]
    fn it_can_be_read_again_and_never_changed() {
        let bytes = vec![b'x'; 1 << 20];
        let handed = file(&bytes).expect("a file of memory");
        for _ in 0..2 {
            assert!(fs::read(&handed.path).expect("it opens") == bytes);
        }
        let changed = OpenOptions::new()
            .write(true)
            .open(&handed.path)
            .and_then(|mut file| file.write_all(b"y"));
        assert!(changed.is_err());
        assert!(fs::read(&handed.path).expect("it opens") == bytes);
    }
}
