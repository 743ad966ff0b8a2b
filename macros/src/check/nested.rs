//! What the check of a nested struct needs to know of the vault: which names have a value where.

use strongroom_vault::{Date, Environment, Expired, Index, Lookup, fold};

use super::field::stray_store;

/// The names of all secrets, by environment: what a nested struct asks for is not known here.
#[derive(Default)]
pub(crate) struct Names {
    /// Those that are set in each environment that counts.
    pub(crate) checked: Vec<Named>,
    /// Those that lie under another data key, in the environment in which they lie.
    pub(crate) elsewhere: Vec<Named>,
    /// Those that have expired, in the environment whose value it is, where that is an error.
    pub(crate) expired: Vec<Named>,
    /// Those that a store keeps which the vault does not declare, in the environment whose value it is.
    pub(crate) stray: Vec<Named>,
    /// Those that are not set and that a deposit waits for, in the environment that it is for.
    pub(crate) waiting: Vec<Named>,
}

/// Names that have something in common in an environment, folded and sorted.
pub(crate) struct Named {
    pub(crate) environment: Environment,
    names: Vec<String>,
}

impl Names {
    pub(super) fn of(index: &Index<'_>, environments: &[Environment]) -> Self {
        let mut all = Self::default();
        for environment in environments {
            let mut set = Named { environment: environment.clone(), names: Vec::new() };
            for secret in index.secrets() {
                match index.lookup_in(secret, environment) {
                    Lookup::Found(value) => {
                        set.names.push(fold(secret.name()));
                        if index.build_expired() == Expired::Deny
                            && value.is_expired(Date::today())
                            && let Ok(own) = index.environment(value.environment())
                        {
                            note(&mut all.expired, own, fold(secret.name()));
                        }
                        if stray_store(index, value).is_some()
                            && let Ok(own) = index.environment(value.environment())
                        {
                            note(&mut all.stray, own, fold(secret.name()));
                        }
                    }
                    Lookup::OtherDataKey(value) => {
                        set.names.push(fold(secret.name()));
                        if let Ok(own) = index.environment(value.environment()) {
                            note(&mut all.elsewhere, own, fold(secret.name()));
                        }
                    }
                    Lookup::Missing => {}
                }
            }
            all.checked.push(set);
            for deposit in index.deposits().waiting() {
                if let Ok(own) = index.environment(deposit.environment())
                    && (own == *environment || own == environment.kind().into())
                    && matches!(index.lookup(deposit.name(), environment), Lookup::Missing)
                {
                    note(&mut all.waiting, own, fold(deposit.name()));
                }
            }
        }
        let Self { checked, elsewhere, expired, stray, waiting } = &mut all;
        let lists = [checked, elsewhere, expired, stray, waiting];
        for each in lists.into_iter().flatten() {
            each.names.sort_unstable();
        }
        all
    }
}

/// Adds a name to those of an environment, once.
fn note(noted: &mut Vec<Named>, environment: Environment, name: String) {
    let known = noted.iter_mut().find(|known| known.environment == environment);
    match known {
        Some(known) if known.names.contains(&name) => {}
        Some(known) => known.names.push(name),
        None => noted.push(Named { environment, names: vec![name] }),
    }
}

impl Named {
    /// The names that begin with a prefix, one in each line: one literal costs the compiler least.
    pub(crate) fn below(&self, prefix: &str) -> String {
        let prefix = fold(prefix);
        let names = self.names.iter().map(String::as_str);
        names.filter(|name| name.starts_with(&prefix)).collect::<Vec<_>>().join("\n")
    }
}
