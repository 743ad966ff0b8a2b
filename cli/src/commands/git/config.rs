//! The drivers in the user's own `.git/config`: nothing that a repository brings along can put them there.

use std::env;
use std::path::Path;

use crate::error::Error;
use crate::git::{not_started, reading, words_of};

/// Each setting, with what git is to run for it. A name that begins with a dash is no option: `--` stands before it. Where
/// this command is gone, git does as it does without it, and says so.
pub(super) fn settings(command: &str) -> [(&'static str, String); 4] {
    let merge = format!("{command} git merge-driver -- %O %A %B %P");
    let merge = if_found(
        command,
        &merge,
        "merged line by line",
        "git merge-file -L ours -L base -L theirs %A %O %B",
    );
    // git puts what it gives behind the command, so that is the call of a function.
    let function = |verb: &str, what: &str, otherwise: &str| {
        let line = format!("{command} git {verb} -- \"$@\"");
        format!("f() {{ {}; }}; f", if_found(command, &line, what, otherwise))
    };
    [
        ("merge.strongroom.name", "a Strongroom vault, entry by entry".to_owned()),
        ("merge.strongroom.driver", merge),
        ("diff.strongroom.textconv", function("textconv", SHOWN_AS_IT_IS, "cat <\"$1\"")),
        ("diff.strongroom.command", function("diff-driver", SHOWN_AS_IT_IS, PLAIN_DIFF)),
    ]
}

/// A line of a shell that runs one command where it finds Strongroom, and another where it does not.
pub(super) fn if_found(command: &str, line: &str, otherwise: &str, then: &str) -> String {
    format!(
        "if command -v {command} >/dev/null 2>&1; then {line}; else \
         echo \"strongroom is not found: {otherwise}; put it on the PATH, then: strongroom git install\" >&2; {then}; fi"
    )
}

/// This command as git is to start it through a shell: by its name where the `PATH` finds it, else by its place.
pub(super) fn command() -> Result<String, Error> {
    let failed = |error| Error::cannot(format!("cannot tell where this program is: {error}"));
    let this = env::current_exe().map_err(failed)?;
    let this = this.canonicalize().map_err(failed)?;
    let path = env::var_os("PATH").unwrap_or_default();
    let name = format!("strongroom{}", env::consts::EXE_SUFFIX);
    let first = env::split_paths(&path).map(|folder| folder.join(&name)).find(|it| it.is_file());
    if first.and_then(|file| file.canonicalize().ok()).as_deref() == Some(&this) {
        return Ok("strongroom".to_owned());
    }
    let place = this.to_str().ok_or_else(|| {
        Error::cannot("the path of this program is no UTF-8 text\nput it into a folder of the PATH")
    })?;
    // A shell reads forward slashes everywhere.
    let place = if cfg!(windows) { place.replace('\\', "/") } else { place.to_owned() };
    shlex::try_quote(&place)
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Error::cannot("the path of this program has a character that no shell takes\nput it into a folder of the PATH"))
}

/// What the repository's own configuration has for a setting.
pub(super) fn get(folder: &Path, key: &str) -> Option<String> {
    let output = reading(folder).args(["config", "--local", "--get", key]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
    output.status.success().then_some(text)
}

/// The sections of the repository's own configuration that begin so and have a setting that ends so.
pub(super) fn sections_with(folder: &Path, lead: &str, end: &str) -> Vec<String> {
    let output =
        reading(folder).args(["config", "--local", "--list", "--name-only", "-z"]).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let keys = text.split('\0').filter(|key| key.starts_with(lead));
    keys.filter_map(|key| key.strip_suffix(end)).map(str::to_owned).collect()
}

pub(super) fn set(folder: &Path, key: &str, value: &str) -> Result<(), Error> {
    run(folder, &["config", "--local", "--replace-all", key, value])
}

pub(super) fn remove_section(folder: &Path, section: &str) -> Result<(), Error> {
    run(folder, &["config", "--local", "--remove-section", section])
}

fn run(folder: &Path, words: &[&str]) -> Result<(), Error> {
    let output = reading(folder).args(words).output().map_err(|error| not_started(&error))?;
    if output.status.success() {
        return Ok(());
    }
    let words = words_of(&output.stderr);
    Err(Error::cannot(format!(
        "git's configuration cannot be written: {words}\nsee with: git config --local --list"
    )))
}

const SHOWN_AS_IT_IS: &str = "the vault is shown as it is stored";

/// What git shows of any file; of one that is not merged it gives the name alone.
const PLAIN_DIFF: &str = "echo \"$1\"; test $# -lt 5 || \
     git diff --no-index --no-ext-diff --no-textconv --no-color -- \"$2\" \"$5\" || :";
