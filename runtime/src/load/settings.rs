//! One load of settings: vault, environment, values. No key is needed, so nothing is said about keys either.

use strongroom_vault::{Environment, Index};

use super::checks::{as_built, choose_environment};
use super::read_file;
use crate::declared::Loadable;
use crate::loader::Loader;
use crate::report::{LoadError, Obstacle, Report, SecretCause};
use crate::telemetry;
use crate::values::Values;

pub(super) fn load<S: Loadable>(loader: &Loader) -> Result<S, LoadError> {
    let declared = S::DECLARED;
    let mut values = Values::new(declared.asked());
    let report = Report::new(declared, values.asked().len());
    let (_, file, report) = read_file(loader, report)?;
    let index = match Index::read(file.text()) {
        Ok(index) => index,
        Err(error) => return Err(report.stopped_by(Obstacle::File(file.error(error)))),
    };
    let chosen = as_built(&index, declared)
        .and_then(|build| choose_environment(&index, loader, declared, build));
    let (environment, chosen) = match chosen {
        Ok(chosen) => chosen,
        Err(obstacle) => return Err(report.stopped_by(obstacle)),
    };
    telemetry::environment(&environment);
    let report = report.of_environment(environment.clone(), chosen);
    look_up(&index, &environment, &mut values, loader);
    values.build().map_err(|failures| report.with_failures(failures).into())
}

/// Looks every field up; notes what has no value.
fn look_up(index: &Index<'_>, environment: &Environment, values: &mut Values, loader: &Loader) {
    let settings = index.settings();
    for position in 0..values.asked().len() {
        let asked = &values.asked()[position];
        let is_optional = asked.is_optional;
        let setting = settings.get(&asked.name);
        if let Some(setting) = setting
            && let Some(value) = setting.lookup(environment)
        {
            values.spelled(position, setting.name());
            values.found_for(position, value.scope());
            let text = value.text().as_bytes().to_vec().into();
            loader.observer.has(position, &text);
            values.put(position, text);
        } else if !values.put_default(position) && !is_optional {
            let name = values.asked()[position].name.clone();
            let near = match setting {
                Some(setting) => {
                    values.spelled(position, setting.name());
                    None
                }
                None => settings.near(&name).map(str::to_owned),
            };
            let is_secret = index.secret(&name).is_some();
            values.fail(position, SecretCause::NoSetting { near, is_secret });
        }
    }
}
