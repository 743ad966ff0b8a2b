//! One load: vault, environment, checks of what the build saw, key, values.

mod checks;
mod key;
mod look_up;
mod settings;

use std::path::{Path, PathBuf};
use std::time::Duration;

#[cfg(feature = "resolve")]
use strongroom_vault::Plaintext;
use strongroom_vault::search::{UserFolder, check_vault_permissions};
use strongroom_vault::{DataKey, Embedded, Index, Mine, OpenError, VaultFile};

use self::checks::{as_built, choose_environment, own_values};
use self::key::key;
use self::look_up::{Sealed, look_up};
#[cfg(feature = "resolve")]
use crate::declared::Asked;
use crate::declared::{Declared, Kind, Loadable};
use crate::loader::Loader;
use crate::locate::find_vault;
use crate::report::{LoadError, Obstacle, Report, SecretCause};
use crate::stack::wiping_the_stack;
use crate::stores::{self, Asker, Kept, Trusted};
use crate::telemetry;
use crate::values::Values;

pub(crate) fn load<S: Loadable>(loader: &Loader) -> Result<S, LoadError> {
    telemetry::load(S::DECLARED.name, || match S::DECLARED.kind {
        Kind::Secrets => wiping_the_stack(|| load_and_leave_traces(loader)),
        Kind::Settings => settings::load(loader),
    })
}

fn load_and_leave_traces<S: Loadable>(loader: &Loader) -> Result<S, LoadError> {
    let values = Values::new(S::DECLARED.asked());
    // A vault that the program names goes before what it carries; one that a variable names does not.
    let embedded = S::EMBEDDED.filter(|_| loader.vault.is_none());
    let (values, report) = fill(loader, S::DECLARED, embedded, values)?;
    values.build().map_err(|failures| report.with_failures(failures).into())
}

/// Loads secrets that are known at run time only, in order.
#[cfg(feature = "resolve")]
pub(crate) fn load_asked(
    loader: &Loader,
    declared: &'static Declared,
    asked: Vec<Asked>,
) -> Result<Vec<Plaintext>, LoadError> {
    let load = || {
        let (values, report) = fill(loader, declared, None, Values::new(asked))?;
        values.into_loaded().map_err(|failures| report.with_failures(failures).into())
    };
    telemetry::load(declared.name, || wiping_the_stack(load))
}

/// Fills values; what a failure of one of them is to be reported with.
fn fill(
    loader: &Loader,
    declared: &'static Declared,
    embedded: Option<&'static Embedded>,
    values: Values,
) -> Result<(Values, Report), LoadError> {
    let report = Report::new(declared, values.asked().len());
    match embedded {
        Some(parts) => {
            let (index, report) = (Index::embedded(parts), report.of_embedded());
            fill_from(&index, &Whence::Program(parts), loader, declared, values, report)
        }
        None => fill_from_file(loader, declared, values, report),
    }
}

fn fill_from_file(
    loader: &Loader,
    declared: &'static Declared,
    values: Values,
    report: Report,
) -> Result<(Values, Report), LoadError> {
    let (path, file, report) = read_file(loader, report)?;
    match Index::read(file.text()) {
        Ok(index) => fill_from(&index, &Whence::File(&path), loader, declared, values, report),
        Err(error) => Err(report.stopped_by(Obstacle::File(file.error(error)))),
    }
}

/// Finds the vault and reads its file, which nobody else may write.
fn read_file(loader: &Loader, report: Report) -> Result<(PathBuf, VaultFile, Report), LoadError> {
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
    loader.observer.reads(&file);
    if let Err(error) = check_vault_permissions(file.path(), file.metadata()) {
        return Err(report.stopped_by(Obstacle::OpenToOthers(error)));
    }
    Ok((path, file, report))
}

/// Where an index comes from.
enum Whence<'a> {
    File(&'a Path),
    /// The program carries it.
    Program(&'a Embedded),
}

impl Whence<'_> {
    /// The folder to which paths in the vault are relative.
    fn folder(&self) -> &Path {
        match self {
            Self::File(path) => path.parent().unwrap_or(path),
            Self::Program(_) => Path::new("."),
        }
    }
}

fn fill_from(
    index: &Index<'_>,
    whence: &Whence<'_>,
    loader: &Loader,
    declared: &'static Declared,
    mut values: Values,
    report: Report,
) -> Result<(Values, Report), LoadError> {
    let build = match as_built(index, declared) {
        Ok(build) => build,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    let (environment, chosen) = match choose_environment(index, loader, declared, build) {
        Ok(chosen) => chosen,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    telemetry::environment(&environment);
    let report = report.of_environment(environment.clone(), chosen);
    let folder = UserFolder::find();
    let own = match own_values(index, whence, &environment, build, folder.as_ref()) {
        Ok(own) => own,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    if let Some(file) = &own {
        loader.observer.reads(file);
    }
    let mine = match &own {
        Some(file) => match Mine::read(file.text(), index) {
            Ok(mine) => Some(mine),
            Err(error) => return Err(report.stopped_by(Obstacle::File(file.error(error)))),
        },
        None => None,
    };

    let (mut sealed, kept) = look_up(index, mine.as_ref(), &environment, &mut values);
    let is_keyless = loader.is_keyless();
    let mut waited = Duration::ZERO;
    let mut trusted = Vec::with_capacity(kept.len());
    if is_keyless {
        for Sealed { position, .. } in sealed.drain(..) {
            values.fail(position, SecretCause::Keyless);
        }
        check_all(&kept, index, None, &mut trusted, &mut values);
    } else if !sealed.is_empty() || !kept.is_empty() {
        match key(index, loader, environment.kind(), folder.as_ref()) {
            Ok((found, asking)) => {
                waited = asking;
                // `key` checked that the data key is there.
                if let Ok(key) = found.ring.data_key(index, environment.kind()) {
                    open_all(key, &sealed, &mut values, loader);
                    check_all(&kept, index, Some(key), &mut trusted, &mut values);
                }
            }
            Err(error) => {
                let mut positions: Vec<usize> =
                    sealed.iter().map(|sealed| sealed.position).collect();
                positions.extend(kept.iter().map(|kept| kept.position));
                positions.sort_unstable();
                let name = |position: usize| values.asked()[position].name.clone();
                let names = positions.into_iter().map(name).collect();
                let are_kept = sealed.is_empty();
                let obstacle = Obstacle::Key { error: Box::new(error), names, are_kept };
                let failures = values.into_failures();
                return Err(report.with_failures(failures).stopped_by(obstacle));
            }
        }
    }
    if !trusted.is_empty() {
        let asker = Asker {
            vault: index.id(),
            base: whence.folder(),
            folder: folder.as_ref(),
            is_keyless,
            deadline: loader.deadline.map(|deadline| deadline.saturating_sub(waited)),
            given_up: &loader.given_up,
            observer: &loader.observer,
        };
        for (trusted, answer) in trusted.iter().zip(stores::fetch(&trusted, &asker)) {
            let position = trusted.kept.position;
            match answer {
                Ok(value) => {
                    loader.observer.has(position, &value);
                    values.put(position, value);
                }
                Err(failure) => values.fail(position, trusted.kept.failed(failure)),
            }
        }
    }
    Ok((values, report))
}

/// Checks the seals of references, with a key; notes what may be fetched, and why something may not.
fn check_all<'i>(
    kept: &[Kept<'i>],
    index: &'i Index<'_>,
    key: Option<&DataKey>,
    trusted: &mut Vec<Trusted<'i>>,
    values: &mut Values,
) {
    for kept in kept {
        match kept.check(index, key) {
            Ok(checked) => trusted.push(checked),
            Err(cause) => values.fail(kept.position, cause),
        }
    }
}

fn open_all(key: &DataKey, sealed: &[Sealed<'_>], values: &mut Values, loader: &Loader) {
    for Sealed { position, place, text } in sealed {
        match key.open(*place, text) {
            Ok(value) => {
                loader.observer.has(*position, &value);
                values.put(*position, value);
            }
            Err(OpenError::AnotherDataKey) => values.fail(*position, SecretCause::OtherDataKey),
            Err(OpenError::Altered) => values.fail(*position, SecretCause::Altered),
        }
    }
}
