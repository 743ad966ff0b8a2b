//! `check --live`: fetches what every reference leads to, and shows nothing of it.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, Index, Lookup, Plaintext, Secret, Shown, Value, flag_of,
};

use super::opening::Opening;
use crate::error::Error;
use crate::session::Session;
use crate::stores::{self, Asker, Doubt, Why};
use crate::ui;
use crate::value::Unopened;

/// What stores said.
pub(super) struct Live {
    /// How many values were fetched.
    fetched: usize,
    /// How many references were not looked at, because no key here says whether they fit.
    unasked: usize,
    /// Values that were not given: secret, environment and why.
    failed: Vec<(String, String, Unopened)>,
    /// Values that were given, and that nobody may have meant.
    doubtful: Vec<Doubtful>,
}

/// A value that nobody may have meant.
struct Doubtful {
    name: String,
    environment: String,
    store: String,
    reference: String,
    doubt: Doubt,
    words: String,
}

impl Live {
    /// Fetches every reference of some environments whose seal fits; those that do not were told with the other values.
    pub(super) fn of(
        session: &Session<'_>,
        opening: &Opening,
        counted: &[Environment],
    ) -> Result<Self, Error> {
        let index = &session.index;
        let has_key = |value: &Value<'_>| {
            stores::is_keyless() || opening.keys().data_key(index, value.kind()).is_some()
        };
        let mut wanted: Vec<(&Secret<'_>, &Value<'_>)> = Vec::new();
        let mut unasked = 0;
        for secret in index.secrets() {
            for environment in counted {
                let Lookup::Found(value) = index.lookup_in(secret, environment) else { continue };
                let is_new = !wanted.iter().any(|(_, other)| std::ptr::eq(*other, value));
                let is_reference = matches!(value.content(), Content::Reference { .. });
                if is_reference && !has_key(value) {
                    unasked += 1;
                } else if is_new && is_reference {
                    wanted.push((secret, value));
                }
            }
        }
        let answers = stores::open_all(index, opening.keys(), &Asker::of(session), &wanted)?;
        let mut live = Self { fetched: 0, unasked, failed: Vec::new(), doubtful: Vec::new() };
        for ((secret, value), answer) in wanted.into_iter().zip(answers) {
            match answer {
                Ok(given) => {
                    live.fetched += 1;
                    live.doubtful.extend(doubtful(index, secret, value, &given));
                }
                Err(
                    Unopened::OtherDataKey
                    | Unopened::NotGiven { why: Why::Seal | Why::Undeclared, .. },
                ) if !stores::is_keyless() => {}
                Err(why) => {
                    let (name, environment) = (secret.name(), value.environment());
                    live.failed.push((name.to_owned(), environment.to_owned(), why));
                }
            }
        }
        Ok(live)
    }

    pub(super) fn is_fine(&self) -> bool {
        self.failed.is_empty() && self.unasked == 0
    }

    pub(super) fn explain(&self) {
        for (name, environment, why) in &self.failed {
            ui::error(&not_given(name, environment, why));
        }
        for Doubtful { name, environment, words, .. } in &self.doubtful {
            ui::warn(&format!("`{}` for `{}`: {words}", Shown(name), Shown(environment)));
        }
        match self.unasked {
            0 => {}
            1 => ui::warn("1 reference was not looked at: no key here opens its type"),
            some => ui::warn(&format!(
                "{some} references were not looked at: no key here opens their types"
            )),
        }
        let fetched = match self.fetched {
            0 if self.failed.is_empty() => return ui::say("nothing was fetched from a store"),
            1 => "1 value was fetched from its store".to_owned(),
            fetched => format!("{fetched} values were fetched from their stores"),
        };
        let failed = match self.failed.len() {
            0 => String::new(),
            failed => format!(", {failed} could not be"),
        };
        ui::say(&format!("{fetched}{failed}; nothing is shown of them"));
    }

    pub(super) fn json(&self) -> Json {
        let failed = self.failed.iter().map(|(name, environment, why)| {
            let (store, reference) = match why {
                Unopened::NotGiven { store, reference, .. } => (Some(store), Some(reference)),
                _ => (None, None),
            };
            json!({
                "name": name,
                "environment": environment,
                "store": store,
                "reference": reference,
                "cause": why.word(),
                "message": why.to_string(),
            })
        });
        json!({
            "fetched": self.fetched,
            "unasked": self.unasked,
            "failed": failed.collect::<Vec<_>>(),
            "doubtful": self.doubtful.iter().map(Doubtful::json).collect::<Vec<_>>(),
        })
    }
}

impl Doubtful {
    fn json(&self) -> Json {
        json!({
            "name": self.name,
            "environment": self.environment,
            "store": self.store,
            "reference": self.reference,
            "cause": self.doubt.word(),
        })
    }
}

fn doubtful(
    index: &Index<'_>,
    secret: &Secret<'_>,
    value: &Value<'_>,
    given: &Plaintext,
) -> Option<Doubtful> {
    let Content::Reference { store, reference, .. } = value.content() else { return None };
    let store = index.stores().get(store)?;
    let doubt = Doubt::of(store, given)?;
    Some(Doubtful {
        name: secret.name().to_owned(),
        environment: value.environment().to_owned(),
        store: store.name().to_owned(),
        reference: reference.to_string(),
        doubt,
        words: doubt.words(store, reference),
    })
}

/// The error for a value that a store did not give.
pub(super) fn not_given(name: &str, environment: &str, why: &Unopened) -> Error {
    Error::cannot(format!("`{}` for `{}`: {why}", Shown(name), Shown(environment)))
        .with_hints(why.next(&flag_of(environment), name))
}
