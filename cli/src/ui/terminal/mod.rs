//! Questions at the terminal: hidden lines, and yes or no.
//!
//! Asked of the terminal itself, so that standard input and output may be files. Where neither
//! standard input nor standard error is a terminal, nobody is asked anything: a program that is
//! started by another one must not wait for a person.

#[cfg(unix)]
mod line;
#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

use std::io::{self, IsTerminal};

use zeroize::Zeroizing;

#[cfg(unix)]
use self::unix::Tty;
#[cfg(not(unix))]
use self::windows::Tty;
use crate::error::Error;

/// A terminal with somebody at it.
#[derive(Debug)]
pub(crate) struct Terminal(Tty);

/// What a hidden line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A value or a key: likely pasted, so its length is shown, and further lines are an error.
    Value,
    /// A passphrase: its length is nobody's business, and the answer to the next question may be
    /// typed ahead.
    Passphrase,
}

impl Terminal {
    /// The terminal that this command was started from; none where nobody is there to answer.
    pub(crate) fn of_person() -> Option<Self> {
        if io::stdin().is_terminal() || io::stderr().is_terminal() {
            Tty::open().map(Self)
        } else {
            None
        }
    }

    /// Asks for a line that is not shown.
    pub(crate) fn hidden(
        &mut self,
        prompt: &str,
        asked: Asked,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.0.read_line(&super::safe(prompt), Typing::Hidden(asked))
    }

    /// Asks for a line that is shown.
    pub(crate) fn ask(&mut self, question: &str) -> Result<String, Error> {
        let line = self.0.read_line(&super::safe(question), Typing::Shown)?;
        Ok(String::from_utf8_lossy(&line).trim().to_owned())
    }

    /// Asks for a yes; anything else ends the command with this.
    pub(crate) fn confirm(&mut self, question: &str, refused: Error) -> Result<(), Error> {
        if self.agrees(question)? { Ok(()) } else { Err(refused) }
    }

    /// Asks for a yes; anything else is a no.
    pub(crate) fn agrees(&mut self, question: &str) -> Result<bool, Error> {
        let answer = self.ask(&format!("{question} [y/N] "))?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks whether to go on; anything but a no is a yes.
    pub(crate) fn goes_on(&mut self, question: &str) -> Result<bool, Error> {
        let answer = self.ask(&format!("{question} [Y/n] "))?;
        Ok(!matches!(answer.to_lowercase().as_str(), "n" | "no"))
    }
}

/// Whether what is typed is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typing {
    Shown,
    Hidden(Asked),
}

fn unusable(error: &io::Error) -> Error {
    Error::cannot(format!("cannot ask at the terminal: {error}"))
}
