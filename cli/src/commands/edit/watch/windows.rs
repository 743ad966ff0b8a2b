//! Where there are no signals: the editor runs, and what a killed process leaves is removed by the next.

use std::io;
use std::process::{Command, ExitStatus};

use crate::commands::edit::folder::Folder;
use crate::error::Error;

/// Stands where a Unix system watches.
#[derive(Debug)]
pub(in crate::commands::edit) struct Watch;

impl Watch {
    pub(in crate::commands::edit) fn over(_folder: &Folder) -> Result<Self, Error> {
        // Ctrl-C reaches every program at the console. What it means is for the editor to say.
        ctrlc::set_handler(|| {})
            .map_err(|error| Error::cannot(format!("cannot watch for Ctrl-C: {error}")))?;
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(in crate::commands::edit) fn run(&self, editor: &mut Command) -> io::Result<ExitStatus> {
        editor.status()
    }
}
