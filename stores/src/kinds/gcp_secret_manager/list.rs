//! All secrets below the prefix, page by page.

use super::{SecretManager, body_of};
use crate::failure::Failure;
use crate::google::{Question, stranger};
use crate::http::encode;
use crate::json;
use crate::store::Listed;

impl SecretManager {
    /// The names of all secrets, also of those without a version that is enabled.
    pub(super) async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let api = self.api().await?;
        let prefix = self.setup.prefix.as_str();
        let mut path = format!("{}/secrets?pageSize={PAGE}", api.place.parent());
        if !prefix.is_empty() {
            // It finds the prefix anywhere in a name.
            path.push_str("&filter=");
            encode(&format!("name:{prefix}"), &mut path);
        }
        let mut found = Vec::new();
        let mut page = String::new();
        for _ in 0..PAGES {
            let mut path = path.clone();
            if !page.is_empty() {
                path.push_str("&pageToken=");
                encode(&page, &mut path);
            }
            let reply = api.google.ask(&Question::get(path)).await?;
            if reply.status != 200 {
                return Err(api.of(LIST.0, LIST.1, "secrets", &reply));
            }
            let body = body_of(&reply)?;
            for secret in json::objects(&body, "secrets").unwrap_or_default() {
                let name = json::text(&secret, "name").ok_or_else(|| stranger(&reply))?;
                let name = name.rsplit_once('/').map_or(name.as_str(), |(_, name)| name);
                if let Some(name) = name.strip_prefix(prefix).filter(|name| !name.is_empty()) {
                    found.push(Listed { name: name.to_owned(), keys: Vec::new() });
                }
            }
            let next = json::text(&body, "nextPageToken").unwrap_or_default();
            if next.is_empty() {
                found.sort_unstable();
                found.dedup();
                return Ok(found);
            }
            if next == page {
                return Err(stranger(&reply));
            }
            page = next;
        }
        Err(Failure::invalid(format!("there are more than {} secrets: set `prefix`", PAGE * PAGES)))
    }
}

const PAGE: usize = 500;
const PAGES: usize = 40;
const LIST: (&str, &str) = ("secretmanager.secrets.list", "roles/secretmanager.viewer");
