//! The client that is logged in: made once for all who wait for it, and anew when the cluster no longer knows it.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use http::{Request, Response};
use kube::Client;
use kube::client::{AuthError, Body};
use kube::config::Config;
use rustls::crypto::{CryptoProvider, ring};
use strongroom_vault::{Shown, ShownPath};
use tokio::runtime::{Handle, Id};
use tokio::sync::watch;

use super::access::{self, Access};
use crate::failure::Failure;
use crate::unanswered;

/// A client, and what is to be known of it.
pub(super) struct Connection {
    client: Client,
    address: String,
    program: Option<String>,
    is_anonymous: bool,
    is_known: AtomicBool,
    made: Instant,
}

/// The one connection of a store.
#[derive(Debug)]
pub(super) struct Connections {
    access: Arc<Access>,
    state: Mutex<Option<Attempt>>,
}

/// A login, on its way or done. It goes on when who began it does not wait any longer: a program may ask its user.
#[derive(Debug)]
struct Attempt {
    /// A client's tasks live on the runtime that it was made on.
    runtime: Id,
    outcome: watch::Receiver<Option<Outcome>>,
}

type Outcome = Result<Arc<Connection>, (Failure, Instant)>;

impl Connections {
    pub(super) fn new(access: Access) -> Self {
        Self { access: Arc::new(access), state: Mutex::default() }
    }

    /// The connection that there is, or a new one.
    pub(super) async fn get(&self) -> Result<Arc<Connection>, Failure> {
        let mut outcome = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let here = Handle::current().id();
            let fits = |attempt: &&Attempt| attempt.runtime == here && attempt.is_good();
            if let Some(attempt) = state.as_ref().filter(fits) {
                attempt.outcome.clone()
            } else {
                let outcome = begin(Arc::clone(&self.access))?;
                *state = Some(Attempt { runtime: here, outcome: outcome.clone() });
                outcome
            }
        };
        let outcome = outcome.wait_for(Option::is_some).await;
        match outcome.ok().and_then(|outcome| outcome.clone()) {
            Some(Ok(connection)) => Ok(connection),
            Some(Err((failure, _))) => Err(failure),
            None => Err(Failure::unreachable("the login ended without a word")),
        }
    }

    /// Lets go of a connection that the cluster does not know, if another could do better; says whether.
    pub(super) fn forget(&self, connection: &Arc<Connection>) -> bool {
        if !connection.is_known() && connection.made.elapsed() < LOGIN_PAUSE {
            return false;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have been quicker.
        let is_this = state.as_ref().is_some_and(|attempt| match &*attempt.outcome.borrow() {
            Some(Ok(current)) => Arc::ptr_eq(current, connection),
            _ => false,
        });
        if is_this {
            *state = None;
        }
        true
    }
}

impl Attempt {
    fn is_good(&self) -> bool {
        match &*self.outcome.borrow() {
            Some(Ok(connection)) => connection.lasts(),
            // A program that failed is not run again for every secret.
            Some(Err((_, when))) => when.elapsed() < LOGIN_PAUSE,
            None => self.outcome.has_changed().is_ok(),
        }
    }
}

/// Logs in on a thread of its own: it reads files and may run a program, and nothing waits for that when a program ends.
fn begin(access: Arc<Access>) -> Result<watch::Receiver<Option<Outcome>>, Failure> {
    let (tell, outcome) = watch::channel(None);
    let runtime = Handle::current();
    let login = move || {
        let _guard = runtime.enter();
        let made = access.config().and_then(Connection::new);
        let _ = tell.send(Some(made.map(Arc::new).map_err(|failure| (failure, Instant::now()))));
    };
    match thread::Builder::new().name("kubernetes login".to_owned()).spawn(login) {
        Ok(_) => Ok(outcome),
        Err(_) => Err(Failure::unreachable("there is no thread to log in on")),
    }
}

impl Connection {
    fn new(config: Config) -> Result<Self, Failure> {
        // `rustls` asks for one when more than one is built in; without it a client would panic then.
        if CryptoProvider::get_default().is_none() {
            let _ = ring::default_provider().install_default();
        }
        let address = config.cluster_url.authority().map(ToString::to_string).unwrap_or_default();
        let program = access::program(&config.auth_info).map(str::to_owned);
        let is_anonymous = access::is_anonymous(&config.auth_info);
        let client =
            Client::try_from(config).map_err(|error| of_login(&error, program.as_deref()))?;
        let (is_known, made) = (AtomicBool::new(false), Instant::now());
        Ok(Self { client, address, program, is_anonymous, is_known, made })
    }

    /// Sends one request.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Failure> {
        self.client.send(request).await.map_err(|error| self.unanswered(&error))
    }

    /// What kept a request from its answer, or an answer from its end.
    pub(super) fn unanswered(&self, error: &(dyn Error + 'static)) -> Failure {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<AuthError>() {
                return of_credentials(error, self.program.as_deref());
            }
            next = error.source();
        }
        unanswered::failure(&self.address, error)
    }

    /// Where the cluster is: host and port.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The namespace of the service account or of the kubeconfig's context.
    pub(super) fn namespace(&self) -> &str {
        self.client.default_namespace()
    }

    /// Whether nobody is named who asks.
    pub(super) fn is_anonymous(&self) -> bool {
        self.is_anonymous
    }

    /// Remembers that the cluster knows who asks.
    pub(super) fn is_now_known(&self) {
        self.is_known.store(true, Ordering::Relaxed);
    }

    fn is_known(&self) -> bool {
        self.is_known.load(Ordering::Relaxed)
    }

    /// Whether it has no certificate that ends.
    fn lasts(&self) -> bool {
        let now = std::time::SystemTime::now();
        self.client.valid_until().is_none_or(|until| std::time::SystemTime::from(until) > now)
    }
}

fn of_login(error: &kube::Error, program: Option<&str>) -> Failure {
    match error {
        kube::Error::Auth(error) => of_credentials(error, program),
        kube::Error::RustlsTls(_) => {
            Failure::denied("the certificates or the key of the kubeconfig cannot be used")
        }
        kube::Error::ProxyProtocolUnsupported { .. } => Failure::unreachable(
            "the proxy of the kubeconfig or of `HTTPS_PROXY` is none of `http`, `https`, `socks5`",
        )
        .lasting(),
        _ => Failure::unreachable("the kubeconfig cannot be used").lasting(),
    }
}

/// What is wrong with credentials. What a program printed is not told: it is a token, or looks like one.
fn of_credentials(error: &AuthError, program: Option<&str>) -> Failure {
    let program = match program {
        Some(program) => format!("the kubeconfig's program `{}`", Shown(program)),
        None => "the kubeconfig's program".to_owned(),
    };
    Failure::denied(match error {
        AuthError::InvalidBearerToken(_) | AuthError::InvalidBasicAuth(_) => {
            access::NO_TOKEN.to_owned()
        }
        AuthError::ReadTokenFile(error, path) => {
            format!("cannot read the token's file `{}`: {}", ShownPath(path), error.kind())
        }
        AuthError::AuthExecStart(error) => format!("{program} does not start: {}", error.kind()),
        AuthError::AuthExecRun { out, .. } => format!("{program} ended with {}", out.status),
        AuthError::ExecPluginFailed
        | AuthError::AuthExecParse(_)
        | AuthError::MalformedTokenExpirationDate(_)
        | AuthError::ParseTokenKey(_)
        | AuthError::UnrefreshableTokenResponse => format!("{program} printed no credentials"),
        AuthError::MissingCommand => "the kubeconfig's `exec` names no program".to_owned(),
        _ => "the credentials of the kubeconfig are of a sort that is not supported".to_owned(),
    })
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("address", &self.address).finish_non_exhaustive()
    }
}

/// How long a login that failed, or whose credentials nobody knows, is not tried again.
const LOGIN_PAUSE: Duration = Duration::from_secs(2);
