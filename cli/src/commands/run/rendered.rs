//! `--render`: files whose references have values, handed to the program without lying on a disk.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use strongroom_vault::ShownPath;

use crate::error::Error;
use crate::handed::Handed;
use crate::variables::is_dangerous;

/// A file of `--render`, and how the program learns its path.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    /// As it was typed.
    pub(super) file: PathBuf,
    pub(super) variable: Option<String>,
}

impl Rendered {
    /// Reads `FILE` or `FILE=VARIABLE`. A file may be called like what can be neither.
    pub(super) fn parse(word: &OsStr) -> Result<Self, Error> {
        let whole = || Self { file: word.into(), variable: None };
        let Some((file, variable)) = word.to_str().and_then(|word| word.rsplit_once('=')) else {
            return Ok(whole());
        };
        let shown = ShownPath(Path::new(file));
        if !file.is_empty() && is_variable(variable) {
            return Ok(Self { file: file.into(), variable: Some(variable.to_owned()) });
        }
        if Path::new(word).exists() {
            return Ok(whole());
        }
        Err(Error::usage(if file.is_empty() {
            format!(
                "--render {} names no file\nwrite: --render FILE={}",
                ShownPath(Path::new(word)),
                if is_variable(variable) { variable } else { "CONFIG_FILE" }
            )
        } else {
            format!(
                "--render {}: what follows the `=` is no name for a variable: letters, digits and `_`, and no digit at the start\n\
                 write: --render {shown}=CONFIG_FILE",
                ShownPath(Path::new(word)),
            )
        }))
    }

    /// Refuses a file that nothing would lead to, and a variable that could take over the program.
    pub(super) fn check(&self, command: &[OsString], allow_dangerous: bool) -> Result<(), Error> {
        let shown = ShownPath(&self.file);
        match &self.variable {
            Some(variable) if is_dangerous(variable) && !allow_dangerous => {
                Err(Error::cannot(format!(
                    "{variable} can take over the program: nothing was started\n\
                     give the file's path another variable: --render {shown}=CONFIG_FILE"
                )))
            }
            None if !command.iter().any(|word| self.is_in(word)) => Err(Error::usage(format!(
                "nothing tells the program where {shown} is\n\
                 name a variable for its path: --render {shown}=CONFIG_FILE\n\
                 or write {{{shown}}} where the program's arguments are to have it: -- app --config {{{shown}}}"
            ))),
            _ => Ok(()),
        }
    }

    /// The file in braces, as arguments have it.
    fn placeholder(&self) -> Option<String> {
        Some(format!("{{{}}}", self.file.to_str()?))
    }

    fn is_in(&self, word: &OsStr) -> bool {
        let placeholder = self.placeholder();
        word.to_str().zip(placeholder).is_some_and(|(word, file)| word.contains(&file))
    }

    /// A word of the command with the path in place of the file in braces.
    pub(super) fn put_into(&self, word: OsString, handed: &Handed) -> OsString {
        if !self.is_in(&word) {
            return word;
        }
        let (placeholder, path) = (self.placeholder().unwrap_or_default(), handed.path());
        word.to_string_lossy().replace(&placeholder, &path.to_string_lossy()).into()
    }
}

fn is_variable(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.bytes().all(is_part) && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}
