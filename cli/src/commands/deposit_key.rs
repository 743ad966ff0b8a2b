//! `strongroom key deposit`: makes the deposit keys that are missing, and shows the fingerprints of all.

use serde_json::json;
use strongroom_vault::{
    DepositKey, EnvironmentType, GrantError, Index, KeyRing, Shown, deposit_key_fingerprint,
    holders_without_word,
};

use crate::age;
use crate::deposits::{
    Origins, Word, check_renewable, missing_keys, other_word, refuse_doubtful, renew, roster_of,
    without_word, word_of_roster,
};
use crate::error::{Error, Status, listed};
use crate::git::Brought;
use crate::keys::{self, Keys};
use crate::session::{Place, Session};
use crate::ui::{self, Cell, Table, Terminal};

/// Make the deposit keys that are missing, and show the fingerprints of all
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A deposit key is what values are left under by whoever cannot open a type. A type gets one with the first
holder that is added, and a new one with each rotation. Making one needs a key of the roster; showing them
needs none, and checks those that a key here opens.

Each holder has the roster's word for the deposit keys. Where the line is gone, whoever has the roster key gives
it again. Where it is for others than there are, because a merge mixed those of two branches, they are shown
where the keys come from first.")]
pub(crate) struct Args {
    /// Make the roster's word anew without asking
    #[arg(long)]
    yes: bool,

    /// Print JSON: [{"type", "fingerprint", "private": "opens" | "altered" | "not-checked"}]
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    mend_words(&session, args)?;
    let found = place.read()?;
    let session = found.open()?;
    let word = word_of_roster(&session.index);
    let (missing, wordless) = (missing(&session.index), without_vouch(&session.index));
    let is_of_roster = |holder: &str| session.index.keys().roster().grant(holder).is_some();
    let gives = match &word {
        Word::Gone(holder) if !is_of_roster(holder) => {
            return Err(without_word(&session.index, holder));
        }
        Word::Gone(_) => true,
        Word::Given(holder) => !wordless.is_empty() && is_of_roster(holder),
        Word::Other | Word::Nobody => false,
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

/// Makes the roster's word for the deposit keys right where somebody's is for others.
fn mend_words(session: &Session<'_>, args: &Args) -> Result<(), Error> {
    let index = &session.index;
    let ring = match word_of_roster(index) {
        // Nobody is asked for the roster key to see whether it is needed.
        Word::Given(_) => match keys::roster_at_hand(index) {
            Some(ring) if is_any_for_others(index, &ring) => ring,
            _ => return Ok(()),
        },
        Word::Gone(_) | Word::Nobody => return Ok(()),
        Word::Other => {
            let ring = keys::of_roster(index)
                .map_err(|error| if error.text().is_empty() { error } else { other_word(index) })?;
            check_renewable(session, &ring)?;
            refuse_doubtful(session.path(), index, &ring, |_| true)?;
            agree(session, args)?;
            ring
        }
    };
    let names = renew(session, &ring)?;
    ui::say(&format!(
        "made the roster's word for the deposit keys anew for {names}\ncommit strongroom.toml, and let everybody pull it"
    ));
    Ok(())
}

/// Whether some holder has a word for other deposit keys than there are.
fn is_any_for_others(index: &Index<'_>, ring: &KeyRing) -> bool {
    let has_word = |name: &String| index.holder(name).is_some_and(|it| it.vouch().is_some());
    holders_without_word(index, ring).iter().any(has_word)
}

/// Shows where the deposit keys come from, and asks whether they are the right ones.
fn agree(session: &Session<'_>, args: &Args) -> Result<(), Error> {
    let index = &session.index;
    let origins = Origins::of(session.path());
    ui::say(
        "the roster's word is for other deposit keys than this vault has: two branches were merged, or one was swapped",
    );
    for key in EnvironmentType::ALL.into_iter().filter_map(|kind| index.deposits().key(kind)) {
        let kind = key.kind();
        let fingerprint = deposit_key_fingerprint(index.id(), key);
        let deposit_key = origins.first(key.public());
        let by = deposit_key.as_ref().map_or("not committed".to_owned(), Brought::words);
        ui::say(&format!("  {kind}: {fingerprint}, {by}"));
    }
    if args.yes {
        return Ok(());
    }
    let mut terminal = Terminal::of_person().ok_or_else(|| {
        Error::usage("no terminal to ask at\ngive the word without a question: --yes")
    })?;
    terminal.confirm("are these the right ones?", Error::no("nothing was changed"))
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
