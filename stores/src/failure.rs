//! Why a store gave no value: whose fault it is, whether it may pass, and what to look at.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Why a store did not do what it was asked for.
///
/// Holds no value, no token and no header: texts come from this crate, or are names that the program itself gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: FailureKind,
    detail: Cow<'static, str>,
    request_id: Option<String>,
    pause: Option<Duration>,
    lasts: bool,
}

/// The kinds of [`Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// No answer, or one from something that is no store: network, TLS, a wrong address, a server that fails.
    Unreachable,
    /// The store knows the caller too little: no credentials, wrong ones, or no right to this.
    Denied,
    /// The store has no such secret, key or version.
    Absent,
    /// The store asks to come back later.
    Throttled,
    /// There is something, and it is no value for a field: not text, several keys, JSON without the path, too large.
    Invalid,
    /// Somebody else wrote at the same time, or what is there must not be written.
    Conflict,
}

impl Failure {
    /// A failure of a kind; the detail goes on after a colon, and is in lower case without a full stop.
    #[must_use]
    pub fn new(kind: FailureKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), request_id: None, pause: None, lasts: false }
    }

    /// The store cannot be reached.
    #[must_use]
    pub fn unreachable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FailureKind::Unreachable, detail)
    }

    /// The store refuses.
    #[must_use]
    pub fn denied(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FailureKind::Denied, detail)
    }

    /// The store has no such thing.
    #[must_use]
    pub fn absent(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FailureKind::Absent, detail)
    }

    /// What the store has is no value for a field.
    #[must_use]
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FailureKind::Invalid, detail)
    }

    /// The store asks to come back, after this time if it says so.
    #[must_use]
    pub fn throttled(detail: impl Into<Cow<'static, str>>, pause: Option<Duration>) -> Self {
        Self { pause, ..Self::new(FailureKind::Throttled, detail) }
    }

    /// The same with the store's own number for the request, by which its operators find it. Only what looks like a number
    /// of a request is kept: letters, digits, `-`, `_`, `.`, `:`, 128 characters at most.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        self.request_id =
            (!id.is_empty() && id.len() <= 128 && id.chars().all(is_plain)).then_some(id);
        self
    }

    /// The same, known to stay until somebody changes something: it is not asked again.
    #[must_use]
    pub fn lasting(self) -> Self {
        Self { lasts: true, ..self }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What happened, in words that hold no value.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The store's own number for the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How long the store asks to wait.
    pub(crate) fn pause(&self) -> Option<Duration> {
        self.pause
    }

    /// Whether asking again may help: never for what is denied, absent or not valid.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        !self.lasts && matches!(self.kind, FailureKind::Unreachable | FailureKind::Throttled)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::Denied => "denied",
            Self::Absent => "absent",
            Self::Throttled => "throttled",
            Self::Invalid => "not valid",
            Self::Conflict => "not written",
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.detail)?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_its_kind_what_happened_and_the_stores_own_number() {
        let failure = Failure::denied("the token may not read `a`").with_request_id("7f-1");
        assert_eq!(failure.to_string(), "denied: the token may not read `a` (request 7f-1)");
        assert!(!failure.may_pass());
    }

    #[test]
    fn what_is_no_number_of_a_request_is_left_out() {
        for id in ["", "a b", "x\u{1b}[31m", &"a".repeat(129)] {
            assert_eq!(Failure::absent("x").with_request_id(id).request_id(), None, "{id:?}");
        }
    }
}
