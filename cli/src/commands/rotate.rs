//! `strongroom key rotate`: new data keys for everybody who has one.

use serde_json::Value as Json;
use strongroom_vault::{Current, EnvironmentType, HolderKind, Index, Rotation};

use crate::environments::kind_of;
use crate::error::{Error, Status, listed};
use crate::rotation::{self, Options};
use crate::session::Place;
use crate::{keys, ui};

/// Make new data keys and seal every value again; whoever holds a key goes on with it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nobody has to do anything: each holder opens the new key with the key that it has. A data key that somebody
knows who should not is better answered with `strongroom holder remove`, which lists what has to be changed.

Examples:
  strongroom key rotate --type production
  strongroom key rotate --rekey --keys-to ~/new-keys     new access keys too
  strongroom key rotate --roster --keys-to ~/new-keys    a new roster key, and a new key for every holder")]
pub(crate) struct Args {
    /// Types that get a new data key (all, if nothing is said)
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',')]
    kinds: Vec<String>,

    /// Make a new roster key, new data keys, and a new key for every holder
    #[arg(long, conflicts_with_all = ["kinds", "rekey"])]
    roster: bool,

    #[command(flatten)]
    options: Options,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let named = args.kinds.iter().map(|word| kind_of(index, word));
    let named = named.collect::<Result<Vec<EnvironmentType>, _>>()?;
    let decide = |index: &Index<'_>| Ok(decide(args, index, &named));
    let ring = keys::of_roster(index)?;
    let made = rotation::perform(&session, &ring, &args.options, decide)?;
    keys::remember_current(place);
    let kinds = listed(made.rotation.kinds.iter().map(|kind| kind.as_str()));
    let values = made.rotated.values;
    ui::say(&format!("new data keys for {kinds}; values sealed again: {values}"));
    rotation::explain(&made);
    ui::say("commit strongroom.toml now, and let everybody pull it");
    if args.json {
        let json: Json = rotation::to_json(&made);
        ui::json(&json)?;
    }
    Ok(Status::Done)
}

fn decide(args: &Args, index: &Index<'_>, named: &[EnvironmentType]) -> Rotation {
    let has_key = |kind: &EnvironmentType| -> bool {
        let current: Option<&Current> = index.keys().of_type(*kind).current();
        current.is_some() && (named.is_empty() || named.contains(kind))
    };
    let kinds: Vec<EnvironmentType> = EnvironmentType::ALL.into_iter().filter(has_key).collect();
    if args.roster {
        return Rotation { kinds, ..Rotation::of_everything(index) };
    }
    let mut rotation = Rotation::of_types(kinds);
    if args.options.rekey {
        let machines = index.holders().iter();
        let machines = machines.filter(|holder| matches!(holder.kind(), HolderKind::AccessKey));
        rotation.rekeyed = machines.map(|holder| holder.name().to_owned()).collect();
    }
    rotation
}
