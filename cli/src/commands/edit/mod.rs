//! `strongroom edit`: the values of an environment in an editor, and what was changed there into the
//! vault.

mod editor;
mod folder;
mod place;
mod private;
mod text;
mod typed;
mod watch;

use strongroom_vault::Environment;

use self::editor::Editor;
pub(super) use self::place::leftovers;
use self::private::PrivateFile;
use self::text::Base;
use self::typed::Typed;
use self::watch::Watch;
use crate::environments::One;
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::reveal;
use crate::session::Place;
use crate::ui::{self, Terminal};

/// Edit the values of an environment, as dotenv in your editor
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The editor is VISUAL, else EDITOR, else vi. Its file lies in a folder that only you can read, and is
removed when the command ends. Only values that were changed are sealed again; a named environment
shows those of its own. What cannot be read goes back to the editor, with everything that was typed.

Without --type and --env it is the active environment: that of STRONGROOM_ENV, else local.

Example: strongroom edit --type dev")]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    reveal::permit("every value of the environment")?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let editor = Editor::of_user()?;
    let mut keys = Keys::of_types(index, [environment.kind()])?;
    let mut base = Base::of(index, &keys, &environment)?;
    let file = PrivateFile::new(&format!("{environment}.env"))?;
    let watch = Watch::over(file.folder())?;
    if !args.environment.is_given() {
        ui::say(&format!("editing {environment}"));
    }
    file.write(base.text(index, &environment)?.as_bytes())?;
    loop {
        editor.edit(&watch, file.path())?;
        let refused = match attempt(place, &mut keys, &mut base, &environment, &file) {
            Ok(said) => {
                for line in &said {
                    ui::say(line);
                }
                return Ok(Status::Done);
            }
            Err(refused) => refused,
        };
        let Some(mut terminal) = Terminal::of_person() else {
            return Err(refused.error.with_hint("nothing was changed"));
        };
        ui::error(&match refused.at_terminal {
            Some(hint) => refused.error.with_hint(hint),
            None => refused.error,
        });
        if !terminal.goes_on("edit again?")? {
            return Err(Error::no("nothing was changed"));
        }
    }
}

/// Why what was typed is not in the vault yet.
struct Refused {
    error: Error,
    /// What to know before the editor opens again.
    at_terminal: Option<&'static str>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, at_terminal: None }
    }
}

/// Brings what was typed into the vault as it is now; gives what is to be said.
fn attempt(
    place: &Place,
    keys: &mut Keys,
    base: &mut Base,
    environment: &Environment,
    file: &PrivateFile,
) -> Result<Vec<String>, Refused> {
    let bytes = file.read()?;
    let typed = Typed::read(&bytes)?;
    let found = place.read()?;
    let session = found.open()?;
    let changes = typed.changes(base, &session.index, environment)?;
    if changes.is_empty() {
        return Ok(vec!["nothing changed".to_owned()]);
    }
    let also: Vec<String> =
        changes.iter().filter_map(|it| it.also(&session.index, environment)).collect();
    // Only where they were rotated meanwhile: asking for a passphrase once is enough.
    if keys.current_data_key(&session.index, environment.kind()).is_err() {
        *keys = Keys::of_types(&session.index, [environment.kind()])?;
    }
    let mut theirs = Vec::new();
    let applied = session.edit(|draft, index| {
        typed::apply(&changes, draft, index, keys, base, environment, &mut theirs)
    });
    let at_terminal =
        (!theirs.is_empty()).then_some("what you save the next time replaces what is there now");
    base.know(theirs);
    match applied {
        Ok(said) if said.is_empty() => Ok(vec!["nothing changed".to_owned()]),
        Ok(said) => Ok(said.into_iter().chain(also).collect()),
        Err(error) => Err(Refused { error, at_terminal }),
    }
}
