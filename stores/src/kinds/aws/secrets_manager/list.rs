//! All secrets below the prefix, page by page, without their values.

use std::collections::BTreeSet;

use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType};

use super::super::{Trouble, quietly};
use super::Shared;
use crate::failure::Failure;
use crate::store::Listed;

impl Shared {
    /// The names of all secrets, but those that are to be deleted.
    pub(super) async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let client = self.client().await?;
        let before = self.prefix.as_ref().map(|prefix| format!("{prefix}/"));
        let filter = before.as_ref().map(|before| {
            Filter::builder().key(FilterNameStringType::Name).values(before.as_str()).build()
        });
        let mut names = BTreeSet::new();
        let mut next = None;
        for _ in 0..PAGES {
            let request =
                client.list_secrets().set_filters(filter.clone().map(|filter| vec![filter]));
            let request = request.max_results(PAGE).set_next_token(next);
            let mut told = match quietly(request.send()).await {
                Ok(told) => told,
                Err(error) => {
                    return Err(Trouble::of(&self.account, &error).failure(Self::not_listed));
                }
            };
            next = told.next_token.take();
            let found = told.secret_list().iter().filter(|secret| secret.deleted_date().is_none());
            // The filter of AWS takes less care than we do.
            names.extend(
                found
                    .filter_map(|secret| {
                        let name = secret.name()?;
                        before
                            .as_ref()
                            .map_or(Some(name), |before| name.strip_prefix(before.as_str()))
                    })
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned),
            );
            if next.is_none() {
                return Ok(names
                    .into_iter()
                    .map(|name| Listed { name, keys: Vec::new() })
                    .collect());
            }
        }
        Err(Failure::invalid(format!("there are more than {} secrets: set `prefix`", PAGES * 100)))
    }
}

/// How many secrets a page has.
const PAGE: i32 = 100;
const PAGES: usize = 100;
