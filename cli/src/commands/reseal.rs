//! `strongroom reseal`: values that a merge left under the previous data key, and those of one's own that a rotation did.

use strongroom_vault::{
    Environment, EnvironmentType, Index, MINE_FILE_NAME, Mine, Secret, Shown, Value, fold,
    left_behind, reseal_mine,
};

use crate::deposits::Origins;
use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::hints::no_secret;
use crate::history::{Knowing, sealed_of, still_known};
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::session::{Place, Session};
use crate::ui::{self, Terminal};
use crate::{log, own};

/// Seal values again that lie under the previous data key
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Whoever was removed knows the previous key and can still make such values. So look at who wrote each line before you
say yes: it is shown, as git has it. What is sealed again stays marked as known to those who were removed, since they can
open it in git's history: change it where it came from.

A rotation of `local` leaves your own values (set --mine) under the previous key. They are sealed again without a
question: nobody but you writes that file.

Examples:
  strongroom reseal github_api_token
  strongroom reseal --type production")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// The names of the secrets (all that need it, if none is given)
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// A value that lies under another key than the current one.
struct Left {
    name: String,
    environment: String,
    kind: EnvironmentType,
    version: u32,
    sealed: String,
    /// The key under which it lies, as the sealed text begins.
    key: String,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let environments = args.environments.pick(&session.index)?;
    let meant = Meant { names: &args.names, environments: &environments };
    let own = own(&meant, &session)?;
    let left = left(&meant, &own, &session.index)?;
    if left.is_empty() && own.left.is_empty() {
        let is_all = args.names.is_empty() && environments.is_empty();
        let which = if is_all { "every value" } else { "each of these values" };
        ui::say(&format!("{which} lies under the current data key of its type"));
        return Ok(Status::Done);
    }
    let of_own = (!own.left.is_empty()).then_some(EnvironmentType::Local);
    let keys = Keys::of_types(&session.index, left.iter().map(|each| each.kind).chain(of_own))?;
    let is_well = of_own.is_none() || reseal_own(&meant, &own, &session, &keys)?;
    if left.is_empty() {
        return Ok(if is_well { Status::Done } else { Status::Cannot });
    }
    let lie_under = left.iter().map(|each| (each.kind, each.key.clone())).collect();
    let knowing = Knowing::of(session.path(), &session.index, &lie_under);
    agree(args, &left, &Origins::of(session.path()), &knowing)?;
    session.edit(|draft, index| {
        for each in &left {
            let key = keys.current_data_key(index, each.kind)?;
            refuse_changed(index, each)?;
            let (retired, known_to) = (key.retired(index), knowing.who(&each.key));
            draft.reseal_value(key, &retired, &each.name, &each.environment, &known_to)?;
        }
        Ok(())
    })?;
    for each in &left {
        ui::say(&format!(
            "sealed {} for {} again, version {}",
            each.name, each.environment, each.version
        ));
        if let Some(words) = still_known(&knowing.who(&each.key), &each.name) {
            ui::say(&words);
        }
    }
    ui::say("commit strongroom.toml, so that it counts for everybody");
    Ok(if is_well { Status::Done } else { Status::Cannot })
}

/// Checks that a vault that was read again still has the value that was shown.
fn refuse_changed(index: &Index<'_>, each: &Left) -> Result<(), Error> {
    let value = index.secret(&each.name).and_then(|secret| secret.value(&each.environment));
    if value.is_some_and(|value| sealed_of(value) == each.sealed) {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "`{0}` for `{1}` changed meanwhile\nlook at it again: strongroom reseal {0}",
        Shown(&each.name),
        Shown(&each.environment)
    )))
}

/// Which values are meant; all, where nothing is named.
struct Meant<'a> {
    names: &'a [String],
    environments: &'a [Environment],
}

impl Meant<'_> {
    fn has(&self, secret: &Secret<'_>, value: &Value<'_>) -> bool {
        let is_it = |name: &String| fold(name) == fold(secret.name());
        let is_there = |each: &Environment| each.name() == value.environment();
        (self.names.is_empty() || self.names.iter().any(is_it))
            && (self.environments.is_empty() || self.environments.iter().any(is_there))
    }
}

/// Values of one's own.
struct Own {
    /// The secrets that have one.
    names: Vec<String>,
    /// Those that are meant and lie under another data key: secret and environment.
    left: Vec<(String, String)>,
}

fn own(meant: &Meant<'_>, session: &Session<'_>) -> Result<Own, Error> {
    let file = OwnFile::read(session, &EnvironmentType::Local.into())?;
    let mine = file.open(&session.index)?;
    let names = mine.iter().flat_map(Mine::secrets).map(|secret| secret.name().to_owned());
    let left = mine.iter().flat_map(|mine| mine.left_behind(&session.index));
    let left = left.filter(|(secret, value)| meant.has(secret, value));
    let place = |(secret, value): (&Secret<'_>, &Value<'_>)| {
        (secret.name().to_owned(), value.environment().to_owned())
    };
    Ok(Own { names: names.collect(), left: left.map(place).collect() })
}

/// Seals values of one's own again; false if one of them does not open any more.
fn reseal_own(
    meant: &Meant<'_>,
    own: &Own,
    session: &Session<'_>,
    keys: &Keys,
) -> Result<bool, Error> {
    let index = &session.index;
    let key = keys.current_data_key(index, EnvironmentType::Local)?;
    let again = own::edit(session, |text| {
        reseal_mine(text, index, key, |secret, value| meant.has(secret, value))
    })?;
    for (name, environment) in &again {
        log::changed_own(name, environment);
        ui::say(&format!("sealed your own {name} for {environment} again, in {MINE_FILE_NAME}"));
    }
    let lost: Vec<_> = own.left.iter().filter(|place| !again.contains(place)).collect();
    for (name, environment) in &lost {
        ui::error(&Error::cannot(format!(
            "your own value of `{0}` for `{1}` lies under a data key that is gone: only the current one and the one before are kept\n\
             set it again with: strongroom set --mine {0}, or remove it: strongroom unset --mine {0}",
            Shown(name),
            Shown(environment),
        )));
    }
    Ok(lost.is_empty())
}

fn left(meant: &Meant<'_>, own: &Own, index: &Index<'_>) -> Result<Vec<Left>, Error> {
    for name in meant.names {
        let is_own = own.names.iter().any(|other| fold(other) == fold(name));
        if !is_own && index.secret(name).is_none() {
            return Err(no_secret(index, name));
        }
    }
    let left = left_behind(index).filter(|(secret, value)| meant.has(secret, value));
    let left = left.map(|(secret, value)| Left {
        name: secret.name().to_owned(),
        environment: value.environment().to_owned(),
        kind: value.kind(),
        version: value.version(),
        sealed: sealed_of(value).to_owned(),
        key: value.content().fingerprint_text().to_owned(),
    });
    Ok(left.collect())
}

fn agree(args: &Args, left: &[Left], origins: &Origins, knowing: &Knowing) -> Result<(), Error> {
    if args.yes {
        return Ok(());
    }
    for each in left {
        ui::say(&format!(
            "{} for {}, version {}, lies under another data key\n  from      {}",
            each.name,
            each.environment,
            each.version,
            origins.of_value(&each.sealed).words()
        ));
        let known_to = knowing.who(&each.key);
        if !known_to.is_empty() {
            ui::say(&format!("  known to  {}", listed(known_to.iter().map(String::as_str))));
        }
    }
    ui::say(
        "whoever was removed could have made it, and an author's name in git is what the author wrote",
    );
    let mut terminal = Terminal::of_person()
        .ok_or_else(|| Error::usage("no terminal to ask at\ndo it without a question: --yes"))?;
    terminal.confirm("seal again?", Error::no("nothing was changed"))
}
