//! What a struct declares, as the macro compiled it in, and the entry points of its methods.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use strongroom_vault::Embedded;

use crate::loader::Loader;
use crate::report::LoadError;
use crate::scope;
use crate::values::Values;

/// A struct declared with [`#[secrets]`](macro@crate::secrets); only the attribute implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of secrets",
    label = "a nested field is a struct with `#[strongroom::secrets]`",
    note = "for a secret of its own, delete `nested`"
)]
pub trait Secrets: Sized + Send + Sync + 'static {
    /// What the struct declares and what the build saw.
    #[doc(hidden)]
    const DECLARED: &'static Declared;

    /// What the program carries of the vault; none unless `#[secrets(embed)]` says so.
    #[doc(hidden)]
    const EMBEDDED: Option<&'static Embedded> = None;

    /// Makes the struct of loaded values, taken in the order of the fields; none if a field failed.
    #[doc(hidden)]
    fn build(values: &mut Values) -> Option<Self>;
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
    /// Whether the attribute names the vault of the build.
    pub names_vault: bool,
    /// What the build saw; none where it could not see a vault.
    pub build: Option<Build>,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    pub(crate) ident: &'static str,
    /// The secret's name; of a nested struct, what comes before the names of its secrets.
    pub(crate) name: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) is_optional: bool,
    pub(crate) nested: Option<&'static Declared>,
}

impl Field {
    /// A secret that must be there: the field's name, the secret's, and the type as written.
    #[must_use]
    pub const fn required(
        ident: &'static str,
        name: &'static str,
        type_name: &'static str,
    ) -> Self {
        Self { ident, name, type_name, is_optional: false, nested: None }
    }

    /// A secret that may be missing.
    #[must_use]
    pub const fn optional(
        ident: &'static str,
        name: &'static str,
        type_name: &'static str,
    ) -> Self {
        Self { ident, name, type_name, is_optional: true, nested: None }
    }

    /// A nested struct: the field's name, the prefix, the type as written, and what that declares.
    #[must_use]
    pub const fn nested(
        ident: &'static str,
        prefix: &'static str,
        type_name: &'static str,
        declared: &'static Declared,
    ) -> Self {
        Self { ident, name: prefix, type_name, is_optional: false, nested: Some(declared) }
    }
}

/// A secret that a struct asks for, itself or through a nested one.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The way from the struct to the field: `database.url`.
    pub(crate) field: Cow<'static, str>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) type_name: &'static str,
    pub(crate) is_optional: bool,
}

impl Declared {
    /// Every secret, in the order in which [`Secrets::build`] takes them.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let mut all = Vec::with_capacity(self.fields.len());
        self.collect("", "", &mut all);
        all
    }

    fn collect(&self, way: &str, prefix: &str, all: &mut Vec<Asked>) {
        let after = |before: &str, own: &'static str| match before {
            "" => Cow::Borrowed(own),
            _ => Cow::Owned(format!("{before}{own}")),
        };
        for field in self.fields {
            let (own, name) = (after(way, field.ident), after(prefix, field.name));
            match field.nested {
                Some(nested) => nested.collect(&format!("{own}."), &name, all),
                None => all.push(Asked {
                    field: own,
                    name,
                    type_name: field.type_name,
                    is_optional: field.is_optional,
                }),
            }
        }
    }
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
    Values::given(S::DECLARED, values)
}

/// Secrets that are loaded at first use and stay.
pub struct Once<S>(OnceLock<Result<S, LoadError>>);

impl<S: Secrets> Once<S> {
    /// Nothing is loaded yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Loads at the first call; gives what that call gave ever after. What a scope gives goes before.
    #[expect(clippy::missing_errors_doc, reason = "documented at `Loader::load`")]
    pub fn get(&'static self) -> Result<&'static S, &'static LoadError> {
        if let Some(given) = scope::given() {
            return Ok(given);
        }
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
