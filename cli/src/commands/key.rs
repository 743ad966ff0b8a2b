//! `strongroom key`: the access keys kept on this machine for this vault.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use serde_json::{Value as Json, json};
use strongroom_vault::limits::STRING_BYTES;
use strongroom_vault::search::{KEY_VARIABLES, KeptKey, Source, UserFolder, Wanted, unlock};
use strongroom_vault::{AccessKey, Credential, EnvironmentType, Index, KeyRing, Shown, nearest};
use zeroize::Zeroizing;

use super::{deposit_key, identity, older, rotate, wrap};
use crate::error::{Error, Status};
use crate::keys;
use crate::session::Place;
use crate::today::unix_now;
use crate::ui::{self, Asked, Cell, Table, Terminal};
use crate::value::limited;

/// Make an identity; add, list and remove the keys kept here for this vault; wrap one for a service
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    New(identity::Args),
    Add(Add),
    Wrap(wrap::Args),
    List(List),
    Remove(Remove),
    Deposit(deposit_key::Args),
    Rotate(rotate::Args),
    Older(older::Args),
}

/// Keep an access key, typed at a hidden prompt or read from standard input or a file
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom key add < key.txt")]
pub(crate) struct Add {
    /// A file that holds the key
    file: Option<PathBuf>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// List the keys kept for this vault
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom key list")]
pub(crate) struct List {
    /// Print JSON: [{"holder", "kept", "until", "file", "opens": TYPES, "roster"}]
    #[arg(long)]
    json: bool,
}

/// Remove a kept key from this machine; its holder stays in the vault
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom key remove ci")]
pub(crate) struct Remove {
    /// The holder whose key is removed
    name: String,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::New(args) => identity::run(&args),
        Command::Deposit(args) => deposit_key::run(&args, place),
        Command::Rotate(args) => rotate::run(&args, place),
        Command::Older(args) => older::run(&args, place),
        Command::Wrap(args) => wrap::run(&args, place),
        Command::Add(args) => with_kept(place, |index, folder| add(&args, index, folder)),
        Command::List(args) => with_kept(place, |index, folder| list(&args, index, folder)),
        Command::Remove(args) => with_kept(place, |index, folder| remove(&args, index, folder)),
    }
}

/// Does something with the keys that are kept here for a vault.
fn with_kept(
    place: &Place,
    doing: impl FnOnce(&Index<'_>, &UserFolder) -> Result<Status, Error>,
) -> Result<Status, Error> {
    let folder = UserFolder::find()
        .ok_or_else(|| Error::cannot("no configuration folder to keep keys in: HOME is not set"))?;
    let found = place.read()?;
    let session = found.open()?;
    doing(&session.index, &folder)
}

fn add(args: &Add, index: &Index<'_>, folder: &UserFolder) -> Result<Status, Error> {
    let text = read_key(args)?;
    let key = std::str::from_utf8(&text)
        .map_err(|_| strongroom_vault::AccessKeyFault::NotAnAccessKey)
        .and_then(|text| AccessKey::parse(text.trim()))
        .map_err(Error::usage)?;
    let credential = Credential::AccessKey(key.clone());
    let ring = unlock(index, Wanted::Anything, Source::Given, &credential, None)?.ring;
    let path = folder
        .keep_key(index.id(), ring.holder(), &key)
        .map_err(|error| Error::file("keep the key in", &folder.keys_folder(), &error))?;
    keys::remember(index.id(), &ring);
    ui::say(&format!(
        "kept the key of `{}`, which opens {}, in\n  {}",
        Shown(ring.holder()),
        opens(&ring),
        path.display()
    ));
    if args.json {
        ui::json(&kept_json(ring.holder(), &path.display().to_string(), Some(&ring)))?;
    }
    Ok(Status::Done)
}

/// A kept access key for `--json`.
fn kept_json(holder: &str, path: &str, ring: Option<&KeyRing>) -> Json {
    let kinds = ring.into_iter().flat_map(KeyRing::kinds).map(EnvironmentType::as_str);
    json!({
        "holder": holder,
        "kept": "access-key",
        "until": null,
        "file": path,
        "opens": kinds.collect::<Vec<_>>(),
        "roster": ring.is_some_and(|ring| ring.roster().is_some()),
    })
}

fn read_key(args: &Add) -> Result<Zeroizing<Vec<u8>>, Error> {
    let read = match &args.file {
        Some(path) => read_key_file(path)?,
        None if io::stdin().is_terminal() => match Terminal::of_person() {
            Some(mut terminal) => Some(terminal.hidden("access key: ", Asked::Value)?),
            None => {
                return Err(Error::cannot(
                    "no terminal to ask for the key at\ngive it with: strongroom key add FILE",
                ));
            }
        },
        None => limited(io::stdin().lock(), STRING_BYTES)
            .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?,
    };
    read.ok_or_else(|| Error::usage("not an access key: the text is too long"))
}

/// The bytes of a file that holds a key; none where it is too long for one.
pub(super) fn read_key_file(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    File::open(path)
        .and_then(|file| limited(file, STRING_BYTES))
        .map_err(|error| Error::file("read the key from", path, &error))
}

fn list(args: &List, index: &Index<'_>, folder: &UserFolder) -> Result<Status, Error> {
    let kept = folder.keys(index.id())?.keys;
    if args.json {
        ui::json(&kept.iter().map(|key| listed_json(key, index)).collect())?;
        return Ok(Status::Done);
    }
    if kept.is_empty() {
        ui::say("no key is kept for this vault; keep one with: strongroom key add");
    } else {
        let mut table = Table::new(["holder", "opens", "kept", "file"]);
        for key in &kept {
            let opens = match key.open(index) {
                Ok(ring) => Cell::from(opens(&ring)),
                Err(_) => Cell::bad("nothing in this vault"),
            };
            let path = key.path.display().to_string();
            table.row([Cell::from(key.holder()), opens, Cell::from(how(key)), Cell::faint(path)]);
        }
        ui::table(&table)?;
    }
    for variable in KEY_VARIABLES.iter().take(3) {
        if std::env::var_os(variable).is_some_and(|value| !value.is_empty()) {
            ui::say(&format!("{variable} is set and comes before kept keys"));
        }
    }
    Ok(Status::Done)
}

/// How a key is kept, in words.
pub(crate) fn how(key: &KeptKey) -> String {
    match key.until() {
        _ if !key.is_unlocked() => "access key".to_owned(),
        None => "unlocked".to_owned(),
        Some(until) => {
            let left = SignedDuration::from_secs(
                i64::try_from(until.saturating_sub(unix_now())).unwrap_or(i64::MAX),
            );
            format!("unlocked for {left:#}")
        }
    }
}

fn listed_json(key: &KeptKey, index: &Index<'_>) -> Json {
    let path = key.path.display().to_string();
    let mut json = kept_json(&key.holder(), &path, key.open(index).ok().as_ref());
    if key.is_unlocked() {
        json["kept"] = "unlocked".into();
        json["until"] = key.until().into();
    }
    json
}

fn remove(args: &Remove, index: &Index<'_>, folder: &UserFolder) -> Result<Status, Error> {
    let (unlocked, kept): (Vec<KeptKey>, Vec<KeptKey>) =
        folder.keys(index.id())?.keys.into_iter().partition(KeptKey::is_unlocked);
    let names: Vec<String> = kept.iter().map(KeptKey::holder).collect();
    if !names.contains(&args.name) && unlocked.iter().any(|key| key.holder() == args.name) {
        let name = Shown(&args.name);
        return Err(Error::no(format!(
            "`{name}` is unlocked here, and no access key of it is kept"
        ))
        .with_hint("forget what is unlocked with: strongroom lock"));
    }
    if !names.contains(&args.name) {
        let error = Error::no(format!("no key of `{}` is kept for this vault", Shown(&args.name)));
        return Err(match nearest(&args.name, names.iter().map(String::as_str)) {
            Some(near) => error.with_hint(format!("did you mean `{}`?", Shown(near))),
            None => error.with_hint("see those that are with: strongroom key list"),
        });
    }
    if !args.yes {
        ui::say("if this is the only copy of the key, what it alone opens is lost for ever");
        let Some(mut terminal) = Terminal::of_person() else {
            return Err(Error::usage("no terminal to ask at\nremove it with: --yes"));
        };
        terminal.confirm(
            &format!("remove the key of {}?", args.name),
            Error::no("nothing was removed"),
        )?;
    }
    folder
        .forget_key(index.id(), &args.name)
        .map_err(|error| Error::file("remove a key from", &folder.keys_folder(), &error))?;
    ui::say(&format!("removed the key of `{}` from this machine", args.name));
    Ok(Status::Done)
}

/// What a ring opens, in words.
pub(super) fn opens(ring: &KeyRing) -> String {
    if ring.roster().is_some() {
        "everything".to_owned()
    } else {
        ring.kinds().map(EnvironmentType::as_str).collect::<Vec<_>>().join(", ")
    }
}
