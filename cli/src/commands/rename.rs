//! `strongroom rename`: another name for a secret; its values are sealed again, since a name is
//! authenticated.

use serde_json::json;
use strongroom_vault::{
    App, Apps, EditError, EnvironmentType, Index, Secret, Shown, check_secret_name, fold,
};

use crate::error::{Error, Status};
use crate::hints::no_secret;
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::session::{Place, Session};
use crate::ui;

/// Give a secret another name; its values, their versions and their dates stay
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs a key for every environment type that the secret has a value for: names are sealed too.

Example: strongroom rename github_api_token deploy_token")]
pub(crate) struct Args {
    /// The secret's name now
    old: String,

    /// Its new name
    new: String,

    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_secret_name(&args.new).map_err(EditError::BadName)?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let secret = index.secret(&args.old).ok_or_else(|| no_secret(index, &args.old))?;
    let old = secret.name();
    if old == args.new {
        ui::say(&format!("unchanged {old}: that is its name"));
        return told(args, old, 0);
    }
    refuse_early(index, secret, &args.new)?;
    let while_renaming =
        |error: Error| error.while_doing(format!("cannot rename `{}`", Shown(old)));
    let apps = session.apps().map_err(while_renaming)?;
    let keys = Keys::of_types(index, kinds_of(secret, apps)).map_err(while_renaming)?;
    let rename = |draft: &mut strongroom_vault::Draft<'_, '_>, index: &Index<'_>| {
        let secret = index.secret(old).ok_or_else(|| no_secret(index, old))?;
        let keys: Vec<_> = kinds_of(secret, index.apps().map_err(EditError::from)?)
            .into_iter()
            .map(|kind| keys.current_data_key(index, kind))
            .collect::<Result<_, _>>()?;
        draft.rename_secret(&keys, old, &args.new)?;
        Ok(secret.values().len())
    };
    let (values, did) = if args.dry_run {
        (session.rehearse(rename)?, "would rename")
    } else {
        (session.edit(rename)?, "renamed")
    };
    let sealed = if values == 1 { "its value is" } else { "its values are" };
    ui::say(&format!("{did} {old} to {}: {sealed} sealed again, version and date stay", args.new));
    if fold(old) != fold(&args.new) {
        // Where that is, cargo would have to be asked, which runs what the folder says: `check` does so.
        ui::say(&format!(
            "where a struct declares {old}: rename the field, or put above it: #[secret(name = \"{}\")]\n\
             find it with: strongroom check",
            args.new
        ));
        say_if_own(&session, old, &args.new);
    }
    told(args, old, values)
}

fn told(args: &Args, old: &str, values: usize) -> Result<Status, Error> {
    if args.json {
        ui::json(&json!({
            "name": args.new,
            "before": old,
            "sealed_again": values,
            "saved": !args.dry_run,
        }))?;
    }
    Ok(Status::Done)
}

/// What can be told without any key.
fn refuse_early(index: &Index<'_>, secret: &Secret<'_>, new: &str) -> Result<(), Error> {
    if let Some(other) = index.secret(new)
        && other.name() != secret.name()
    {
        return Err(EditError::SecretExists(other.name().to_owned()).into());
    }
    Ok(())
}

/// Tells of a value of one's own, which is no part of the vault and keeps its name. A file that cannot
/// be read is left to those who load it.
fn say_if_own(session: &Session<'_>, old: &str, new: &str) {
    let index = &session.index;
    let Ok(file) = OwnFile::read(session, &EnvironmentType::Local.into()) else { return };
    if let Ok(Some(mine)) = file.open(index)
        && mine.secret(old).is_some()
    {
        ui::say(&format!(
            "your own value keeps the old name; set it again with: strongroom set --mine {new}"
        ));
    }
}

/// The types whose data keys seal a secret's values, or the API keys of applications that may have it; each once.
fn kinds_of(secret: &Secret<'_>, apps: &Apps<'_>) -> Vec<EnvironmentType> {
    let may_have = |app: &&App<'_>| fold(app.secret()) == fold(secret.name());
    let keys = || apps.iter().filter(may_have).flat_map(App::keys);
    let has_value = |kind: &EnvironmentType| {
        secret.values().iter().any(|it| it.kind() == *kind) || keys().any(|it| it.kind() == *kind)
    };
    EnvironmentType::ALL.into_iter().filter(has_value).collect()
}
