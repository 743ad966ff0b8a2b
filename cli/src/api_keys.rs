//! Whether the line of an API key counts: its seal fits, and its day has not come.

use std::cell::RefCell;
use std::collections::HashMap;

use strongroom_vault::{App, AppKeyLine, EnvironmentType, Index, OpenError};

use crate::keys::Keys;
use crate::today::today;

/// Whether a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Good,
    Expired,
    /// It was sealed under an earlier data key.
    Earlier,
    /// Somebody changed the line, or made it without the data key.
    Unfit,
    /// The data key of its type is not here.
    Unchecked,
}

/// Checks lines with the data keys that are here. Nobody is asked for one.
pub(crate) struct Checks<'i, 't> {
    index: &'i Index<'t>,
    keys: RefCell<Keys>,
    is_here: RefCell<HashMap<EnvironmentType, bool>>,
}

impl State {
    /// The stable word for `--json`, and for a table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Expired => "expired",
            Self::Earlier => "earlier-data-key",
            Self::Unfit => "unfit",
            Self::Unchecked => "unchecked",
        }
    }
}

impl<'i, 't> Checks<'i, 't> {
    pub(crate) fn new(index: &'i Index<'t>) -> Self {
        Self { index, keys: RefCell::default(), is_here: RefCell::default() }
    }

    pub(crate) fn state(&self, app: &App<'_>, line: &AppKeyLine<'_>) -> State {
        let (kind, mut keys) = (line.kind(), self.keys.borrow_mut());
        // A key that cannot be opened is as good as none: this only looks.
        let mut is_here = self.is_here.borrow_mut();
        let is_here =
            is_here.entry(kind).or_insert_with(|| keys.try_type(self.index, kind).unwrap_or(false));
        let Some(key) = keys.data_key(self.index, kind).filter(|_| *is_here) else {
            return State::Unchecked;
        };
        match key.check_app_key(app, line) {
            Err(OpenError::AnotherDataKey) => State::Earlier,
            Err(OpenError::Altered) => State::Unfit,
            Ok(()) if line.is_expired(today()) => State::Expired,
            Ok(()) => State::Good,
        }
    }
}
