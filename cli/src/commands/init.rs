//! `strongroom init`: a vault, its first holder, and a line in `.gitignore`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use strongroom_vault::search::UserFolder;
use strongroom_vault::{
    AccessKey, FILE_NAME, HolderSecret, MINE_FILE_NAME, NameFault, NewHolder, NoVault, SaveError,
    Scopes, Shown, VaultId, check_plain_name, create_file, find_upwards, new_vault, random,
};

use crate::error::{Error, Status};
use crate::new_key::{self, Target};
use crate::session::{Place, current_folder};
use crate::today::today;
use crate::ui::{self, Terminal};
use crate::{ignore, keys};

/// Make a vault and its first holder
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom init --holder alice")]
pub(crate) struct Args {
    /// Name the first holder
    #[arg(long, value_name = "NAME", default_value = "owner")]
    holder: String,

    /// Use a passphrase, asked for twice or read from standard input
    #[arg(long, conflicts_with = "key_file")]
    passphrase: bool,

    /// Write the key to a new file (-: standard output), not to your configuration folder
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Make a vault although there is one further up in this repository
    #[arg(long)]
    nested: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// How the first holder opens the vault.
enum First {
    Passphrase,
    Kept(UserFolder),
    Key(Target),
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_plain_name(&args.holder)
        .map_err(|fault: NameFault| Error::bad_name("a holder", fault))?;
    let (path, root) = place_of_new(args, place)?;
    let first = first_holder(args)?;
    if args.json && matches!(first, First::Key(Target::Output)) {
        return Err(new_key::both_on_output("--key-file"));
    }
    if matches!(first, First::Key(_)) {
        new_key::permit()?;
    }
    let id = VaultId(random()?);
    let secret = match first {
        First::Passphrase => HolderSecret::Passphrase(new_key::new_passphrase()?),
        First::Kept(_) | First::Key(_) => HolderSecret::AccessKey(AccessKey::generate(id)?),
    };
    let holder = NewHolder {
        name: &args.holder,
        secret: &secret,
        scopes: Scopes::everything(),
        today: today(),
    };
    let vault = new_vault(id, &holder)?;
    // The key first: there must never be a vault that nobody can open.
    let kept = hand_over(&first, id, &args.holder, &secret)?;
    if let Err(error) = create_file(&path, &vault.text) {
        take_back(&first, id, &args.holder);
        return Err(error.into());
    }
    keys::remember(id, &vault.ring);
    ui::say(&format!(
        "created {}: an empty vault for production, development, preview and local",
        path.display()
    ));
    if let Some(root) = root {
        ui::say(&format!(
            "packages elsewhere in the repository do not find it: a vault at its root, {}, serves all of them",
            root.display()
        ));
    }
    if let Err(error) = ignore::add_line(&path, MINE_FILE_NAME) {
        ui::warn(&format!(
            "cannot write .gitignore: {error}\nadd this line to it: {MINE_FILE_NAME}"
        ));
    }
    explain(&first, &args.holder, kept.as_deref());
    if args.json {
        ui::json(&json!({
            "vault": path.display().to_string(),
            "id": id.to_string(),
            "holder": args.holder,
            "kind": new_key::kind_of(&secret),
            "key_file": kept.map(|path| path.display().to_string()),
        }))?;
    }
    Ok(Status::Done)
}

/// Where the vault goes, if nothing is there and none is further up. With it the repository's root,
/// if other packages below that find no vault.
fn place_of_new(args: &Args, place: &Place) -> Result<(PathBuf, Option<PathBuf>), Error> {
    let (path, is_named) = match place.named_vault() {
        Some(path) => (path, true),
        None => (PathBuf::from(FILE_NAME), false),
    };
    if fs::symlink_metadata(&path).is_ok() {
        return Err(SaveError::Exists(path).into());
    }
    if is_named {
        return Ok((path, None));
    }
    match find_upwards(&current_folder()?) {
        Ok(above) if !args.nested => Err(Error::cannot(format!(
            "there is a vault for this repository already: {}\nadd secrets to that one, or make another one for this \
             folder with: strongroom init --nested",
            above.display()
        ))),
        Ok(_) => Ok((path, None)),
        Err(NoVault { mut looked, in_repository }) => {
            let root = looked.pop().filter(|_| in_repository && !looked.is_empty());
            Ok((path, root))
        }
    }
}

/// Asks where nothing was said and somebody is there to answer.
fn first_holder(args: &Args) -> Result<First, Error> {
    if args.passphrase {
        return Ok(First::Passphrase);
    }
    if let Some(path) = &args.key_file {
        return Ok(First::Key(Target::from(path.as_path())));
    }
    if let Some(mut terminal) = Terminal::of_person() {
        ui::say(&format!(
            "The first holder, `{}`, opens this vault with a key file (k; kept in your configuration folder,\n\
             nothing to type) or with a passphrase (p; asked for each time).",
            Shown(&args.holder)
        ));
        let answer = terminal.ask("key file or passphrase? [K/p] ")?.to_lowercase();
        match answer.as_str() {
            "" | "k" | "key" | "key file" => {}
            "p" | "passphrase" => return Ok(First::Passphrase),
            _ => return Err(Error::usage("answer k or p, or give: --passphrase, --key-file FILE")),
        }
    }
    UserFolder::find().map(First::Kept).ok_or_else(|| {
        Error::cannot(
            "no configuration folder to keep the key in: HOME is not set\n\
             say where it goes with: --key-file FILE, or use --passphrase",
        )
    })
}

/// Hands the key over and says where it is.
fn hand_over(
    first: &First,
    id: VaultId,
    holder: &str,
    secret: &HolderSecret,
) -> Result<Option<PathBuf>, Error> {
    let HolderSecret::AccessKey(key) = secret else {
        return Ok(None);
    };
    match first {
        First::Kept(folder) => folder.keep_key(id, holder, key).map(Some).map_err(|error| {
            // Of a vault that is not there yet: nobody would ever use it.
            take_back(first, id, holder);
            Error::file("keep the key in", &folder.keys_folder(), &error)
        }),
        First::Key(target) => {
            new_key::hand_over(key, target)?;
            Ok(match target {
                Target::Output => None,
                Target::File(path) => Some(path.clone()),
            })
        }
        First::Passphrase => Ok(None),
    }
}

fn take_back(first: &First, id: VaultId, holder: &str) {
    match first {
        First::Kept(folder) => {
            let _ = folder.forget_key(id, holder);
        }
        First::Key(target) => new_key::take_back(target),
        First::Passphrase => {}
    }
}

fn explain(first: &First, holder: &str, key: Option<&Path>) {
    let holder = Shown(holder);
    let key = key.map(|path| path.display().to_string());
    let (what, back_up) = match (first, &key) {
        (First::Passphrase, _) => (
            format!("its first holder `{holder}` opens it with the passphrase that you chose"),
            "nobody can recover it: write it down and keep it where you keep such things",
        ),
        (_, Some(path)) => (
            format!("its first holder `{holder}` has an access key, in the file\n  {path}"),
            "this file exists once: back it up, in a password manager for example",
        ),
        (_, None) => (
            format!("its first holder `{holder}` has the access key that was printed"),
            "it is not shown again: keep it now, here with: strongroom key add",
        ),
    };
    ui::say(&what);
    if let (First::Key(Target::File(_)), Some(path)) = (first, &key) {
        ui::say(&format!(
            "use it with: export STRONGROOM_KEY_FILE={path}, or: strongroom key add {path}"
        ));
    }
    ui::say(back_up);
    ui::say(
        "whoever loses the last key of a vault loses its secrets, so make a second holder now:\n  \
         strongroom holder add recovery --roster --passphrase\n\
         commit strongroom.toml, and set your first secret with:\n  strongroom set --type local NAME",
    );
}
