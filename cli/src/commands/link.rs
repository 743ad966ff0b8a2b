//! `strongroom link`: records that a store keeps a value, after fetching it once.

use serde_json::json;
use strongroom_vault::{
    Content, EditError, Environment, Expiry, Index, SetOutcome, Shown, StoreEntry, Value,
    check_secret_name, check_settable,
};

use crate::environments::Several;
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::session::Place;
use crate::stores::{self, Asker, Doubt, Link, Wanted};
use crate::value::{Unopened, kinds_of};
use crate::{hints, ui};

/// Record where a store keeps the value of a secret
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom link [--type TYPES] [--env NAMES] [OPTIONS] NAME [STORE:REFERENCE]",
    after_help = "\
A reference is name, name/key where secrets have several keys, name@version, or name#json.path into a value that
is JSON. The value is fetched once, and never shown. Without a reference it is made of the secret's name, and
without a store it is the default one of the environment.

Examples:
  strongroom link --type production stripe_api_key cluster:api-credentials/api-key
  strongroom link --type production stripe_api_key        in the default store, by its own name"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Record it without fetching it
    #[arg(long)]
    no_fetch: bool,

    /// Let a reference take the place of a sealed value
    #[arg(long)]
    replace: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The secret's name
    name: String,

    /// The store, and where the value lies there
    #[arg(value_name = "STORE:REFERENCE")]
    place: Option<String>,
}

/// Where the value for one environment lies.
struct Target<'i> {
    environment: &'i Environment,
    store: &'i StoreEntry<'i>,
    reference: String,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_secret_name(&args.name).map_err(EditError::BadName)?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let example = format!("strongroom link --type production {} STORE:REFERENCE", args.name);
    let environments = args.environments.need(index, &example)?;
    let name = index.secret(&args.name).map_or(args.name.as_str(), |secret| secret.name());
    let asker = Asker::of(&session);
    let mut targets = Vec::new();
    for environment in &environments {
        check_settable(index, &args.name, environment)?;
        refuse_replacing(index, name, environment, args)?;
        targets.push(target(args, index, &asker, name, environment)?);
    }
    let mut keys = Keys::of_types(index, kinds_of(&environments))?;
    // Also where nothing is fetched: what is sealed now vouches for the store.
    for Target { store, environment, .. } in &targets {
        let kinds = [environment.kind()];
        stores::refuse_doubtful(index, &mut keys, &asker, store, &kinds, Some(name))?;
    }
    if !args.no_fetch {
        fetch(&asker, name, &targets)?;
    }
    let outcomes = session.edit(|draft, index| {
        let record = |Target { environment, store, reference }: &Target<'_>| {
            refuse_replacing(index, name, environment, args)?;
            let terms = Expiry::Unsaid.into();
            Link { name, environment, store, reference, terms, is_new_value: false }
                .record(draft, index, &keys)
        };
        targets.iter().map(record).collect::<Result<Vec<_>, Error>>()
    })?;
    for (target, outcome) in targets.iter().zip(&outcomes) {
        say(name, target, *outcome);
    }
    if args.no_fetch {
        let flag = environments.first().map(Environment::flag).unwrap_or_default();
        ui::say(&format!("it was not fetched; look with: strongroom check {flag} --live"));
    } else {
        ui::say("what is there was fetched once, and not shown");
    }
    if let Some(also) = hints::also(index, name, &environments) {
        ui::say(&also);
    }
    if args.json {
        let value = |(target, outcome): (&Target<'_>, &SetOutcome)| {
            json!({
                "environment": target.environment.name(),
                "store": target.store.name(),
                "reference": target.reference,
                "change": word(*outcome),
            })
        };
        let values: Vec<_> = targets.iter().zip(&outcomes).map(value).collect();
        ui::json(&json!({ "name": name, "values": values, "fetched": !args.no_fetch }))?;
    }
    Ok(Status::Done)
}

fn target<'i>(
    args: &Args,
    index: &'i Index<'_>,
    asker: &Asker,
    name: &str,
    environment: &'i Environment,
) -> Result<Target<'i>, Error> {
    let (store, reference) = match &args.place {
        None => (None, ""),
        // What has no `:` may be a value at the wrong place, and is not repeated.
        Some(place) => match place.split_once(':') {
            Some((store, reference)) => (Some(store), reference),
            None if index.stores().get(place).is_some() => {
                return Err(Error::usage(format!(
                    "`{0}` is a store, and behind it goes where the value lies there: {0}:REFERENCE\n\
                     by the secret's own name: strongroom link {1} {name} {0}:",
                    Shown(place),
                    environment.flag()
                )));
            }
            None => {
                return Err(Error::usage(format!(
                    "which store? the last argument is STORE:REFERENCE\n\
                     for example: strongroom link {} {name} cluster:api-credentials/api-key",
                    environment.flag()
                )));
            }
        },
    };
    let example = format!("strongroom link {} {name} STORE:REFERENCE", environment.flag());
    let store = stores::named_or_default(index, store, environment, &example)?;
    let reference = match reference {
        "" => asker.reference_of(store, name),
        given => asker.check_reference(store, given).map(|()| given.to_owned()),
    };
    let reference = reference.map_err(|why| {
        Error::usage(format!("cannot refer to the store `{}`: {why}", store.name()))
            .with_hints(why.next(store.name()))
    })?;
    Ok(Target { environment, store, reference })
}

/// A sealed value would be lost.
fn refuse_replacing(
    index: &Index<'_>,
    name: &str,
    environment: &Environment,
    args: &Args,
) -> Result<(), Error> {
    let value = index.secret(name).and_then(|secret| secret.value(environment.name()));
    match value.map(Value::content) {
        Some(Content::Sealed(_)) if !args.replace => Err(Error::usage(format!(
            "`{name}` has a sealed value for `{environment}`, which a reference would replace\n\
             if that is meant, add: --replace"
        ))),
        _ => Ok(()),
    }
}

/// Fetches everything once; nothing is shown of it.
fn fetch(asker: &Asker, name: &str, targets: &[Target<'_>]) -> Result<(), Error> {
    let wanted: Vec<Wanted<'_>> =
        targets.iter().map(|it| Wanted { store: it.store, reference: &it.reference }).collect();
    for (target, answer) in targets.iter().zip(asker.fetch(&wanted)) {
        let Target { environment, store, reference } = target;
        match answer {
            Ok(value) => {
                if let Some(doubt) = Doubt::of(store, &value) {
                    ui::warn(&doubt.words(store, reference));
                }
            }
            Err(why) => {
                let unopened = Unopened::at(store.name(), reference, why);
                let error = Error::cannot(format!(
                    "cannot link `{}` for `{environment}`: {unopened}\nnothing was recorded",
                    Shown(name)
                ))
                .with_hints(unopened.next(&environment.flag(), name));
                return Err(error.with_hint("record it without fetching it with: --no-fetch"));
            }
        }
    }
    Ok(())
}

fn say(name: &str, target: &Target<'_>, outcome: SetOutcome) {
    let Target { environment, store, reference } = target;
    let place = format!("{}:{reference}", store.name());
    ui::say(&match outcome {
        SetOutcome::Created => format!("linked {name} for {environment} to {place}"),
        SetOutcome::Updated(version) => {
            format!("linked {name} for {environment} to {place} (version {version})")
        }
        SetOutcome::Unchanged => {
            format!("unchanged {name} for {environment}: it is linked to {place}")
        }
    });
}

/// The stable word for `--json`.
fn word(outcome: SetOutcome) -> &'static str {
    match outcome {
        SetOutcome::Created => "created",
        SetOutcome::Updated(_) => "updated",
        SetOutcome::Unchanged => "unchanged",
    }
}
