//! How changes are followed: how often stores are asked, and who is told of a bad change.

use std::sync::Arc;
use std::time::Duration;

use crate::declared::Kind;
use crate::report::LoadError;

/// What a loader says of following changes.
#[derive(Clone)]
pub(crate) struct Following {
    /// How often what cannot tell by itself is asked.
    pub(crate) every: Duration,
    /// Whether `SIGHUP` asks for a load.
    pub(crate) hangup: bool,
    pub(crate) told: Option<Arc<Told>>,
    /// Who is told that all is well again.
    pub(crate) recovered: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// Who is told of a bad change.
type Told = dyn Fn(&LoadError) + Send + Sync;

impl Default for Following {
    fn default() -> Self {
        Self { every: MINUTE, hangup: false, told: None, recovered: None }
    }
}

impl Following {
    /// Tells of a bad change: whom the program named, else whoever reads its log.
    #[expect(clippy::print_stderr, reason = "the program named nobody, and silence would hide it")]
    pub(crate) fn report(&self, error: &LoadError, kind: Kind) {
        match &self.told {
            Some(told) => told(error),
            None => eprintln!("strongroom: the {} stay as they were: {error}", kind.plural()),
        }
    }

    /// Tells that a load is good again. Whoever named somebody for bad changes alone has a log of their own.
    #[expect(clippy::print_stderr, reason = "the bad change was told there as well")]
    pub(crate) fn report_recovery(&self) {
        match (&self.recovered, &self.told) {
            (Some(recovered), _) => recovered(),
            (None, Some(_)) => {}
            (None, None) => eprintln!("strongroom: the secrets can be loaded again"),
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
