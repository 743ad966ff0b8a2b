//! What a struct declares, as the macro compiled it in, and the entry points of its methods.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use strongroom_vault::Embedded;

use crate::loader::Loader;
use crate::report::LoadError;
use crate::scope;
use crate::values::Values;

/// A struct that a [`Loader`] loads: of [`Secrets`] or of [`Settings`]. Only their attributes implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of secrets or settings",
    note = "declare it with `#[strongroom::secrets]` or `#[strongroom::settings]`"
)]
pub trait Loadable: Sized + Send + Sync + 'static {
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

/// A struct declared with [`#[secrets]`](macro@crate::secrets); only the attribute implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of secrets",
    label = "a nested field is a struct with `#[strongroom::secrets]`",
    note = "for a secret of its own, delete `nested`"
)]
pub trait Secrets: Loadable {}

/// A struct declared with [`#[settings]`](macro@crate::settings); only the attribute implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of settings",
    note = "declare it with `#[strongroom::settings]`"
)]
pub trait Settings: Loadable {}

/// What the fields of a struct are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What is sealed.
    Secrets,
    /// What is plain.
    Settings,
}

impl Kind {
    /// The word for several of them; also the attribute.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Settings => "settings",
        }
    }
}

/// A struct's declaration.
#[derive(Debug)]
pub struct Declared {
    /// What its fields are.
    pub kind: Kind,
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
    /// What a setting is where the vault has nothing.
    pub(crate) default: Option<&'static str>,
    pub(crate) nested: Option<&'static Declared>,
}

impl Field {
    /// A secret or setting that must be there: the field's name, the secret's, and the type as written.
    #[must_use]
    pub const fn required(
        ident: &'static str,
        name: &'static str,
        type_name: &'static str,
    ) -> Self {
        Self { ident, name, type_name, is_optional: false, default: None, nested: None }
    }

    /// A secret or setting that may be missing.
    #[must_use]
    pub const fn optional(
        ident: &'static str,
        name: &'static str,
        type_name: &'static str,
    ) -> Self {
        Self { ident, name, type_name, is_optional: true, default: None, nested: None }
    }

    /// A nested struct: the field's name, the prefix, the type as written, and what that declares.
    #[must_use]
    pub const fn nested(
        ident: &'static str,
        prefix: &'static str,
        type_name: &'static str,
        declared: &'static Declared,
    ) -> Self {
        let nested = Some(declared);
        Self { ident, name: prefix, type_name, is_optional: false, default: None, nested }
    }

    /// The same field, with what it is where the vault has nothing.
    #[must_use]
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }
}

/// A secret or setting that a struct asks for, itself or through a nested one.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The way from the struct to the field: `database.url`.
    pub(crate) field: Cow<'static, str>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) type_name: &'static str,
    pub(crate) is_optional: bool,
    pub(crate) default: Option<&'static str>,
}

impl Declared {
    /// Everything, in the order in which [`Loadable::build`] takes it.
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
                    default: field.default,
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
pub fn load<S: Loadable>() -> Result<S, LoadError> {
    Loader::new().load()
}

/// As [`Loader::load_async`] with nothing chosen by hand.
#[expect(clippy::missing_errors_doc, reason = "documented at `Loader::load_async`")]
pub async fn load_async<S: Loadable>() -> Result<S, LoadError> {
    Loader::new().load_async().await
}

/// Makes a struct of given values, named by secret or setting in any spelling.
#[expect(clippy::missing_errors_doc, reason = "documented at the generated method")]
pub fn from_values<S: Loadable, N: AsRef<str>, V: AsRef<[u8]>>(
    values: impl IntoIterator<Item = (N, V)>,
) -> Result<S, LoadError> {
    Values::given(S::DECLARED, values)
}

/// Secrets or settings that are loaded at first use and stay.
pub struct Once<S>(OnceLock<Result<S, LoadError>>);

impl<S: Loadable> Once<S> {
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

impl<S: Loadable> Default for Once<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Once<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}
