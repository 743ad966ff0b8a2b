//! Dapr's API over gRPC. Connections are accepted as for HTTP; what comes in is led to its service here.

mod admitted;
mod component;
mod dapr;
#[expect(
    clippy::allow_attributes,
    clippy::pedantic,
    unreachable_pub,
    reason = "it is as its generator makes it"
)]
#[rustfmt::skip]
mod generated;
mod health;
mod status;
mod updates;
mod wiped;

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use tonic::server::NamedService;
use tonic::{Status, body};
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use self::component::Component;
use self::dapr::DaprApi;
use self::generated::DESCRIPTORS;
use self::generated::dapr::proto::components::v1::secret_store_server::{
    SERVICE_NAME as COMPONENT, SecretStoreServer,
};
use self::generated::dapr::proto::runtime::v1::dapr_server::{DaprServer, SERVICE_NAME as DAPR};
use self::generated::grpc::health::v1::health_server::{HealthServer, SERVICE_NAME as HEALTH};
use self::health::HealthApi;
use crate::app::App;

/// What Dapr's clients ask.
pub(crate) fn dapr(app: Arc<App>) -> Grpc<DaprServer<DaprApi>> {
    let health = HealthServer::new(HealthApi::new(Arc::clone(&app)));
    let main = DaprServer::new(DaprApi::new(app)).max_decoding_message_size(LONGEST);
    let mut others = reflection(&[DAPR, HEALTH]);
    others.push(named(health));
    Grpc { main, others: others.into() }
}

/// What daprd asks of a component.
pub(crate) fn component(app: Arc<App>) -> Grpc<SecretStoreServer<Component>> {
    let main = SecretStoreServer::new(Component::new(app)).max_decoding_message_size(LONGEST);
    // daprd looks there for what it may ask.
    Grpc { main, others: reflection(&[COMPONENT]).into() }
}

/// One service that is asked often, and some beside it.
#[derive(Debug, Clone)]
pub(crate) struct Grpc<S> {
    main: S,
    others: Arc<[(&'static str, Other)]>,
}

type Other = BoxCloneSyncService<Request<Incoming>, Response<body::Body>, Infallible>;

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl<S, F> Service<Request<Incoming>> for Grpc<S>
where
    S: Service<Request<Incoming>, Response = Response<body::Body>, Error = Infallible, Future = F>
        + NamedService,
    F: Future<Output = Result<Response<body::Body>, Infallible>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // None of the services ever waits here.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Answer {
        if let Some(refused) = refused(&request) {
            return Box::pin(ready(Ok(refused)));
        }
        let path = request.uri().path();
        let name = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let name = name.map_or("", |(name, _)| name);
        if name == S::NAME {
            return answer(self.main.call(request));
        }
        if let Some((_, service)) = self.others.iter().find(|(other, _)| *other == name) {
            return answer(service.clone().oneshot(request));
        }
        let unknown = Status::unimplemented("there is no such service here");
        Box::pin(ready(Ok(unknown.into_http())))
    }
}

fn answer(
    future: impl Future<Output = Result<Response<body::Body>, Infallible>> + Send + 'static,
) -> Answer {
    Box::pin(async move { future.await.map(|response| response.map(Body::new)) })
}

/// Refuses what a page in a browser could send: that is HTTP/1 as long as nothing is encrypted, or has another type of content.
fn refused(request: &Request<Incoming>) -> Option<Response<Body>> {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let status = if request.version() != Version::HTTP_2 {
        StatusCode::HTTP_VERSION_NOT_SUPPORTED
    } else if !kind.is_some_and(|kind| kind.starts_with(b"application/grpc")) {
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    } else {
        return None;
    };
    let mut response = Response::new(Body::from("this port speaks gRPC\n"));
    *response.status_mut() = status;
    Some(response)
}

/// Tells clients which services there are, in both versions that clients speak.
fn reflection(services: &[&'static str]) -> Vec<(&'static str, Other)> {
    use tonic_reflection::server::Builder;
    let builder = || {
        let builder = Builder::configure().register_encoded_file_descriptor_set(DESCRIPTORS);
        services.iter().fold(builder, |builder, name| builder.with_service_name(*name))
    };
    let mut all = Vec::new();
    if let (Ok(new), Ok(old)) = (builder().build_v1(), builder().build_v1alpha()) {
        all.push(named(new));
        all.push(named(old));
    }
    all
}

fn named<S>(service: S) -> (&'static str, Other)
where
    S: Service<Request<Incoming>, Response = Response<body::Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    (S::NAME, BoxCloneSyncService::new(service))
}

/// The longest message that a client may send, in bytes.
const LONGEST: usize = 1024 * 1024;
