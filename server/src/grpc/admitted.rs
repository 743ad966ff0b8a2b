//! Whether a call is answered at all: its token is known.

use std::sync::Arc;

use tonic::metadata::MetadataValue;
use tonic::{Request, Status};

use crate::app::App;
use crate::callers::Caller;
use crate::state::Served;

/// A call from somebody who may ask, with what is served at this moment.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) served: Arc<Served>,
    caller: usize,
}

impl Admitted {
    /// Looks at the token of a call.
    pub(super) fn new<T>(app: &App, request: &Request<T>) -> Result<Self, Status> {
        let served = app.state.now();
        let token = request.metadata().get(TOKEN).map(MetadataValue::as_encoded_bytes);
        match (served.callers.of(token), token) {
            (Some(caller), _) => Ok(Self { served, caller }),
            (None, None) => Err(Status::unauthenticated("missing api token in request metadata")),
            (None, Some(_)) => {
                Err(Status::unauthenticated("authentication error: api token mismatch"))
            }
        }
    }

    pub(super) fn caller(&self) -> &Caller {
        self.served.callers.at(self.caller)
    }
}

/// Where a token is.
const TOKEN: &str = "dapr-api-token";
