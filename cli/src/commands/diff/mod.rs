//! `strongroom diff`: two environments side by side, or the vault against an earlier commit.

mod apps;
mod changes;
mod deposits;
mod environments;
mod reveal;
mod revision;
mod settings;

use strongroom_vault::{Index, Shown};

use self::revision::Shape;
use crate::error::{Error, Status};
use crate::session::{Place, Session};

/// Show how two environments differ, or how the vault differs from a commit
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom diff ENVIRONMENT ENVIRONMENT [OPTIONS]
       strongroom diff [REVISION] [OPTIONS]",
    after_help = "\
Two environments: what is set in one and not in the other, and, where keys are at hand, which values
differ; no passphrase is asked for. A revision of git (HEAD if none is named): names, versions,
environments and holders, which needs no key.

JSON, two environments: {\"a\": {\"name\", \"type\"}, \"b\": {\"name\", \"type\"}, \"without_key\": TYPES,
  \"secrets\": [{\"name\", \"a\": VALUE, \"b\": VALUE, \"result\": \"only-a\" | \"only-b\" | \"different\" | \"equal\" |
  \"not-compared\"}]}, VALUE: {\"environment\", \"version\", \"content\": \"sealed\" | \"reference\" |
  \"other-data-key\" | \"altered\"} or null
JSON, a revision: {\"revision\", \"commit\", \"changes\": [{\"change\": \"added\" | \"removed\" | \"changed\", \"what\":
  \"vault\" | \"environment\" | \"check\" | \"expired\" | \"secret\" | \"about\" | \"value\" | \"holder\" | \"removed\" |
  \"grant\" | \"deposit-key\" | \"deposit\" | \"store\" | \"store-default\" |
  \"setting\" | \"setting-about\" | \"apps\" | \"app\" | \"app-key\", \"name\", \"environments\", \"before\", \"after\", \"note\"}]}

Exit status: 0; with --exit-code 1 if there is a difference, 3 if values could not be compared.

Examples:
  strongroom diff dev prod
  strongroom diff HEAD~1
  strongroom diff main --reveal"
)]
pub(crate) struct Args {
    /// Two environments, or a revision of git
    #[arg(value_name = "WHAT", num_args = 0..=2)]
    words: Vec<String>,

    /// Compare with this revision, whatever environments are called
    #[arg(long, value_name = "REVISION", conflicts_with = "words")]
    rev: Option<String>,

    /// Print JSON, as below
    #[arg(long)]
    json: bool,

    /// Show the values too that changed since the commit
    #[arg(long, conflicts_with = "json")]
    reveal: bool,

    /// End with status 1 if there is a difference
    #[arg(long)]
    exit_code: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    if args.reveal {
        crate::reveal::permit("every value that changed")?;
    }
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let shape = match (args.json, args.reveal) {
        (true, _) => Shape::Json,
        (_, true) => Shape::Revealed,
        _ => Shape::Table,
    };
    let outcome = match (args.words.as_slice(), &args.rev) {
        ([_, _], _) if args.reveal => {
            return Err(Error::usage(
                "--reveal shows what changed since a commit\nfor example: strongroom diff HEAD~1 --reveal",
            ));
        }
        ([a, b], _) => {
            refuse_two_revisions(&session, a, b)?;
            let (a, b) = (index.environment(a)?, index.environment(b)?);
            environments::run(&session, &a, &b, args.json)?
        }
        ([word], _) => {
            refuse_one_environment(index, word)?;
            let unknown = |error: Error| match index.environment(word) {
                Err(unknown) => error.with_hint(format!(
                    "or two environments; known here: {}",
                    unknown.known.join(", ")
                )),
                Ok(_) => error,
            };
            revision::run(&session, word, shape, unknown)?
        }
        (_, rev) => {
            let rev = rev.as_deref().unwrap_or("HEAD");
            revision::run(&session, rev, shape, |error| error)?
        }
    };
    Ok(match (args.exit_code, outcome) {
        (true, Outcome::Differ) => Status::No,
        (true, Outcome::NotCompared) => Status::Cannot,
        _ => Status::Done,
    })
}

pub(crate) use self::apps::{app_words, key_words};
pub(crate) use self::changes::words_of;

/// What changed between two texts of a vault, a line for each.
pub(crate) fn lines_between(before: &Index<'_>, after: &Index<'_>) -> Vec<String> {
    changes::between(before, after).iter().map(changes::Change::line).collect()
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Same,
    Differ,
    /// No difference was found, and some values could not be compared.
    NotCompared,
}

/// `diff HEAD~1 HEAD` and `diff dev HEAD~1`: which git has, and this command has not.
fn refuse_two_revisions(session: &Session<'_>, a: &str, b: &str) -> Result<(), Error> {
    let is_revision =
        |word: &&str| session.index.environment(word).is_err() && revision::is_known(session, word);
    // Of two, `HEAD` is what a vault is compared with anyway.
    let revisions: Vec<&str> = [a, b].into_iter().filter(is_revision).collect();
    let Some(first) = revisions.iter().find(|word| **word != "HEAD").or(revisions.first()) else {
        return Ok(());
    };
    let first = Shown(first);
    Err(Error::usage(format!(
        "`{first}` is a commit, and the vault is compared with one commit at a time\n\
         for example: strongroom diff {first}"
    )))
}

fn refuse_one_environment(index: &Index<'_>, word: &str) -> Result<(), Error> {
    let Ok(environment) = index.environment(word) else { return Ok(()) };
    let other = if environment.name() == "local" { "development" } else { "local" };
    Err(Error::usage(format!(
        "`{environment}` is an environment, and which one it is to be compared with is not said\n\
         for example: strongroom diff {environment} {other}\n\
         if the commit is meant: strongroom diff --rev {}",
        Shown(word)
    )))
}
