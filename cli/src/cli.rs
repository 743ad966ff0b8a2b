//! The arguments: what every command takes, and which commands there are.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{check, env, get, holder, init, key, list, run as run_command, set, unset};
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
    Check(check::Args),
    Run(run_command::Args),
    #[command(subcommand)]
    Env(env::Command),
    #[command(subcommand)]
    Holder(holder::Command),
    #[command(subcommand)]
    Key(key::Command),
}

/// Reads the arguments and does what they say.
pub(crate) fn run() -> Result<Status, Error> {
    let Cli { place, command } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    place.enter()?;
    match command {
        Command::Init(args) => init::run(&args, &place),
        Command::Set(args) => set::run(&args, &place),
        Command::Get(args) => get::run(&args, &place),
        Command::List(args) => list::run(&args, &place),
        Command::Unset(args) => unset::run(&args, &place),
        Command::Check(args) => check::run(&args, &place),
        Command::Run(args) => run_command::run(args, &place),
        Command::Env(command) => env::run(command, &place),
        Command::Holder(command) => holder::run(command, &place),
        Command::Key(command) => key::run(command, &place),
    }
}

/// Shows help, or says what is wrong with the arguments. An argument that is no option is not repeated: it may be a value.
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
        ErrorKind::UnknownArgument if !names_an_option(error) => {
            return Err(Error::usage(format!(
                "an argument too many, or an unknown option{}",
                usage_of(error)
            )));
        }
        _ => {}
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text).replace("\n\n", "\n");
    Err(Error::usage(text.trim_end()))
}

/// Whether the unknown argument looks like an option's name and can be shown.
fn names_an_option(error: &clap::Error) -> bool {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return false;
    };
    argument.strip_prefix("--").is_some_and(|name| {
        name.len() <= LONGEST_OPTION && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    })
}

fn usage_of(error: &clap::Error) -> String {
    match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{usage}"),
        _ => format!("\n{}", Cli::command().render_usage()),
    }
}

/// The longest name of an option of any command, with some room for a slip of the pen.
const LONGEST_OPTION: usize = 20;

const STATUSES: &str = "\
The vault is --vault FILE, else STRONGROOM_VAULT, else the nearest strongroom.toml in this folder
or above, to the root of the git repository.

Exit status: 0 done; 1 the answer is no; 2 wrong usage; 3 cannot: no key, no vault, altered.";
