//! `strongroom doctor`: what is found and what is not, and what to do about it.

mod cargo;
mod environment;
mod git;
mod keys;
mod machine;
mod stores;
mod vault;

use serde_json::{Value as Json, json};

use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui::{self, Cell, Table};

/// Look at vault, stores, environment, keys, git, cargo and terminal, and say what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
No value and no key is shown, and nothing is changed.
Exit status: 0 all is well, 1 something is to be done.

JSON: {\"well\", \"findings\": [{\"about\", \"state\": \"ok\" | \"warning\" | \"problem\", \"found\", \"then\"}]}

Example: strongroom doctor")]
pub(crate) struct Args {
    /// Print JSON, as below
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let mut findings = Findings::default();
    findings.ok("version", concat!("strongroom ", env!("CARGO_PKG_VERSION")));
    let configured = cargo::Configured::read(&mut findings);
    let found = vault::look(&mut findings, place, &configured);
    let session = found.as_ref().and_then(|found| vault::open(&mut findings, found));
    let index = session.as_ref().map(|session| &session.index);
    if let Some(session) = &session {
        stores::look(&mut findings, session);
    }
    environment::look(&mut findings, index, &configured);
    keys::look(&mut findings, index);
    let path = session.as_ref().map(crate::session::Session::path);
    git::look(&mut findings, path);
    machine::look(&mut findings, path);
    if args.json {
        ui::json(&findings.to_json())?;
    } else {
        findings.show()?;
    }
    Ok(if findings.is_well() { Status::Done } else { Status::No })
}

/// Everything that was looked at, in order.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    about: &'static str,
    state: State,
    found: String,
    /// What to do, in lines.
    then: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    /// It works here and now, and something should be done.
    Warning,
    /// It does not work.
    Problem,
}

impl Findings {
    fn ok(&mut self, about: &'static str, found: impl Into<String>) {
        self.0.push(Finding { about, state: State::Ok, found: found.into(), then: None });
    }

    fn warning(&mut self, about: &'static str, found: impl Into<String>, then: impl Into<String>) {
        let (found, then) = (found.into(), Some(then.into()));
        self.0.push(Finding { about, state: State::Warning, found, then });
    }

    fn problem(&mut self, about: &'static str, found: impl Into<String>, then: impl Into<String>) {
        let (found, then) = (found.into(), Some(then.into()));
        self.0.push(Finding { about, state: State::Problem, found, then });
    }

    /// A problem of which the first line of an error says what it is, and the others what to do.
    fn error(&mut self, about: &'static str, error: &Error) {
        let (found, then) = match error.text().split_once('\n') {
            Some((found, then)) => (found.to_owned(), Some(then.to_owned())),
            None => (error.text().to_owned(), None),
        };
        self.0.push(Finding { about, state: State::Problem, found, then });
    }

    fn count(&self, state: State) -> usize {
        self.0.iter().filter(|finding| finding.state == state).count()
    }

    fn is_well(&self) -> bool {
        self.count(State::Ok) == self.0.len()
    }

    fn to_json(&self) -> Json {
        let json = |finding: &Finding| {
            json!({
                "about": finding.about,
                "state": finding.state.word(),
                "found": finding.found,
                "then": finding.then,
            })
        };
        json!({
            "well": self.is_well(),
            "findings": self.0.iter().map(json).collect::<Vec<_>>(),
        })
    }

    fn show(&self) -> Result<(), Error> {
        let mut table = Table::new(["state", "about", "found"]);
        for finding in &self.0 {
            let state = match finding.state {
                State::Ok => Cell::good("ok"),
                State::Warning => Cell::doubtful("warning"),
                State::Problem => Cell::bad("problem"),
            };
            let mut lines = finding.found.lines();
            let first = lines.next().unwrap_or_default();
            table.row([state, Cell::from(finding.about), Cell::from(first)]);
            for line in lines.chain(finding.then.iter().flat_map(|then| then.lines())) {
                table.row([Cell::from(""), Cell::from(""), Cell::from(line)]);
            }
        }
        ui::table(&table)?;
        let counted = |count, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            _ => Some(format!("{count} {what}s")),
        };
        let problems = counted(self.count(State::Problem), "problem");
        let warnings = counted(self.count(State::Warning), "warning");
        let said: Vec<String> = [problems, warnings].into_iter().flatten().collect();
        ui::say(&if said.is_empty() {
            "\nall is well".to_owned()
        } else {
            format!("\n{}", said.join(", "))
        });
        Ok(())
    }
}

impl State {
    /// The stable word for `--json`.
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}
