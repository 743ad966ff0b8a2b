//! The server: requests in a second beside a bare handler in the same run, memory, and how soon it is ready.

use std::time::Duration;

use super::Line;
use crate::command::Built;
use crate::served::Served;
use crate::table::{Amount, Row};
use crate::timing::Samples;
use crate::traffic::{Traffic, ask};
use crate::vaults::{Vault, name};

pub(super) const LINE: Line = Line {
    name: "serve",
    about: "`strongroom serve`, a vault of 1,000 × 4, access key",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    match rows() {
        Ok(rows) => rows,
        Err(error) => vec![Row::failed("the server", error)],
    }
}

fn rows() -> Result<Vec<Row>, String> {
    let built = Built::command()?;
    let vault = Vault::of(1_000);
    let mut rows = Vec::new();
    let started = (0..STARTS).map(|_| Served::start(&mut built.serve(&vault)));
    let started: Vec<Duration> =
        started.map(|served| served.map(|it| it.ready)).collect::<Result<_, _>>()?;
    let ready = Amount::Time(Samples::of(started).median());
    rows.push(Row::limited("ready after start", ready, Amount::Time(READY), "median of 21"));

    let served = Served::start(&mut built.serve(&vault))?;
    std::thread::sleep(Duration::from_secs(1));
    rows.push(match served.memory() {
        Some(bytes) => Row::limited(
            "memory when idle",
            Amount::Bytes(bytes),
            Amount::Bytes(MEMORY),
            "resident",
        ),
        None => Row::skipped("memory when idle", "the system does not tell"),
    });

    let bare = Served::bare()?;
    let path = format!("/v1.0/secrets/vault/{}", name(500));
    let text = built.value(&vault, &name(500));
    let (mut of_bare, mut of_ours) = (Vec::new(), Vec::new());
    // In turn, so that whatever else the machine does meets both alike.
    for _ in 0..ROUNDS {
        of_bare.push(ask(bare.address, &path, "x", CONNECTIONS, ROUND)?);
        of_ours.push(ask(served.address, &path, &text, CONNECTIONS, ROUND)?);
    }
    let (bare, ours) = (Middle::of(&of_bare), Middle::of(&of_ours));
    rows.push(Row::limited(
        "requests over HTTP, 64 connections",
        Amount::Rate(ours.rate),
        Amount::Rate(bare.rate * SHARE),
        format!("bare {}, median of {ROUNDS}", Amount::Rate(bare.rate)),
    ));
    rows.push(Row::limited(
        "99 of 100 of them within",
        Amount::Time(ours.slow),
        Amount::Time(bare.slow.mul_f64(SLOWER)),
        format!("bare {}", Amount::Time(bare.slow)),
    ));
    if let Some(bytes) = served.memory() {
        rows.push(Row::told("memory after that", Amount::Bytes(bytes), "resident"));
    }
    Ok(rows)
}

/// The medians of some rounds.
struct Middle {
    rate: f64,
    slow: Duration,
}

impl Middle {
    fn of(rounds: &[Traffic]) -> Self {
        let mut rates: Vec<f64> = rounds.iter().map(|round| round.rate).collect();
        rates.sort_by(f64::total_cmp);
        let slow = Samples::of(rounds.iter().map(|round| round.slow).collect()).median();
        Self { rate: rates[rates.len() / 2], slow }
    }
}

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(2);
const SHARE: f64 = 0.8;
const SLOWER: f64 = 1.5;
const STARTS: usize = 21;
const READY: Duration = Duration::from_millis(50);
const MEMORY: u64 = 20 * 1024 * 1024;
