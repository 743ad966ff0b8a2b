//! One load: vault, environment, checks of what the build saw, key, values.

use std::env;
use std::path::Path;

use strongroom_vault::search::{
    Found, Generations, KeyError, Source, UserFolder, Wanted, check_vault_permissions, find_key,
    read_mine, unlock, unlock_file, unlock_text,
};
use strongroom_vault::{
    Content, Credential, DataKey, ENVIRONMENT_VARIABLE, Embedded, Environment, EnvironmentType,
    Index, Lookup, Mine, OpenError, Passphrase, Place, Secret, Value, VaultFile, VaultId,
};

use crate::declared::{Build, Declared, Secrets};
use crate::loader::{Key, Loader};
use crate::locate::find_vault;
use crate::report::{Chosen, LoadError, Obstacle, Report, SecretCause};
use crate::stack::wiping_the_stack;
use crate::values::Values;

pub(crate) fn load<S: Secrets>(loader: &Loader) -> Result<S, LoadError> {
    wiping_the_stack(|| load_and_leave_traces(loader))
}

fn load_and_leave_traces<S: Secrets>(loader: &Loader) -> Result<S, LoadError> {
    let values = Values::new(S::DECLARED.asked());
    let report = Report::new(S::DECLARED, values.asked().len());
    // A vault that the program names goes before what it carries; one that a variable names does not.
    match S::EMBEDDED.filter(|_| loader.vault.is_none()) {
        Some(parts) => {
            let (index, report) = (Index::embedded(parts), report.of_embedded());
            load_from(&index, &Whence::Program(parts), loader, values, report)
        }
        None => load_from_file(loader, values, report),
    }
}

fn load_from_file<S: Secrets>(
    loader: &Loader,
    values: Values,
    report: Report,
) -> Result<S, LoadError> {
    let path = match &loader.vault {
        Some(path) => path.clone(),
        None => match find_vault() {
            Ok(path) => path,
            Err(looked) => return Err(report.stopped_by(Obstacle::NoVault(looked))),
        },
    };
    let report = report.of_vault(path.clone());
    let file = match VaultFile::read(&path) {
        Ok(file) => file,
        Err(error) => return Err(report.stopped_by(Obstacle::File(error))),
    };
    if let Err(error) = check_vault_permissions(file.path(), file.metadata()) {
        return Err(report.stopped_by(Obstacle::OpenToOthers(error)));
    }
    match Index::read(file.text()) {
        Ok(index) => load_from(&index, &Whence::File(&path), loader, values, report),
        Err(error) => Err(report.stopped_by(Obstacle::File(file.error(error)))),
    }
}

/// Where an index comes from.
enum Whence<'a> {
    File(&'a Path),
    /// The program carries it.
    Program(&'a Embedded),
}

fn load_from<S: Secrets>(
    index: &Index<'_>,
    whence: &Whence<'_>,
    loader: &Loader,
    mut values: Values,
    report: Report,
) -> Result<S, LoadError> {
    let declared = S::DECLARED;
    let build = match as_built(index, declared) {
        Ok(build) => build,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    let (environment, chosen) = match choose_environment(index, loader, declared, build) {
        Ok(chosen) => chosen,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    let report = report.of_environment(environment.clone(), chosen);
    let folder = UserFolder::find();
    let own = match own_values(index, whence, &environment, build, folder.as_ref()) {
        Ok(own) => own,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    let mine = match &own {
        Some(file) => match Mine::read(file.text(), index) {
            Ok(mine) => Some(mine),
            Err(error) => return Err(report.stopped_by(Obstacle::File(file.error(error)))),
        },
        None => None,
    };

    let sealed = look_up(index, mine.as_ref(), &environment, &mut values);
    if !sealed.is_empty() {
        match key(index, loader, environment.kind(), folder.as_ref()) {
            Ok(found) => {
                // `key` checked that the data key is there.
                if let Ok(key) = found.ring.data_key(index, environment.kind()) {
                    open_all(key, &sealed, &mut values);
                }
            }
            Err(error) => {
                let name = |sealed: &Sealed<'_>| values.asked()[sealed.position].name.clone();
                let obstacle = Obstacle::Key(Box::new(error), sealed.iter().map(name).collect());
                values.give_up();
                let failures = values.build::<S>().err().unwrap_or_default();
                return Err(report.with_failures(failures).stopped_by(obstacle));
            }
        }
    }
    values.build().map_err(|failures| report.with_failures(failures).into())
}

/// Checks that the index is for this environment and not older than it may be; gives the file of one's own values.
fn own_values(
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

/// A field's sealed value.
struct Sealed<'i> {
    position: usize,
    place: Place<'i>,
    text: &'i str,
}

/// Looks every field up; notes what has no value, and gives what is to be opened.
fn look_up<'i>(
    index: &'i Index<'_>,
    mine: Option<&'i Mine<'_>>,
    environment: &Environment,
    values: &mut Values,
) -> Vec<Sealed<'i>> {
    let mut found = Vec::with_capacity(values.asked().len());
    for position in 0..values.asked().len() {
        let asked = &values.asked()[position];
        let is_optional = asked.is_optional;
        if let Some((secret, own)) =
            mine.and_then(|mine| mine.lookup(index, &asked.name, environment))
        {
            values.spelled(position, secret.name());
            values.found_mine(position);
            match own {
                Lookup::Found(value) => {
                    found.extend(sealed(position, secret, value));
                }
                _ => values.fail(position, SecretCause::OtherDataKey),
            }
            continue;
        }
        let Some(secret) = index.secret(&asked.name) else {
            if !is_optional {
                let cause = only_deposit(index, &asked.name, environment).unwrap_or_else(|| {
                    SecretCause::NoValue { near: index.near_secret(&asked.name).map(str::to_owned) }
                });
                values.fail(position, cause);
            }
            continue;
        };
        values.spelled(position, secret.name());
        let value = match index.lookup_in(secret, environment) {
            Lookup::Found(value) => value,
            // An optional secret with such a value is not missing: it was meant to be there.
            Lookup::OtherDataKey(value) => {
                values.found(position, lies_in(value, environment));
                values.fail(position, SecretCause::OtherDataKey);
                continue;
            }
            Lookup::Missing => {
                if !is_optional {
                    let cause = only_deposit(index, secret.name(), environment);
                    values.fail(position, cause.unwrap_or(SecretCause::NoValue { near: None }));
                }
                continue;
            }
        };
        values.found(position, lies_in(value, environment));
        match value.content() {
            Content::Sealed(_) => found.extend(sealed(position, secret, value)),
            Content::Reference { store, .. } => {
                values.fail(position, SecretCause::InStore { store: store.to_string() });
            }
        }
    }
    found
}

/// The cause of what has no value, and has a deposit that waits.
fn only_deposit(index: &Index<'_>, name: &str, environment: &Environment) -> Option<SecretCause> {
    let waiting = index.deposits().waiting_for(name, environment);
    let oldest = waiting.min_by_key(|deposit| deposit.left())?;
    Some(SecretCause::OnlyDeposit { name: oldest.name().to_owned(), since: oldest.left() })
}

/// What is to be opened for a field; none for a reference.
fn sealed<'i>(position: usize, secret: &'i Secret<'_>, value: &'i Value<'_>) -> Option<Sealed<'i>> {
    let Content::Sealed(text) = value.content() else { return None };
    Some(Sealed { position, place: Place::of(secret, value), text })
}

/// The environment that a value stands for: the one that was asked for, or its type.
fn lies_in(value: &Value<'_>, environment: &Environment) -> Environment {
    if value.environment() == environment.name() {
        environment.clone()
    } else {
        environment.kind().into()
    }
}

fn open_all(key: &DataKey, sealed: &[Sealed<'_>], values: &mut Values) {
    for Sealed { position, place, text } in sealed {
        match key.open(*place, text) {
            Ok(value) => values.put(*position, value),
            Err(OpenError::AnotherDataKey) => values.fail(*position, SecretCause::OtherDataKey),
            Err(OpenError::Altered) => values.fail(*position, SecretCause::Altered),
        }
    }
}

/// What the build saw, if it saw this vault.
fn as_built<'a>(index: &Index<'_>, declared: &'a Declared) -> Result<Option<&'a Build>, Obstacle> {
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

fn choose_environment(
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

fn key(
    index: &Index<'_>,
    loader: &Loader,
    kind: EnvironmentType,
    folder: Option<&UserFolder>,
) -> Result<Found, KeyError> {
    let wanted = Wanted::OnlyType(kind);
    let holder = loader.holder.as_deref();
    match &loader.key {
        None => find_key(index, wanted, folder),
        Some(Key::Text(text)) => unlock_text(index, wanted, Source::Given, text),
        Some(Key::File(path)) => unlock_file(index, wanted, path),
        Some(Key::Passphrase(text)) => {
            let credential = Credential::Passphrase(Passphrase::from(text.to_string()));
            unlock(index, wanted, Source::Given, &credential, holder)
        }
    }
}
