//! A server: bound, and then run until somebody ends it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::access::Access;
use crate::app::App;
use crate::contents::Source;
use crate::following::{self, follow};
use crate::grpc;
use crate::http;
use crate::listen::{Address, BindError, Bound, Tls, TlsError, TlsFiles, serve};
use crate::state::State;

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its own name among Dapr's applications.
    pub app_id: String,
    /// Where the application listens on this machine, which is told of changed settings.
    pub app_port: Option<u16>,
    /// Where it speaks HTTP.
    pub http: Vec<Address>,
    /// What is spoken at addresses; without it the server listens at this machine's own only.
    pub tls: Option<TlsFiles>,
    /// Where it speaks gRPC.
    pub grpc: Vec<Address>,
    /// The sockets at which it is a component of daprd.
    pub component: Vec<Address>,
    /// Where accesses are recorded; nowhere by default.
    pub access_log: Option<PathBuf>,
    /// How many connections it has at a time at most.
    pub most_connections: usize,
}

/// A server that is bound and not running yet.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    http: Vec<Bound>,
    grpc: Vec<Bound>,
    component: Vec<Bound>,
    room: Arc<Semaphore>,
    writer: Option<JoinHandle<()>>,
    again: following::Asked,
}

/// Makes a running server read everything again.
#[derive(Debug, Clone)]
pub struct Again {
    app: Arc<App>,
    asks: following::Asks,
}

/// Why a server does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// What it is to serve cannot be read.
    Source(String),
    /// It cannot listen.
    Bind(BindError),
    /// Others could read along.
    Plain(Address),
    /// TLS cannot be spoken.
    Tls(TlsError),
    /// The access record cannot be opened.
    Access(PathBuf, std::io::Error),
}

impl Server {
    /// Reads what is served, and binds every address; must be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// What is to be served cannot be read, or an address is taken.
    pub async fn bind(source: Arc<dyn Source>, config: Config) -> Result<Self, StartError> {
        if config.tls.is_none()
            && let Some(far) =
                config.http.iter().chain(&config.grpc).find(|address| !address.is_near())
        {
            return Err(StartError::Plain(far.clone()));
        }
        let tls = config.tls.map(Tls::read).transpose().map_err(StartError::Tls)?.map(Arc::new);
        let (access, writer) = match &config.access_log {
            None => (Access::default(), None),
            Some(path) => {
                let opened = Access::to_file(path);
                let (access, writer) =
                    opened.map_err(|error| StartError::Access(path.clone(), error))?;
                (access, Some(writer))
            }
        };
        let read = tokio::task::spawn_blocking(move || State::new(source)).await;
        let state = read
            .unwrap_or_else(|_| Err("reading failed in an unexpected way".to_owned()))
            .map_err(StartError::Source)?;
        let is_near = config.http.iter().all(Address::is_near);
        let app = App::new(config.app_id, config.app_port, is_near, tls, state, access);
        let http = bound(&config.http).await?;
        let grpc = bound(&config.grpc).await?;
        let component = bound(&config.component).await?;
        let room = Arc::new(Semaphore::new(config.most_connections));
        Ok(Self { app, http, grpc, component, room, writer, again: following::Asked::default() })
    }

    /// Where it speaks HTTP, with the ports that the system chose.
    pub fn http_addresses(&self) -> impl Iterator<Item = Address> {
        self.http.iter().filter_map(|bound| bound.address().ok())
    }

    /// Where it speaks gRPC, with the ports that the system chose.
    pub fn grpc_addresses(&self) -> impl Iterator<Item = Address> {
        self.grpc.iter().filter_map(|bound| bound.address().ok())
    }

    /// Makes a running server read everything again when it is told.
    #[must_use]
    pub fn reads_again(&self) -> Again {
        Again { app: Arc::clone(&self.app), asks: self.again.asks() }
    }

    /// Serves until the future ends, and what was begun to its end.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let (ending, ends) = watch::channel(false);
        let following = tokio::spawn(follow(Arc::clone(&self.app), self.again));
        let mut listeners = JoinSet::new();
        for bound in self.http {
            let service = http::service(Arc::clone(&self.app));
            let (app, room) = (Arc::clone(&self.app), Arc::clone(&self.room));
            listeners.spawn(serve(bound, service, app, room, ends.clone()));
        }
        for bound in self.grpc {
            let service = grpc::dapr(Arc::clone(&self.app));
            let (app, room) = (Arc::clone(&self.app), Arc::clone(&self.room));
            listeners.spawn(serve(bound, service, app, room, ends.clone()));
        }
        for bound in self.component {
            let service = grpc::component(Arc::clone(&self.app));
            let (app, room) = (Arc::clone(&self.app), Arc::clone(&self.room));
            listeners.spawn(serve(bound, service, app, room, ends.clone()));
        }
        end.await;
        self.app.end();
        let _ = ending.send(true);
        while listeners.join_next().await.is_some() {}
        following.abort();
        let _ = following.await;
        // The last sender of lines goes with it, and what writes them ends.
        drop(self.app);
        if let Some(writer) = self.writer {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
    }
}

impl Again {
    /// Has everything read again; returns when that is done.
    ///
    /// # Errors
    ///
    /// Why it could not be read: what was read before is served on.
    pub async fn read(&mut self) -> Result<(), String> {
        self.asks.ask().await;
        self.app.state.trouble().map_or(Ok(()), Err)
    }
}

async fn bound(addresses: &[Address]) -> Result<Vec<Bound>, StartError> {
    let mut all = Vec::with_capacity(addresses.len());
    for address in addresses {
        all.push(address.bind().await.map_err(StartError::Bind)?);
    }
    Ok(all)
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(why) => f.write_str(why),
            Self::Bind(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
            Self::Plain(address) => write!(
                f,
                "{address} is beyond this machine, and without TLS everybody on the way reads along\n\
                 give it a certificate: --tls-cert FILE --tls-key FILE\n\
                 or listen at this machine only: --listen 127.0.0.1"
            ),
            Self::Access(path, error) => {
                write!(f, "cannot write the access record {}: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for StartError {}
