//! Systems on which a program cannot open what another one holds.

use std::convert::Infallible;
use std::io;
use std::path::Path;

use super::not_handed;
use crate::error::Error;

/// There is none.
#[derive(Debug)]
pub(crate) struct Handed(Infallible);

impl Handed {
    /// Says that there is none.
    pub(crate) fn of(_bytes: &[u8], what: &str) -> Result<Self, Error> {
        let error = io::Error::new(io::ErrorKind::Unsupported, "this system has no such files");
        Err(not_handed(what, &error))
    }

    pub(crate) fn path(&self) -> &Path {
        match self.0 {}
    }
}
