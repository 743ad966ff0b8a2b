//! A pipe that holds the whole file before the program starts: nobody is left to write it later.

use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::{FdFlags, fcntl_setfd};

use super::Handed;

/// Makes the pipe. Its end comes behind the last byte, since nobody holds the end that is written to.
pub(super) fn file(bytes: &[u8]) -> io::Result<Handed> {
    let (reader, mut writer) = io::pipe()?;
    // A pipe that is full would wait for a reader for ever.
    fcntl_setfl(&writer, OFlags::NONBLOCK)?;
    writer.write_all(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => io::Error::new(io::ErrorKind::FileTooLarge, TOO_LARGE),
        _ => error,
    })?;
    let reader = OwnedFd::from(reader);
    // Not closed when the program starts: it is meant for that.
    fcntl_setfd(&reader, FdFlags::empty())?;
    let path = format!("/dev/fd/{}", reader.as_raw_fd()).into();
    Ok(Handed { path, _file: reader })
}

const TOO_LARGE: &str = "it is larger than what a pipe holds here";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn it_holds_all_of_it_and_ends() {
        let handed = file(b"a file").expect("a pipe");
        assert_eq!(fs::read(&handed.path).expect("it opens"), b"a file");
        assert_eq!(fs::read(&handed.path).expect("it opens"), b"", "a pipe is read once");
    }

    #[test]
    fn what_it_cannot_hold_is_refused_instead_of_waited_for() {
        let error = file(&vec![b'x'; 4 << 20]).expect_err("too large");
        assert_eq!(error.to_string(), TOO_LARGE);
    }
}
