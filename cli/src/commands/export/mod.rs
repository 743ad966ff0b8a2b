//! `strongroom export`: the values of an environment as a file of another program.

mod output;

use std::path::PathBuf;

use strongroom_formats::{
    Item, Sheet, Unfit, WriteError, dotenv, encore, github, json, kubernetes, shell, toml, yaml,
};
use strongroom_vault::{Plaintext, Shown, random};

use self::output::StepFile;
use crate::environments::One;
use crate::error::{Error, Status, listed};
use crate::own::OwnFile;
use crate::reveal;
use crate::selection::{Chosen, Selection, Undone};
use crate::session::Place;
use crate::variables::{is_dangerous, variable_of};
use crate::{outfile, ui};

/// Write the values of an environment as another program reads them
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom export [--type TYPE | --env NAME] --format FORMAT [OPTIONS]",
    after_help = "\
The values are those that `run` gives a program, in clear. For dotenv, shell and github a name is that of the
variable that `run` sets; json, yaml and toml have the secret's own name, and a group is a table. For
kubernetes a group is a Secret, and --name says which one has the names without a group.

github is for a step of GitHub Actions: it masks every value in the log and sets it for the steps that follow.
If one value cannot be carried, nothing is written.

Examples:
  strongroom export --type dev --format json --out dev.json
  eval \"$(strongroom export --env staging --format shell)\"
  strongroom export --type prod --format kubernetes --name shop | kubectl apply -f -"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// Write this: dotenv, shell, json, yaml, toml, kubernetes, github, encore
    #[arg(long, value_enum, hide_possible_values = true)]
    format: Format,

    #[arg(
        long,
        value_name = "FILE",
        help = "Write a new file that only you can read, instead of standard output"
    )]
    out: Option<PathBuf>,

    /// Replace the file of --out
    #[arg(long, requires = "out")]
    force: bool,

    #[command(flatten)]
    selection: Selection,

    #[arg(long, help = "Write variables that can take over a process, such as PATH or LD_PRELOAD")]
    allow_dangerous: bool,

    #[arg(
        long,
        value_name = "NAME",
        help = "Put names without a group into this Kubernetes Secret"
    )]
    name: Option<String>,

    #[arg(long, value_name = "NAME", help = "Put the Kubernetes Secrets into this namespace")]
    namespace: Option<String>,
}

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Dotenv,
    Shell,
    Json,
    Yaml,
    Toml,
    Kubernetes,
    Github,
    Encore,
}

impl Format {
    /// Whether its names are those of variables.
    fn has_variables(self) -> bool {
        matches!(self, Self::Dotenv | Self::Shell | Self::Github)
    }
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    refuse_options(args)?;
    reveal::permit("every value")?;
    let github_env = match args.format {
        Format::Github => Some(output::StepFile::open()?),
        _ => None,
    };
    if let Some(path) = args.out.as_deref().filter(|_| args.force) {
        outfile::refuse_no_file(path)?;
    }
    if let Some(path) = args.out.as_deref().filter(|_| !args.force) {
        outfile::refuse_existing(path)?;
    }
    let found = place.read()?;
    if let Some(path) = &args.out {
        outfile::refuse_ours(path, found.path())?;
    }
    let session = found.open()?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let own = OwnFile::read(&session, &environment)?;
    let mine = own.open(index)?;
    let chosen = args.selection.choose(index, mine.as_ref(), &environment, UNDONE, |_| false)?;
    let names = names(&chosen, args)?;
    let opened = args.selection.open_all(&session, &environment, &chosen, UNDONE)?;
    if opened.is_empty() {
        ui::warn(&format!("no secret has a value for `{environment}`"));
    }
    let items = items(&names, &opened);
    if let Some(file) = github_env {
        to_github(&items, &chosen, file, args)?;
        return Ok(Status::Done);
    }
    let sheet = written(&items, args).map_err(|error| unfit(&error, &chosen, args))?;
    match &args.out {
        Some(path) => {
            outfile::save(path, sheet.as_bytes(), args.force)?;
            ui::say(&format!("wrote {} values to {}", items.len(), path.display()));
        }
        None => ui::exactly(sheet.as_bytes())?,
    }
    Ok(Status::Done)
}

/// Refuses options that the format does not know, before anything is read.
fn refuse_options(args: &Args) -> Result<(), Error> {
    let is_kubernetes = args.format == Format::Kubernetes;
    if !is_kubernetes && (args.name.is_some() || args.namespace.is_some()) {
        return Err(Error::usage("--name and --namespace are for: --format kubernetes"));
    }
    if args.name.as_deref().is_some_and(|name| !kubernetes::is_object_name(name)) {
        return Err(Error::usage(
            "--name: no name for a Secret: lower-case letters, digits, `-` and `.`",
        ));
    }
    if args.namespace.as_deref().is_some_and(|name| !kubernetes::is_namespace(name)) {
        return Err(Error::usage(
            "--namespace: no name for a namespace: lower-case letters, digits and `-`",
        ));
    }
    if args.format == Format::Github && args.out.is_some() {
        return Err(Error::usage("github writes to the file that GITHUB_ENV names, not to --out"));
    }
    Ok(())
}

/// What the format calls each secret.
fn names(chosen: &[Chosen<'_, '_>], args: &Args) -> Result<Vec<String>, Error> {
    if !args.format.has_variables() {
        return Ok(chosen.iter().map(|each| each.secret.name().to_owned()).collect());
    }
    let clashes = crate::variables::clashes(chosen.iter().map(|each| each.secret.name()));
    if !clashes.is_empty() {
        return Err(Error::cannot(format!(
            "{}: {}\nleave one out with: --except NAME,… or --only NAME,…",
            UNDONE.0,
            clashes.join("\n")
        )));
    }
    let names: Vec<String> = chosen.iter().map(|each| variable_of(each.secret.name())).collect();
    let dangerous = names.iter().zip(chosen).filter(|(name, _)| is_dangerous(name));
    let (variables, secrets): (Vec<&str>, Vec<&str>) =
        dangerous.map(|(name, each)| (name.as_str(), each.secret.name())).unzip();
    if variables.is_empty() || args.allow_dangerous {
        return Ok(names);
    }
    Err(Error::cannot(format!(
        "{} can take over a program: {}\n{}\nor write it all the same with: --allow-dangerous",
        variables.join(", "),
        UNDONE.0,
        args.selection.way_out(&secrets)
    )))
}

fn items<'a>(names: &'a [String], opened: &'a [Plaintext]) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'_>> = names
        .iter()
        .zip(opened)
        .map(|(name, value)| Item { name, value: value.as_bytes() })
        .collect();
    items.sort_by_key(|item| item.name);
    items
}

fn written(items: &[Item<'_>], args: &Args) -> Result<Sheet, WriteError> {
    match args.format {
        Format::Dotenv => {
            let written = dotenv::write(items)?;
            if !written.doubtful.is_empty() {
                ui::warn(&format!(
                    "readers of .env files do not agree about {}: some put variables into `$NAME` and `${{NAME}}`, some know other \
                     escapes\nfor those readers use: --format json",
                    listed(written.doubtful.iter().map(String::as_str))
                ));
            }
            Ok(written.sheet)
        }
        Format::Shell => shell::write(items),
        Format::Json => json::write(items),
        Format::Yaml => yaml::write(items),
        Format::Toml => toml::write(items),
        Format::Kubernetes => {
            kubernetes::write(items, args.name.as_deref(), args.namespace.as_deref())
        }
        Format::Encore | Format::Github => encore::write(items),
    }
}

/// Masks first, variables then: nothing that runs later may print what is not masked yet.
fn to_github(
    items: &[Item<'_>],
    chosen: &[Chosen<'_, '_>],
    file: StepFile,
    args: &Args,
) -> Result<(), Error> {
    let random = format!("{:032x}", u128::from_ne_bytes(random()?));
    let step = github::write(items, &random).map_err(|error| unfit(&error, chosen, args))?;
    ui::exactly(step.masks.as_bytes())?;
    file.append(step.variables.as_bytes())?;
    ui::say(&format!("set {} variables for the steps that follow", items.len()));
    Ok(())
}

/// The error for what the format cannot carry, and the ways out.
fn unfit(error: &WriteError, chosen: &[Chosen<'_, '_>], args: &Args) -> Error {
    let secret_of = |name: &str| {
        let same = |each: &&Chosen<'_, '_>| {
            let own = each.secret.name();
            own == name || (args.format.has_variables() && variable_of(own) == name)
        };
        chosen.iter().find(same).map_or(name.to_owned(), |each| each.secret.name().to_owned())
    };
    let (mut lines, mut names) = (Vec::new(), Vec::new());
    for (name, why) in &error.unfit {
        let secret = secret_of(name);
        lines.push(format!("`{}`: {why}", Shown(&secret)));
        if !names.contains(&secret) {
            names.push(secret);
        }
    }
    let unfit_any = |whys: &[Unfit]| error.unfit.iter().any(|(_, why)| whys.contains(why));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cannot =
        Error::cannot(format!("the format cannot carry this: {}\n{}", UNDONE.0, lines.join("\n")));
    let hints = [
        (&[Unfit::NoGroup][..], "name the Secret of those without a group with: --name NAME"),
        (&[Unfit::Nul, Unfit::NotUtf8], "kubernetes and encore carry every value"),
    ];
    let hints = hints.iter().filter(|(whys, _)| unfit_any(whys));
    hints
        .fold(cannot, |error, (_, hint)| error.with_hint(hint))
        .with_hint(args.selection.way_out(&names))
}

const UNDONE: Undone = Undone("nothing was written");
