//! `secretstores.local.env`: variables of the server's environment, as Dapr has them. One that is not set is an empty value.

use std::env;
use std::str;

use strongroom_stores::{
    Answer, Content, Failure, FailureKind, Fetched, Item, Keys, Listed, Store, Value,
};
use strongroom_vault::search::is_of_keys;

/// Variables whose names begin with a prefix, which requests leave out.
#[derive(Debug)]
pub(super) struct LocalEnv {
    pub(super) prefix: String,
}

/// Whether a variable is never given: tokens of Dapr's and of ours.
pub(super) fn is_hidden(variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    upper == "APP_API_TOKEN" || upper.starts_with("DAPR_") || is_of_keys(variable)
}

impl LocalEnv {
    fn value(&self, name: &str) -> Value {
        let variable = format!("{}{name}", self.prefix);
        if is_hidden(&variable) {
            return Value::default();
        }
        // A name that can be none of a variable makes the system's own library stop.
        let can_be = !variable.is_empty() && !variable.contains(['=', '\0']);
        let found = can_be.then(|| env::var_os(&variable)).flatten();
        Value::new(found.unwrap_or_default().into_encoded_bytes())
    }
}

impl Store for LocalEnv {
    fn keys(&self) -> Keys {
        Keys::One
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async {
            Ok(Fetched { content: Content::One(self.value(&item.name)), version: None })
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(async {
            let mut names: Vec<String> = env::vars_os()
                .filter_map(|(name, _)| name.into_string().ok())
                .filter(|name| !is_hidden(name))
                .filter_map(|name| name.strip_prefix(&self.prefix).map(str::to_owned))
                .filter(|name| !name.is_empty())
                .collect();
            names.sort();
            Ok(names.into_iter().map(|name| Listed { name, keys: Vec::new() }).collect())
        })
    }

    fn put<'a>(
        &'a self,
        _name: &'a str,
        _key: Option<&'a str>,
        _value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async {
            Err(Failure::new(
                FailureKind::Conflict,
                "variables are set where the server is started",
            ))
        })
    }
}
