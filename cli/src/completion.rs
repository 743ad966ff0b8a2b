//! What a shell is answered when somebody presses Tab: commands, options, and names from the vault.
//!
//! A shell runs `strongroom` with a variable of ours and the words so far. No key is needed; where
//! there is no vault, or one that cannot be read, there are simply no names.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use strongroom_vault::{
    Deposit, EnvironmentType, HolderKind, Index, KeyService, Shown, StoreEntry, StoreKind, fold,
};

use crate::deposits::shown_code;
use crate::error::Error;
use crate::session::Place;

/// Answers a shell that asks; false if none does, and the command is to be run as usual.
pub(crate) fn answer(command: fn() -> Command) -> bool {
    if env::var_os(VARIABLE).is_none() {
        return false;
    }
    let place = place_in(&words_before_cursor());
    // Paths count from the folder of `-C`. One that is not there has nothing to complete with.
    let _ = place.enter();
    let folder = env::current_dir().ok();
    let complete = CompleteEnv::with_factory(|| with_names(command())).var(VARIABLE);
    complete.try_complete(env::args_os(), folder.as_deref()).unwrap_or(true)
}

/// The script that makes a shell ask.
pub(crate) fn registration(shell: &str) -> Result<String, Error> {
    let shells = Shells::builtins();
    let known = shells.completer(shell).filter(|known| SHELLS.contains(&known.name()));
    let Some(known) = known else {
        return Err(Error::usage(format!(
            "no completions for the shell `{}`\nshells: {}",
            Shown(shell),
            SHELLS.join(", ")
        )));
    };
    let mut script = Vec::new();
    known
        .write_registration(VARIABLE, "strongroom", "strongroom", &called_as(), &mut script)
        .map_err(|error| Error::cannot(format!("cannot write the script: {error}")))?;
    let mut script = String::from_utf8_lossy(&script).trim_start().to_owned();
    if known.name() == "bash" {
        script.push_str(BASH_QUOTES);
    }
    Ok(script)
}

/// How this command was called: by its name, or by a path that works in every folder.
fn called_as() -> String {
    let path = env::args_os().next().map_or_else(|| PathBuf::from("strongroom"), PathBuf::from);
    let path = match env::current_dir() {
        Ok(folder) if path.components().count() > 1 => folder.join(path),
        _ => path,
    };
    path.to_string_lossy().into_owned()
}

/// The words of the line before the one that is being completed.
fn words_before_cursor() -> Vec<OsString> {
    let mut words: Vec<OsString> = env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let cursor = env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
    words.truncate(cursor.unwrap_or(words.len().saturating_sub(1)));
    words
}

/// Where the command would work: its two options, as far as they are typed.
fn place_in(words: &[OsString]) -> Place {
    let (mut vault, mut folder) = (None, None);
    let own = words.iter().take_while(|word| *word != "--");
    for (word, next) in own.clone().zip(own.skip(1).map(Some).chain([None])) {
        match word.to_str() {
            Some("--vault") => vault = next.map(PathBuf::from),
            Some("-C") => folder = next.map(PathBuf::from),
            Some(word) => {
                if let Some(path) = word.strip_prefix("--vault=") {
                    vault = Some(PathBuf::from(path));
                } else if let Some(path) = word.strip_prefix("-C") {
                    folder = Some(PathBuf::from(path));
                }
            }
            None => {}
        }
    }
    Place::new(vault, folder)
}

/// What a value on the command line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Secrets,
    Deposits,
    Types,
    Named,
    Environments,
    Holders,
    Apps,
    Passphrases,
    Removed,
    Stores,
    /// Settings that are no secrets.
    Plain,
    /// As [`What::Stores`], with the `:` before a reference.
    Places,
    /// The settings of the store that is named before.
    Settings,
    /// As [`What::Settings`], with the `=` before a value.
    NewSettings,
    Kinds,
    Services,
    Shells,
}

/// Gives every argument of a command that names something in the vault what it can name.
fn with_names(mut command: Command) -> Command {
    command.build();
    with_names_at("", command)
}

fn with_names_at(path: &str, command: Command) -> Command {
    let add = |arg: Arg| match names_of(path, &arg) {
        Some(what) => arg.add(ArgValueCompleter::new(move |typed: &OsStr| begun(what, typed))),
        None => arg,
    };
    let children: Vec<String> =
        command.get_subcommands().map(|child| child.get_name().to_owned()).collect();
    children.into_iter().fold(command.mut_args(add), |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |child| with_names_at(path.trim_start(), child))
    })
}

/// What an argument names; nothing where it is a file, a new name, or free text.
fn names_of(command: &str, arg: &Arg) -> Option<What> {
    match (arg.get_long(), arg.get_id().as_str()) {
        (Some("type"), _) => return Some(What::Types),
        (Some("env"), _) => return Some(What::Named),
        (Some("to"), _) if command == "push" => return Some(What::Stores),
        (Some("from" | "to"), _) => return Some(What::Environments),
        (Some("only" | "except" | "secret"), _) => return Some(What::Secrets),
        (Some("store"), _) => return Some(What::Stores),
        (Some("kind"), _) => return Some(What::Kinds),
        (Some("wrap" | "with"), _) => return Some(What::Services),
        (Some("unset"), _) if command == "store set" => return Some(What::Settings),
        (Some("holder"), _) if command == "unlock" => return Some(What::Holders),
        (Some("holder"), _) if command == "resolve" => return Some(What::Holders),
        _ => {}
    }
    match (command, arg.get_index()) {
        (
            "set" | "get" | "list" | "unset" | "link" | "rename" | "copy" | "move" | "history"
            | "rollback" | "resolve" | "reseal",
            Some(1),
        ) => Some(What::Secrets),
        (
            "setting set" | "setting get" | "setting list" | "setting unset" | "setting rename"
            | "setting history",
            Some(1),
        ) => Some(What::Plain),
        ("accept" | "reject", Some(1)) => Some(What::Deposits),
        ("diff", Some(_)) | ("store default", Some(1)) => Some(What::Environments),
        ("env remove" | "env retype", Some(1)) => Some(What::Named),
        ("key remove" | "holder grant" | "holder remove", Some(1)) => Some(What::Holders),
        (
            "app list" | "app remove" | "app key new" | "app key list" | "app key revoke",
            Some(1),
        ) => Some(What::Apps),
        ("holder known", Some(1)) => Some(What::Removed),
        ("holder passphrase", Some(1)) => Some(What::Passphrases),
        ("store set" | "store remove" | "store allow" | "store forbid", Some(1))
        | ("store default", Some(2)) => Some(What::Stores),
        ("store set", Some(2)) => Some(What::NewSettings),
        ("link", Some(2)) => Some(What::Places),
        ("completions", Some(1)) => Some(What::Shells),
        _ => None,
    }
}

/// What can stand where this much is typed. A name in another spelling is found where none begins
/// with just that: the shell would else take letters away that the spellings do not share.
fn begun(what: What, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let all = candidates(what);
    let begins = |each: &CompletionCandidate| {
        each.get_value().to_str().is_some_and(|name| name.starts_with(typed))
    };
    if all.iter().any(begins) {
        return all.into_iter().filter(begins).collect();
    }
    let typed = fold(typed);
    let begins = |each: &CompletionCandidate| {
        each.get_value().to_str().is_some_and(|name| fold(name).starts_with(&typed))
    };
    all.into_iter().filter(begins).collect()
}

fn candidates(what: What) -> Vec<CompletionCandidate> {
    match what {
        What::Types => return EnvironmentType::ALL.map(|kind| candidate(kind.as_str(), "")).into(),
        What::Shells => return SHELLS.map(CompletionCandidate::new).into(),
        What::Kinds => {
            return StoreKind::ALL.iter().map(|kind| candidate(kind.name, kind.about)).collect();
        }
        What::Services => {
            let wrapping = KeyService::ALL.iter().filter_map(|it| Some((it.name, it.wraps_with?)));
            return wrapping.map(|(name, key)| candidate(&format!("{name}:"), key)).collect();
        }
        _ => {}
    }
    let place = place_in(&words_before_cursor());
    // The folder of `-C` was entered already.
    let Ok(found) = Place::new(place.named_vault(), None).read() else { return Vec::new() };
    let Ok(session) = found.open() else { return Vec::new() };
    if what == What::Apps {
        let Ok(apps) = session.apps() else { return Vec::new() };
        return apps.iter().map(|app| candidate(app.name(), app.secret())).collect();
    }
    in_vault(what, &session.index)
}

fn in_vault(what: What, index: &Index<'_>) -> Vec<CompletionCandidate> {
    match what {
        What::Secrets => {
            let secrets = index.secrets();
            secrets.map(|each| candidate(each.name(), each.about().unwrap_or_default())).collect()
        }
        What::Deposits => {
            let named = |each: &Deposit<'_>| {
                candidate(each.name(), &format!("a deposit for {}", each.environment()))
            };
            let coded = |each: &Deposit<'_>| {
                let (name, environment) = (each.name(), each.environment());
                let left = format!("{name} for {environment}, left {}", each.left());
                candidate(&shown_code(each), &left)
            };
            let waiting = index.deposits().waiting();
            let mut candidates: Vec<CompletionCandidate> = waiting.iter().map(named).collect();
            candidates.sort_by(|one, other| one.get_value().cmp(other.get_value()));
            candidates.dedup_by(|one, other| one.get_value() == other.get_value());
            candidates.extend(waiting.iter().map(coded));
            candidates
        }
        What::Environments => {
            index.environments().map(|each| candidate(each.name(), each.kind().as_str())).collect()
        }
        What::Named => {
            let named = index.named_environments().iter();
            named.map(|each| candidate(each.name(), each.kind().as_str())).collect()
        }
        What::Holders => {
            let holders = index.holders().iter();
            holders.map(|each| candidate(each.name(), each.kind().as_str())).collect()
        }
        What::Passphrases => {
            let holders = index.holders().iter();
            let holders =
                holders.filter(|each| matches!(each.kind(), HolderKind::Passphrase { .. }));
            holders.map(|each| candidate(each.name(), each.kind().as_str())).collect()
        }
        What::Removed => {
            let removed = index.removed().iter();
            removed.map(|each| candidate(each.name(), &format!("removed {}", each.on()))).collect()
        }
        What::Stores => {
            index.stores().iter().map(|each| candidate(each.name(), each.kind())).collect()
        }
        What::Plain => {
            let settings = index.settings().iter();
            settings.map(|each| candidate(each.name(), each.about().unwrap_or_default())).collect()
        }
        What::Places => {
            let stores = index.stores().iter();
            stores.map(|each| candidate(&format!("{}:", each.name()), each.kind())).collect()
        }
        What::Settings => settings(index, ""),
        What::NewSettings => settings(index, "="),
        What::Types | What::Shells | What::Kinds | What::Services | What::Apps => Vec::new(),
    }
}

/// The settings of the store that is typed already.
fn settings(index: &Index<'_>, end: &str) -> Vec<CompletionCandidate> {
    let words = words_before_cursor();
    let store = words.iter().find_map(|word| index.stores().get(word.to_str()?));
    let keys = store.map(StoreEntry::keys).unwrap_or_default();
    keys.into_iter().map(|key| candidate(&format!("{key}{end}"), "")).collect()
}

fn candidate(name: &str, help: &str) -> CompletionCandidate {
    let help = (!help.is_empty()).then(|| help.to_owned().into());
    CompletionCandidate::new(name).help(help)
}

/// The variable by which a shell asks.
const VARIABLE: &str = "STRONGROOM_COMPLETE";

/// bash puts a completion into the line as it stands, so a file's name could end the command and begin
/// another. What is not plain is quoted; the other shells of those here but PowerShell do so themselves.
const BASH_QUOTES: &str = r#"
_strongroom_quoted() {
    _clap_complete_strongroom "$@"
    local each
    for each in ${COMPREPLY[@]+"${COMPREPLY[@]}"}; do
        if [[ $each == *[!a-zA-Z0-9_./:=@%+,-]* ]]; then
            # An old bash, which cannot be told to quote, is given nothing.
            compopt -o filenames 2> /dev/null || COMPREPLY=()
        fi
    done
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _strongroom_quoted strongroom
else
    complete -o nospace -o bashdefault -F _strongroom_quoted strongroom
fi
"#;

/// The shells that `strongroom completions` knows.
const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "powershell"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Arguments that name nothing in the vault: new names, files, and words of one's own.
    const FREE: &[&str] = &[
        "init holder",
        "set about",
        "set reference",
        "store add name",
        "store add settings",
        "store add command",
        "store set command",
        "set accept_key",
        "set expires",
        "set generate",
        "set length",
        "set alphabet",
        "rename new",
        "diff rev",
        "run command",
        "run render",
        "serve app_id",
        "serve http_port",
        "serve grpc_port",
        "serve app_port",
        "serve component",
        "serve addresses",
        "serve most_connections",
        "serve command",
        "rollback commit",
        "resolve keys",
        "resolve entry",
        "git merge-driver path",
        "import name",
        "export name",
        "export namespace",
        "setting set value",
        "setting set about",
        "setting rename new",
        "env add name",
        "app add name",
        "app add id",
        "app key new expires",
        "app key revoke code",
        "holder add name",
        "holder add public_key",
        "unlock expect",
        "unlock time",
    ];

    #[test]
    fn every_argument_completes_or_is_known_to_have_nothing_to_complete() {
        let mut command = crate::cli::command();
        command.build();
        let mut unknown = Vec::new();
        look_at("", &command, &mut unknown);
        assert!(unknown.is_empty(), "add each to `names_of`, or to FREE: {unknown:#?}");
    }

    fn look_at(path: &str, command: &Command, unknown: &mut Vec<String>) {
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let completes_by_itself = arg.get_value_hint() != clap::ValueHint::Unknown
                || !arg.get_possible_values().is_empty();
            let name = format!("{path} {}", arg.get_id());
            let takes = arg.get_num_args().is_some_and(|number| number.takes_values());
            if takes
                && !completes_by_itself
                && names_of(path, arg).is_none()
                && !FREE.contains(&name.as_str())
            {
                unknown.push(name);
            }
        }
        for child in command.get_subcommands() {
            look_at(format!("{path} {}", child.get_name()).trim_start(), child, unknown);
        }
    }
}
