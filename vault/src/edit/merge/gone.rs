//! What one side of a merge took out beside values: holders, grants, the roster's words, deposits and environments.

use std::fmt;

use crate::environment::EnvironmentType;
use crate::index::{Holder, Index, KeyTable};
use crate::name::fold;
use crate::shown::Shown;

/// Something that stood in a vault, and that a merge took out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TakenOut {
    /// A holder with all of its grants.
    Holder(String),
    /// A grant of a holder who stays: whose, and for which type; none for the roster.
    Grant(String, Option<EnvironmentType>),
    /// The roster's word for the deposit keys that a holder had.
    Word(String),
    /// The deposit key of a type.
    DepositKey(EnvironmentType),
    /// A deposit that was not accepted: its secret and its environment.
    Deposit(String, String),
    /// A named environment.
    Environment(String),
}

impl fmt::Display for TakenOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holder(name) => write!(f, "the holder `{}`", Shown(name)),
            Self::Grant(holder, Some(kind)) => {
                write!(f, "the grant of `{}` for {kind}", Shown(holder))
            }
            Self::Grant(holder, None) => write!(f, "the roster grant of `{}`", Shown(holder)),
            Self::Word(holder) => write!(f, "the word for the deposit keys of `{}`", Shown(holder)),
            Self::DepositKey(kind) => write!(f, "the deposit key of {kind}"),
            Self::Deposit(name, environment) => {
                write!(f, "a deposit for `{}` ({})", Shown(name), Shown(environment))
            }
            Self::Environment(name) => write!(f, "the environment `{}`", Shown(name)),
        }
    }
}

/// What a vault had, and what came out of it has no more; values apart.
#[must_use]
pub fn taken_out(before: &Index<'_>, after: &Index<'_>) -> Vec<TakenOut> {
    let mut gone = Vec::new();
    let stays = |name: &str| after.holders().iter().find(|it| fold(it.name()) == fold(name));
    let words = |holder: &Holder<'_>| holder.vouch().is_some();
    for holder in before.holders() {
        let name = || holder.name().to_owned();
        match stays(holder.name()) {
            None => gone.push(TakenOut::Holder(name())),
            Some(now) if words(holder) && !words(now) => gone.push(TakenOut::Word(name())),
            Some(_) => {}
        }
    }
    let types = EnvironmentType::ALL.map(Some).into_iter().chain([None]);
    for kind in types {
        for holder in table(before, kind).holders().filter(|name| stays(name).is_some()) {
            let mut now = table(after, kind).holders();
            if !now.any(|name| fold(name) == fold(holder)) {
                gone.push(TakenOut::Grant(holder.to_owned(), kind));
            }
        }
    }
    for kind in EnvironmentType::ALL {
        if before.deposits().key(kind).is_some() && after.deposits().key(kind).is_none() {
            gone.push(TakenOut::DepositKey(kind));
        }
    }
    for deposit in before.deposits().waiting() {
        let (name, environment) = (deposit.name(), deposit.environment());
        let value = after.secret(name).and_then(|secret| secret.value(environment));
        let is_accepted = value.is_some_and(|value| value.version() > deposit.replaces());
        let mut waiting = after.deposits().waiting().iter();
        if !is_accepted && !waiting.any(|other| other.code() == deposit.code()) {
            gone.push(TakenOut::Deposit(name.to_owned(), environment.to_owned()));
        }
    }
    for named in before.named_environments() {
        let mut now = after.named_environments().iter();
        if !now.any(|other| fold(other.name()) == fold(named.name())) {
            gone.push(TakenOut::Environment(named.name().to_owned()));
        }
    }
    gone.sort();
    gone
}

fn table<'i, 't>(index: &'i Index<'t>, kind: Option<EnvironmentType>) -> &'i KeyTable<'t> {
    match kind {
        Some(kind) => index.keys().of_type(kind),
        None => index.keys().roster(),
    }
}
