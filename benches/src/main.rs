//! Measures every line of the table of costs and prints each beside its limit: `cargo bench -p strongroom-benches`.
//!
//! ```text
//! cargo bench -p strongroom-benches                    every line but the slow ones
//! cargo bench -p strongroom-benches -- load expand     these lines only
//! cargo bench -p strongroom-benches -- --counts        what does not depend on the machine's mood
//! cargo bench -p strongroom-benches -- --slow          the slow lines as well
//! cargo bench -p strongroom-benches -- --list          the names of the lines
//! ```
//!
//! The exit status is 1 when something is over its limit.

mod callgrind;
mod child;
mod command;
mod compiler;
mod declared;
mod lines;
mod machine;
mod opened;
mod package;
mod served;
mod table;
mod timing;
mod traffic;
mod vaults;

use std::process::ExitCode;

use self::lines::{LINES, Line};
use self::table::{Table, say};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.len();
    arguments.retain(|argument| argument != "--bench");
    if let Some(at) = arguments.iter().position(|argument| argument == child::FLAG) {
        child::work(&arguments[at + 1..]);
        return ExitCode::SUCCESS;
    }
    // `cargo test --all-targets` starts benches as well, without this flag.
    if arguments.len() == all {
        say("nothing is measured under `cargo test`: run `cargo bench -p strongroom-benches`");
        return ExitCode::SUCCESS;
    }
    match chosen(&arguments) {
        Ok(chosen) if chosen.is_empty() => {
            for line in &LINES {
                say(&format!("{:14}{}", line.name, line.about));
            }
            ExitCode::SUCCESS
        }
        Ok(chosen) => measure(&chosen),
        Err(unknown) => {
            say(&format!("unknown: {unknown}\nsee: cargo bench -p strongroom-benches -- --list"));
            ExitCode::from(2)
        }
    }
}

/// The lines that the arguments choose; none where only their names are wanted.
fn chosen(arguments: &[String]) -> Result<Vec<&'static Line>, &str> {
    let (mut names, mut counts, mut slow, mut list) = (Vec::new(), false, false, false);
    for argument in arguments {
        match argument.as_str() {
            "--counts" => counts = true,
            "--slow" => slow = true,
            "--list" => list = true,
            name if LINES.iter().any(|line| line.name == name) => names.push(name),
            unknown => return Err(unknown),
        }
    }
    let is_chosen = |line: &&Line| {
        let is_of_kind = if counts { line.counts } else { !line.slow || slow };
        !list && (if names.is_empty() { is_of_kind } else { names.contains(&line.name) })
    };
    Ok(LINES.iter().filter(is_chosen).collect())
}

fn measure(lines: &[&Line]) -> ExitCode {
    say(&machine::described());
    let mut table = Table::default();
    for line in lines {
        say(&format!("\n{}", line.about));
        for row in (line.measure)() {
            table.add(row);
        }
    }
    say(&table.summary());
    if table.is_bad() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
