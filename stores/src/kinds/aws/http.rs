//! The HTTP client under the SDK: answers are bounded and wiped, plain HTTP stays on this machine, and no proxy sees it.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::http::Uri;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use strongroom_vault::has_key_text;
use tokio::runtime::{Handle, Id};

use crate::failure::Failure;
use crate::loopback;
use crate::parts::{Parts, TooLong};
use crate::unanswered;

/// The HTTP client of one account.
pub(super) struct Http {
    trusted: TlsContext,
    made: Arc<Mutex<Made>>,
}

/// The connections that there are. Their tasks live on the runtime that they were made on, so another one begins anew.
#[derive(Default)]
struct Made {
    runtime: Option<Id>,
    connectors: HashMap<Way, SharedHttpConnector>,
}

/// What one connector is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Way {
    is_near: bool,
    connect: Option<Duration>,
    read: Option<Duration>,
}

/// One request that is about to be sent.
struct Outgoing {
    trusted: TlsContext,
    made: Arc<Mutex<Made>>,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

/// Why there is no answer, in our own words, among the errors of the SDK.
#[derive(Debug)]
pub(super) struct Unanswered(pub(super) Failure);

impl Http {
    pub(super) fn new(trusted: TlsContext) -> Self {
        Self { trusted, made: Arc::default() }
    }
}

impl HttpClient for Http {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Outgoing {
            trusted: self.trusted.clone(),
            made: Arc::clone(&self.made),
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

impl HttpConnector for Outgoing {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let place = match Place::of(request.uri()) {
            Ok(_) if has_key(&request) => Err(of_ours("what should prove who asks")),
            place => place,
        };
        let place = match place {
            Ok(place) => place,
            Err(failure) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(
                    Unanswered(failure),
                ))));
            }
        };
        let answer = self.connector(place.is_near).call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(|error| place.told(&error))?;
            place
                .bounded(answer)
                .await
                .map_err(|failure| ConnectorError::other(Box::new(Unanswered(failure)), None))
        })
    }
}

impl Outgoing {
    /// The connector that there is for such requests on this runtime, or a new one.
    fn connector(&self, is_near: bool) -> SharedHttpConnector {
        let settings = &self.settings;
        let way =
            Way { is_near, connect: settings.connect_timeout(), read: settings.read_timeout() };
        let here = Handle::try_current().ok().map(|handle| handle.id());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.runtime != here {
            *made = Made { runtime: here, connectors: HashMap::new() };
        }
        let connector = made.connectors.entry(way).or_insert_with(|| {
            let proxies = if is_near { ProxyConfig::disabled() } else { ProxyConfig::from_env() };
            let mut builder = Connector::builder()
                .connector_settings(settings.clone())
                .proxy_config(proxies)
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(self.trusted.clone());
            builder.set_sleep_impl(self.components.sleep_impl());
            SharedHttpConnector::new(builder.build())
        });
        connector.clone()
    }
}

/// Where a request goes.
struct Place {
    /// Scheme, host and port: for messages.
    address: String,
    /// It stays on this machine, or with what the machine or the container runs on.
    is_near: bool,
    is_of_aws: bool,
}

impl Place {
    fn of(uri: &str) -> Result<Self, Failure> {
        let unfit = |why: String| Failure::unreachable(why).lasting();
        let uri: Uri = uri.parse().map_err(|_| unfit("its address is none".to_owned()))?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(unfit("its address is none".to_owned()));
        };
        let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        let address = format!("{scheme}://{host}{port}");
        let is_near = loopback::is_host(host) || is_metadata(host);
        if scheme != "https" && !is_near {
            return Err(unfit(format!(
                "`{address}` is another machine, and without TLS what is sent could be read on the way: use `https://`"
            )));
        }
        let is_of_aws = OF_AWS.iter().any(|end| host.ends_with(end));
        Ok(Self { address, is_near, is_of_aws })
    }

    /// Why no answer came, in our own words.
    fn told(&self, error: &ConnectorError) -> ConnectorError {
        let failure = if error.is_timeout() {
            Failure::unreachable(format!("`{}` takes too long", self.address))
        } else {
            unanswered::failure(&self.address, error)
        };
        let is_unknown = failure.detail().starts_with("no address is known");
        let failure = if is_unknown && self.is_of_aws {
            Failure::unreachable(format!(
                "{}: is there such a region, and does it have this service?",
                failure.detail()
            ))
        } else {
            failure
        };
        let told = Box::new(Unanswered(failure));
        // Whoever looks for credentials goes on elsewhere after some of these.
        if error.is_timeout() {
            ConnectorError::timeout(told)
        } else if error.is_io() {
            ConnectorError::io(told)
        } else {
            ConnectorError::other(told, error.as_other())
        }
    }

    /// The answer with all of its body, in one piece that wipes itself.
    async fn bounded(&self, answer: HttpResponse) -> Result<HttpResponse, Failure> {
        let strange = || Failure::unreachable(format!("`{}` does not speak HTTP", self.address));
        let (head, mut body) = answer.try_into_http1x().map_err(|_| strange())?.into_parts();
        let mut parts = Parts::up_to(ANSWER_BYTES);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| unanswered::failure(&self.address, &*error))?;
            let Ok(part) = frame.into_data() else { continue };
            parts.add(part).map_err(|TooLong| {
                Failure::invalid(format!("the answer has more than {ANSWER_BYTES} bytes"))
            })?;
        }
        // A body that is no plain memory is one that the SDK does not show in what it logs.
        let body = SdkBody::from_body_1_x(Full::new(Bytes::from_owner(parts.join())));
        HttpResponse::try_from(::http::Response::from_parts(head, body)).map_err(|_| strange())
    }
}

/// Whether a key of ours is about to be sent as if it were a token. The SDK reads files of tokens by itself, and anew where
/// they rotate.
fn has_key(request: &HttpRequest) -> bool {
    let mut headers = request.headers().iter();
    // A request with an action is one of ours: what it carries is a value, and that may be a key.
    let is_of_login = request.headers().get("x-amz-target").is_none();
    headers.any(|(_, text)| has_key_text(text.as_bytes()))
        || has_key_text(request.uri().as_bytes())
        || is_of_login && request.body().bytes().is_some_and(has_key_text)
}

/// Refuses what would send a key of ours.
pub(super) fn of_ours(what: &str) -> Failure {
    Failure::denied(format!(
        "{what} leads to a key of Strongroom, of which nothing goes to a server"
    ))
}

/// Whether a host is one of the addresses at which machines and containers of AWS find their credentials.
fn is_metadata(host: &str) -> bool {
    match loopback::address(host) {
        Some(std::net::IpAddr::V4(address)) => address.is_link_local(),
        Some(std::net::IpAddr::V6(address)) => address.segments()[..2] == [0xfd00, 0x0ec2],
        None => false,
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Unanswered {}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").finish_non_exhaustive()
    }
}

/// The longest answer: twenty secrets of Secrets Manager, each byte of them written as JSON writes control characters.
const ANSWER_BYTES: usize = 8 << 20;
/// What the addresses of AWS end with.
const OF_AWS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];
