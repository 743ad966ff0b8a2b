//! The arguments: what every command takes, and which commands there are.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use strongroom_vault::EnvironmentType;

#[cfg(feature = "server")]
use crate::commands::serve;
use crate::commands::{
    accept, app, check, completions, copy, diff, doctor, edit, env, export, get, git, history,
    holder, import, init, key, link, list, lock, log, man, r#move, push, reject, rename, render,
    reseal, resolve, rollback, run as run_command, scan, set, setting, store, sync, unlock, unset,
};
use crate::completion;
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// Keep secrets in a file that is committed: names readable, values sealed.
#[derive(Debug, Parser)]
#[command(name = "strongroom", version, after_help = STATUSES, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    place: Place,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Set(set::Args),
    Get(get::Args),
    List(list::Args),
    Unset(unset::Args),
    Link(link::Args),
    Sync(sync::Args),
    Push(push::Args),
    Rename(rename::Args),
    Reseal(reseal::Args),
    Copy(copy::Args),
    Move(r#move::Args),
    Diff(diff::Args),
    History(history::Args),
    Rollback(rollback::Args),
    Resolve(resolve::Args),
    Edit(edit::Args),
    Accept(accept::Args),
    Reject(reject::Args),
    Check(check::Args),
    Scan(scan::Args),
    Run(run_command::Args),
    Import(import::Args),
    Export(export::Args),
    Render(render::Args),
    #[cfg(feature = "server")]
    Serve(serve::Args),
    #[command(subcommand)]
    Setting(setting::Command),
    #[command(subcommand)]
    Env(env::Command),
    #[command(subcommand)]
    Store(store::Command),
    #[command(subcommand)]
    App(app::Command),
    #[command(subcommand)]
    Holder(holder::Command),
    #[command(subcommand)]
    Key(key::Command),
    Unlock(unlock::Args),
    Lock(lock::Args),
    #[command(subcommand)]
    Git(git::Command),
    Doctor(doctor::Args),
    Log(log::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// The whole command, with everything that it takes.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Reads the arguments and does what they say.
pub(crate) fn run() -> Result<Status, Error> {
    if completion::answer(command) {
        return Ok(Status::Done);
    }
    let Cli { place, command: what } = match parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    place.enter()?;
    match what {
        Command::Init(args) => init::run(&args, &place),
        Command::Set(args) => set::run(&args, &place),
        Command::Get(args) => get::run(&args, &place),
        Command::List(args) => list::run(&args, &place),
        Command::Unset(args) => unset::run(&args, &place),
        Command::Link(args) => link::run(&args, &place),
        Command::Sync(args) => sync::run(&args, &place),
        Command::Push(args) => push::run(&args, &place),
        Command::Reseal(args) => reseal::run(&args, &place),
        Command::Rename(args) => rename::run(&args, &place),
        Command::Copy(args) => copy::run(&args, &place),
        Command::Move(args) => r#move::run(&args, &place),
        Command::Diff(args) => diff::run(&args, &place),
        Command::History(args) => history::run(&args, &place),
        Command::Rollback(args) => rollback::run(&args, &place),
        Command::Resolve(args) => resolve::run(&args, &place),
        Command::Edit(args) => edit::run(&args, &place),
        Command::Accept(args) => accept::run(&args, &place),
        Command::Reject(args) => reject::run(&args, &place),
        Command::Check(args) => check::run(&args, &place),
        Command::Scan(args) => scan::run(&args, &place),
        Command::Run(args) => run_command::run(&args, &place),
        Command::Import(args) => import::run(&args, &place),
        Command::Export(args) => export::run(&args, &place),
        Command::Render(args) => render::run(&args, &place),
        #[cfg(feature = "server")]
        Command::Serve(args) => serve::run(args, &place),
        Command::Setting(command) => setting::run(command, &place),
        Command::Env(command) => env::run(command, &place),
        Command::Store(command) => store::run(command, &place),
        Command::App(command) => app::run(command, &place),
        Command::Holder(command) => holder::run(command, &place),
        Command::Key(command) => key::run(command, &place),
        Command::Unlock(args) => unlock::run(&args, &place),
        Command::Lock(args) => lock::run(&args, &place),
        Command::Git(command) => git::run(command, &place),
        Command::Doctor(args) => doctor::run(&args, &place),
        Command::Log(args) => log::run(&args, &place),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args, command()),
    }
}

/// As `Cli::try_parse`, and remembers which command it is.
fn parse() -> Result<Cli, clap::Error> {
    let arguments = store::spelled_out(&Cli::command(), std::env::args_os());
    let mut matches = Cli::command().try_get_matches_from(arguments)?;
    let mut words = Vec::new();
    let mut below = matches.subcommand();
    while let Some((word, inner)) = below {
        words.push(word);
        below = inner.subcommand();
    }
    crate::log::begin(words.join(" "));
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut Cli::command()))
}

/// Shows help, or says what is wrong with the arguments. An argument that is no option is not
/// repeated: it may be a value.
fn explain(error: &clap::Error) -> Result<Status, Error> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            ui::help(&error.render(), true)?;
            return Ok(Status::Done);
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            ui::help(&error.render(), false)?;
            return Ok(Status::Usage);
        }
        // These repeat options and commands only, which may be shown; all others may repeat a
        // value.
        ErrorKind::MissingRequiredArgument
        | ErrorKind::ArgumentConflict
        | ErrorKind::MissingSubcommand => {}
        ErrorKind::InvalidValue if has_plain(error, ContextKind::InvalidValue) => {}
        ErrorKind::UnknownArgument if has_plain(error, ContextKind::InvalidArg) => {}
        ErrorKind::InvalidSubcommand if has_plain(error, ContextKind::InvalidSubcommand) => {}
        _ => {
            return Err(Error::usage(format!(
                "an argument too many, an unknown option, or a value that an option does not take{}{}",
                stray(error),
                usage_of(error)
            )));
        }
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    // No value is given as an argument, so there is none that looks like an option.
    let is_said = |line: &&str| !line.is_empty() && !line.trim_start().starts_with(AS_A_VALUE);
    let lines: Vec<&str> = text.lines().filter(is_said).collect();
    Err(Error::usage(lines.join("\n").trim_end()))
}

/// Whether what is wrong looks like the name of an option or a command, and can be shown.
fn has_plain(error: &clap::Error, kind: ContextKind) -> bool {
    let Some(ContextValue::String(word)) = error.get(kind) else {
        return false;
    };
    let name = match kind {
        ContextKind::InvalidArg => word.strip_prefix("--"),
        _ => Some(word.as_str()),
    };
    name.is_some_and(|name| {
        name.len() <= LONGEST_NAME && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    })
}

/// What to do about a stray argument. One that is the word for a type is known, and can be no value.
fn stray(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if EnvironmentType::from_word(word).is_some() => {
            format!("\n`{word}` is an environment: --type {word}")
        }
        _ if usage_of(error).trim_end().ends_with("NAME [VALUE]") => format!("\n{VALUE}"),
        _ => String::new(),
    }
}

fn usage_of(error: &clap::Error) -> String {
    match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{usage}"),
        _ => format!("\n{}", command().render_usage()),
    }
}

/// How clap's advice begins to give an argument as a value that looks like an option.
const AS_A_VALUE: &str = "tip: to pass ";

/// How a value is an argument.
const VALUE: &str =
    "a VALUE with blanks goes between quotes, and one that begins with `-` behind `--`";

/// The longest name of an option or a command, with some room for a slip of the pen.
const LONGEST_NAME: usize = 20;

const STATUSES: &str = "\
The vault is --vault FILE, else STRONGROOM_VAULT, else the nearest strongroom.toml in this folder
or above, to the root of the git repository.

With STRONGROOM_NO_REVEAL=1 no command shows a value or a key, or writes one to a file: for shells that are
handed to a tool. `run`, `set`, `list` and `check` go on working.

Exit status: 0 done; 1 the answer is no; 2 wrong usage; 3 cannot: no key, no vault, altered.";
