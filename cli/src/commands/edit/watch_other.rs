//! Where there are no signals: the editor runs, and what a killed process leaves is removed by the next.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::error::Error;

/// Stands where a Unix system watches.
#[derive(Debug)]
pub(super) struct Watch;

impl Watch {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix, where watching can fail")]
    pub(super) fn over(_folder: &Path) -> Result<Self, Error> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(super) fn run(&self, editor: &mut Command) -> io::Result<ExitStatus> {
        editor.status()
    }
}
