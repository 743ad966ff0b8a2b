//! A soak: a store that fails at random, a vault that is written again and again, and callers that believe nothing.
//!
//! `STRONGROOM_SOAK_SECONDS` says how long; ten minutes by default.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Line;
use crate::command::Built;
use crate::served::Served;
use crate::table::{Amount, Row};
use crate::vaults::{Vault, forget_generations, name};

pub(super) const LINE: Line = Line {
    name: "soak",
    about: "`strongroom serve` for ten minutes, a store that fails at random",
    counts: false,
    slow: true,
    measure,
};

fn measure() -> Vec<Row> {
    match soak() {
        Ok(rows) => rows,
        Err(error) => vec![Row::failed("the soak", error)],
    }
}

/// What callers got.
#[derive(Debug, Default)]
struct Answers {
    given: AtomicU64,
    stale: AtomicU64,
    refused: AtomicU64,
}

fn soak() -> Result<Vec<Row>, String> {
    let seconds = std::env::var("STRONGROOM_SOAK_SECONDS").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(600);
    let built = Built::command()?;
    let vault = Vault::of(25).copied("vault-soaked");
    fs::write(vault.folder.join("read.sh"), STORE).map_err(|error| error.to_string())?;
    fs::write(vault.folder.join("options.toml"), OPTIONS).map_err(|error| error.to_string())?;
    for words in [
        "store add flaky --kind command -- sh read.sh {name}",
        "store set flaky timeout_seconds=1 absent_status=44",
        "store allow flaky --yes",
    ] {
        built.strongroom(&vault, &words.split(' ').collect::<Vec<_>>(), "");
    }
    let values: Vec<(String, String)> =
        (0..25).map(name).map(|name| (name.clone(), built.value(&vault, &name))).collect();
    let mut command = built.serve(&vault);
    let served = Served::start(command.args(["--config", "options.toml"]))?;
    let (began, during) = (Instant::now(), Duration::from_secs(seconds));
    let answers = Answers::default();
    let mut memory = Vec::new();
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (address, values, answers) = (served.address, &values, &answers);
                scope.spawn(move || call(address, values, caller, began + during, answers))
            })
            .collect();
        while began.elapsed() < during {
            std::thread::sleep(Duration::from_millis(500).min(during / 20));
            // The same vault, as somebody else wrote it.
            rewrite(&vault.file())?;
            memory.extend(served.memory());
        }
        for caller in callers {
            caller.join().map_err(|_| "a caller panicked".to_owned())??;
        }
        Ok::<_, String>(())
    })?;
    forget_generations();
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let how = format!(
        "{} given, {} of them stale, {} refused, none wrong, {seconds} s",
        count(&answers.given),
        count(&answers.stale),
        count(&answers.refused)
    );
    if count(&answers.given) == 0 || count(&answers.refused) == 0 {
        return Err(format!("nothing was tried: {how}"));
    }
    let Some((early, late)) = growth(&memory) else {
        return Ok(vec![Row::skipped("memory", format!("the system does not tell; {how}"))]);
    };
    Ok(vec![Row::limited(
        "memory at the end",
        Amount::Bytes(late),
        Amount::Bytes(early + early / 10 + SLACK),
        format!("{} early on; {how}", Amount::Bytes(early)),
    )])
}

/// The most in the second fifth, and the median of the last.
fn growth(memory: &[u64]) -> Option<(u64, u64)> {
    let fifth = memory.len() / 5;
    let early = *memory.get(fifth..2 * fifth)?.iter().max()?;
    let mut late = memory.get(4 * fifth..)?.to_vec();
    late.sort_unstable();
    Some((early, *late.get(late.len() / 2)?))
}

/// Writes a file again as editors do: another file takes its place.
fn rewrite(file: &Path) -> Result<(), String> {
    let new = file.with_extension("new");
    fs::copy(file, &new).and_then(|_| fs::rename(&new, file)).map_err(|error| error.to_string())
}

/// Asks in turn for a value of the vault, all of a store's, and one that may fail.
fn call(
    address: SocketAddr,
    values: &[(String, String)],
    caller: usize,
    until: Instant,
    answers: &Answers,
) -> Result<(), String> {
    let mut number = caller;
    while Instant::now() < until {
        number += 1;
        let (own, sealed) = &values[number % values.len()];
        let answer = get(address, &format!("/v1.0/secrets/vault/{own}"))?;
        let expected = format!("{{\"{own}\":\"{sealed}\"}}\n");
        if !answer.starts_with("HTTP/1.1 200 ") || !answer.ends_with(&expected) {
            return Err(format!("of the vault: {answer}"));
        }
        answers.given.fetch_add(1, Ordering::Relaxed);
        let key = format!("n{}", number % 40);
        let answer = get(address, &format!("/v1.0/secrets/flaky/{key}"))?;
        if answer.starts_with("HTTP/1.1 200 ") {
            if !answer.ends_with(&format!("{{\"{key}\":\"value of {key}\"}}\n")) {
                return Err(format!("of the store: {answer}"));
            }
            answers.given.fetch_add(1, Ordering::Relaxed);
            if answer.contains("strongroom-stale") {
                answers.stale.fetch_add(1, Ordering::Relaxed);
            }
        } else if answer.starts_with("HTTP/1.1 500 ") && answer.contains("ERR_SECRET_GET") {
            answers.refused.fetch_add(1, Ordering::Relaxed);
        } else {
            return Err(format!("of the store: {answer}"));
        }
    }
    Ok(())
}

fn get(address: SocketAddr, path: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{path}: {error}");
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(failed)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    Ok(answer)
}

/// A store: of eight requests one hangs, one finds nothing, one fails, and one prints half of a value and fails.
const STORE: &str = r#"case $(( $$ % 8 )) in
0) sleep 5 ;;
1) exit 44 ;;
2) exit 1 ;;
3) printf 'value of'; exit 3 ;;
*) printf 'value of %s' "$1" ;;
esac
"#;

const OPTIONS: &str = "[stores.flaky]\ncache = \"200ms\"\nstale = \"2s\"\n";
const CALLERS: usize = 6;
const SLACK: u64 = 2 * 1024 * 1024;
