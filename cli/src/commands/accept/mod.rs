//! `strongroom accept`: seals what somebody left, after a person has seen from whom it is and what it replaces.

mod candidate;
mod rivals;

use serde_json::{Value as Json, json};
use strongroom_vault::{Deposit, Index, SetOutcome};

use self::candidate::{Candidate, has_moved_on};
use crate::deposits::{Origins, Which, holders_of, shown_code};
use crate::environments::unchanged;
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::reveal;
use crate::session::{Place, Session};
use crate::today::today;
use crate::ui::{self, Terminal};

/// Accept values that somebody left for an environment, and seal them
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom accept [--type TYPES] [--env NAMES] [OPTIONS] [NAME|CODE]...",
    after_help = "\
Without a name or a code, each deposit that waits is shown and asked about. Whoever left one was shown its
code: compare it, since anybody who can write the file can leave one under any name.

Examples:
  strongroom accept stripe_api_key --reveal   shows the value before it asks
  strongroom accept k7wq-3m2a-xvbn-d4ts --yes
  strongroom accept --all --type prod"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,

    /// Accept also where another version stands by now than the one that is replaced
    #[arg(long)]
    force: bool,

    /// Show the values
    #[arg(long)]
    reveal: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    if args.reveal {
        reveal::permit("the value that was left")?;
    }
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let mut terminal = if args.yes { None } else { Terminal::of_person() };
    let chosen = args.which.choose(index)?;
    let (keys, chosen) = opened_keys(args, index, chosen)?;
    let is_all_said = args.yes && args.which.is_said();
    if terminal.is_none() && !is_all_said && !chosen.is_empty() {
        return Err(unasked(args, index, &chosen));
    }
    let chosen = rivals::settle(index, &chosen, terminal.as_mut())?;
    let origins = Origins::of(session.path());
    let (mut accepted, mut is_fine) = (Vec::new(), true);
    for deposit in chosen {
        let key = keys.current_data_key(index, deposit.kind())?;
        let candidate = match Candidate::open(index, key, deposit, origins.of_deposit(deposit)) {
            Ok(candidate) => candidate,
            Err(error) => {
                ui::error(&error);
                is_fine = false;
                continue;
            }
        };
        candidate.show(index, args.reveal)?;
        if has_moved_on(index, deposit) && !args.force {
            ui::error(&candidate.moved_on(args.yes));
            is_fine = false;
            continue;
        }
        if let Some(terminal) = &mut terminal
            && !terminal.agrees("accept it?")?
        {
            ui::say("left as it is");
            continue;
        }
        accepted.push(candidate);
    }
    let outcomes = if accepted.is_empty() { Vec::new() } else { seal(&session, &keys, &accepted)? };
    report(args, index, &accepted, &outcomes)?;
    Ok(match (is_fine, accepted.is_empty()) {
        (false, _) => Status::Cannot,
        (true, true) => Status::No,
        (true, false) => Status::Done,
    })
}

/// The error where nobody can be asked, with all that has to be typed for what was chosen.
fn unasked(args: &Args, index: &Index<'_>, chosen: &[&Deposit<'_>]) -> Error {
    let mut codes: Vec<String> = Vec::with_capacity(chosen.len());
    let (mut has_rivals, mut needs_force) = (false, args.force);
    for deposit in chosen {
        let moved_on = has_moved_on(index, deposit);
        let since = if moved_on { ", for another version than is there now" } else { "" };
        let code = shown_code(deposit);
        let (name, environment, left) = (deposit.name(), deposit.environment(), deposit.left());
        ui::say(&format!("{code}  {name} for {environment}, left {left}{since}"));
        let is_rival = chosen.iter().filter(|other| rivals::is_rival(deposit, other)).count() > 1;
        has_rivals |= is_rival;
        needs_force |= moved_on;
        let word = if is_rival { "CODE".to_owned() } else { code };
        if !(is_rival && codes.contains(&word)) {
            codes.push(word);
        }
    }
    let options = [("--force", needs_force), ("--reveal", args.reveal), ("--json", args.json)];
    let options = options.iter().filter(|(_, is_needed)| *is_needed).map(|(option, _)| *option);
    let words: Vec<&str> =
        codes.iter().map(String::as_str).chain(["--yes"]).chain(options).collect();
    let why = if args.yes { "which deposit?" } else { "no terminal to ask at" };
    let first = if has_rivals {
        "\nof several for one place one can be accepted: CODE is that one"
    } else {
        ""
    };
    Error::usage(format!(
        "{why}{first}\naccept {} with: strongroom accept {}",
        if chosen.len() == 1 { "it" } else { "them" },
        words.join(" ")
    ))
}

/// The keys of what is meant. Of all that waits, only that counts whose key is here; what was named must have one.
fn opened_keys<'i, 't>(
    args: &Args,
    index: &Index<'t>,
    mut chosen: Vec<&'i Deposit<'t>>,
) -> Result<(Keys, Vec<&'i Deposit<'t>>), Error> {
    let mut kinds: Vec<_> = chosen.iter().map(|deposit| deposit.kind()).collect();
    kinds.sort_unstable_by_key(|kind| *kind as usize);
    kinds.dedup();
    if args.which.names_some() || kinds.len() == 1 {
        return Ok((Keys::of_types(index, kinds)?, chosen));
    }
    let mut keys = Keys::default();
    for kind in kinds {
        if !keys.try_type(index, kind)? {
            let before = chosen.len();
            chosen.retain(|deposit| deposit.kind() != kind);
            ui::say(&format!(
                "no key for {kind} here: {} there for {} to accept",
                match before - chosen.len() {
                    1 => "a deposit is left".to_owned(),
                    count => format!("{count} deposits are left"),
                },
                holders_of(index, kind)
            ));
        }
    }
    Ok((keys, chosen))
}

/// Seals all that was accepted, in one save.
fn seal(
    session: &Session<'_>,
    keys: &Keys,
    accepted: &[Candidate<'_, '_>],
) -> Result<Vec<SetOutcome>, Error> {
    session.edit(|draft, index| {
        let mut outcomes = Vec::with_capacity(accepted.len());
        for candidate in accepted {
            let Candidate { deposit, environment, .. } = candidate;
            unchanged(index, environment)?;
            candidate.refuse_changed(index)?;
            let key = keys.current_data_key(index, environment.kind())?;
            let name = index.secret(deposit.name()).map_or(deposit.name(), |it| it.name());
            let value = candidate.value.as_bytes();
            outcomes.push(draft.set_value(key, name, environment, value, today())?);
            draft.drop_deposit(deposit.code());
        }
        Ok(outcomes)
    })
}

fn report(
    args: &Args,
    index: &Index<'_>,
    accepted: &[Candidate<'_, '_>],
    outcomes: &[SetOutcome],
) -> Result<(), Error> {
    let mut deposits: Vec<Json> = Vec::with_capacity(accepted.len());
    for (Candidate { deposit, environment, origin, .. }, outcome) in accepted.iter().zip(outcomes) {
        let name = index.secret(deposit.name()).map_or(deposit.name(), |it| it.name());
        let code = shown_code(deposit);
        let (change, version) = match outcome {
            SetOutcome::Created => ("created", String::new()),
            SetOutcome::Updated(version) => ("updated", format!(" (version {version})")),
            SetOutcome::Unchanged => ("unchanged", String::new()),
        };
        ui::say(&format!("{change} {name} for {environment}{version}, with the deposit {code}"));
        let rivals = rivals::of(index, deposit).filter(|rival| rival.code() != deposit.code());
        for rival in rivals {
            let rival = shown_code(rival);
            ui::say(&format!(
                "another deposit waits for it, and replaces an earlier version: strongroom reject {rival}"
            ));
        }
        deposits.push(json!({
            "name": name,
            "environment": environment.name(),
            "code": code,
            "change": change,
            "author": origin.author(),
            "commit": origin.commit(),
        }));
    }
    if args.json { ui::json(&json!({ "deposits": deposits })) } else { Ok(()) }
}
