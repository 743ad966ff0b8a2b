//! `strongroom render`: a file of another program, with values where it refers to secrets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use strongroom_formats::render::Format;
use strongroom_vault::{Shown, ShownPath};

use crate::environments::One;
use crate::error::{Error, Status};
use crate::git::{Answer, FileInTree};
use crate::hints::typed;
use crate::own::OwnFile;
use crate::selection::{Chosen, Undone};
use crate::session::Place;
use crate::templates::{Needed, Source, Survey};
use crate::{expiry, outfile, reveal, ui};

/// Write a file with values where it refers to secrets
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom render [--type TYPE | --env NAME] [OPTIONS] FILE",
    after_help = "\
A reference is ${secret:NAME} or {{ secret \"NAME\" }}. In YAML and JSON also secretKeyRef: {name, key} beside a
name, as in Dapr's components, or in the valueFrom of Kubernetes: it becomes `value`, of the secret NAME/KEY, or
NAME where the key is the same or missing. $${secret:NAME} is text. Comments are left alone.

A value is always a string, escaped for its place; nothing else of the file changes. If one reference cannot be
filled, nothing is written (1). To give a program the file without writing it: strongroom run --render FILE

Example: strongroom render --env staging components/state.yaml | kubectl apply -f -"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// Read the file as this, whatever its name says: text, json, toml, yaml
    #[arg(long, value_enum, hide_possible_values = true)]
    format: Option<Word>,

    #[arg(
        long,
        value_name = "FILE",
        help = "Write a new file that only you can read, instead of standard output"
    )]
    out: Option<PathBuf>,

    /// Replace the file of --out
    #[arg(long, requires = "out")]
    force: bool,

    #[arg(long, conflicts_with = "out", help = "Only say whether every reference has a value")]
    check: bool,

    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The word of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Word {
    Text,
    Json,
    Toml,
    Yaml,
}

impl From<Word> for Format {
    fn from(word: Word) -> Self {
        match word {
            Word::Text => Self::Text,
            Word::Json => Self::Json,
            Word::Toml => Self::Toml,
            Word::Yaml => Self::Yaml,
        }
    }
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let undone = if args.check { Undone("no value was opened") } else { UNDONE };
    if !args.check {
        reveal::permit("every value")?;
    }
    if let Some(out) = &args.out {
        refuse_out(out, args)?;
    }
    let source = Source::read(&args.file, args.format.map(Format::from))?;
    let surveys = [Survey::of(&source, undone)?];
    let [survey] = &surveys;
    let found = place.read()?;
    if let Some(out) = &args.out {
        outfile::refuse_ours(out, found.path())?;
    }
    let session = found.open()?;
    let environment = args.environment.pick(&session.index)?;
    let own = OwnFile::read(&session, &environment)?;
    let mine = own.open(&session.index)?;
    let needed = Needed::by(&surveys, &session, &environment, mine.as_ref(), undone)?;
    let references = survey.template().references().len();
    survey.warn_of_near_misses();
    if references == 0 {
        ui::warn(&format!("{} has no reference to a secret", source.described()));
    }
    if args.check && references == 0 {
        return Ok(Status::Done);
    }
    if args.check {
        refuse_faulty(needed.chosen())?;
        ui::say(&format!(
            "{}: every reference has a value for `{environment}` (references: {references}, secrets: {})",
            source.described(),
            needed.len()
        ));
        return Ok(Status::Done);
    }
    let values = needed.open(&session, &environment, &BTreeMap::new(), undone)?;
    let sheet = needed.write(survey, &values, undone)?;
    expiry::remind(&session.index, needed.chosen().iter().map(Chosen::sealed));
    match &args.out {
        Some(out) => {
            outfile::save(out, sheet.as_bytes(), args.force)?;
            ui::say(&format!("wrote {} (references: {references})", ShownPath(out)));
            warn_if_not_ignored(out);
        }
        None => ui::exactly(sheet.as_bytes())?,
    }
    Ok(Status::Done)
}

/// Refuses to write where the file itself is, or what git has.
fn refuse_out(out: &Path, args: &Args) -> Result<(), Error> {
    let is_input =
        out.canonicalize().is_ok_and(|out| args.file.canonicalize().is_ok_and(|it| it == out));
    if is_input {
        return Err(Error::usage(format!(
            "{} would be written over itself, and its references be gone\nname another file, which git ignores: --out FILE",
            ShownPath(out)
        )));
    }
    match FileInTree::of(out).is_tracked() {
        Answer::No => {}
        Answer::Yes => {
            return Err(Error::usage(format!(
                "git tracks {}, and values in clear do not belong there\nname another file, which git ignores; or: git rm --cached {}",
                ShownPath(out),
                typed(out)
            )));
        }
        Answer::Unknown(why) => {
            return Err(Error::cannot(format!(
                "nobody can tell whether git tracks {0}, where values in clear do not belong: {why}\n\
                 nothing was written: see what git says to: git ls-files {1}\n\
                 or name a file outside of the repository: --out FILE",
                ShownPath(out),
                typed(out)
            )));
        }
    }
    if args.force { outfile::refuse_no_file(out) } else { outfile::refuse_existing(out) }
}

fn warn_if_not_ignored(out: &Path) {
    let out_shown = ShownPath(out);
    match FileInTree::of(out).is_exposed() {
        Answer::No => {}
        Answer::Yes => ui::warn(&format!(
            "git does not ignore {out_shown}, which has values in clear\nadd it to .gitignore, and delete it once nothing needs it"
        )),
        Answer::Unknown(why) => ui::warn(&format!(
            "nobody can tell whether git ignores {out_shown}, which has values in clear: {why}\n\
             see that it is in .gitignore, and delete it once nothing needs it"
        )),
    }
}

/// Refuses values of which it is known without a key that they do not open.
fn refuse_faulty(chosen: &[Chosen<'_, '_>]) -> Result<(), Error> {
    let faulty = |each: &Chosen<'_, '_>| {
        let name = Shown(each.secret.name()).to_string();
        each.fault().map(|why| format!("`{name}`: {why}"))
    };
    let lines: Vec<String> = chosen.iter().filter_map(faulty).collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(Error::no(lines.join("\n"))
        .with_hint("what lies under another data key is sealed again with: strongroom reseal"))
}

const UNDONE: Undone = Undone("nothing was written");
