//! What must hold before anything is opened: it is the vault that the build saw, for an environment that it has, with keys
//! that are not older than those seen.

use std::env;

use strongroom_vault::search::{Generations, UserFolder, read_mine};
use strongroom_vault::{
    ENVIRONMENT_VARIABLE, Environment, EnvironmentType, Index, VaultFile, VaultId,
};

use super::Whence;
use crate::declared::{Build, Declared};
use crate::loader::Loader;
use crate::report::{Chosen, Obstacle};

/// What the build saw, if it saw this vault.
pub(super) fn as_built<'a>(
    index: &Index<'_>,
    declared: &'a Declared,
) -> Result<Option<&'a Build>, Obstacle> {
    let Some(build) = &declared.build else {
        return Ok(None);
    };
    let expected = VaultId(build.vault);
    if expected == index.id() {
        Ok(Some(build))
    } else if declared.any_vault {
        Ok(None)
    } else {
        Err(Obstacle::OtherVault { found: index.id(), expected })
    }
}

pub(super) fn choose_environment(
    index: &Index<'_>,
    loader: &Loader,
    declared: &Declared,
    build: Option<&Build>,
) -> Result<(Environment, Chosen), Obstacle> {
    // A value that is not Unicode is no name of an environment; shown with replacement characters it is an unknown one.
    let variable = || Some(env::var_os(ENVIRONMENT_VARIABLE)?.to_string_lossy().into_owned());
    let (word, chosen) = if let Some(word) = &loader.environment {
        (word.clone(), Chosen::Loader)
    } else if let Some(word) = variable() {
        (word, Chosen::Variable)
    } else if let Some(build) = &declared.build {
        (build.environment.to_owned(), Chosen::Build)
    } else {
        (EnvironmentType::Local.as_str().to_owned(), Chosen::Default)
    };
    let environment =
        index.environment(&word).map_err(|error| Obstacle::Environment(error, chosen))?;
    let named = build.map(|build| build.named_environments).unwrap_or_default();
    let as_built = named.iter().find(|(name, _)| *name == environment.name());
    if let Some((_, built)) = as_built
        && *built != environment.kind().as_str()
    {
        return Err(Obstacle::OtherType { environment, built });
    }
    Ok((environment, chosen))
}

/// Checks that the index is for this environment and not older than it may be; gives the file of one's own values.
pub(super) fn own_values(
    index: &Index<'_>,
    whence: &Whence<'_>,
    environment: &Environment,
    build: Option<&Build>,
    folder: Option<&UserFolder>,
) -> Result<Option<VaultFile>, Obstacle> {
    let is_older = |seen: Generations| seen.check(index, environment.kind()).err();
    let than_built = build.map(|build| Generations::new(build.generations)).and_then(is_older);
    let than_seen = folder.map(|folder| folder.generations(index.id())).and_then(is_older);
    match whence {
        Whence::Program(parts) if !parts.is_for(environment) => Err(Obstacle::NotEmbedded {
            environment: environment.clone(),
            embedded: (parts.environment, parts.kind),
        }),
        // What a program carries is all that counts: no file is read.
        Whence::Program(_) => match than_built.or(than_seen) {
            Some(older) => Err(Obstacle::BuiltBefore(older)),
            None => Ok(None),
        },
        Whence::File(path) => {
            if let Some(older) = than_seen {
                return Err(Obstacle::RolledBack(older));
            }
            if let Some(older) = than_built {
                return Err(Obstacle::BuiltAfter(older));
            }
            // Nobody's own values count for another type: then their file is not even looked for.
            match environment.kind() {
                EnvironmentType::Local => read_mine(path).map_err(Obstacle::Mine),
                _ => Ok(None),
            }
        }
    }
}
