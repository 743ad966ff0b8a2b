//! After an import the file still holds the values: says so, and whether git has it.

use std::path::Path;

use strongroom_vault::ShownPath;

use crate::git::{Answer, FileInTree};
use crate::hints::typed;
use crate::ui;

/// Says what is left to do about a file that was imported.
pub(super) fn hint(path: &Path) {
    let shown = ShownPath(path);
    let rest = match Has::of(&FileInTree::of(path)) {
        Has::Tracked => format!(
            ", and git tracks it: whoever has the repository has them\n\
             change the values where they came from, then: git rm --cached {}",
            typed(path)
        ),
        Has::Had => ", and they are in git's history: whoever has the repository has them\n\
             change the values where they came from, then delete the file"
            .to_owned(),
        Has::MayGet => ", and git does not ignore it\n\
             add it to .gitignore, and delete it once nothing needs it"
            .to_owned(),
        Has::Unknown(why) => format!(
            ", and nobody can tell whether git has it: {why}\n\
             look whether some commit has it: git log --all -- {}\n\
             if so, change the values where they came from; delete the file once nothing needs it",
            typed(path)
        ),
        Has::Nothing => ": delete it once nothing needs it".to_owned(),
    };
    ui::say(&format!("{shown} still holds the values in clear{rest}"));
}

/// What git has of a file: the worst of what it says.
enum Has {
    Tracked,
    /// Some commit has it.
    Had,
    /// The next `git add` takes it.
    MayGet,
    Unknown(String),
    Nothing,
}

/// Asks git about a file.
type Ask = fn(&FileInTree) -> Answer;

impl Has {
    fn of(file: &FileInTree) -> Self {
        let answers: [(Ask, Self); 3] = [
            (FileInTree::is_tracked, Self::Tracked),
            (FileInTree::is_in_history, Self::Had),
            (FileInTree::is_exposed, Self::MayGet),
        ];
        for (ask, worst) in answers {
            match ask(file) {
                Answer::Yes => return worst,
                Answer::Unknown(why) => return Self::Unknown(why),
                Answer::No => {}
            }
        }
        Self::Nothing
    }
}
