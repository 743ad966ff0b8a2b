//! `strongroom key deposit`: makes the deposit keys that are missing, and shows the fingerprints of all.

use serde_json::json;
use strongroom_vault::search::UserFolder;
use strongroom_vault::{
    DepositKey, EnvironmentType, GrantError, Index, Shown, deposit_key_fingerprint,
};

use crate::age;
use crate::deposits::{
    Word, missing_keys, refuse_doubtful, roster_of, without_word, word_of_roster,
};
use crate::error::{Error, Status, listed};
use crate::keys::{self, Keys};
use crate::session::{Place, Session};
use crate::ui::{self, Cell, Table};

/// Make the deposit keys that are missing, and show the fingerprints of all
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A deposit key is what values are left under by whoever cannot open a type. A type gets one with the first
holder that is added, and a new one with each rotation. Making one needs a key of the roster, and so does
giving holders the roster's word for them again where the line is gone; showing them needs none, and checks
those that a key here opens.")]
pub(crate) struct Args {
    /// Print JSON: [{"type", "fingerprint", "private": "opens" | "altered" | "not-checked"}]
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let word = word_of_roster(&session.index, UserFolder::find().as_ref())?;
    let (missing, wordless) = (missing(&session.index), without_vouch(&session.index));
    let is_of_roster = |holder: &str| session.index.keys().roster().grant(holder).is_some();
    let gives = match &word {
        Word::Gone(holder) if !is_of_roster(holder) => {
            return Err(without_word(&session.index, holder));
        }
        Word::Gone(_) => true,
        Word::Given(holder) => !wordless.is_empty() && is_of_roster(holder),
        Word::Nobody => false,
    };
    if gives || !missing.is_empty() {
        make(&session)?;
    }
    if !missing.is_empty() {
        let names = missing.iter().map(|kind| kind.as_str());
        ui::say(&format!("made a deposit key for {}", listed(names)));
    }
    let found = place.read()?;
    let changed = found.open()?;
    let index = &changed.index;
    say_words(index, &wordless, gives || !missing.is_empty());
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

/// The holders who have no word for deposit keys that there are, although everybody with a grant gets one.
fn without_vouch<'i>(index: &'i Index<'_>) -> Vec<&'i str> {
    let mut kinds = EnvironmentType::ALL.into_iter();
    if !kinds.any(|kind| index.deposits().key(kind).is_some()) {
        return Vec::new();
    }
    let keys = index.keys();
    let tables = || EnvironmentType::ALL.map(|kind| keys.of_type(kind)).into_iter();
    let is_granted = |name: &str| {
        tables().chain([keys.roster()]).any(|table| table.holders().any(|it| it == name))
    };
    let without = index.holders().iter().filter(|holder| holder.vouch().is_none());
    without.map(strongroom_vault::Holder::name).filter(|name| is_granted(name)).collect()
}

/// Says who got a word, and who still has none.
fn say_words(index: &Index<'_>, wordless: &[&str], is_made: bool) {
    let (got, without): (Vec<&str>, Vec<&str>) = wordless
        .iter()
        .partition(|name| index.holder(name).is_some_and(|holder| holder.vouch().is_some()));
    if !got.is_empty() {
        ui::say(&format!("gave the roster's word for the deposit keys to {}", listed(got)));
    }
    for name in without {
        if is_made {
            ui::warn(&GrantError::NoKept(name.to_owned()).to_string());
        } else {
            ui::warn(&format!(
                "[holders.{}] has no `vouch` any more: somebody took it out, who may have swapped a deposit key\n\
                 {} makes it right with: strongroom key deposit",
                Shown(name),
                roster_of(index)
            ));
        }
    }
}

fn make(session: &Session<'_>) -> Result<(), Error> {
    if !age::IS_BUILT_IN {
        return Err(age::absent());
    }
    let ring = keys::of_roster(&session.index)?;
    refuse_doubtful(session.path(), &session.index, &ring, |_| true)?;
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
