//! The terminal of a Unix system: `/dev/tty`, with its line editing off while a line is read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

use super::line::{Line, Typed};
use super::{Asked, Typing, unusable};
use crate::error::Error;

/// The terminal that controls this process.
#[derive(Debug)]
pub(super) struct Tty(File);

impl Tty {
    pub(super) fn open() -> Option<Self> {
        OpenOptions::new().read(true).write(true).open("/dev/tty").ok().map(Self)
    }

    /// Prompts and reads a line. Whatever happens, the terminal is as before when this returns.
    pub(super) fn read_line(
        &mut self,
        prompt: &str,
        typing: Typing,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let raw = RawMode::enter(&self.0).map_err(|error| unusable(&error))?;
        let read = read_line(&self.0, prompt, typing);
        let is_value = typing == Typing::Hidden(Asked::Value);
        let several = is_value && read.is_ok() && has_more(&self.0);
        if several {
            raw.leave_and_forget();
            return Err(not_one_line("several lines were pasted"));
        }
        drop(raw);
        let (line, end) = read.map_err(|error| unusable(&error))?;
        match (end, line.fault) {
            (Typed::Interrupted, _) => Err(Error::interrupted()),
            (_, Some(fault)) => Err(not_one_line(fault)),
            _ => Ok(line.into_bytes()),
        }
    }
}

fn not_one_line(what: &str) -> Error {
    Error::usage(format!(
        "{what}, and a prompt takes one line\ngive it from a file or a pipe instead: see --help"
    ))
}

/// Reads key by key: with the terminal's own line editing, a line has 4,095 bytes at most.
fn read_line(mut tty: &File, prompt: &str, typing: Typing) -> io::Result<(Line, Typed)> {
    tty.write_all(prompt.as_bytes())?;
    let mut line = Line::new();
    let mut byte = Zeroizing::new([0]);
    let end = loop {
        match tty.read(byte.as_mut()) {
            Ok(0) => break Typed::Interrupted,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        match (line.take(byte[0]), typing) {
            (end @ (Typed::Complete | Typed::Interrupted), _) => break end,
            (Typed::Added, Typing::Shown) => tty.write_all(byte.as_ref())?,
            (Typed::Removed(gone), Typing::Shown) => {
                tty.write_all("\u{8} \u{8}".repeat(gone).as_bytes())?;
            }
            _ => {}
        }
    };
    let is_value = typing == Typing::Hidden(Asked::Value);
    if is_value && end == Typed::Complete && line.fault.is_none() {
        let characters = line.characters();
        let plural = if characters == 1 { "" } else { "s" };
        tty.write_all(format!("({characters} character{plural})").as_bytes())?;
    }
    tty.write_all(b"\n")?;
    Ok((line, end))
}

/// Whether more was typed or pasted; what a terminal pastes arrives at once, or nearly so over a
/// network.
fn has_more(tty: &File) -> bool {
    let mut watched = [PollFd::new(tty, PollFlags::IN)];
    let moment = Timespec { tv_sec: 0, tv_nsec: 30_000_000 };
    poll(&mut watched, Some(&moment)).is_ok_and(|ready| ready > 0)
}

/// A terminal without line editing, echo and signals. Dropping it brings them back.
struct RawMode<'t> {
    tty: &'t File,
    before: Termios,
}

impl<'t> RawMode<'t> {
    fn enter(tty: &'t File) -> io::Result<Self> {
        let before = tcgetattr(tty)?;
        let mut raw = before.clone();
        raw.local_modes -= LocalModes::ECHO
            | LocalModes::ECHONL
            | LocalModes::ICANON
            | LocalModes::ISIG
            | LocalModes::IEXTEN;
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(tty, OptionalActions::Drain, &raw)?;
        Ok(Self { tty, before })
    }

    /// Leaves, and drops what was typed and not read: a shell would take it for commands.
    fn leave_and_forget(self) {
        let _ = tcsetattr(self.tty, OptionalActions::Flush, &self.before);
    }
}

impl Drop for RawMode<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.tty, OptionalActions::Drain, &self.before);
    }
}
