//! `#[secrets]` and `#[settings]`: read the struct, check it against the vault, write what it gets.
//!
//! Applications use these macros through the crate `strongroom`, which documents them.
//!
//! The attribute adds a derive to the struct, `Declaration` or `SettingsDeclaration`, and hands its options over in
//! `#[strongroom(…)]`; the derive does everything else, because a derive sees fields after
//! `#[cfg(…)]` and an attribute does not.

mod attribute;
mod check;
mod errors;
mod expand;
mod input;
mod this_build;

use proc_macro::TokenStream;
use strongroom_declared::{Declares, Errors};

use self::input::Input;
use self::this_build::ThisBuild;

/// Declares secrets: each field of the struct is one, and one that has no value is a compile error.
///
/// ```ignore
/// #[strongroom::secrets]
/// struct Secrets {
///     /// personal access token for deployments
///     github_api_token: String,
///     /// the relay works without one
///     #[secret(name = "smtp/password")]
///     smtp_password: Option<String>,
/// }
///
/// fn main() -> Result<(), strongroom::LoadError> {
///     let secrets = Secrets::load()?;
///     deploy(&secrets.github_api_token);
///     Ok(())
/// }
/// ```
///
/// # Fields
///
/// A field's name is the name of its secret, in any spelling: `github_api_token` finds
/// `GitHub-API-Token`. Where it is not, `#[secret(name = "…")]` names the secret. A field is a
/// `String`, a `Vec<u8>`, a number, a `PathBuf`, or any type that implements `FromSecret`; in an
/// `Option` it may be missing. Fields under `#[cfg(…)]` count where they exist.
///
/// `#[secret(nested)]` is for a field whose type is a struct of secrets itself, so that libraries
/// bring their own; with `prefix = "shop_db/"` its names begin with that. All of them are loaded in
/// one go. The compiler shows what is missing of it at the field.
///
/// # What the struct gets
///
/// - `load()`, `load_async()`, `get()` and `from_values(…)`, as visible as the struct, and for tests
///   `scope(…)` and `scope_async(…)`, within which `get()` gives other secrets;
/// - a `Debug` that shows which fields there are, and no value;
/// - a `Drop` that wipes every field. So none can be moved out; take it:
///   `std::mem::take(&mut secrets.field)`.
///
/// `Debug` and `Serialize` cannot be derived below the attribute, because they would show values.
/// The attribute cannot see what is derived above it; `strongroom check` does.
///
/// # Options
///
/// - `vault = "…"`: the vault's file, relative to the source file (in an editor that gives none, to
///   the manifest);
/// - `any_vault`: the program may load from another vault than the one that its build saw;
/// - `embed`: the program carries the sealed values of these fields, for the environment of the build
///   and for its type, and the grants that open them. Loading reads no vault then, and needs a key as
///   ever; another environment is an error, and what changes in the vault needs a new build;
/// - `nested`: the struct is made to be a part of others. It is checked and loaded with them, and has
///   `from_values(…)`, `Debug` and `Drop` only;
/// - `crate = …`: the path of the crate `strongroom`, where it is renamed or re-exported.
///
/// # The build check
///
/// The vault is the file that `vault = "…"` names, else that of `STRONGROOM_VAULT` (relative to the
/// package's manifest), else the nearest `strongroom.toml` from the manifest's folder upwards to
/// the root of the git repository. A field must have a value in the environment that
/// `STRONGROOM_ENV` names (unset: `local`), and in each that the vault lists under `[build] check`.
/// That needs no key. Cargo builds again when the vault or a variable changes.
///
/// `STRONGROOM_BUILD_CHECK=warn` makes warnings of the errors, for builds that may lack a vault; as
/// a macro can only warn through a deprecation, a crate that denies warnings uses `off`, which says
/// nothing. In both, a vault that does not exist yet cannot be watched: cargo notices a new one when
/// it builds again for another reason. A package from a registry or a vendor folder is never checked: it knows nothing
/// of the application's vault.
///
/// What is compiled in is the vault's id, the environments, and the generations of the data keys; no
/// value, no path, and no sealed value unless `embed` asks for it. A library with nested fields holds
/// the names of the secrets that they could mean.
///
/// Inside of rust-analyzer nothing is checked: its `cargo check` shows what is missing.
#[proc_macro_attribute]
pub fn secrets(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::declare(Declares::Secrets, &options.into(), item.into()).into()
}

/// Declares settings: each field of the struct is one, and one that the vault does not have, or that is none of the
/// field's type, is a compile error.
///
/// ```ignore
/// #[strongroom::settings]
/// #[derive(Debug, Clone)]
/// struct Settings {
///     /// how often a request is tried again
///     max_retries: u32,
///     /// after what time it is given up
///     request_timeout: Duration,
///     /// where the shop is
///     public_url: Option<String>,
///     #[setting(name = "log/level", default = "info")]
///     log_level: String,
/// }
///
/// fn main() -> Result<(), strongroom::LoadError> {
///     let settings = Settings::load()?;
///     connect(settings.max_retries, settings.request_timeout);
///     Ok(())
/// }
/// ```
///
/// A setting is no secret: it stands plain in the vault, under `[settings]`, for an environment, its type or by default. No
/// key is needed, and no seal covers it.
///
/// # Fields
///
/// A field's name is the name of its setting, in any spelling; `#[setting(name = "…")]` names another one. With
/// `#[setting(default = "…")]` it is that where the vault has nothing. A field is a `String`, a `PathBuf`, a `bool`, a
/// `char`, a number, a `Duration` (`250ms`, `30s`, `1h30m`), a `Vec` of those (elements with commas between), or any type that
/// implements `FromSetting`; in an `Option` it may be missing. Fields under `#[cfg(…)]` count where they exist.
///
/// # What the struct gets
///
/// `load()`, `load_async()`, `get()` and `from_values(…)`, with the feature `watch` also `watch()`, and for tests `scope(…)` and
/// `scope_async(…)`: as visible as the struct. It is an ordinary struct otherwise, and derives what you like.
///
/// # Options
///
/// `vault = "…"`, `any_vault` and `crate = …`, as for [`secrets`](macro@secrets).
///
/// # The build check
///
/// As that of [`secrets`](macro@secrets): the same vault, environments and variables. Beside what is missing it reports each value
/// that does not fit the field's type, where that is one of those above. It knows them by their names: a type of your own that is
/// called like one is written with its path, as in `crate::Duration`.
#[proc_macro_attribute]
pub fn settings(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::declare(Declares::Settings, &options.into(), item.into()).into()
}

/// What `#[secrets]` adds to a struct; not for use by hand.
#[doc(hidden)]
#[proc_macro_derive(Declaration, attributes(secret, strongroom))]
pub fn declaration(item: TokenStream) -> TokenStream {
    derive(Declares::Secrets, item)
}

/// What `#[settings]` adds to a struct; not for use by hand.
#[doc(hidden)]
#[proc_macro_derive(SettingsDeclaration, attributes(setting, strongroom))]
pub fn settings_declaration(item: TokenStream) -> TokenStream {
    derive(Declares::Settings, item)
}

fn derive(declares: Declares, item: TokenStream) -> TokenStream {
    let item = match syn::parse(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error().into(),
    };
    let mut errors = Errors::default();
    let input = Input::read(item, declares, &mut errors);
    let checked = check::check(&input, &ThisBuild::of_this_build());
    expand::expand(&input, &checked, errors).into()
}
