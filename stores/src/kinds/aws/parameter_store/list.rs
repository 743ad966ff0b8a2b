//! All parameters below the prefix, page by page; sealed ones are not opened for it.

use std::collections::BTreeSet;

use zeroize::Zeroize as _;

use super::super::deed::Deed;
use super::super::{Trouble, quietly};
use super::Shared;
use crate::failure::Failure;
use crate::store::Listed;

impl Shared {
    /// The names of all parameters.
    pub(super) async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let client = self.client().await?;
        let path = self.prefix.as_deref().unwrap_or("/");
        let deed =
            Deed { action: "ssm:GetParametersByPath", id: path, version: None, key_right: None };
        let mut names = BTreeSet::new();
        let mut next = None;
        for _ in 0..PAGES {
            let request = client.get_parameters_by_path().path(path).recursive(true);
            let request = request.with_decryption(false).max_results(PAGE).set_next_token(next);
            let told = match quietly(request.send()).await {
                Ok(told) => told,
                Err(error) => {
                    return Err(Trouble::of(&self.account, &error)
                        .failure(|refusal| self.refused(deed, refusal)));
                }
            };
            next = told.next_token;
            for mut parameter in told.parameters.unwrap_or_default() {
                parameter.value.zeroize();
                names.extend(parameter.name.as_deref().and_then(|name| self.name_of(name)));
            }
            if next.is_none() {
                return Ok(names
                    .into_iter()
                    .map(|name| Listed { name, keys: Vec::new() })
                    .collect());
            }
        }
        Err(Failure::invalid(format!(
            "there are more than {} parameters: set `prefix`",
            PAGES * 10
        )))
    }

    /// What this store calls a parameter; none where it is not below the prefix.
    fn name_of(&self, id: &str) -> Option<String> {
        let name = match &self.prefix {
            Some(prefix) => id.strip_prefix(prefix.as_str())?.strip_prefix('/')?,
            None => id.trim_start_matches('/'),
        };
        (!name.is_empty()).then(|| name.to_owned())
    }
}

/// How many parameters a page has.
const PAGE: i32 = 10;
const PAGES: usize = 1_000;
