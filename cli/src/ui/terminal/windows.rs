//! The terminal of Windows: its console.

use std::io::{self, Write};

use zeroize::Zeroizing;

use super::{Typing, unusable};
use crate::error::Error;

/// The console.
#[derive(Debug)]
pub(super) struct Tty;

impl Tty {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix, where there may be no terminal")]
    pub(super) fn open() -> Option<Self> {
        Some(Self)
    }

    #[expect(clippy::unused_self, reason = "as on Unix, where the terminal is a file")]
    pub(super) fn read_line(
        &mut self,
        prompt: &str,
        typing: Typing,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let line = if let Typing::Hidden(_) = typing {
            rpassword::prompt_password(prompt)
        } else {
            let mut line = String::new();
            io::stderr()
                .write_all(prompt.as_bytes())
                .and_then(|()| io::stdin().read_line(&mut line))
                .map(|_| line)
        };
        match line {
            Ok(line) => Ok(Zeroizing::new(line.into_bytes())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Error::interrupted()),
            Err(error) => Err(unusable(&error)),
        }
    }
}
