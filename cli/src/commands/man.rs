//! `strongroom man`: the manual as pages for `man`, one for each command.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use strongroom_vault::ShownPath;

use crate::error::{Error, Status};
use crate::ui;

/// Write the manual pages, one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom man ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// The folder that they are written to
    #[arg(value_name = "FOLDER")]
    into: PathBuf,
}

pub(crate) fn run(args: &Args, mut command: Command) -> Result<Status, Error> {
    let folder = &args.into;
    fs::create_dir_all(folder).map_err(|error| Error::file("make the folder", folder, &error))?;
    command.build();
    let pages = write(&command, folder)?;
    ui::say(&format!("wrote {pages} pages to {}", ShownPath(folder)));
    Ok(Status::Done)
}

/// The page with a heading of its own for what stands under a command's help, which is called EXTRA
/// otherwise.
fn with_heading(command: &Command, page: Vec<u8>) -> Vec<u8> {
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let heading = if notes.starts_with("Example") { ".SH EXAMPLES" } else { ".SH NOTES" };
    match String::from_utf8(page) {
        Ok(page) => page.replace("\n.SH EXTRA\n", &format!("\n{heading}\n")).into_bytes(),
        Err(not_text) => not_text.into_bytes(),
    }
}

/// Writes the page of a command and those below it; how many they were.
fn write(command: &Command, folder: &Path) -> Result<usize, Error> {
    // Every page says in its synopsis how the command is typed, not only its last word.
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    // The usage of the help, which names the values of options, is the synopsis.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).replace("\n       ", "\n");
    let page = command.clone().display_name(name.replace(' ', "-")).override_usage(usage);
    let man = Man::new(page)
        .manual("Strongroom")
        .source(concat!("strongroom ", env!("CARGO_PKG_VERSION")));
    let path = folder.join(man.get_filename());
    let mut text = Vec::new();
    man.render(&mut text)
        .and_then(|()| save(&path, &with_heading(command, text)))
        .map_err(|error| Error::file("write", &path, &error))?;
    let below = command.get_subcommands().filter(|each| !each.is_hide_set());
    below.map(|each| write(each, folder)).try_fold(1, |pages, more| Ok(pages + more?))
}

/// Puts a page in its place, from beside it: where a link is, it is replaced, and nothing that it leads to.
fn save(path: &Path, text: &[u8]) -> io::Result<()> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&new)?;
    let saved = file.write_all(text).and_then(|()| fs::rename(&new, path));
    if saved.is_err() {
        let _ = fs::remove_file(&new);
    }
    saved
}
