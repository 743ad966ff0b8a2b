//! All secrets below the prefix, folder by folder.

use super::client::Request;
use super::{HashicorpVault, answer, paths};
use crate::failure::Failure;
use crate::json;
use crate::store::Listed;

impl HashicorpVault {
    /// The names of all secrets; those whose versions were all deleted are still there, as the server sees it.
    pub(super) async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let kv = self.kv().await?;
        let mount = &self.setup.mount;
        let prefix =
            self.setup.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
        let mut found = Vec::new();
        // Relative to the prefix, with `/` at their ends; the first is the prefix itself.
        let mut folders = vec![String::new()];
        let mut requests = 0;
        while let Some(folder) = folders.pop() {
            requests += 1;
            if requests + folders.len() > FOLDERS || found.len() > SECRETS || depth(&folder) > DEPTH
            {
                return Err(Failure::invalid(format!(
                    "there are more than {SECRETS} secrets, {FOLDERS} folders or {DEPTH} levels: set `prefix`"
                )));
            }
            let request = Request::list(kv.of_folder(mount, &format!("{prefix}{folder}")));
            let reply = self.ask(&request).await?;
            match reply.status {
                200 => {}
                // An empty folder is none. Only the first may be: the others were listed a moment ago.
                404 if super::kv::is_only_absent(&reply) => continue,
                _ => return Err(self.refused(&request, "\"list\"", &reply).await),
            }
            let names = json::of(&reply.body)
                .and_then(|body| json::object(&body, "data"))
                .and_then(|data| json::texts(&data, "keys"));
            let Some(names) = names else {
                let why = "the server does not answer as one that lists";
                return Err(answer::with_id(Failure::invalid(why), &reply));
            };
            // What no reference can name is left out.
            let is_named = |name: &&String| paths::check(name.trim_end_matches('/')).is_ok();
            for name in names.iter().filter(is_named) {
                let name = format!("{folder}{name}");
                if name.ends_with('/') {
                    folders.push(name);
                } else {
                    found.push(Listed { name, keys: Vec::new() });
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

fn depth(folder: &str) -> usize {
    folder.matches('/').count()
}

const SECRETS: usize = 10_000;
const FOLDERS: usize = 1_000;
const DEPTH: usize = 32;
