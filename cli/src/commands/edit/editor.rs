//! The user's editor: which one it is, and how it is started on the private file.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use strongroom_vault::Shown;

use super::watch::Watch;
use crate::error::Error;
use crate::foreign;

/// A program with its arguments.
#[derive(Debug)]
pub(super) struct Editor {
    /// Where it was named.
    source: &'static str,
    program: OsString,
    arguments: Vec<String>,
}

impl Editor {
    /// `VISUAL`, else `EDITOR`, else `vi`.
    pub(super) fn of_user() -> Result<Self, Error> {
        for source in ["VISUAL", "EDITOR"] {
            let named = env::var_os(source).filter(|named| !named.is_empty());
            let Some(named) = named else { continue };
            // A path with spaces, as it stands. From here on it would be whatever a repository calls so.
            if Path::new(&named).is_absolute() && Path::new(&named).is_file() {
                return Ok(Self { source, program: named, arguments: Vec::new() });
            }
            let words = named.to_str().and_then(shlex::split).map(Vec::into_iter);
            let Some((program, arguments)) =
                words.and_then(|mut words| Some((words.next()?, words.collect())))
            else {
                return Err(Error::usage(format!(
                    "{source} is not a command: a quote in it may not be closed"
                )));
            };
            return Ok(Self { source, program: program.into(), arguments });
        }
        Ok(Self { source: "default", program: "vi".into(), arguments: Vec::new() })
    }

    /// Opens a file and waits until the editor ends.
    pub(super) fn edit(&self, watch: &Watch, file: &Path) -> Result<(), Error> {
        let mut command = foreign::program(&self.program);
        command.args(&self.arguments).args(self.without_traces()).arg(file);
        command.stdin(Stdio::inherit());
        let shown = self.program.to_string_lossy();
        let shown = Shown(&shown);
        let status = watch.run(&mut command).map_err(|error| {
            let what = match error.kind() {
                io::ErrorKind::NotFound => "command not found".to_owned(),
                _ => error.to_string(),
            };
            Error::cannot(format!("cannot start the editor `{shown}` ({}): {what}", self.source))
                .with_hint("name one in VISUAL or EDITOR, for example: EDITOR=nano strongroom edit")
        })?;
        if status.success() {
            return Ok(());
        }
        let how = status
            .code()
            .map_or("was ended by a signal".to_owned(), |code| format!("ended with status {code}"));
        Err(Error::no(format!("the editor `{shown}` {how}: nothing was changed")))
    }

    /// What keeps an editor from writing what it shows to other places: swap, undo and register files.
    fn without_traces(&self) -> &'static [&'static str] {
        // What `vi` is differs; `vim.basic` and its kind are vim. Behind `env` stands the program.
        let mut name = name_of(&file_of(&self.program));
        if Path::new(&self.program).file_name().is_some_and(|name| name == "env") {
            let program =
                self.arguments.iter().find(|it| !it.starts_with('-') && !it.contains('='));
            name = name_of(&file_of(program.map_or("".as_ref(), |program| program.as_ref())));
        }
        match name.split('.').next() {
            Some("vim" | "nvim" | "gvim" | "rvim" | "rview") => {
                &["-n", "-i", "NONE", "-c", "set noundofile nobackup nowritebackup"]
            }
            _ => &[],
        }
    }
}

/// A program's file, where links lead.
fn file_of(program: &OsStr) -> PathBuf {
    let named = PathBuf::from(program);
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found = env::split_paths(&path).map(|folder| folder.join(&named));
    let file = if named.components().count() > 1 { None } else { found.find(|it| it.is_file()) };
    let file = file.unwrap_or(named);
    file.canonicalize().unwrap_or(file)
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
