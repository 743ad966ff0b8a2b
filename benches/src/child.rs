//! What runs in a process of its own: with an environment that is set from outside, or under callgrind.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use strongroom::Loader;
use toml::de::DeTable;

use crate::callgrind;
use crate::declared::{CARRIED_KEY, Carried, Secrets};
use crate::opened::Opened;
use crate::served;
use crate::table::say;
use crate::timing::{Samples, in_turn};
use crate::vaults::{self, Vault, configuration};

/// The argument that makes this program a child.
pub(crate) const FLAG: &str = "--child";

/// This program again, to work in a folder, with nothing in its environment but the configuration folder of the vaults.
pub(crate) fn command(folder: &Path) -> Command {
    let program = std::env::current_exe().expect("a running program has a file");
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("XDG_CONFIG_HOME", configuration()).arg(FLAG);
    command
}

/// Where `load()` has its key from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// `Loader::access_key`.
    Given,
    /// The user's configuration folder.
    Kept,
}

/// Loads in a child; the medians of `toml` alone and of loading.
pub(crate) fn load(vault: &Vault, key: Key, runs: usize) -> (Duration, Duration) {
    let key = if key == Key::Given { "given" } else { "kept" };
    let words = ["load", key, &vault.secrets.to_string(), &runs.to_string()].map(str::to_owned);
    let output = command(&vault.folder).args(words).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers =
        text.split_whitespace().map(|word| word.parse().ok().map(Duration::from_nanos));
    let mut next = || {
        numbers.next().flatten().unwrap_or_else(|| {
            panic!("loading failed:\n{}", String::from_utf8_lossy(&output.stderr))
        })
    };
    (next(), next())
}

/// Loads what this program carries, in a child; the median.
pub(crate) fn load_carried(runs: usize) -> Duration {
    let folder = configuration();
    let words = ["carried", &runs.to_string()].map(str::to_owned);
    let output = command(&folder).args(words).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let nanos = text
        .trim()
        .parse()
        .unwrap_or_else(|_| panic!("loading failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    Duration::from_nanos(nanos)
}

/// How many instructions one round of something takes, as callgrind counts them.
pub(crate) fn count(what: &str, vault: &Vault, rounds: [usize; 2]) -> Result<u64, String> {
    let counted = |rounds: usize| {
        let words =
            ["count", what, &vault.secrets.to_string(), &rounds.to_string()].map(str::to_owned);
        let mut command = command(&vault.folder);
        command.args(words);
        callgrind::instructions(&command)
    };
    let [few, many] = rounds;
    Ok((counted(many)? - counted(few)?) / (many - few) as u64)
}

/// Does what a parent asks for.
pub(crate) fn work(job: &[String]) {
    let words: Vec<&str> = job.iter().map(String::as_str).collect();
    match *words.as_slice() {
        ["load", key, secrets, runs] => {
            let (toml, load) = compare(&Vault::of(number(secrets)), key == "kept", number(runs));
            say(&format!("{} {}", toml.median().as_nanos(), load.median().as_nanos()));
        }
        ["count", what, secrets, rounds] => {
            let vault = Vault::of(number(secrets));
            let mut round = round(what, &vault);
            (0..number(rounds)).for_each(|_| round());
        }
        ["carried", runs] => {
            let loader = Loader::new().access_key(CARRIED_KEY);
            let run = || load_once::<Carried>(&loader);
            say(&in_turn(number(runs), || {}, run).1.median().as_nanos().to_string());
        }
        ["carry", path] => {
            let (text, key) = vaults::with_a_key_of_its_own();
            for (extension, text) in [("toml", text.as_str()), ("key", key.to_text().as_str())] {
                let file = Path::new(path).with_extension(extension);
                std::fs::write(file, text).expect("the folder can be written");
            }
        }
        ["bare"] => served::serve_bare(),
        ["declare"] => say(vaults::with_nobodys_key().trim_end()),
        _ => panic!("this child's parent asked for {words:?}"),
    }
}

/// What is counted, ready for its first round.
fn round(what: &str, vault: &Vault) -> Box<dyn FnMut()> {
    let text = vault.text();
    match what {
        "toml" => Box::new(move || parse(&text)),
        "load" => {
            let loader = loader(vault, false);
            Box::new(move || load_once::<Secrets>(&loader))
        }
        "carried" => {
            let loader = Loader::new().access_key(CARRIED_KEY);
            Box::new(move || load_once::<Carried>(&loader))
        }
        "open" => {
            let opened = Opened::of(vault);
            Box::new(move || opened.open())
        }
        "seal" => {
            let opened = Opened::of(vault);
            Box::new(move || opened.seal())
        }
        "change" => {
            let opened = Opened::of(vault);
            Box::new(move || opened.change())
        }
        _ => panic!("nobody can count `{what}`"),
    }
}

fn number(word: &str) -> usize {
    word.parse().expect("a parent sends numbers")
}

fn compare(vault: &Vault, kept: bool, runs: usize) -> (Samples, Samples) {
    let (text, loader) = (vault.text(), loader(vault, kept));
    in_turn(runs, || parse(&text), || load_once::<Secrets>(&loader))
}

fn loader(vault: &Vault, kept: bool) -> Loader {
    if kept { Loader::new() } else { Loader::new().access_key(&*vault.key.to_text()) }
}

fn parse(text: &str) {
    drop(black_box(DeTable::parse(black_box(text)).expect("a vault is TOML")));
}

fn load_once<S: strongroom::Secrets>(loader: &Loader) {
    let secrets: Result<S, _> = black_box(loader).load();
    drop(black_box(secrets.unwrap_or_else(|error| panic!("{error}"))));
}
