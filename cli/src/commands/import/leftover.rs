//! After an import the file still holds the values: says so, and whether git has it.

use std::path::Path;

use strongroom_vault::ShownPath;

use crate::git::FileInTree;
use crate::hints::typed;
use crate::ui;

/// Says what is left to do about a file that was imported.
pub(super) fn hint(path: &Path) {
    let shown = ShownPath(path);
    let file = FileInTree::of(path);
    let is = |what: fn(&FileInTree) -> bool| file.as_ref().is_some_and(what);
    let rest = if is(FileInTree::is_tracked) {
        format!(
            ", and git tracks it: whoever has the repository has them\n\
             change the values where they came from, then: git rm --cached {}",
            typed(path)
        )
    } else if is(FileInTree::is_in_history) {
        ", and they are in git's history: whoever has the repository has them\n\
         change the values where they came from, then delete the file"
            .to_owned()
    } else if is(|file| !file.is_ignored()) {
        ", and git does not ignore it\n\
         add it to .gitignore, and delete it once nothing needs it"
            .to_owned()
    } else {
        ": delete it once nothing needs it".to_owned()
    };
    ui::say(&format!("{shown} still holds the values in clear{rest}"));
}
