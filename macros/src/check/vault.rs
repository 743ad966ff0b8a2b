//! Which vault a build checks against, and reading it.

use std::path::{Path, PathBuf};

use proc_macro2::Span;
use strongroom_vault::{FILE_NAME, FileError, VAULT_VARIABLE, VaultFile, find_upwards};
use syn::LitStr;

use super::Finding;
use crate::input::Input;
use crate::this_build::{BUILD_CHECK_VARIABLE, Strictness, ThisBuild};

/// Where the vault is, who says so, and where faults of it are shown.
pub(super) struct Place {
    path: PathBuf,
    at: Span,
    named_by_variable: bool,
    hides_paths: bool,
}

/// Finds the vault: that of `#[secrets(vault = "…")]`, else that of `STRONGROOM_VAULT`, else the
/// nearest one from the package's folder upwards.
pub(super) fn locate(input: &Input, build: &ThisBuild) -> Result<Place, Finding> {
    let at = input.item.ident.span();
    // The compiler keeps its warnings in the incremental cache, where no path may be.
    let hides_paths = build.strictness == Strictness::Warn;
    let place = |path: PathBuf, at, named_by_variable| {
        let path = std::path::absolute(&path).unwrap_or(path);
        Ok(Place { path, at, named_by_variable, hides_paths })
    };
    let package = build.package.as_deref();
    if let Some(literal) = &input.options.vault {
        let path = path_in_source(literal, package.unwrap_or(Path::new("")));
        return place(path, literal.span(), false);
    }
    if let Some(named) = &build.vault {
        return place(package.unwrap_or(Path::new("")).join(named), at, true);
    }
    let Some(package) = package else {
        let message = format!(
            "no package to look for a vault from: CARGO_MANIFEST_DIR is not set\n\
             build with cargo, or name the vault in {VAULT_VARIABLE}"
        );
        return Err(Finding { at, message });
    };
    match find_upwards(package) {
        Ok(path) => place(path, at, false),
        Err(none) => {
            let mut message = none.to_string();
            if hides_paths {
                message.truncate(message.find('\n').unwrap_or(message.len()));
            }
            message += "\nmake one with: strongroom init";
            if input.options.embed.is_none() {
                message += "\nbuild without one (a container stage, docs) with: ";
                message += BUILD_CHECK_VARIABLE;
                message += "=off";
            }
            Err(Finding { at, message })
        }
    }
}

/// A path that is relative to the source file. An editor gives no file: then to the manifest, or to
/// `src` beside it.
fn path_in_source(literal: &LitStr, package: &Path) -> PathBuf {
    let path = PathBuf::from(literal.value());
    // `unwrap` gives the compiler's own span, which every literal in a macro's input has. The one
    // around it knows files with the feature `span-locations` only: 0.3 CPU s of every first build.
    let span = Span::unwrap(literal.span());
    if let Some(folder) = span.local_file().as_deref().and_then(Path::parent) {
        return folder.join(path);
    }
    let (beside_manifest, in_source) = (package.join(&path), package.join("src").join(&path));
    if !beside_manifest.exists() && in_source.exists() { in_source } else { beside_manifest }
}

impl Place {
    /// Reads the file.
    pub(super) fn read(&self) -> Result<VaultFile, Finding> {
        VaultFile::read(&self.path).map_err(|error| self.fault(&error))
    }

    /// The path as the text of a literal.
    pub(super) fn literal(&self) -> Result<String, Finding> {
        self.path.to_str().map(str::to_owned).ok_or_else(|| Finding {
            at: self.at,
            message: "the path of the vault is not UTF-8, so cargo could not watch the file\n\
                      move it to a folder whose name is UTF-8"
                .to_owned(),
        })
    }

    /// A fault of the file, to be shown at whoever names it.
    pub(super) fn fault(&self, error: &FileError) -> Finding {
        let mut message = error.to_string();
        if self.hides_paths {
            message = message.replace(&self.path.display().to_string(), FILE_NAME);
        }
        if self.named_by_variable {
            message = format!("{message}\nnamed by: {VAULT_VARIABLE}");
        }
        Finding { at: self.at, message }
    }
}

#[cfg(test)]
mod tests {
    use strongroom_declared::{Declares, Errors};

    use super::*;

    fn locate_in(package: Option<&str>) -> Result<Place, String> {
        let item = syn::parse_str("struct Secrets {}").expect("a struct");
        let input = Input::read(item, Declares::Secrets, &mut Errors::default());
        let build = ThisBuild {
            package: package.map(PathBuf::from),
            vault: None,
            environment: "local".to_owned(),
            strictness: Strictness::Error,
            is_editor: false,
            unknown_strictness: None,
        };
        locate(&input, &build).map_err(|finding| finding.message)
    }

    #[test]
    fn without_cargo_nobody_says_where_the_package_is() {
        let message = locate_in(None).map(|_| ()).expect_err("no folder");
        assert_eq!(
            message,
            "no package to look for a vault from: CARGO_MANIFEST_DIR is not set\n\
             build with cargo, or name the vault in STRONGROOM_VAULT"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_no_literal_can_hold_is_an_error() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        let path = PathBuf::from(OsStr::from_bytes(b"/\xff/strongroom.toml"));
        let at = Span::call_site();
        let place = Place { path, at, named_by_variable: false, hides_paths: false };
        let message = place.literal().map_err(|finding| finding.message).expect_err("no literal");
        assert!(message.starts_with("the path of the vault is not UTF-8"), "{message}");
    }
}
