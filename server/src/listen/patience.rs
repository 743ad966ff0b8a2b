//! How long a client may keep the server waiting: long between requests, not long once one was begun.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// What a connection is doing, as whoever answers its requests tells it.
#[derive(Debug, Default)]
pub(super) struct Doing {
    begun: AtomicU64,
    under_way: AtomicUsize,
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Doing>);

/// A stream that breaks off where the client keeps it waiting for too long.
///
/// hyper's own limit for heads counts the time between two requests too, and nothing before the first byte: it can be short or
/// spare idle connections, and not both.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    doing: Arc<Doing>,
    /// How many requests had begun when the time was last looked at.
    known: u64,
    /// Something was read that is not yet a request.
    has_part: bool,
    /// How far what was read is the beginning of HTTP/2; none once it is not.
    preface: Option<usize>,
    /// Since when the client keeps the server waiting.
    since: Option<Instant>,
    /// Wakes at the limit or before.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Doing {
    /// A request is complete as far as its head, and is being answered.
    pub(super) fn begin(self: &Arc<Self>) -> UnderWay {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(self))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, doing: Arc<Doing>) -> Self {
        Self {
            stream,
            doing,
            known: 0,
            has_part: false,
            preface: Some(0),
            since: None,
            alarm: None,
        }
    }

    /// Something was read.
    fn has_read(&mut self, bytes: &[u8]) {
        if let Some(known) = self.preface.filter(|known| *known < PREFACE.len()) {
            let many = bytes.len().min(PREFACE.len() - known);
            self.preface = (bytes[..many] == PREFACE[known..known + many]).then_some(known + many);
        }
        if !self.has_part {
            self.has_part = true;
            self.since = None;
        }
    }

    /// HTTP/2 asks by itself whether the client is still there, and what comes is seldom a request.
    fn asks_itself(&self) -> bool {
        self.preface == Some(PREFACE.len())
    }

    /// The client has nothing for us: an error once that went on for too long.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let begun = self.doing.begun.load(Ordering::Relaxed);
        if begun != self.known {
            self.known = begun;
            self.has_part = false;
            self.since = None;
        }
        // The client waits for us.
        if self.asks_itself() || self.doing.under_way.load(Ordering::Relaxed) > 0 {
            self.since = None;
            return Poll::Pending;
        }
        self.wait_for(cx, if self.has_part { HEAD } else { IDLE })
    }

    fn wait_for(&mut self, cx: &mut Context<'_>, limit: Duration) -> Poll<io::Error> {
        let now = Instant::now();
        let end = *self.since.get_or_insert(now) + limit;
        if now >= end {
            return Poll::Ready(io::ErrorKind::TimedOut.into());
        }
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if alarm.deadline() > end {
            alarm.as_mut().reset(end);
        }
        // It may have been set for an earlier wait: the end moves far more often than it is reached.
        while alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= end {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            alarm.as_mut().reset(end);
        }
        Poll::Pending
    }

    /// The client takes nothing.
    fn stuck<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        self.wait_for(cx, IDLE).map(Err)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.stream).poll_read(cx, buffer) {
            this.has_read(&buffer.filled()[before..]);
            return Poll::Ready(read);
        }
        Poll::Ready(Err(ready!(this.wait(cx))))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write(cx, bytes) {
            Poll::Ready(written) => {
                this.since = None;
                Poll::Ready(written)
            }
            Poll::Pending => this.stuck(cx),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write_vectored(cx, parts) {
            Poll::Ready(written) => {
                this.since = None;
                Poll::Ready(written)
            }
            Poll::Pending => this.stuck(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_flush(cx) {
            Poll::Ready(flushed) => Poll::Ready(flushed),
            Poll::Pending => this.stuck(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// What HTTP/2 begins with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a client may take for the head of a request once it sent a part of it.
const HEAD: Duration = Duration::from_secs(10);

/// How long a connection may be idle, and how long a client may leave an answer untaken.
pub(super) const IDLE: Duration = Duration::from_secs(75);

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::timeout;

    use super::*;

    /// A connection between a client and a patient server.
    fn connection() -> (tokio::io::DuplexStream, Patient<tokio::io::DuplexStream>, Arc<Doing>) {
        let (client, server) = duplex(64);
        let doing = Arc::new(Doing::default());
        (client, Patient::new(server, Arc::clone(&doing)), doing)
    }

    async fn waited(server: &mut Patient<tokio::io::DuplexStream>) -> (Duration, io::ErrorKind) {
        let began = Instant::now();
        let read = server.read(&mut [0; 64]).await;
        (began.elapsed(), read.expect_err("nothing comes").kind())
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_client_has_long_and_one_that_began_has_not() {
        let (mut client, mut server, doing) = connection();
        assert_eq!(waited(&mut server).await, (IDLE, io::ErrorKind::TimedOut));
        let (mut other, mut server, _) = connection();
        other.write_all(b"GET").await.expect("room");
        assert_eq!(server.read(&mut [0; 64]).await.expect("a part"), 3);
        // A byte now and then does not help: the head has one limit.
        assert!(timeout(HEAD / 2, server.read(&mut [0; 64])).await.is_err());
        other.write_all(b" ").await.expect("room");
        assert_eq!(server.read(&mut [0; 64]).await.expect("a part"), 1);
        let (took, _) = waited(&mut server).await;
        assert_eq!(took, HEAD / 2);
        drop((client.shutdown().await, doing));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_waits_for_an_answer_is_not_timed_and_is_idle_after_it() {
        let (mut client, mut server, doing) = connection();
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("room");
        assert!(server.read(&mut [0; 64]).await.expect("a head") > 0);
        let under_way = doing.begin();
        assert!(timeout(IDLE * 10, server.read(&mut [0; 64])).await.is_err(), "we are slow");
        drop(under_way);
        server.write_all(b"HTTP/1.1 204\r\n\r\n").await.expect("room");
        assert_eq!(waited(&mut server).await.0, IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_no_answer_is_cut() {
        let (_client, mut server, doing) = connection();
        let _under_way = doing.begin();
        let began = Instant::now();
        let written = server.write_all(&[0; 1000]).await;
        assert_eq!(written.expect_err("no room").kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn http_2_asks_by_itself() {
        let (mut client, mut server, _) = connection();
        for part in PREFACE.chunks(10) {
            client.write_all(part).await.expect("room");
            assert!(server.read(&mut [0; 64]).await.expect("a part") > 0);
        }
        assert!(timeout(IDLE * 10, server.read(&mut [0; 64])).await.is_err());
        // What only begins like it has no more time than others.
        let (mut client, mut server, _) = connection();
        client.write_all(&PREFACE[..20]).await.expect("room");
        assert!(server.read(&mut [0; 64]).await.expect("a part") > 0);
        assert_eq!(waited(&mut server).await.0, HEAD);
    }
}
