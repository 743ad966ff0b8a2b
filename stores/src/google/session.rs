//! The token of whoever asks: had once for all requests, renewed before it ends, and anew when it is dead.

use std::time::Duration;

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Variables;
use super::client::Client;
use super::login::{self, Granted, Whose};
use crate::failure::Failure;

/// What all requests of one store ask with.
#[derive(Debug)]
pub(super) struct Session {
    whose: Whose,
    state: Mutex<State>,
}

/// What one request asks with.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    /// None for somebody without credentials.
    pub(super) token: Option<HeaderValue>,
    /// The project whose quota counts.
    pub(super) quota_project: Option<HeaderValue>,
    /// Which login it is of.
    number: u64,
}

#[derive(Debug, Default)]
struct State {
    current: Option<Current>,
    /// How many logins there were.
    count: u64,
    failed: Option<(Failure, Instant)>,
}

#[derive(Debug)]
struct Current {
    ticket: Ticket,
    began: Instant,
    /// When another one is asked for.
    renew: Instant,
    ends: Instant,
}

impl Session {
    pub(super) fn new(whose: Whose) -> Self {
        Self { whose, state: Mutex::default() }
    }

    /// Whose token it is.
    #[cfg(feature = "gcp-secret-manager")]
    pub(super) fn whose(&self) -> &Whose {
        &self.whose
    }

    /// What a request asks with; who comes meanwhile waits for the same login.
    pub(super) async fn ticket(
        &self,
        client: &Client,
        variables: Variables<'_>,
    ) -> Result<Ticket, Failure> {
        let mut state = self.state.lock().await;
        let now = Instant::now();
        let old = match &mut state.current {
            Some(current) if now < current.renew => return Ok(current.ticket.clone()),
            Some(current) if now < current.ends => {
                // Should no new one come, there is another try in a while.
                current.renew = now + AGAIN;
                Some(current.ticket.clone())
            }
            _ => None,
        };
        match (state.begin(client, variables, &self.whose).await, old) {
            (Ok(ticket), _) | (Err(_), Some(ticket)) => Ok(ticket),
            (Err(failure), None) => Err(failure),
        }
    }

    /// Another one after the API did not know this one; none where it is new already.
    pub(super) async fn after_denial(
        &self,
        client: &Client,
        variables: Variables<'_>,
        used: &Ticket,
    ) -> Result<Option<Ticket>, Failure> {
        let mut state = self.state.lock().await;
        match &state.current {
            Some(current) if current.ticket.number != used.number => {
                return Ok(Some(current.ticket.clone()));
            }
            Some(current) if current.ticket.number > 1 && current.began.elapsed() < APART => {
                return Ok(None);
            }
            // Nobody without credentials gets some by asking again.
            _ if used.token.is_none() => return Ok(None),
            _ => state.current = None,
        }
        state.begin(client, variables, &self.whose).await.map(Some)
    }
}

impl State {
    async fn begin(
        &mut self,
        client: &Client,
        variables: Variables<'_>,
        whose: &Whose,
    ) -> Result<Ticket, Failure> {
        if let Some((failure, at)) = &self.failed
            && at.elapsed() < AGAIN
        {
            return Err(failure.clone());
        }
        self.failed = None;
        let Granted { token, quota_project, lives } =
            login::token(client, variables, whose).await.inspect_err(|failure| {
                self.failed = Some((failure.clone(), Instant::now()));
            })?;
        self.count += 1;
        let ticket = Ticket { token, quota_project, number: self.count };
        let began = Instant::now();
        let lives = lives.min(LONGEST);
        let ends = began + lives;
        let renew = began + lives.saturating_sub(EARLY).max(lives / 5 * 4);
        self.current = Some(Current { ticket: ticket.clone(), began, renew, ends });
        Ok(ticket)
    }
}

/// How long before its end a token is renewed: metadata servers have a new one four minutes before.
const EARLY: Duration = Duration::from_mins(4);
/// How long a login that failed is not tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a second login in a row has to wait.
const APART: Duration = Duration::from_secs(30);
/// A day: what a server says is no reason to reckon beyond the end of time.
const LONGEST: Duration = Duration::from_hours(24);
