//! `strongroom key deposit`: makes the deposit keys that are missing, and shows the fingerprints of all.

use serde_json::json;
use strongroom_vault::{DepositKey, EnvironmentType, Index, deposit_key_fingerprint};

use crate::age;
use crate::deposits::{missing_keys, refuse_swapped};
use crate::error::{Error, Status, listed};
use crate::keys::{self, Keys};
use crate::session::{Place, Session};
use crate::ui::{self, Cell, Table};

/// Make the deposit keys that are missing, and show the fingerprints of all
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A deposit key is what values are left under by whoever cannot open a type. A type gets one with the first
holder that is added, and a new one with each rotation. Making one needs a key of the roster; showing them
needs none, and checks those that a key here opens.")]
pub(crate) struct Args {
    /// Print JSON: [{"type", "fingerprint", "private": "opens" | "altered" | "not-checked"}]
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    refuse_swapped(&session.index)?;
    let missing = missing(&session.index);
    if !missing.is_empty() {
        make(&session)?;
        let names = missing.iter().map(|kind| kind.as_str());
        ui::say(&format!("made a deposit key for {}", listed(names)));
    }
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let mut keys = Keys::default();
    let mut rows = Vec::new();
    for key in EnvironmentType::ALL.into_iter().filter_map(|kind| index.deposits().key(kind)) {
        rows.push((key, Private::of(index, &mut keys, key)?));
    }
    if args.json {
        let json = rows.iter().map(|(key, private)| {
            json!({
                "type": key.kind().as_str(),
                "fingerprint": deposit_key_fingerprint(index.id(), key).to_string(),
                "private": private.word(),
            })
        });
        ui::json(&json.collect())?;
    } else {
        let mut table = Table::new(["type", "fingerprint", "private half"]);
        for (key, private) in &rows {
            let fingerprint = deposit_key_fingerprint(index.id(), key).to_string();
            table.row([Cell::from(key.kind().as_str()), Cell::from(fingerprint), private.cell()]);
        }
        ui::table(&table)?;
    }
    let altered = rows.iter().filter(|(_, private)| *private == Private::Altered);
    let altered: Vec<&str> = altered.map(|(key, _)| key.kind().as_str()).collect();
    if altered.is_empty() {
        return Ok(Status::Done);
    }
    Err(Error::cannot(format!(
        "the deposit key of {} was altered or swapped: what is left under it may be open to somebody else, and not to you\n\
         restore [deposits] from git: git log -p strongroom.toml",
        listed(altered)
    )))
}

/// The types that have a data key and no deposit key.
fn missing(index: &Index<'_>) -> Vec<EnvironmentType> {
    let is_missing = |kind: &EnvironmentType| {
        index.deposits().key(*kind).is_none() && index.keys().of_type(*kind).current().is_some()
    };
    EnvironmentType::ALL.into_iter().filter(is_missing).collect()
}

fn make(session: &Session<'_>) -> Result<(), Error> {
    if !age::IS_BUILT_IN {
        return Err(age::absent());
    }
    let ring = keys::of_roster(&session.index)?;
    let made = missing_keys(&session.index)?;
    session.edit(|draft, index| {
        keys::refuse_changed_roster(index, &ring)?;
        Ok(draft.add_deposit_keys(&ring, &made)?)
    })
}

/// What is known of a deposit key's private half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Private {
    Opens,
    Altered,
    /// No key for the type is here.
    NotChecked,
}

impl Private {
    fn of(index: &Index<'_>, keys: &mut Keys, key: &DepositKey<'_>) -> Result<Self, Error> {
        if !keys.try_type(index, key.kind())? {
            return Ok(Self::NotChecked);
        }
        let opened = keys.data_key(index, key.kind()).map(|own| own.open_deposit_key(key));
        Ok(match opened {
            Some(Ok(_)) => Self::Opens,
            Some(Err(_)) => Self::Altered,
            None => Self::NotChecked,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Opens => "opens",
            Self::Altered => "altered",
            Self::NotChecked => "not-checked",
        }
    }

    fn cell(self) -> Cell {
        match self {
            Self::Opens => Cell::good("opens"),
            Self::Altered => Cell::bad("does not open"),
            Self::NotChecked => Cell::faint("not checked: no key here"),
        }
    }
}
