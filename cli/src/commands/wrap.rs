//! `strongroom key wrap`: an access key that only a service can open, as one line for `STRONGROOM_KEY`.

use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use strongroom_vault::limits::STRING_BYTES;
use strongroom_vault::search::{KeyError, KeyPlace, Source, UserFolder, Wanted, named_key, unlock};
use strongroom_vault::{AccessKey, AccessKeyFault, Credential, Shown, ShownPath};
use zeroize::Zeroizing;

use super::key::{opens, read_key_file};
use crate::error::{Error, Status};
use crate::session::Place;
use crate::value::limited;
use crate::{key_services, system, ui};

/// Wrap an access key with a key of a cloud or of a Vault, for programs that may use that one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The key is read from --key-file or from standard input; without one, it is the access key that is in use here.
What is printed is for STRONGROOM_KEY, or for the file that STRONGROOM_KEY_FILE names, where the program runs: it
opens nothing by itself, and the program asks the service to open it. docs/key-services.md has the services.

Examples:
  strongroom key wrap --with vault-transit:shop < ci.key
  strongroom key wrap --with aws-kms:alias/shop --key-file ci.key
  strongroom key wrap --with gcp-kms:projects/shop/locations/global/keyRings/shop/cryptoKeys/strongroom")]
pub(crate) struct Args {
    /// The service and its key: aws-kms:KEY, gcp-kms:KEY, azure-key:KEY, vault-transit:KEY
    #[arg(long, value_name = "SERVICE:KEY")]
    with: String,

    /// A file that holds the access key
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let with = key_services::parse_with("--with", &args.with)?;
    let key = match given(args)? {
        Some(text) => access_key(Source::Given, &text)?,
        None => in_use(place)?,
    };
    let line = key_services::wrap(&with, &key)?;
    ui::data(&format!("{line}\n"))?;
    let whose = whose(place, &key).unwrap_or_else(|| "the access key".to_owned());
    ui::say(&format!("wrapped {whose}; the line opens nothing by itself"));
    say_use(&with);
    Ok(Status::Done)
}

/// Says what a line is for.
pub(super) fn say_use(with: &KeyPlace) {
    ui::say(&format!(
        "where the program runs, set STRONGROOM_KEY to it, and let the program open with that key of `{}`: \
         docs/key-services.md says how",
        with.service().name
    ));
}

/// The text of a key from the file or from standard input; none where neither has one.
fn given(args: &Args) -> Result<Option<Zeroizing<String>>, Error> {
    let bytes = match &args.key_file {
        Some(path) => read_key_file(path)?,
        None if io::stdin().is_terminal() => return Ok(None),
        None => limited(io::stdin().lock().by_ref(), STRING_BYTES)
            .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?,
    };
    let bytes = bytes.ok_or_else(|| Error::usage("not an access key: the text is too long"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        Error::usage(KeyError::AccessKey(Source::Given, AccessKeyFault::NotAnAccessKey))
    })?;
    let is_empty = text.trim().is_empty() && args.key_file.is_none();
    // A file that a shell made and nobody filled is no wish for another key.
    if is_empty && system::input_is_file() {
        return Err(Error::usage(format!("the file on standard input is empty\n{GIVE_ONE}")));
    }
    Ok((!is_empty).then(|| Zeroizing::new(text.to_owned())))
}

/// The key that a text is, or that is where it says.
fn access_key(source: Source, text: &str) -> Result<AccessKey, Error> {
    let parse = |source, text: &str| {
        AccessKey::parse(text.trim()).map_err(|fault| KeyError::AccessKey(source, fault))
    };
    match KeyPlace::parse(text) {
        Some(Ok(place)) => {
            let text = key_services::text(source.clone(), &place)?;
            let (service, named_by) = (place.service().name, Box::new(source));
            Ok(parse(Source::Service { service, named_by }, &text)?)
        }
        Some(Err(fault)) => Err(KeyError::Place(source, fault).into()),
        None => parse(source, text).map_err(Error::usage),
    }
}

/// The access key that commands use here.
fn in_use(place: &Place) -> Result<AccessKey, Error> {
    match named_key()? {
        Some((source @ Source::Passphrase, _)) => {
            return Err(Error::usage(format!(
                "{source} has a passphrase, and only an access key is wrapped\n{GIVE_ONE}"
            )));
        }
        Some((source, text)) => return access_key(source, &text),
        None => {}
    }
    let found = place.read()?;
    let session = found.open()?;
    let kept = match UserFolder::find() {
        Some(folder) => folder.keys(session.index.id())?.keys,
        None => Vec::new(),
    };
    let mut keys = Vec::new();
    for kept in kept {
        if let Some(key) = kept.access_key()? {
            keys.push((kept, key));
        }
    }
    if keys.len() > 1 {
        let files = keys.iter().map(|(kept, _)| format!("\n  {}", ShownPath(&kept.path)));
        return Err(Error::usage(format!(
            "several access keys are kept here, and one is wrapped\nsay which one with: --key-file FILE{}",
            files.collect::<String>()
        )));
    }
    let (_, key) = keys.pop().ok_or_else(|| {
        Error::cannot(format!("no access key is in use here for this vault\n{GIVE_ONE}"))
    })?;
    Ok(key)
}

/// Whose key it is and what it opens, where the vault at hand tells.
fn whose(place: &Place, key: &AccessKey) -> Option<String> {
    let found = place.read().ok()?;
    let session = found.open().ok()?;
    let credential = Credential::AccessKey(key.clone());
    let found = unlock(&session.index, Wanted::Anything, Source::Given, &credential, None).ok()?;
    let holder = Shown(found.ring.holder());
    Some(format!("the key of `{holder}`, which opens {}", opens(&found.ring)))
}

const GIVE_ONE: &str = "give one with: --key-file FILE, or make one with: strongroom holder add NAME --type TYPES --wrap SERVICE:KEY";
