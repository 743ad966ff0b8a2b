//! `strongroom holder remove`: new keys without somebody, and the list of what they could read.

use serde_json::{Value as Json, json};
use strongroom_vault::{App, EnvironmentType, Had, Index, Rotation, Shown};

use super::checklist::Checklist;
use crate::environments::kind_of;
use crate::error::{Error, Status, listed};
use crate::history::Versions;
use crate::rotation::{self, Made, Options};
use crate::session::{Place, Session};
use crate::{keys, ui};

/// Remove a holder: make new data keys, and list every secret that it could read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every value that the holder could read is sealed again under a new key, and is listed: the holder knows it,
so change it where it came from. `strongroom check` reminds until it is set again, and `strongroom holder known` prints
the list again.

A machine without a memory of keys (CI, a container) would still take an older strongroom.toml, which the
holder can open and write: --rekey makes new access keys, with which the old file opens no more.

Examples:
  strongroom holder remove guest
  strongroom holder remove dev --type production
  strongroom holder remove guest --rekey --keys-to ~/new-keys")]
pub(crate) struct Args {
    /// The holder's name
    name: String,

    /// Take only this from it: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',')]
    kinds: Vec<String>,

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
    let kinds = args.kinds.iter().map(|word| kind_of(index, word));
    let kinds = kinds.collect::<Result<Vec<EnvironmentType>, _>>()?;
    let only = (!kinds.is_empty()).then_some(kinds.as_slice());
    let had = had(&session, &args.name);
    let decide = |index: &Index<'_>| {
        Ok(Rotation::of_removal(index, &args.name, only, args.options.rekey, &had)?)
    };
    // Before anybody is asked for a passphrase.
    let name = decide(index)?.removed.unwrap_or_default();
    let ring = keys::of_roster(index)?;
    if ring.holder() == name {
        return Err(Error::cannot(format!(
            "the key at hand is that of `{0}` itself\nuse the key of another holder of the roster: \
             strongroom key list, strongroom key remove {0}, or STRONGROOM_KEY_FILE=FILE",
            Shown(&name)
        )));
    }
    let made = rotation::perform(&session, &ring, &args.options, decide)?;
    keys::remember_current(place);
    let readable = Checklist::of_removal(index, &made.rotation, &name);
    explain(&made, &name, &readable);
    say_api_keys(index, &made.rotation.kinds);
    if args.json {
        ui::json(&to_json(&made, &name, &readable))?;
    } else {
        readable.print()?;
    }
    Ok(Status::Done)
}

/// What a holder was granted of the current keys in git's history: its lines can be deleted, by the holder too, before it is
/// removed.
fn had(session: &Session<'_>, name: &str) -> Had {
    let mut had = Had::default();
    let why = match Versions::of(session.path()) {
        Ok(versions) => {
            let id = session.index.id();
            versions.each(id, |earlier, _, _| had.add(&session.index, name, earlier)).why()
        }
        Err(_) => Some("there is no git here"),
    };
    if let Some(why) = why {
        ui::warn(&format!(
            "{why}, so lines that were deleted before do not show\n\
             if the holder ever opened more than the vault shows, make all keys new: strongroom key rotate"
        ));
    }
    had
}

fn explain(made: &Made, name: &str, readable: &Checklist<'_>) {
    let Made { rotation, rotated, .. } = made;
    let name = Shown(name);
    ui::say(&if rotation.leaves {
        format!("removed the holder `{name}`")
    } else {
        let kinds = listed(rotation.kinds.iter().map(|kind| kind.as_str()));
        format!("`{name}` opens {kinds} no more")
    });
    if rotation.kinds.is_empty() {
        ui::say("it could open nothing of the current keys, so these stay");
    } else {
        let kinds = listed(rotation.kinds.iter().map(|kind| kind.as_str()));
        let values = rotated.values;
        ui::say(&format!("new data keys for {kinds}; values sealed again: {values}"));
    }
    rotation::explain(made);
    if !readable.is_empty() {
        ui::say(&format!(
            "`{name}` knows what is listed, and git's history keeps it: change each where it came from, and set it again"
        ));
    }
    if !rotation.kinds.is_empty() && rotation.rekeyed.is_empty() {
        ui::say(
            "machines that do not remember which keys they saw (CI, containers) would still take an older vault:\n\
             give them new access keys with: strongroom key rotate --rekey --keys-to FOLDER",
        );
    }
    ui::say("commit strongroom.toml now, and let everybody pull it");
}

/// Says that API keys go on: whoever is removed may have made one, or know one.
fn say_api_keys(index: &Index<'_>, kinds: &[EnvironmentType]) {
    let keys = index.apps().map(|apps| apps.iter().flat_map(App::keys).collect::<Vec<_>>());
    let keys = keys.unwrap_or_default();
    if keys.iter().any(|key| kinds.contains(&key.kind())) {
        ui::say(
            "API keys of applications go on, also those that the holder made or knows\n\
             look through them, and revoke what nobody else needs: strongroom app key list",
        );
    }
}

fn to_json(made: &Made, name: &str, readable: &Checklist<'_>) -> Json {
    let mut json = rotation::to_json(made);
    json["removed"] = json!(name);
    json["leaves"] = json!(made.rotation.leaves);
    json["readable"] = readable.to_json();
    json
}
