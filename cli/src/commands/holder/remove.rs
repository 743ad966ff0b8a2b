//! `strongroom holder remove`: new keys without somebody, and the list of what they could read.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use strongroom_vault::{Content, EnvironmentType, Had, Index, Rotation, Shown, Value};

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
so change it where it came from. `strongroom check` reminds until it is set again.

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
    let readable = Readable::of(index, &made.rotation, &name);
    explain(&made, &name, &readable);
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

/// What the removed holder could read, by environment, in the order of the environments.
struct Readable<'i>(Vec<InEnvironment<'i>>);

struct InEnvironment<'i> {
    environment: String,
    secrets: Vec<Known<'i>>,
}

/// A secret that the holder knows, with what is particular about it.
struct Known<'i> {
    name: &'i str,
    notes: Vec<String>,
}

impl<'i> Readable<'i> {
    fn of(index: &'i Index<'_>, rotation: &Rotation, holder: &str) -> Self {
        let could_read = |kind: EnvironmentType| {
            rotation.kinds.contains(&kind)
                || (rotation.leaves && index.keys().of_type(kind).grant(holder).is_some())
        };
        let environments = index.environments().filter(|each| could_read(each.kind()));
        let environments = environments.map(|each| InEnvironment::of(index, each.name()));
        Self(environments.filter(|each| !each.secrets.is_empty()).collect())
    }

    fn print(&self) -> Result<(), Error> {
        let mut text = String::new();
        for InEnvironment { environment, secrets } in &self.0 {
            let _ = writeln!(text, "{environment}");
            for Known { name, notes } in secrets {
                let notes = notes.iter().map(|note| format!("  ({note})"));
                let _ = writeln!(text, "  [ ] {name}{}", notes.collect::<String>());
            }
        }
        ui::data(&text)
    }

    fn to_json(&self) -> Json {
        let known = |known: &Known<'_>| json!({ "name": known.name, "notes": known.notes });
        let each = |each: &InEnvironment<'_>| {
            let secrets: Vec<Json> = each.secrets.iter().map(known).collect();
            json!({ "environment": each.environment, "secrets": secrets })
        };
        self.0.iter().map(each).collect()
    }
}

impl<'i> InEnvironment<'i> {
    fn of(index: &'i Index<'_>, environment: &str) -> Self {
        let values = index
            .secrets()
            .filter_map(|secret| Some((secret.name(), secret.value(environment)?)))
            .map(|(name, value)| Known { name, notes: note(value) });
        let mut secrets: Vec<Known<'_>> = values.collect();
        let waiting = index.deposits().waiting().iter();
        for deposit in waiting.filter(|waiting| waiting.environment() == environment) {
            let note = format!("a deposit of {} waits", deposit.left());
            match secrets.iter_mut().find(|known| known.name == deposit.name()) {
                Some(known) => known.notes.push(note),
                None => secrets.push(Known { name: deposit.name(), notes: vec![note] }),
            }
        }
        Self { environment: environment.to_owned(), secrets }
    }
}

fn note(value: &Value<'_>) -> Vec<String> {
    match value.content() {
        Content::Sealed(_) => Vec::new(),
        Content::Reference { store, .. } => vec![format!("in the store {}", Shown(store))],
    }
}

fn explain(made: &Made, name: &str, readable: &Readable<'_>) {
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
    if !readable.0.is_empty() {
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

fn to_json(made: &Made, name: &str, readable: &Readable<'_>) -> Json {
    let mut json = rotation::to_json(made);
    json["removed"] = json!(name);
    json["leaves"] = json!(made.rotation.leaves);
    json["readable"] = readable.to_json();
    json
}
