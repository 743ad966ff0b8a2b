//! Accepts connections and serves them: so many at a time, each request within a time, and to their end when the server ends.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use super::bound::Bound;
use super::patience::{Doing, IDLE, Patient};
use super::tls::Tls;
use crate::app::App;

/// When to stop: a word that every listener waits for.
pub(crate) type Ends = watch::Receiver<bool>;

/// Serves a socket until the server ends, and what was begun to its end.
pub(crate) async fn serve<S, F>(
    bound: Bound,
    service: S,
    app: Arc<App>,
    room: Arc<Semaphore>,
    mut ends: Ends,
) where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future = F>
        + Clone
        + Send
        + 'static,
    F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    let refusing = Arc::new(Semaphore::new(REFUSING));
    let tls = if bound.is_socket_file() { None } else { app.tls.clone() };
    loop {
        let accepted = tokio::select! {
            _ = ends.wait_for(|ends| *ends) => break,
            accepted = accept(&bound) => accepted,
        };
        let stream = match accepted {
            Ok(stream) => stream,
            Err(error) if is_of_client(&error) => continue,
            Err(error) => {
                // No file descriptor is left, for example: those that are open go on.
                tracing::warn!(%error, "no connection can be accepted");
                sleep(PAUSE).await;
                continue;
            }
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            app.metrics.refused.inc();
            // Where even saying so to everybody would be too much, the others are cut without a word.
            if let Ok(permit) = Arc::clone(&refusing).try_acquire_owned() {
                tokio::spawn(refuse(stream, tls.clone(), permit));
            }
            continue;
        };
        let open = Open::new(&app, permit);
        tokio::spawn(speak(stream, tls.clone(), service.clone(), open, graceful.watcher()));
    }
    // Nobody new gets in; the file of a socket goes.
    drop(bound);
    if timeout(LAST, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections that were still open after {} s are cut", LAST.as_secs());
    }
}

/// Speaks HTTP with a client until one of both has enough.
async fn speak<S, F>(
    stream: Box<dyn Stream>,
    tls: Option<Arc<Tls>>,
    service: S,
    open: Open,
    graceful: Watcher,
) where
    S: tower::Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future = F>
        + Clone
        + Send
        + 'static,
    F: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    let stream = match tls {
        None => stream,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => Box::new(stream),
            Err(error) => {
                tracing::debug!(%error, "a client does not speak TLS as it must");
                return;
            }
        },
    };
    let doing = Arc::new(Doing::default());
    let stream = Patient::new(stream, Arc::clone(&doing));
    let metrics = Arc::clone(&open.app);
    let service = service_fn(move |request: Request<Incoming>| {
        let under_way = doing.begin();
        metrics.metrics.came(&request);
        let answer = service.clone().oneshot(request);
        async move {
            let answer = answer.await;
            drop(under_way);
            answer
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().header_read_timeout(None).max_buf_size(LONGEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(LONGEST_HEADERS)
        .keep_alive_interval(Some(IDLE))
        .keep_alive_timeout(PROBE);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // A client that breaks off is no news.
    if let Err(error) = graceful.watch(connection.into_owned()).await {
        tracing::debug!(%error, "a connection broke");
    }
    drop(open);
}

/// A stream, of whatever kind of socket.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn accept(bound: &Bound) -> io::Result<Box<dyn Stream>> {
    match bound {
        Bound::Tcp(listener) => {
            let (stream, _) = listener.accept().await?;
            let _ = stream.set_nodelay(true);
            Ok(Box::new(stream))
        }
        #[cfg(unix)]
        Bound::Unix(listener, _) => {
            let (stream, _) = listener.accept().await?;
            Ok(Box::new(stream))
        }
    }
}

/// Whether a client went away before it was accepted.
fn is_of_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Says that there are too many connections.
async fn refuse(mut stream: Box<dyn Stream>, tls: Option<Arc<Tls>>, _permit: OwnedSemaphorePermit) {
    let answer = async {
        if let Some(tls) = tls {
            stream = Box::new(tls.accept(stream).await?);
        }
        stream.write_all(TOO_MANY).await?;
        stream.shutdown().await?;
        // What was sent is read, or the system would take the answer back.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = timeout(Duration::from_secs(1), answer).await;
}

/// A connection that is open, and counted.
struct Open {
    app: Arc<App>,
    _permit: OwnedSemaphorePermit,
}

impl Open {
    fn new(app: &Arc<App>, permit: OwnedSemaphorePermit) -> Self {
        app.metrics.connections.inc();
        Self { app: Arc::clone(app), _permit: permit }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.app.metrics.connections.dec();
    }
}

const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How long a client over HTTP/2 may take to say that it is still there.
const PROBE: Duration = Duration::from_secs(20);

/// How many clients are told at a time that there are too many.
const REFUSING: usize = 256;

/// How long requests may go on when the server ends.
const LAST: Duration = Duration::from_secs(25);

/// How long no connection is accepted after the system could not.
const PAUSE: Duration = Duration::from_millis(50);

/// The longest head of a request over HTTP/1, in bytes.
const LONGEST_HEAD: usize = 128 * 1024;

/// The longest headers of a request over HTTP/2, in bytes.
const LONGEST_HEADERS: u32 = 128 * 1024;

/// How many requests a client over HTTP/2 may have under way on one connection.
const STREAMS: u32 = 256;
