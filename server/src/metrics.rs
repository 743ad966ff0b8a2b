//! Numbers for an operator, as Prometheus reads them: names of stores and outcomes, never of secrets.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    over_http: Counter,
    over_grpc: Counter,
    requests: Family<Request, Counter>,
    seconds: Family<Store, Histogram>,
    applications: Family<Outcome, Counter>,
    /// Connections that are open.
    pub(crate) connections: Gauge,
    /// Connections that were refused because there were too many.
    pub(crate) refused: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    store: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Over {
    protocol: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Store {
    store: String,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("strongroom");
        let all = Family::<Over, Counter>::default();
        registry.register("requests", "Requests of every kind, by protocol", all.clone());
        let over = |protocol| all.get_or_create(&Over { protocol }).clone();
        let (over_http, over_grpc) = (over("http"), over("grpc"));
        let requests = Family::<Request, Counter>::default();
        registry.register(
            "secret_requests",
            "Requests for secrets, by store and by what came of them",
            requests.clone(),
        );
        let seconds = Family::<Store, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
        registry.register(
            "secret_request_seconds",
            "How long requests for secrets took, in seconds",
            seconds.clone(),
        );
        let applications = Family::<Outcome, Counter>::default();
        registry.register(
            "application_requests",
            "Requests of applications by API key, by what came of them",
            applications.clone(),
        );
        let connections = Gauge::default();
        registry.register("connections", "Connections that are open", connections.clone());
        let refused = Counter::default();
        registry.register(
            "connections_refused",
            "Connections that were refused because there were too many",
            refused.clone(),
        );
        Self {
            registry,
            over_http,
            over_grpc,
            requests,
            seconds,
            applications,
            connections,
            refused,
        }
    }

    /// Counts a request of whatever kind.
    pub(crate) fn came<B>(&self, request: &http::Request<B>) {
        let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if kind.is_some_and(|kind| kind.starts_with(b"application/grpc")) {
            self.over_grpc.inc();
        } else {
            self.over_http.inc();
        }
    }

    /// Counts a request for a secret.
    pub(crate) fn asked(&self, store: &str, outcome: &'static str, took: Duration) {
        self.requests.get_or_create(&Request { store: store.to_owned(), outcome }).inc();
        self.seconds.get_or_create(&Store { store: store.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts a request by API key.
    pub(crate) fn asked_by_key(&self, outcome: &'static str) {
        self.applications.get_or_create(&Outcome { outcome }).inc();
    }

    /// All numbers as text.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// From what the vault needs to what a store far away needs, in seconds.
const BUCKETS: [f64; 8] = [0.0001, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0];
