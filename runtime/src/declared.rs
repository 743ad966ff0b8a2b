//! What a struct declares, as the macro compiled it in, and the entry points of its methods.

use std::fmt;
use std::sync::OnceLock;

use crate::loader::Loader;
use crate::report::LoadError;
use crate::values::Values;

/// A struct declared with [`#[secrets]`](macro@crate::secrets); only the attribute implements it.
pub trait Secrets: Sized + Send + Sync + 'static {
    /// What the struct declares and what the build saw.
    #[doc(hidden)]
    const DECLARED: Declared;

    /// Makes the struct of loaded values; none if a field failed.
    #[doc(hidden)]
    fn build(values: &mut Values<'_>) -> Option<Self>;
}

/// A struct's declaration.
#[derive(Debug)]
pub struct Declared {
    /// The struct's name.
    pub name: &'static str,
    /// Its fields, in the order of the source.
    pub fields: &'static [Field],
    /// Whether any vault will do, not just the one that the build saw.
    pub any_vault: bool,
    /// What the build saw; none where it could not see a vault.
    pub build: Option<Build>,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// The field's name.
    pub field: &'static str,
    /// The secret's name.
    pub name: &'static str,
    /// The type as written.
    pub type_name: &'static str,
    /// Whether the secret may be missing.
    pub optional: bool,
}

/// What a build saw of a vault.
#[derive(Debug)]
pub struct Build {
    /// The vault's id.
    pub vault: [u8; 16],
    /// The active environment.
    pub environment: &'static str,
    /// The named environments, each with its type.
    pub named_environments: &'static [(&'static str, &'static str)],
    /// The generation of each type's data key, in the order of `EnvironmentType::ALL`; 0 where there was none.
    pub generations: [u32; 4],
}

/// As [`Loader::load`] with nothing chosen by hand.
#[expect(clippy::missing_errors_doc, reason = "documented at `Loader::load`")]
pub fn load<S: Secrets>() -> Result<S, LoadError> {
    Loader::new().load()
}

/// As [`Loader::load_async`] with nothing chosen by hand.
#[expect(clippy::missing_errors_doc, reason = "documented at `Loader::load_async`")]
pub async fn load_async<S: Secrets>() -> Result<S, LoadError> {
    Loader::new().load_async().await
}

/// Makes a struct of given values, named by secret in any spelling.
#[expect(clippy::missing_errors_doc, reason = "documented at the generated method")]
pub fn from_values<S: Secrets, N: AsRef<str>, V: AsRef<[u8]>>(
    values: impl IntoIterator<Item = (N, V)>,
) -> Result<S, LoadError> {
    Values::given(&S::DECLARED, values)
}

/// Secrets that are loaded at first use and stay.
pub struct Once<S>(OnceLock<Result<S, LoadError>>);

impl<S: Secrets> Once<S> {
    /// Nothing is loaded yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Loads at the first call; gives what that call gave ever after.
    #[expect(clippy::missing_errors_doc, reason = "documented at `Loader::load`")]
    pub fn get(&'static self) -> Result<&'static S, &'static LoadError> {
        self.0.get_or_init(load).as_ref()
    }
}

impl<S: Secrets> Default for Once<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Once<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}
