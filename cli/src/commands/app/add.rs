//! `strongroom app add`: an application that may have one secret.

use serde_json::json;
use strongroom_vault::{AppId, EditError, Shown, check_plain_name, random};

use crate::error::{Error, Status};
use crate::hints::no_secret;
use crate::session::Place;
use crate::ui;

/// Add an application that may have one secret
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Its id is a new UUID, or the one that it has already. It has no key yet: strongroom app key new NAME
Example: strongroom app add shop --secret jwt_signing_key")]
pub(crate) struct Args {
    /// The application's name
    name: String,

    /// The secret that it may have
    #[arg(long, value_name = "NAME")]
    secret: String,

    /// The application's id, a UUID (if nothing is said, a new one)
    #[arg(long, value_name = "UUID")]
    id: Option<String>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_plain_name(&args.name).map_err(EditError::BadAppName)?;
    let id = match &args.id {
        None => AppId::of_random(random()?),
        Some(text) => AppId::from_text(text).ok_or_else(|| {
            Error::usage(
                "--id takes a UUID: 36 characters such as 6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22\n\
                 leave it out for a new one",
            )
        })?,
    };
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let secret = index.secret(&args.secret).ok_or_else(|| no_secret(index, &args.secret))?;
    session.edit(|draft, _| Ok(draft.add_app(&args.name, id, secret.name())?))?;
    let (name, secret) = (&args.name, secret.name());
    ui::say(&format!("added the application `{name}`: it may have {}", Shown(secret)));
    ui::say(&format!(
        "its id: {id}\nmake a key for it with: strongroom app key new {name} --type TYPE"
    ));
    if args.json {
        ui::json(&json!({ "name": name, "id": id.to_string(), "secret": secret }))?;
    }
    Ok(Status::Done)
}
