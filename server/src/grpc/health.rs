//! Whether the server answers, as orchestrators ask it: no token is needed.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::DAPR;
use super::generated::grpc::health::v1::health_check_response::ServingStatus;
use super::generated::grpc::health::v1::health_server::Health;
use super::generated::grpc::health::v1::{HealthCheckRequest, HealthCheckResponse};
use crate::app::App;

/// Answers what `grpc.health.v1.Health` asks.
#[derive(Debug)]
pub(super) struct HealthApi {
    app: Arc<App>,
}

impl HealthApi {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app }
    }
}

#[tonic::async_trait]
impl Health for HealthApi {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let service = request.into_inner().service;
        if !service.is_empty() && service != DAPR {
            return Err(Status::not_found("there is no such service here"));
        }
        let is_well = self.app.is_ready() && self.app.state.trouble().is_none();
        let status = if is_well { ServingStatus::Serving } else { ServingStatus::NotServing };
        Ok(Response::new(HealthCheckResponse { status: status.into() }))
    }
}
