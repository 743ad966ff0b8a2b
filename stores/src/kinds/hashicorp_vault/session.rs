//! The token that is in use: renewed in time, replaced when it is dead, and never by two requests at once.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::answer;
use super::client::{Client, Request, Token};
use super::login::{Granted, Login, granted};
use super::setup::Variables;
use crate::failure::Failure;
use crate::json::Writer;

/// The sessions of a store with its server, one after the other.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    session: Option<Session>,
    /// How many there were.
    count: u64,
}

/// A token in use.
#[derive(Debug)]
struct Session {
    token: Token,
    /// How long it lived when it was new.
    lease: Option<Duration>,
    renew: Renew,
    began_at: Instant,
    ends_at: Option<Instant>,
    /// The server itself said that it is valid, after it had refused something.
    is_valid: bool,
    /// It replaced one that the server did not know any more.
    is_second: bool,
}

/// When a token is renewed.
#[derive(Debug, Clone, Copy)]
enum Renew {
    /// Nothing is to be done.
    Never,
    /// The server gives it more time from then on.
    At(Instant),
    /// It cannot be renewed: from then on there is a new login.
    LogInAt(Instant),
}

impl Renew {
    /// When two thirds of a token's time are over.
    fn of(lease: Option<Duration>, is_renewable: bool, now: Instant) -> Self {
        match lease.map(|lease| now + lease / 3 * 2) {
            Some(at) if is_renewable => Self::At(at),
            Some(at) => Self::LogInAt(at),
            None => Self::Never,
        }
    }
}

/// A token that was handed out for a request.
pub(super) struct Ticket {
    pub(super) token: Token,
    number: u64,
}

impl Sessions {
    /// A token that is good for a request.
    pub(super) async fn token(
        &self,
        login: &Login,
        client: &Client,
        variables: Variables<'_>,
    ) -> Result<Ticket, Failure> {
        let mut state = self.0.lock().await;
        let now = Instant::now();
        if let Some(session) = &mut state.session {
            let is_kept = match session.renew {
                Renew::At(at) if at <= now => {
                    !session.is_over(now) && session.renewed(client).await
                }
                Renew::LogInAt(at) => now < at,
                Renew::At(_) | Renew::Never => true,
            };
            if !is_kept {
                state.session = None;
            }
        }
        state.ticket(login, client, variables).await
    }

    /// Another token, after the server has refused a request with this one; none when the token is good, and it is the
    /// request that is not allowed.
    pub(super) async fn after_denial(
        &self,
        login: &Login,
        client: &Client,
        variables: Variables<'_>,
        used: &Ticket,
    ) -> Result<Option<Ticket>, Failure> {
        let mut state = self.0.lock().await;
        let is_in_use = state.count == used.number;
        let session = match &mut state.session {
            Some(session) if is_in_use => session,
            // Somebody else has met the same.
            _ => return state.ticket(login, client, variables).await.map(Some),
        };
        if session.is_valid {
            return Ok(None);
        }
        if !session.is_over(Instant::now()) {
            let request = Request::get("auth/token/lookup-self");
            let asked = client.send(&request, Some(&used.token)).await?;
            if asked.status != 403 {
                session.is_valid = true;
                return Ok(None);
            }
            if session.is_new_second() {
                // The login gives tokens that may not even look at themselves, so no more can be known.
                return Ok(None);
            }
        }
        // A new login, or what somebody may have put where this token came from.
        let granted = login.token(client, variables).await?;
        if granted.token == used.token {
            let advice = login.advice();
            return Err(Failure::denied(format!("the token is not valid (any more): {advice}")));
        }
        state.take(login, granted, true);
        state.ticket(login, client, variables).await.map(Some)
    }
}

impl State {
    fn take(&mut self, login: &Login, granted: Granted, is_second: bool) {
        let now = Instant::now();
        let Granted { token, lease, is_renewable } = granted;
        let renew = match lease {
            // How long it lives is not known until it is renewed: a short program need not ask.
            None if login.renews_given() => Renew::At(now + UNKNOWN),
            _ => Renew::of(lease, is_renewable, now),
        };
        let ends_at = lease.map(|lease| now + lease);
        self.session = Some(Session {
            token,
            lease,
            renew,
            began_at: now,
            ends_at,
            is_valid: false,
            is_second,
        });
        self.count += 1;
    }

    /// A ticket for the session, which is begun if there is none.
    async fn ticket(
        &mut self,
        login: &Login,
        client: &Client,
        variables: Variables<'_>,
    ) -> Result<Ticket, Failure> {
        let token = if let Some(session) = &self.session {
            session.token.clone()
        } else {
            let granted = login.token(client, variables).await?;
            let token = granted.token.clone();
            self.take(login, granted, false);
            token
        };
        Ok(Ticket { token, number: self.count })
    }
}

impl Session {
    /// Whether it is too early to replace one that itself replaced another.
    fn is_new_second(&self) -> bool {
        self.is_second && self.began_at.elapsed() < SECONDS_APART
    }

    fn is_over(&self, now: Instant) -> bool {
        self.ends_at.is_some_and(|at| at <= now)
    }

    /// Renews the token; whether it can still be used.
    async fn renewed(&mut self, client: &Client) -> bool {
        // Should nobody wait for the answer, or none come, there is another try in a while; what the server says to the token
        // until then tells the rest.
        self.renew = Renew::At(Instant::now() + self.lease.unwrap_or(UNKNOWN) / 10);
        let body = Writer::default().raw("{}").finish();
        let request = Request::post("auth/token/renew-self", body);
        let renewed = match client.send(&request, Some(&self.token)).await {
            Ok(reply) if reply.status == 200 => granted(&reply),
            Ok(reply) if !answer::may_pass(reply.status) => None,
            Ok(_) | Err(_) => return true,
        };
        let now = Instant::now();
        let Some(Granted { token, lease, is_renewable }) = renewed else {
            // One that was given and cannot be renewed is used for as long as it lives.
            self.renew = Renew::Never;
            return self.lease.is_none();
        };
        // Towards the end of all that a token may live, each renewal gives less.
        let is_ending = match (self.lease, lease) {
            (Some(first), Some(lease)) => lease < first / 3,
            _ => false,
        };
        if is_ending {
            return false;
        }
        self.token = token;
        self.ends_at = lease.map(|lease| now + lease);
        self.renew = Renew::of(lease, is_renewable, now);
        true
    }
}

/// How long a second login in a row has to wait.
const SECONDS_APART: Duration = Duration::from_secs(30);
/// When a token that was given is renewed for the first time.
const UNKNOWN: Duration = Duration::from_secs(30);
