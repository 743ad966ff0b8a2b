//! References to secrets in a configuration that other crates read: each gets its value, and the rest stays.

mod error;
mod fill;
mod give;
mod tree;

use std::borrow::Cow;

use serde_core::Deserializer;
use serde_core::de::DeserializeOwned;

pub use self::error::ResolveError;
use self::fill::References;
use self::tree::Node;
use crate::background;
use crate::declared::{Asked, Declared, Kind};
use crate::load::load_asked;
use crate::loader::Loader;
use crate::stores::GivenUp;

/// Reads a configuration, puts the values of secrets where it refers to them, and makes a type of it.
///
/// What other crates gave is taken as it is: a `config::Config`, a `&figment::value::Value`, a `serde_json::Value`, a
/// `toml::Table`, or any other deserializer of serde that says itself what it holds. References stand in its strings,
/// `${secret:name}` or `{{ secret "name" }}`, alone or within text; `$${secret:name}` is text. A mapping with a `name` and
/// `secretKeyRef: {name, key}`, as Dapr's components have it, gets a `value`. All secrets are loaded at once, as a struct of secrets is,
/// and a value is never looked at for references again.
///
/// A string that the type wants as a number, a `bool` or a `char` is read as one, since a secret is always text, and a number
/// or `bool` as text where the type wants that; a whole reference may also be bytes.
///
/// With `config`:
///
/// ```no_run
/// # #[derive(serde::Deserialize)] struct Shop { port: u16, database: String }
/// let config = config::Config::builder()
///     .set_default("port", 8080)?
///     .set_default("database", "postgres://shop:${secret:db/password}@db/shop")?
///     .build()?;
/// let shop: Shop = strongroom::resolve(config)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With `figment`:
///
/// ```no_run
/// # #[derive(serde::Deserialize)] struct Shop { port: u16, database: String }
/// use figment::providers::Serialized;
///
/// let figment = figment::Figment::from(Serialized::default("port", 8080))
///     .merge(Serialized::default("database", "postgres://shop:${secret:db/password}@db/shop"));
/// let values: figment::value::Value = figment.extract()?;
/// let shop: Shop = strongroom::resolve(&values)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The environment is that of `STRONGROOM_ENV`, else `local`; [`Loader::resolve`] chooses another one, the vault or the key.
///
/// # Errors
///
/// A configuration that cannot be read, references that are none, every secret that could not be had, and what does not
/// fit the type. No value is in an error.
pub fn resolve<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    configuration: D,
) -> Result<T, ResolveError> {
    Loader::new().resolve(configuration)
}

/// As [`resolve()`], without blocking an async runtime.
///
/// # Errors
///
/// As [`resolve()`].
pub async fn resolve_async<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    configuration: D,
) -> Result<T, ResolveError> {
    Loader::new().resolve_async(configuration).await
}

/// Configurations with references: feature `resolve`.
#[cfg_attr(docsrs, doc(cfg(feature = "resolve")))]
impl Loader {
    /// As [`resolve`](crate::resolve()), from the vault, for the environment and with the key of this loader.
    ///
    /// ```no_run
    /// # #[derive(serde::Deserialize)] struct Shop { port: u16, database: String }
    /// # fn example(configuration: serde_json::Value) -> Result<Shop, strongroom::ResolveError> {
    /// let shop: Shop = strongroom::Loader::new().environment("staging").resolve(configuration)?;
    /// # Ok(shop)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resolve`](crate::resolve()).
    pub fn resolve<'de, D: Deserializer<'de>, T: DeserializeOwned>(
        &self,
        configuration: D,
    ) -> Result<T, ResolveError> {
        let mut tree = Node::read(configuration)?;
        let references = References::of(&mut tree)?;
        let values = match references.asked() {
            asked if asked.is_empty() => Vec::new(),
            asked => load_asked(self, &CONFIGURATION, asked)?,
        };
        references.fill(&mut tree, &values)?;
        give::give(&tree)
    }

    /// As [`Loader::resolve`], without blocking an async runtime. Dropping the future ends the requests to stores that are
    /// under way.
    ///
    /// # Errors
    ///
    /// As [`resolve`](crate::resolve()).
    pub async fn resolve_async<'de, D: Deserializer<'de>, T: DeserializeOwned>(
        &self,
        configuration: D,
    ) -> Result<T, ResolveError> {
        let mut tree = Node::read(configuration)?;
        let references = References::of(&mut tree)?;
        let values = match references.asked() {
            asked if asked.is_empty() => Vec::new(),
            asked => {
                let given_up = GivenUp::default();
                let loader = self.until(given_up.clone());
                let load = move || load_asked(&loader, &CONFIGURATION, asked);
                background::run(load, move || given_up.tell()).await?
            }
        };
        references.fill(&mut tree, &values)?;
        give::give(&tree)
    }
}

/// What a report calls a configuration. No build saw it, so any vault will do.
static CONFIGURATION: Declared = Declared {
    kind: Kind::Secrets,
    name: "configuration",
    fields: &[],
    any_vault: true,
    names_vault: false,
    build: None,
};

/// A secret that a configuration refers to, and where.
fn asked(name: &str, path: &str) -> Asked {
    Asked {
        field: Cow::Owned(path.to_owned()),
        name: Cow::Owned(name.to_owned()),
        type_name: "text",
        is_optional: false,
        default: None,
    }
}
