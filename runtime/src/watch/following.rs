//! How changes are followed: how often stores are asked, and who is told of a bad change.

use std::sync::Arc;
use std::time::Duration;

use crate::report::LoadError;

/// What a loader says of following changes.
#[derive(Clone)]
pub(crate) struct Following {
    /// How often what cannot tell by itself is asked.
    pub(crate) every: Duration,
    /// Whether `SIGHUP` asks for a load.
    pub(crate) hangup: bool,
    pub(crate) told: Option<Arc<Told>>,
}

/// Who is told of a bad change.
type Told = dyn Fn(&LoadError) + Send + Sync;

impl Default for Following {
    fn default() -> Self {
        Self { every: MINUTE, hangup: false, told: None }
    }
}

impl Following {
    /// Tells of a bad change: whom the program named, else whoever reads its log.
    #[expect(clippy::print_stderr, reason = "the program named nobody, and silence would hide it")]
    pub(crate) fn report(&self, error: &LoadError) {
        match &self.told {
            Some(told) => told(error),
            None => eprintln!("strongroom: the secrets stay as they were: {error}"),
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
