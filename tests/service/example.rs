//! The example's folder, and its service as these tests run it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::server::Server;

/// The folder of the example.
pub(crate) fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::of(Path::new(env!("CARGO_BIN_EXE_service")))
            .with("STRONGROOM_VAULT", example().join("strongroom.toml"))
    }

    /// With the demo key.
    pub(crate) fn with_key() -> Self {
        Self::new().with("STRONGROOM_KEY_FILE", example().join("demo.key"))
    }
}

/// Says that something is skipped, past the harness, which keeps what a passing test prints.
pub(crate) fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "!!! SKIPPED: {what}");
}
