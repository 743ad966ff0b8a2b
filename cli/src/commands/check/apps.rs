//! API keys of applications: whether each counts, and for how long.

use serde_json::{Value as Json, json};
use strongroom_vault::{Environment, Index, Shown};

use crate::api_keys::{Checks, State};
use crate::error::Error;
use crate::expiry::{AHEAD, days_until};
use crate::ui;
use crate::value::kinds_of;

/// What is wrong with applications, and what soon will be.
#[derive(Default)]
pub(super) struct ApiKeys {
    /// `[apps]` cannot be read.
    fault: Option<String>,
    /// Applications whose secret is not there: each with that.
    without_secret: Vec<(String, String)>,
    keys: Vec<Found>,
}

/// A key that does not count, or not much longer.
struct Found {
    app: String,
    code: String,
    state: State,
    expires: Option<String>,
}

impl ApiKeys {
    /// Looks at those that count in these environments.
    pub(super) fn of(index: &Index<'_>, environments: &[Environment]) -> Self {
        let mut found = Self::default();
        let apps = match index.apps() {
            Ok(apps) => apps,
            Err(error) => return Self { fault: Some(error.to_string()), ..found },
        };
        let (checks, kinds) = (Checks::new(index), kinds_of(environments));
        for app in apps.iter() {
            if index.secret(app.secret()).is_none() {
                found.without_secret.push((app.name().to_owned(), app.secret().to_owned()));
            }
            for key in app.keys().iter().filter(|key| kinds.contains(&key.kind())) {
                let state = checks.state(app, key);
                let is_ending = key.expires().is_some_and(|day| days_until(day) <= AHEAD);
                if is_ending || matches!(state, State::Unfit | State::Earlier) {
                    found.keys.push(Found {
                        app: app.name().to_owned(),
                        code: key.code().to_owned(),
                        state,
                        expires: key.expires().map(|day| day.to_string()),
                    });
                }
            }
        }
        found
    }

    /// Whether nobody changed a line, and every line can be read.
    pub(super) fn is_fine(&self) -> bool {
        let fits = |key: &Found| !matches!(key.state, State::Unfit | State::Earlier);
        self.fault.is_none() && self.keys.iter().all(fits)
    }

    pub(super) fn explain(&self) {
        if let Some(fault) = &self.fault {
            ui::error(&Error::cannot(format!(
                "the applications cannot be read: {fault}\n\
                 the server takes no API key until [apps] is as it was: git log -p strongroom.toml"
            )));
        }
        for (app, secret) in &self.without_secret {
            ui::warn(&format!(
                "the application `{}` may have `{1}`, and there is no such secret\n\
                 set it with: strongroom set --type TYPE {1}",
                Shown(app),
                Shown(secret)
            ));
        }
        for key in &self.keys {
            let (app, code) = (Shown(&key.app), &key.code);
            let next = format!("strongroom app key revoke {app} {code}");
            let day = key.expires.as_deref().unwrap_or_default();
            match key.state {
                State::Unfit => ui::error(&Error::cannot(format!(
                    "the seal of the API key `{code}` of `{app}` does not fit: somebody changed its line, or made it without the data key\n\
                     look who did it (git log -p strongroom.toml), then restore the line, or take it away: {next}"
                ))),
                State::Earlier => ui::error(&Error::cannot(format!(
                    "the API key `{code}` of `{app}` was sealed under an earlier data key, and counts no more\n\
                     take it away, and make another one: {next}"
                ))),
                State::Expired => ui::warn(&format!(
                    "the API key `{code}` of `{app}` expired on {day}\ntake it away with: {next}"
                )),
                State::Good | State::Unchecked => ui::warn(&format!(
                    "the API key `{code}` of `{app}` expires on {day}\n\
                     make another one in time: strongroom app key new {app} --type TYPE"
                )),
            }
        }
    }

    pub(super) fn json(&self) -> Json {
        let key = |key: &Found| {
            json!({
                "app": key.app,
                "code": key.code,
                "state": key.state.word(),
                "expires": key.expires,
            })
        };
        json!({
            "fault": self.fault,
            "without_secret": self.without_secret.iter().map(|(app, _)| app).collect::<Vec<_>>(),
            "keys": self.keys.iter().map(key).collect::<Vec<_>>(),
        })
    }
}
