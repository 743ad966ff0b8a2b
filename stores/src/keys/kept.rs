//! Access keys that a store keeps as they are: the line says which secret it is, the environment everything else.

use std::path::Path;
use std::sync::Arc;

use strongroom_vault::search::KeyPlace;

use crate::failure::Failure;
use crate::kinds;
use crate::reference::Reference;
use crate::settings::{Setting, Settings};
use crate::store::Store;

/// The store, opened with what the line says of it, and where the key lies there.
pub(super) fn open(place: &KeyPlace) -> Result<(Arc<dyn Store>, Reference), Failure> {
    let kind = place.service().name;
    let Some(Place { settings, reference }) = Place::read(kind, place.rest()) else {
        let form = place.service().place;
        return Err(Failure::invalid(format!("what stands behind `{kind}:` is not `{form}`")));
    };
    let settings = settings.into_iter();
    let settings = settings.map(|(name, text)| (name.to_owned(), Setting::Text(text)));
    // No line names a file.
    let store = kinds::open(kind, Settings::new(settings), Path::new("."));
    let store = store.map_err(|error| Failure::invalid(error.to_string()))?;
    let reference = Reference::parse(&reference);
    let reference = reference.map_err(|error| Failure::invalid(error.to_string()))?;
    Ok((store, reference))
}

/// A line, as a vault would declare the store and refer to it.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    settings: Vec<(&'static str, String)>,
    reference: String,
}

impl Place {
    /// Reads what stands behind a kind; none for what cannot be.
    fn read(kind: &str, rest: &str) -> Option<Self> {
        match kind {
            "azure-key-vault" => Self::of_azure(rest),
            "gcp-secret-manager" => Self::of_gcp(rest),
            _ => Some(Self { settings: Vec::new(), reference: rest.to_owned() }),
        }
    }

    /// `https://VAULT.vault.azure.net/NAME`, or with `secrets/` before the name and `/VERSION` behind it, as Azure itself
    /// writes it.
    fn of_azure(rest: &str) -> Option<Self> {
        let (scheme, behind) = rest.split_once("://")?;
        let (host, name) = behind.split_once('/')?;
        if host.is_empty() {
            return None;
        }
        let settings = vec![("vault_name", format!("{scheme}://{host}"))];
        let (name, path) = with_path(name);
        let parts: Vec<&str> = name.strip_prefix("secrets/").unwrap_or(name).split('/').collect();
        let name = match parts.as_slice() {
            [name] if !name.is_empty() => (*name).to_owned(),
            [name, version] if !name.is_empty() && !version.is_empty() => {
                format!("{name}@{version}")
            }
            _ => return None,
        };
        Some(Self { settings, reference: name + path })
    }

    /// `projects/P/secrets/N`, with `locations/L/` for a regional one and `/versions/V` behind, as Google itself writes it.
    fn of_gcp(rest: &str) -> Option<Self> {
        let (rest, path) = with_path(rest);
        let parts: Vec<&str> = rest.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let (project, location, name, version) = match *parts.as_slice() {
            ["projects", project, "secrets", name] => (project, None, name, None),
            ["projects", project, "secrets", name, "versions", version] => {
                (project, None, name, Some(version))
            }
            ["projects", project, "locations", location, "secrets", name] => {
                (project, Some(location), name, None)
            }
            ["projects", project, "locations", location, "secrets", name, "versions", version] => {
                (project, Some(location), name, Some(version))
            }
            _ => return None,
        };
        let mut settings = vec![("project", project.to_owned())];
        settings.extend(location.map(|location| ("location", location.to_owned())));
        let version = version.map(|version| format!("@{version}")).unwrap_or_default();
        Some(Self { settings, reference: format!("{name}{version}{path}") })
    }
}

/// A name, and the way into JSON behind it with its `#`.
fn with_path(text: &str) -> (&str, &str) {
    text.split_at(text.find('#').unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(kind: &str, rest: &str) -> Option<(Vec<String>, String)> {
        let place = Place::read(kind, rest)?;
        let settings = place.settings.iter().map(|(name, text)| format!("{name} = {text}"));
        Some((settings.collect(), place.reference))
    }

    #[test]
    fn a_line_is_read_as_its_provider_writes_it() {
        for (kind, rest, settings, reference) in [
            ("hashicorp-vault", "shop/strongroom/key", &[][..], "shop/strongroom/key"),
            ("aws-secrets-manager", "shop/strongroom#key", &[], "shop/strongroom#key"),
            ("aws-parameter-store", "/shop/strongroom", &[], "/shop/strongroom"),
            ("gcp-secret-manager", "projects/p/secrets/n", &["project = p"], "n"),
            ("gcp-secret-manager", "projects/p/secrets/n/versions/3#k", &["project = p"], "n@3#k"),
            (
                "gcp-secret-manager",
                "projects/p/locations/l/secrets/n",
                &["project = p", "location = l"],
                "n",
            ),
            (
                "gcp-secret-manager",
                "projects/p/locations/l/secrets/n/versions/latest",
                &["project = p", "location = l"],
                "n@latest",
            ),
            (
                "azure-key-vault",
                "https://v.example/n#k",
                &["vault_name = https://v.example"],
                "n#k",
            ),
            (
                "azure-key-vault",
                "https://v.example/secrets/n",
                &["vault_name = https://v.example"],
                "n",
            ),
            (
                "azure-key-vault",
                "https://v.example/secrets/n/0a#k",
                &["vault_name = https://v.example"],
                "n@0a#k",
            ),
        ] {
            let settings = settings.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(place(kind, rest), Some((settings, reference.to_owned())), "{rest}");
        }
    }

    #[test]
    fn what_is_no_such_line_is_refused() {
        for (kind, rest) in [
            ("gcp-secret-manager", "n"),
            ("gcp-secret-manager", "projects//secrets/n"),
            ("gcp-secret-manager", "projects/p/secrets/n/versions"),
            ("gcp-secret-manager", "projects/p/keyRings/n"),
            ("azure-key-vault", "v/n"),
            ("azure-key-vault", "https://v.example"),
            ("azure-key-vault", "https://v.example/"),
            ("azure-key-vault", "https:///n"),
            ("azure-key-vault", "https://v.example/keys/n/0a"),
        ] {
            assert_eq!(place(kind, rest), None, "{rest}");
        }
    }
}
