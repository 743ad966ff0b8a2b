//! The files of `--config`: who may see what.

use std::path::{Path, PathBuf};

use strongroom_server::Rules;
use zeroize::Zeroizing;

use crate::error::Error;

/// The files, and the server's token.
#[derive(Debug)]
pub(super) struct RuleFiles {
    files: Vec<PathBuf>,
    token: Option<Zeroizing<String>>,
}

impl RuleFiles {
    pub(super) fn new(files: Vec<PathBuf>, token: Option<Zeroizing<String>>) -> Self {
        Self { files, token }
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Reads all of them.
    pub(super) fn read(&self) -> Result<Rules, Error> {
        let mut rules = Rules::default().with_token(self.token.clone());
        for file in &self.files {
            let text =
                std::fs::read_to_string(file).map_err(|error| Error::file("read", file, &error))?;
            rules = rules.with_file(file, &text).map_err(Error::cannot)?;
        }
        Ok(rules)
    }
}
