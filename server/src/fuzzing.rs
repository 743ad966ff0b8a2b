//! What fuzz targets reach of this crate; no part of its interface.

use crate::http::{Query, Segments};
use crate::rules::Rules;
use crate::scopes;

/// The parts of a path; none where it is no text.
pub fn path(path: &str) -> Option<Vec<String>> {
    Segments::of(path).map(Segments::into_inner)
}

/// The keys, and the pairs for the store, of a query.
pub fn query(query: &str) -> (Vec<String>, Vec<(String, String)>) {
    let query = Query::of(query);
    (query.keys, query.metadata.into_iter().collect())
}

/// Whether a file of options lets everybody see a secret; or what is wrong with it.
pub fn allows(options: &str, store: &str, name: &str) -> Result<bool, String> {
    let rules = Rules::default().with_options(options)?;
    let callers = rules.callers(None)?;
    Ok(callers.at(0).scopes.allows(store, name))
}

/// Whether a name fits a pattern.
pub fn matches(pattern: &str, name: &str) -> bool {
    scopes::matches(pattern, name)
}
