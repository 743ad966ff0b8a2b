//! `strongroom completions`: the script that makes a shell complete commands, options and names.

use crate::completion::registration;
use crate::error::{Error, Status};
use crate::ui;

/// Print the script that makes a shell complete secrets, environments and holders
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Put this line where your shell reads it at its start:
  bash        ~/.bashrc                   source <(strongroom completions bash)
  zsh         ~/.zshrc, after compinit    source <(strongroom completions zsh)
  fish        ~/.config/fish/config.fish  strongroom completions fish | source
  powershell  $PROFILE                    strongroom completions powershell | Out-String | iex

The names are those of the vault that the command would use; no key is needed.

Example: strongroom completions bash")]
pub(crate) struct Args {
    /// Your shell: bash, zsh, fish, powershell
    #[arg(value_name = "SHELL")]
    shell: String,
}

pub(crate) fn run(args: &Args) -> Result<Status, Error> {
    ui::data(&registration(&args.shell)?)?;
    Ok(Status::Done)
}
