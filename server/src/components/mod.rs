//! Dapr's component files: stores that are declared in YAML, with credentials that may lie in other stores.

mod clouds;
mod declared;
mod fields;
mod files;
mod hashicorp;
mod kind;
mod local_env;
mod opening;
mod order;
mod prefixed;
mod told;

use std::path::PathBuf;

use self::declared::Component;
pub use self::files::component_files;
pub(crate) use self::opening::OpenComponents;

/// The stores that component files declare; nothing is opened yet.
#[derive(Debug, Default)]
pub struct Components {
    /// In such an order that each comes after the one that has its credentials.
    all: Vec<Component>,
}

impl Components {
    /// Reads every component file of some folders, for one of Dapr's applications.
    ///
    /// # Errors
    ///
    /// One of them cannot be read or is no YAML; a kind of secret store is unknown; two components have one name; references
    /// go in a circle. In words for an operator, with file and line.
    pub fn read(folders: &[PathBuf], app_id: &str) -> Result<Self, String> {
        let mut all: Vec<Component> = Vec::new();
        for file in files::of(folders)? {
            for component in declared::read(&file, app_id)? {
                if let Some(other) = all.iter().find(|other| other.name == component.name) {
                    return Err(format!(
                        "{}: the component `{}` is already in {}\ngive one of them another name",
                        component.place, component.name, other.place
                    ));
                }
                all.push(component);
            }
        }
        Ok(Self { all: order::sorted(all)? })
    }
}
