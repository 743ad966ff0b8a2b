//! What a new holder gets: a passphrase of somebody's choice, or an access key in a new file.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use strongroom_vault::limits::{PASSPHRASE_CHARACTERS, STRING_BYTES};
use strongroom_vault::search::private_file;
use strongroom_vault::{AccessKey, GrantError, HolderSecret, Passphrase};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::reveal;
use crate::ui::{self, Asked, Terminal};
use crate::value::{drop_newline, limited};

/// Where a new key goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output.
    Output,
    /// A new file.
    File(PathBuf),
}

impl Target {
    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Output => None,
            Self::File(path) => Some(path),
        }
    }
}

impl From<&Path> for Target {
    /// `-` is standard output.
    fn from(path: &Path) -> Self {
        if path == Path::new("-") { Self::Output } else { Self::File(path.to_owned()) }
    }
}

/// Refuses to make a key for somebody else's eyes where nothing may be shown.
pub(crate) fn permit() -> Result<(), Error> {
    reveal::permit("a new access key")
}

/// Hands a key over, complete or not at all.
pub(crate) fn hand_over(key: &AccessKey, target: &Target) -> Result<(), Error> {
    permit()?;
    hand_over_text(&key.to_text(), target)
}

/// As [`hand_over`], of another key that is shown once; who asks has asked whether it may be shown.
pub(crate) fn hand_over_text(text: &str, target: &Target) -> Result<(), Error> {
    match target {
        Target::Output => ui::new_key(text),
        Target::File(path) => {
            write_new(path, text)?;
            if is_in_repository(path) {
                ui::warn(&format!(
                    "{} lies in a git repository: move it to where it is used, and never commit it",
                    path.display()
                ));
            }
            Ok(())
        }
    }
}

/// Hands over the line that names where a key is, complete or not at all. It opens nothing by itself, so it may be shown.
pub(crate) fn hand_over_line(line: &str, target: &Target) -> Result<(), Error> {
    match target {
        Target::Output => ui::data(&format!("{line}\n")),
        Target::File(path) => write_new(path, line),
    }
}

fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    write_private(path, text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::usage(format!(
            "{} exists already\ngive the name of a file that does not exist yet",
            path.display()
        )),
        _ => Error::file("write the key to", path, &error),
    })
}

/// The stable word for what a holder opens with, as the vault has it.
pub(crate) fn kind_of(secret: &HolderSecret) -> &'static str {
    match secret {
        HolderSecret::AccessKey(_) => "access-key",
        HolderSecret::Passphrase(_) => "passphrase",
        HolderSecret::PublicKey { .. } => "age",
    }
}

/// The error for a key and JSON that would both be on standard output.
pub(crate) fn both_on_output(option: &str) -> Error {
    Error::usage(format!(
        "the access key and the JSON would both be on standard output\n\
         write the key to a file: {option} FILE"
    ))
}

/// Takes a key back that opens nothing, because what it was made for failed.
pub(crate) fn take_back(target: &Target) {
    match target {
        Target::Output => ui::say("the key above opens nothing: forget it"),
        Target::File(path) => {
            let _ = fs::remove_file(path);
        }
    }
}

/// A new passphrase: asked for twice at a terminal, else the line on standard input.
pub(crate) fn new_passphrase() -> Result<Passphrase, Error> {
    new_passphrase_text().map(|mut text| Passphrase::from(std::mem::take(&mut *text)))
}

/// As [`new_passphrase`], for something else than a vault.
pub(crate) fn new_passphrase_text() -> Result<Zeroizing<String>, Error> {
    if io::stdin().is_terminal()
        && let Some(mut terminal) = Terminal::of_person()
    {
        return asked_twice(&mut terminal);
    }
    let line = limited(io::stdin().lock(), STRING_BYTES)
        .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?;
    let Some(mut line) = line else {
        return Err(Error::usage(format!("a passphrase has at most {STRING_BYTES} bytes")));
    };
    drop_newline(&mut line);
    if line.is_empty() {
        return Err(Error::cannot(
            "no terminal to ask for the new passphrase at, and none on standard input\n\
             give it with: --passphrase < FILE",
        ));
    }
    if line.contains(&b'\n') {
        return Err(Error::usage("a passphrase is one line, and standard input has several"));
    }
    long_enough(&line)
}

fn asked_twice(terminal: &mut Terminal) -> Result<Zeroizing<String>, Error> {
    let prompt = format!("new passphrase ({PASSPHRASE_CHARACTERS} characters or more): ");
    let first = long_enough(&terminal.hidden(&prompt, Asked::Passphrase)?)?;
    let second = terminal.hidden("once more: ", Asked::Passphrase)?;
    if first.as_bytes() == second.as_slice() {
        Ok(first)
    } else {
        Err(Error::usage("the two passphrases differ\ntry again"))
    }
}

/// Checks the length before a second line is asked for; sealing checks it too.
fn long_enough(line: &[u8]) -> Result<Zeroizing<String>, Error> {
    let text = std::str::from_utf8(line)
        .map(|text| Zeroizing::new(text.to_owned()))
        .map_err(|_| Error::usage("the passphrase is not UTF-8 text"))?;
    match text.chars().count() {
        few if few < PASSPHRASE_CHARACTERS => Err(GrantError::ShortPassphrase(few).into()),
        _ => Ok(text),
    }
}

fn is_in_repository(path: &Path) -> bool {
    let is_root = |folder: &Path| folder.join(".git").exists();
    path.canonicalize().is_ok_and(|path| path.ancestors().any(is_root))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private_file().write(true).create_new(true).open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}
