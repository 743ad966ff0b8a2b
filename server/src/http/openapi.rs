//! `/openapi.json`: what can be asked, for programs that read such a description. No token is needed: it says nothing of what is served.

use axum::response::Response;
use http::StatusCode;

use super::admitted::Local;
use super::answer::json;

/// The description.
pub(super) async fn get(_local: Local) -> Response {
    json(StatusCode::OK, DESCRIPTION)
}

const DESCRIPTION: &str = include_str!("../../openapi.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The routes as they stand in the source: axum does not tell them.
    fn routes() -> BTreeSet<(String, String)> {
        let source = include_str!("mod.rs");
        let route = |text: &str| {
            let (_, rest) = text.split_once('"')?;
            let (path, rest) = rest.split_once('"')?;
            let (method, _) = rest.trim_start_matches([',', ' ', '\n']).split_once('(')?;
            Some((path.to_owned(), method.to_owned()))
        };
        source.split(".route(").skip(1).map(|text| route(text).expect("a route")).collect()
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let description: serde_json::Value = serde_json::from_str(DESCRIPTION).expect("JSON");
        let paths = description["paths"].as_object().expect("paths");
        let described: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("methods").keys();
                methods.map(move |method| (path.clone(), method.clone()))
            })
            .collect();
        assert!(routes().len() > 10, "the routes are found");
        assert_eq!(described, routes());
    }
}
