//! `strongroom setting set`: a value that is no secret, so that it may be an argument.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use serde_json::{Value as Json, json};
use strongroom_vault::limits::STRING_BYTES;
use strongroom_vault::{EditError, PlainOutcome, PlainSetting, Shown, check_secret_name};

use super::leak;
use super::scopes::Scopes;
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;
use crate::value::{drop_newline, from_file, limited};

/// Set a setting: a value that is no secret, plain in the vault
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom setting set [--type TYPES] [--env NAMES] [--default] [OPTIONS] NAME [VALUE]",
    after_help = "\
A value is one line of text. Without one it is read from standard input; one newline at its end is dropped, as of
a file. A list is one text with commas. What is secret is set with `strongroom set`.

Examples:
  strongroom setting set --default max_retries 3
  strongroom setting set --type dev,local request_timeout 30s
  strongroom setting set --env staging public_url https://staging.example --about 'where the shop is'
  strongroom setting set --type prod motd < motd.txt"
)]
pub(crate) struct Args {
    #[command(flatten)]
    scopes: Scopes,

    /// Take the value from this file
    #[arg(long, value_name = "FILE", conflicts_with = "value")]
    from_file: Option<PathBuf>,

    /// Say what the setting is for; an empty text removes that
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The setting's name
    name: String,

    /// The value
    #[arg(allow_negative_numbers = true)]
    value: Option<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_secret_name(&args.name)
        .map_err(|fault| Error::bad_name("a setting", fault).while_doing("NAME"))?;
    let found = place.read()?;
    let session = found.open()?;
    let (index, name) = (&session.index, &args.name);
    // A description alone needs no value, and no environment.
    let is_about_alone = args.about.is_some()
        && args.scopes.is_empty()
        && args.value.is_none()
        && args.from_file.is_none();
    let (scopes, value) = if is_about_alone {
        (Vec::new(), String::new())
    } else {
        let example = format!("strongroom setting set --type local {} VALUE", Shown(name));
        let scopes = args.scopes.need(index, &example)?;
        let value = value(args)?;
        leak::refuse(&session, name, &scopes, &value)?;
        (scopes, value)
    };
    let outcomes = session.edit(|draft, index| {
        let mut outcomes = Vec::with_capacity(scopes.len());
        for scope in &scopes {
            scope.unchanged(index)?;
            outcomes.push(draft.set_setting(name, scope.0.as_ref(), &value)?);
        }
        if let Some(about) = &args.about {
            if is_about_alone && index.settings().get(name).is_none() {
                super::named(index, name)?;
            }
            draft.set_setting_about(name, about)?;
        }
        Ok(outcomes)
    })?;
    let known = index.settings().get(name);
    let name = known.map_or(name.as_str(), PlainSetting::name);
    let mut values: Vec<Json> = Vec::new();
    for (scope, outcome) in scopes.iter().zip(outcomes) {
        let change = match outcome {
            PlainOutcome::Created => "created",
            PlainOutcome::Updated => "updated",
            PlainOutcome::Unchanged => "unchanged",
        };
        ui::say(&format!("{change} {name} {}", scope.words()));
        values.push(json!({ "environment": scope.key(), "change": change }));
    }
    if args.about.is_some() {
        ui::say(&format!("described {name}"));
    }
    if known.is_none()
        && let Some(near) = index.settings().near(name)
    {
        ui::say(&format!(
            "there is also a setting `{}`: if that was meant, remove this one with: strongroom setting unset --all {name}",
            Shown(near)
        ));
    }
    if args.json {
        ui::json(&json!({ "name": name, "values": values }))?;
    }
    Ok(Status::Done)
}

/// The value of the command line, of the file, or of standard input.
fn value(args: &Args) -> Result<String, Error> {
    if let Some(value) = &args.value {
        return Ok(value.clone());
    }
    let mut bytes = match &args.from_file {
        Some(path) => from_file(path)?.to_vec(),
        None => from_input(&args.name)?,
    };
    drop_newline(&mut bytes);
    String::from_utf8(bytes).map_err(|_| {
        Error::usage("the value is not UTF-8\na setting is one line of text; what is not belongs into a file or a secret")
    })
}

fn from_input(name: &str) -> Result<Vec<u8>, Error> {
    let example = format!("for example: strongroom setting set --type local {} VALUE", Shown(name));
    if io::stdin().is_terminal() {
        return Err(Error::usage(format!("which value?\n{example}")));
    }
    // With one newline that is dropped, and one byte that shows that there are more.
    let most = STRING_BYTES + 3;
    let read = limited(io::stdin().lock(), most)
        .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?;
    match read {
        Some(bytes) if bytes.is_empty() => Err(Error::usage(format!(
            "standard input is empty; an empty value is written ''\n{example}"
        ))),
        Some(bytes) => Ok(bytes.to_vec()),
        None => Err(EditError::SettingTooLong(most).into()),
    }
}
