//! What this build says: the package, the variables, and how strict the check is.

use std::env;
use std::path::PathBuf;

use strongroom_vault::{ENVIRONMENT_VARIABLE, EnvironmentType, VAULT_VARIABLE};

/// The variable that softens the build check or turns it off.
pub(crate) const BUILD_CHECK_VARIABLE: &str = "STRONGROOM_BUILD_CHECK";

/// The variables that decide what a build checks; a change of one must rebuild.
pub(crate) const WATCHED_VARIABLES: [&str; 3] =
    [ENVIRONMENT_VARIABLE, VAULT_VARIABLE, BUILD_CHECK_VARIABLE];

/// What the build says, read anew for each struct: an editor's macro server outlives many builds.
pub(crate) struct ThisBuild {
    /// The folder of the package's manifest.
    pub(crate) package: Option<PathBuf>,
    /// The vault that `STRONGROOM_VAULT` names.
    pub(crate) vault: Option<PathBuf>,
    /// The environment that `STRONGROOM_ENV` names, or `local`.
    pub(crate) environment: String,
    /// What to do with what is found.
    pub(crate) strictness: Strictness,
    /// Whether an editor expands, not a build.
    pub(crate) is_editor: bool,
    /// The word in `STRONGROOM_BUILD_CHECK`, if it means nothing.
    pub(crate) unknown_strictness: Option<String>,
}

/// What becomes of the build check's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    Error,
    Warn,
    Off,
}

impl ThisBuild {
    pub(crate) fn of_this_build() -> Self {
        let word = |name| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let path = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let strictness = word(BUILD_CHECK_VARIABLE).unwrap_or_default();
        let (strictness, unknown_strictness) = match strictness.as_str() {
            "error" | "" => (Strictness::Error, None),
            "warn" => (Strictness::Warn, None),
            "off" => (Strictness::Off, None),
            _ => (Strictness::Error, Some(strictness)),
        };
        Self {
            package: path("CARGO_MANIFEST_DIR"),
            vault: path(VAULT_VARIABLE),
            environment: word(ENVIRONMENT_VARIABLE)
                .unwrap_or_else(|| EnvironmentType::Local.as_str().to_owned()),
            strictness,
            is_editor: is_editor(),
            unknown_strictness,
        }
    }

    /// Whether the package is somebody else's copy, unpacked from a registry or vendored: it has no
    /// say about, and nothing to ask of, the vault of the application that it is built for.
    pub(crate) fn is_foreign(&self) -> bool {
        let marks = [".cargo-ok", "Cargo.toml.orig", ".cargo-checksum.json"];
        self.package
            .as_ref()
            .is_some_and(|folder| marks.iter().any(|mark| folder.join(mark).exists()))
    }
}

/// Whether rust-analyzer's own server runs this macro. It keeps what it expanded until the source
/// changes, so that what is said of the vault there would stand beside what its `cargo check` says
/// of it, and would stay when that is long mended.
fn is_editor() -> bool {
    let program = env::current_exe().unwrap_or_default();
    program.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rust-analyzer"))
}
