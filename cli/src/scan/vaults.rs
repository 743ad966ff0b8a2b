//! The vaults of a repository, whose values are looked for in what is staged: as they stand in the working tree, and as git
//! has them staged.

use std::fs;
use std::path::{Path, PathBuf};

use strongroom_vault::{EnvironmentType, FILE_NAME, Index, Shown, ShownPath};

use super::wanted::{Vault, Wanted};
use crate::error::Error;
use crate::history::{Blobs, InGit};
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::session::{Found, Place};
use crate::{git, system, ui};

/// The values of every vault of the repository with this root, and of the one that was found where the command was started,
/// which need not be one of them.
pub(crate) fn wanted(root: &Path, here: Option<&Found>) -> Result<Wanted, Error> {
    let files = vault_files(root)?;
    let here_path = here.and_then(|found| found.path().canonicalize().ok());
    let mut vaults: Vec<OfRepository> = Vec::new();
    let mut blobs = Blobs::of(&InGit { folder: root.to_owned(), name: String::new() })?;
    for file in files {
        let path = root.join(&file.name);
        let is_here = here_path.is_some() && path.canonicalize().ok() == here_path;
        let mut staged = Vec::new();
        for blob in &file.blobs {
            staged.extend(blobs.text(blob)?);
        }
        let is_named_so = file.name.file_name() == Some(FILE_NAME.as_ref());
        // Others have the line in `.gitattributes`, and may be anything.
        if !is_named_so && !is_here && !staged.iter().any(|text| Index::read(text).is_ok()) {
            continue;
        }
        let name = Shown(&path.to_string_lossy()).to_string();
        let tree = if is_here { None } else { read(&path, &name) };
        vaults.push(OfRepository { name, is_here, tree, staged });
    }
    if let Some(found) = here
        && !vaults.iter().any(|vault| vault.is_here)
    {
        let name = ShownPath(found.path()).to_string();
        vaults.push(OfRepository { name, is_here: true, tree: None, staged: Vec::new() });
    }
    filled(&vaults, here)
}

/// Whether a vault is one of those whose values are looked for, from wherever in its repository.
pub(crate) fn is_listed(file: &InGit) -> Result<bool, Error> {
    let path = file.folder.join(&file.name);
    let root = git::printed(&file.folder, &["rev-parse", "--show-toplevel"])?;
    let Some(root) = system::variable_value(root.trim_ascii_end()).map(PathBuf::from) else {
        return Ok(false);
    };
    let is_it = |it: &Listed| root.join(&it.name).canonicalize().ok() == path.canonicalize().ok();
    Ok(vault_files(&root)?.iter().any(is_it))
}

/// A vault, read.
struct OfRepository {
    name: String,
    /// Whether it is the one that was found where the command was started.
    is_here: bool,
    /// As it stands in the working tree.
    tree: Option<Found>,
    /// As it is staged; of a merge that is open, every side.
    staged: Vec<String>,
}

fn filled(vaults: &[OfRepository], here: Option<&Found>) -> Result<Wanted, Error> {
    let mut sessions = Vec::new();
    for vault in vaults {
        let session = match (&vault.tree, here) {
            // What is wrong with it is an error, as with every command.
            (_, Some(found)) if vault.is_here => Some(found.open()?),
            (Some(found), _) => opened(found.open(), &vault.name),
            _ => None,
        };
        sessions.push(session);
    }
    let mut texts = Vec::new();
    for (vault, session) in vaults.iter().zip(&sessions) {
        let stands = session.as_ref().map(crate::session::Session::text);
        let others = vault.staged.iter().filter(|text| Some(text.as_str()) != stands);
        // What is staged may hold markers or nonsense: the next look at it is git's.
        let others: Vec<Index<'_>> = others.filter_map(|text| Index::read(text).ok()).collect();
        if session.is_some() || !others.is_empty() {
            texts.push((vault, session.as_ref(), others));
        }
    }
    if texts.is_empty() {
        ui::warn(NO_VAULT);
        return Wanted::only_keys();
    }
    let count = |index: &Index<'_>| index.secrets().map(|it| it.values().len()).sum::<usize>();
    let values = texts.iter().map(|(_, session, others)| {
        session.map_or(0, |it| count(&it.index)) + others.iter().map(count).sum::<usize>()
    });
    let mut wanted = Wanted::about(values.sum())?;
    let is_one = texts.len() == 1;
    for (vault, session, others) in &texts {
        let name = (!is_one).then_some(vault.name.as_str());
        let mut keys = Keys::default();
        if let Some(session) = session {
            let own = opened(OwnFile::read(session, &EnvironmentType::Local.into()), &vault.name);
            let mine = own
                .as_ref()
                .and_then(|own| opened(own.open(&session.index), &vault.name))
                .flatten();
            let environments: Vec<_> = session.index.environments().collect();
            let text = Vault { index: &session.index, mine: mine.as_ref(), name, is_staged: false };
            wanted.take(&text, &environments, &mut keys);
        }
        for index in others {
            let environments: Vec<_> = index.environments().collect();
            // Its keys may be others than those of the working tree, and older.
            let mut keys = Keys::default();
            let text = Vault { index, mine: None, name, is_staged: session.is_some() };
            wanted.take(&text, &environments, &mut keys);
        }
    }
    Ok(wanted.finished())
}

/// A file that git tracks or would take, and that is a vault by its name or by its line in `.gitattributes`.
struct Listed {
    /// From the root.
    name: PathBuf,
    blobs: Vec<String>,
}

fn vault_files(root: &Path) -> Result<Vec<Listed>, Error> {
    let by_name = format!(":(top,glob)**/{FILE_NAME}");
    let mut files: Vec<Listed> = Vec::new();
    let by_attribute = ":(top,attr:merge=strongroom)";
    let words = ["ls-files", "-z", "--stage", "--", &by_name, by_attribute];
    for line in git::printed(root, &words)?.split(|b| *b == 0) {
        // `100644 0123… 0`, a tab, and then the path.
        let Some(tab) = line.iter().position(|b| *b == b'\t') else { continue };
        let about = String::from_utf8_lossy(&line[..tab]).into_owned();
        let mut about = about.split(' ');
        let (Some(mode), Some(blob)) = (about.next(), about.next()) else { continue };
        // Neither a link, nor a submodule.
        if mode.starts_with("100") {
            add(&mut files, &line[tab + 1..], Some(blob));
        }
    }
    let words = ["ls-files", "-z", "--others", "--exclude-standard", "--", &by_name];
    for name in git::printed(root, &words)?.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        add(&mut files, name, None);
    }
    Ok(files)
}

fn add(files: &mut Vec<Listed>, name: &[u8], blob: Option<&str>) {
    let Some(name) = system::variable_value(name).map(PathBuf::from) else { return };
    let blob = blob.map(str::to_owned);
    match files.iter_mut().find(|file| file.name == name) {
        Some(file) => file.blobs.extend(blob),
        None => files.push(Listed { name, blobs: blob.into_iter().collect() }),
    }
}

/// A vault of the working tree; none if it is not there any more. One that cannot be read stops nobody.
fn read(path: &Path, name: &str) -> Option<Found> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return None;
    }
    let found = Place::new(Some(path.to_owned()), None).read();
    opened(found, name)
}

fn opened<T>(outcome: Result<T, Error>, name: &str) -> Option<T> {
    outcome
        .inspect_err(|error| {
            let why = error.text().lines().next().unwrap_or_default();
            ui::warn(&format!("the values of {name} are not looked for: {why}"));
        })
        .ok()
}

/// Not an error: a branch from before the vault, or without it, has nothing to look for.
const NO_VAULT: &str = "no vault in this repository, so no value was looked for: only access keys and age identities\n\
     if there is one that git ignores, name it: strongroom scan --staged --vault FILE";
