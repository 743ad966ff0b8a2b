//! `strongroom check`: what the source code declares, against what the vault has.

mod apps;
mod json;
mod leaving;
mod live;
mod opening;
mod report;
mod settings;
mod waiting;
mod words;

use strongroom_vault::{Environment, Expired, Index, Shown};

use self::apps::ApiKeys;
use self::live::Live;
use self::report::{Report, State};
use self::waiting::{Own, Waiting};
use crate::environments::{Several, active};
use crate::error::{Error, Status};
use crate::expiry::{self, Expiring};
use crate::hints::set_command;
use crate::session::{Place, Session};
use crate::source::{self, Declared};
use crate::ui;

/// Check that every secret and setting that the source code declares has a value
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Counted are the active environment (STRONGROOM_ENV, else local) and those of [build] check in the vault;
--type and --env count others instead, --all counts every one. The packages are those of the cargo
workspace here; nothing is built. Where keys are at hand, every value of the counted environments is
opened too, and the seal of every reference checked; --live also fetches what stores keep.

JSON: {\"declared\": [{\"name\", \"optional\", \"places\": [\"FILE:LINE\"], \"values\": {ENVIRONMENT: \"own\" |
  \"type\" | \"missing\" | \"deposit\" | \"optional\" | \"other-data-key\"}}], \"undeclared\": [{\"name\", \"environments\"}],
  \"counted\", \"missing\", \"faults\", \"unread\", \"elsewhere\": [{\"package\", \"vault\"}], \"opened\", \"references\",
  \"unopened\", \"live\": {\"fetched\", \"failed\": [{\"name\", \"environment\", \"store\", \"reference\", \"cause\", \"message\"}]},
  \"key_faults\", \"without_key\", \"expiring\": [{\"name\", \"environment\", \"expires\", \"expired\"}], \"source\",
  \"waiting\": [{\"name\", \"environment\", \"left\", \"code\", \"yours\"}], \"own\": [{\"name\", \"environment\"}],
  \"settings\": as \"declared\", with \"own\" | \"type\" | \"default\" | \"missing\" | \"optional\" | \"invalid\",
  \"undeclared_settings\": NAMES, \"apps\": {\"fault\", \"without_secret\": NAMES, \"keys\": [{\"app\", \"code\", \"state\",
  \"expires\"}]}}

Deposits that wait are named, and values of your own; neither changes the exit status.

A value of `set --expires` is warned of two weeks ahead; [build] expired in the vault says whether one that has
expired fails the check and the build (\"deny\"), is warned of (\"warn\", if nothing is said), or neither (\"ignore\").

Exit status: 0 nothing is missing; 1 something is missing, declared wrongly or in a file that cannot be
read, or a setting is none of the type that it is declared with, or a package finds no vault, or a value
has expired and [build] denies it, or a store does not give a value; 3 a value does not open, or the seal
of a reference or an API key does not fit.

Example: strongroom check --type prod")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Count every environment
    #[arg(long, conflicts_with_all = ["types", "named", "ephemeral", "dev", "prod"])]
    all: bool,

    /// Fetch what stores keep, too; nothing is shown of it
    #[arg(long)]
    live: bool,

    /// Print JSON, as below
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let counted = counted(args, index)?;
    let shown =
        if args.environments.is_empty() { index.environments().collect() } else { counted.clone() };
    let (declarations, unchecked) = match source::read(&session)? {
        Ok(declarations) => (Some(declarations), None),
        Err(why) => (None, Some(why)),
    };
    let report = Report::new(index, declarations, counted, shown);
    let mut opening = opening::open_all(index, &report.counted);
    let live = args.live.then(|| Live::of(&session, &opening, &report.counted)).transpose()?;
    let named = if args.environments.is_empty() { &[] } else { report.counted.as_slice() };
    let waiting = Waiting::of(index, &mut opening, named);
    let own = Own::of(&session, &report.counted);
    let expiring = expiry::expiring(index, &report.counted);
    let api_keys = ApiKeys::of(index, &report.counted);
    if args.json {
        let mut json = json::of(index, &report, &opening, &expiring);
        json["settings"] = report.settings.json().into();
        json["undeclared_settings"] = report.settings.undeclared().into();
        json["waiting"] = waiting.json().into();
        json["own"] = own.json().into();
        json["apps"] = api_keys.json();
        json["live"] = live.as_ref().map(Live::json).into();
        ui::json(&json)?;
    } else {
        words::data(&report)?;
        report.settings.data(report.rows.is_empty() && report.undeclared.is_empty())?;
        words::explain(index, &report, &opening, unchecked.as_deref());
        report.settings.explain();
        if let Some(live) = &live {
            live.explain();
        }
        waiting.explain(index);
        own.explain();
        expiry::warn(index, &expiring);
        api_keys.explain();
        leaving::explain(index);
    }
    let is_denied = index.build_expired() == Expired::Deny;
    let is_good = !(is_denied && expiring.iter().any(Expiring::is_expired));
    let is_good = is_good && live.as_ref().is_none_or(Live::is_fine);
    Ok(match (opening.is_fine() && api_keys.is_fine(), report.is_fine() && is_good) {
        (false, _) => Status::Cannot,
        (true, false) => Status::No,
        (true, true) => Status::Done,
    })
}

/// What decides about the exit status.
fn counted(args: &Args, index: &Index<'_>) -> Result<Vec<Environment>, Error> {
    if args.all {
        return Ok(index.environments().collect());
    }
    if !args.environments.is_empty() {
        return args.environments.pick(index);
    }
    let mut counted = vec![active(index)?];
    for environment in index.build_check() {
        if !counted.contains(environment) {
            counted.push(environment.clone());
        }
    }
    Ok(counted)
}

/// `run --check`: an error if the source code declares a secret or a setting without a value for this
/// environment.
pub(crate) fn refuse_missing(
    session: &Session<'_>,
    environment: &Environment,
) -> Result<(), Error> {
    let index = &session.index;
    let declarations = source::read(session)?.map_err(|why| {
        Error::cannot(format!("--check finds no source code: {why}\nnothing was started"))
    })?;
    let counted = vec![environment.clone()];
    let report = Report::new(index, Some(declarations), counted.clone(), counted);
    let mut text = format!(
        "nothing was started, because of what the source code declares for `{environment}`"
    );
    for row in &report.rows {
        let Declared { name, spelled, .. } = &row.declared;
        let again = set_command(spelled, [environment]);
        let setting = row.is_a_setting().filter(|_| row.states.first() == Some(&State::Missing));
        if let Some(setting) = setting {
            text = format!("{text}\n{setting}");
            continue;
        }
        let what = match row.states.first() {
            Some(State::Missing) => format!("has no value; set one with: {again}"),
            Some(State::OnlyDeposit(left)) => format!(
                "has only a deposit that waits (since {left}); a holder types: strongroom accept {spelled}"
            ),
            Some(State::OtherDataKey) => {
                format!("lies under another data key; set one with: {again}")
            }
            _ => continue,
        };
        text = format!("{text}\n`{}` {what}", Shown(name));
    }
    let refusals = report.settings.refusals();
    for refusal in &refusals {
        text = format!("{text}\n{refusal}");
    }
    if report.missing() == 0 && refusals.is_empty() { Ok(()) } else { Err(Error::no(text)) }
}
