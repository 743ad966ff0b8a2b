//! `strongroom key new`: an identity of one's own, for a vault to deliver a holder key to.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use strongroom_vault::ShownPath;
use strongroom_vault::search::{UserFolder, private_file, private_folder, public_half};
use zeroize::Zeroizing;

use crate::error::{Error, Status};
use crate::new_key::new_passphrase_text;
use crate::{age, reveal, ui};

/// Make an age identity of your own, and print its public key
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The identity stays on this machine; whoever adds you to a vault needs the public key only. One identity is
enough for all vaults. `age` and other programs can use the file too.

Examples:
  strongroom key new
  strongroom key new --passphrase")]
pub(crate) struct Args {
    /// Protect the identity with a passphrase, asked for twice or read from standard input
    #[arg(long)]
    passphrase: bool,

    /// Write the identity to this new file, and not to your configuration folder
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Status, Error> {
    if args.out.is_some() {
        reveal::permit("an identity")?;
    }
    let path = match (&args.out, UserFolder::find()) {
        (Some(path), _) => path.clone(),
        (None, Some(folder)) => folder.identity_file(),
        (None, None) => {
            return Err(Error::cannot(
                "no configuration folder to keep the identity in: HOME is not set\nsay where it goes with: --out FILE",
            ));
        }
    };
    let public_path = public_half(&path);
    for taken in [&path, &public_path] {
        if fs::symlink_metadata(taken).is_ok() {
            return Err(exists(taken, &path, args.out.is_some()));
        }
    }
    let (public, identity) = age::new_identity()?;
    let bytes = content(&public, &identity, args.passphrase)?;
    if args.out.is_none()
        && let Some(folder) = path.parent()
    {
        let made = private_folder().recursive(true).create(folder);
        made.map_err(|error| Error::file("make the folder", folder, &error))?;
    }
    write_new(&path, &bytes).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(&path, &path, args.out.is_some()),
        _ => Error::file("write the identity to", &path, &error),
    })?;
    // For people, and to know whose identity it is where a passphrase hides that.
    if let Err(error) = fs::write(&public_path, format!("{public}\n")) {
        ui::warn(&format!("cannot write {}: {error}", ShownPath(&public_path)));
    }
    ui::say(&format!("made an identity in {}; its public key is:", path.display()));
    if args.json {
        ui::json(&json!({ "public_key": public, "file": path.display().to_string() }))?;
    } else {
        ui::data(&format!("{public}\n"))?;
    }
    ui::say(&format!(
        "give it to a holder who may add others, who types: strongroom holder add NAME {public} --type TYPES\n\
         then open your holder key with: strongroom unlock{}",
        match &args.out {
            Some(path) => format!(" --identity {}", crate::hints::typed(path)),
            None => String::new(),
        }
    ));
    Ok(Status::Done)
}

/// The text of the file, as `age-keygen` writes it, or that in an age file.
fn content(public: &str, identity: &str, protected: bool) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str("# public key: ");
    text.push_str(public);
    text.push('\n');
    text.push_str(identity);
    text.push('\n');
    if protected {
        let passphrase = new_passphrase_text()?;
        age::protect(&text, &passphrase).map(Zeroizing::new)
    } else {
        Ok(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

fn exists(taken: &Path, identity: &Path, is_named: bool) -> Error {
    let error = Error::usage(format!("{} exists already, and is not replaced", ShownPath(taken)));
    if is_named {
        return error.with_hint("give the name of a file that does not exist yet");
    }
    let public = age::IdentityFile::read(identity).ok().flatten().and_then(|it| it.public_key());
    let error = match public {
        // One is enough for all vaults, so this is what was wanted.
        Some(public) => error.with_hint(format!(
            "its public key is: {public}\n\
             give it to a holder who may add others, who types: strongroom holder add NAME {public} --type TYPES"
        )),
        None => {
            error.with_hint(format!("its public key is in {}", ShownPath(&public_half(identity))))
        }
    };
    error.with_hint("make another one with: strongroom key new --out FILE")
}

/// Writes a file that only its owner can read, complete or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private_file().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}
