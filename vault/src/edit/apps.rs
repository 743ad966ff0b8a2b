//! Applications and their API keys: added, removed, and sealed again.

use super::draft::Draft;
use super::edit_error::EditError;
use super::splice::string_text;
use crate::crypto::{AppKey, AppKeyPlace, DataKey};
use crate::date::Date;
use crate::index::{App, AppId, AppKeyLine, AppRight, Apps};
use crate::limits::{APP_KEYS, APPS};
use crate::name::{check_plain_name, fold};

impl Draft<'_, '_> {
    /// Adds an application that may have one secret. Needs no key: it has no API key yet.
    ///
    /// # Errors
    ///
    /// The name is not allowed, it or the id is taken, there is no such secret, or there are 1,000 applications.
    pub fn add_app(&mut self, name: &str, id: AppId, secret: &str) -> Result<(), EditError> {
        check_plain_name(name).map_err(EditError::BadAppName)?;
        let apps = self.index.apps()?;
        if let Some(known) = apps.get(name) {
            return Err(EditError::AppExists(known.name().to_owned()));
        }
        if let Some(known) = apps.iter().find(|app| app.id() == id) {
            return Err(EditError::SameAppId(known.name().to_owned()));
        }
        if apps.iter().len() == APPS {
            return Err(EditError::TooManyApps);
        }
        let secret = self.index.secret(secret).ok_or(EditError::NoSecret)?;
        let table = ["apps", name];
        self.changes.put(&table, "id", string_text(&id.to_string()));
        self.changes.put(&table, "secret", string_text(secret.name()));
        Ok(())
    }

    /// Removes an application with all of its keys.
    ///
    /// # Errors
    ///
    /// There is no such application.
    pub fn remove_app(&mut self, name: &str) -> Result<(), EditError> {
        let apps = self.index.apps()?;
        let app = named(apps, name)?;
        self.changes.remove_table(&["apps", app.name()]);
        Ok(())
    }

    /// Adds a key for an application, sealed under the data key of the type in which it is to count; gives its code.
    ///
    /// # Errors
    ///
    /// There is no such application, it has 64 keys, or no randomness.
    pub fn add_app_key(
        &mut self,
        data_key: &DataKey,
        app: &str,
        key: &AppKey,
        (set, expires): (Date, Option<Date>),
    ) -> Result<String, EditError> {
        let apps = self.index.apps()?;
        let app = named(apps, app)?;
        if app.keys().len() >= APP_KEYS {
            return Err(EditError::TooManyAppKeys(app.name().to_owned()));
        }
        let (id, right) = (self.index.id(), AppRight::Read);
        let (code, hash) = (key.code(id), key.hash_text(id));
        let (name, secret) = (app.name(), app.secret());
        let (hash, id) = (hash.as_str(), app.id());
        let place = AppKeyPlace { app: name, id, secret, code: &code, right, hash, set, expires };
        let seal = data_key.seal_app_key(place)?;
        let expires = expires.map(|day| format!("expires = {day}, ")).unwrap_or_default();
        let line = format!(
            "{{ type = \"{}\", right = \"{}\", hash = \"{hash}\", set = {set}, {expires}seal = \"{seal}\" }}",
            data_key.kind(),
            right.as_str()
        );
        self.changes.put(&["apps", name], &code, line);
        Ok(code)
    }

    /// Takes a key away.
    ///
    /// # Errors
    ///
    /// There is no such application, or it has no such key.
    pub fn revoke_app_key(&mut self, app: &str, code: &str) -> Result<(), EditError> {
        let apps = self.index.apps()?;
        let app = named(apps, app)?;
        if app.key(code).is_none() {
            let app = app.name().to_owned();
            return Err(EditError::NoAppKey { app, code: code.to_owned() });
        }
        self.changes.remove(&["apps", app.name()], code);
        Ok(())
    }

    /// Leads the applications that may have a secret to its other name, and seals their keys for that.
    pub(super) fn rename_in_apps(
        &mut self,
        keys: &[&DataKey],
        old: &str,
        new: &str,
    ) -> Result<(), EditError> {
        let apps = self.index.apps()?;
        for app in apps.iter().filter(|app| fold(app.secret()) == fold(old)) {
            for line in app.keys() {
                let key = keys
                    .iter()
                    .find(|key| key.kind() == line.kind())
                    .ok_or(EditError::NeedsDataKey(line.kind()))?;
                let place = AppKeyPlace { secret: new, ..AppKeyPlace::of(app, line) };
                self.seal_app_key_again((key, key), (app, line), place)?;
            }
            self.changes.put(&["apps", app.name()], "secret", string_text(new));
        }
        Ok(())
    }

    /// Seals the line of a key again, and changes nothing else of it.
    pub(super) fn seal_app_key_again(
        &mut self,
        (from, to): (&DataKey, &DataKey),
        (app, line): (&App<'_>, &AppKeyLine<'_>),
        place: AppKeyPlace<'_>,
    ) -> Result<(), EditError> {
        from.check_app_key(app, line).map_err(|why| EditError::AppKeyUnfit {
            app: app.name().to_owned(),
            code: line.code().to_owned(),
            why,
        })?;
        let seal = to.seal_app_key(place)?;
        self.changes.put(&["apps", app.name(), line.code()], "seal", string_text(&seal));
        Ok(())
    }
}

/// The application of a name, in any spelling.
fn named<'a, 't>(apps: &'a Apps<'t>, name: &str) -> Result<&'a App<'t>, EditError> {
    apps.get(name).ok_or_else(|| EditError::NoApp {
        name: name.to_owned(),
        near: apps.near(name).map(str::to_owned),
    })
}
