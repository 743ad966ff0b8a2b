//! A version of the past, in git's history: every line that has it, and which of them are one value that was sealed again.

use std::collections::{BTreeMap, BTreeSet};

use strongroom_vault::{DataKey, Environment, Index, Shown, fold};

use super::Args;
use crate::error::Error;
use crate::history::{Blobs, Change, InGit, Log, Place, Places, SHALLOW, Stands, lapsed};
use crate::session::Session;

/// A version of the past: how it was spelled and how it is sealed.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    /// The first commit that has it sealed like this.
    pub(super) change: Change,
    /// The first commit that has this value, however it is sealed.
    pub(super) origin: Change,
    pub(super) place: Place,
    pub(super) version: u32,
    pub(super) sealed: String,
    /// Holders who could read this value, and cannot read its type any more.
    pub(super) known_to: BTreeSet<String>,
    /// Under which data key it lies, as its sealed text begins.
    key: String,
    /// Which value it is, of those that the version has had.
    value: usize,
    /// Whether a commit that has it is the one that was named.
    is_meant: bool,
}

/// Looks through the history for the version that is meant. A value that a rotation sealed again is there in each of its
/// seals; so that nobody calls another one that, only what was under the data key of its text counts.
pub(super) fn find(
    args: &Args,
    session: &Session<'_>,
    file: &InGit,
    log: &Log,
    environment: &Environment,
) -> Result<Vec<Earlier>, Error> {
    let mut texts = Texts { blobs: Blobs::of(file)?, read: BTreeMap::new() };
    let mut stands_in = |blob: &String| texts.stands(blob, session, &args.name, environment);
    let (mut found, mut references): (Vec<Earlier>, Vec<(String, String)>) = Default::default();
    let (mut versions, mut again): (Vec<u32>, Vec<[String; 2]>) = (Vec::new(), Vec::new());
    // The log begins with the newest.
    for change in &log.changes {
        let after = change.after.as_ref().map(&mut stands_in).transpose()?.flatten();
        let Some(there) = after else { continue };
        let stands = &there.stands;
        if !versions.contains(&stands.version) {
            versions.push(stands.version);
        }
        if stands.version != args.to {
            continue;
        }
        if let Some(reference) = &stands.reference {
            references.push((change.short().to_owned(), reference.clone()));
            continue;
        }
        for before in &change.before {
            if let Some(before) = stands_in(before)?
                && there.stands.is_sealed_again(&before.stands)
            {
                again.push([before.stands.sealed, stands.sealed.clone()]);
            }
        }
        let is_meant = args.commit.as_ref().is_none_or(|id| change.commit.starts_with(id.as_str()));
        match found.iter_mut().find(|known| known.sealed == stands.sealed) {
            Some(known) => {
                known.change = change.clone();
                known.known_to.extend(there.known_to.iter().cloned());
                known.is_meant |= is_meant;
            }
            None => found.push(Earlier {
                change: change.clone(),
                origin: change.clone(),
                place: there.place.clone(),
                version: stands.version,
                sealed: stands.sealed.clone(),
                known_to: there.known_to.clone(),
                key: stands.key.clone(),
                value: found.len(),
                is_meant,
            }),
        }
    }
    same_values(&mut found, &again);
    // The newest comes first, so the last one of a value is the first that git has.
    let origins: Vec<(usize, Change)> =
        found.iter().map(|it| (it.value, it.change.clone())).collect();
    for earlier in &mut found {
        let mut of_value = origins.iter().rev().filter(|(value, _)| *value == earlier.value);
        if let Some((_, origin)) = of_value.next() {
            earlier.origin = origin.clone();
        }
    }
    know_alike(&mut found);
    match references.first() {
        _ if found.iter().any(|it| it.is_meant) => Ok(found),
        Some((commit, reference)) => Err(was_reference(args, environment, commit, reference)),
        None => Err(missing(args, log, &versions)),
    }
}

/// The error for a version that a store kept: nothing but the reference is in git, and which value that leads to by now is the
/// store's to say.
fn was_reference(args: &Args, environment: &Environment, commit: &str, reference: &str) -> Error {
    let (name, reference) = (Shown(&args.name), Shown(reference));
    Error::no(format!(
        "version {} of `{name}` for `{environment}` was no value, but the reference `{reference}` (commit {commit})\n\
         if it leads where it should, record it again: strongroom link {} {name} {reference} --replace",
        args.to,
        environment.flag()
    ))
}

/// Gives what was sealed again the number of what it was sealed from.
fn same_values(found: &mut [Earlier], again: &[[String; 2]]) {
    for pair in again {
        let value = |sealed: &String| {
            found.iter().find(|it| it.sealed == *sealed).map(|earlier| earlier.value)
        };
        let (Some(before), Some(after)) = (value(&pair[0]), value(&pair[1])) else { continue };
        for earlier in found.iter_mut().filter(|it| it.value == after) {
            earlier.value = before;
        }
    }
}

/// Whoever knows a value in one of its seals knows it in each.
fn know_alike(found: &mut [Earlier]) {
    let mut by_value: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for earlier in &*found {
        by_value.entry(earlier.value).or_default().extend(earlier.known_to.iter().cloned());
    }
    for earlier in found {
        earlier.known_to = by_value.get(&earlier.value).cloned().unwrap_or_default();
    }
}

/// Which of them is opened: of each value the one under the current data key, else under the one before; and where a commit is
/// named, what that very commit has.
pub(super) fn choose(
    args: &Args,
    index: &Index<'_>,
    key: &DataKey,
    mut found: Vec<Earlier>,
) -> Result<Earlier, Error> {
    let current = key.fingerprint().entry_prefix();
    let retired = key.retired(index);
    let retired: Vec<String> = retired.iter().map(|key| key.fingerprint().entry_prefix()).collect();
    let rank = |earlier: &Earlier| match earlier.key == current {
        true => 0,
        false if retired.contains(&earlier.key) => 1,
        false => 2,
    };
    if args.commit.is_some() {
        let values: Vec<usize> = found.iter().filter(|it| it.is_meant).map(|it| it.value).collect();
        let is_again = |it: &&Earlier| values.contains(&it.value) && rank(it) < 2;
        let again = found.iter().find(is_again).map(|it| it.change.clone());
        found.retain(|it| it.is_meant);
        if let Some(change) = again.filter(|_| found.iter().all(|it| rank(it) == 2)) {
            return Err(gone(args, &change));
        }
    }
    let best = |found: &[Earlier], value: usize| {
        found.iter().filter(|it| it.value == value).map(rank).min().unwrap_or(2)
    };
    let of_value: Vec<u8> = found.iter().map(|it| best(&found, it.value)).collect();
    let mut of_value = of_value.into_iter();
    found.retain(|it| of_value.next() == Some(rank(it)));
    // What no key opens any more is nothing to choose, unless there is nothing else: then it is said why.
    if found.iter().any(|it| rank(it) < 2) {
        found.retain(|it| rank(it) < 2);
    } else {
        found.truncate(1);
    }
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            let all: Vec<&Earlier> = found.iter().chain(&last).collect();
            let commits = all.iter().map(|it| {
                let is_alone = all.iter().filter(|other| other.value == it.value).count() == 1;
                let change = if is_alone { &it.origin } else { &it.change };
                format!("{} ({}, {})", change.short(), change.author, change.day())
            });
            let commits: Vec<String> = commits.collect();
            Err(Error::usage(format!(
                "`{}` has had several values as version {}: in {}",
                Shown(&args.name),
                args.to,
                Shown(&commits.join(", "))
            ))
            .with_hint("say which with: --commit COMMIT"))
        }
    }
}

/// What a named commit has opens no more; another has the same value, if its author is to be believed.
fn gone(args: &Args, again: &Change) -> Error {
    let (name, short) = (Shown(&args.name), again.short());
    Error::cannot(format!(
        "version {} of `{name}` in that commit lies under a data key that is gone",
        args.to
    ))
    .with_hint(format!(
        "a rotation sealed it again in commit {short} of {} by {}: if that is right, take it with: --commit {short}",
        again.day(),
        Shown(&again.author)
    ))
}

/// What stands at the place in a text.
#[derive(Debug, Clone)]
struct There {
    place: Place,
    stands: Stands,
    /// Which holders of no more could read it there.
    known_to: BTreeSet<String>,
}

/// What stands at the place in the texts of commits, each read once.
struct Texts {
    blobs: Blobs,
    read: BTreeMap<String, Option<There>>,
}

impl Texts {
    fn stands(
        &mut self,
        blob: &String,
        session: &Session<'_>,
        name: &str,
        environment: &Environment,
    ) -> Result<Option<There>, Error> {
        if let Some(known) = self.read.get(blob) {
            return Ok(known.clone());
        }
        let text = self.blobs.text(blob)?.unwrap_or_default();
        let then = Index::read(&text).ok().filter(|then| then.id() == session.index.id());
        let stands = then.and_then(|then| {
            let is_it = |place: &Place| fold(&place.environment) == fold(environment.name());
            let mut places = Places::of(&then, Some(name)).0.into_iter();
            let (place, stands) = places.find(|(place, _)| is_it(place))?;
            let value = then.secret(&place.name)?.value(&place.environment)?;
            let mut known_to = lapsed(&then, &session.index, value.kind(), &stands.key);
            known_to.extend(value.due().iter().map(ToString::to_string));
            Some(There { place, stands, known_to })
        });
        self.read.insert(blob.clone(), stands.clone());
        Ok(stands)
    }
}

fn missing(args: &Args, log: &Log, versions: &[u32]) -> Error {
    let mut versions = versions.to_vec();
    versions.sort_unstable();
    let name = Shown(&args.name);
    let error = if versions.is_empty() {
        Error::no(format!(
            "git's history has no value of `{name}` there\nsee what there is with: strongroom history {name}"
        ))
    } else {
        let versions: Vec<String> = versions.iter().map(u32::to_string).collect();
        let versions = versions.join(", ");
        Error::no(format!(
            "git's history has no version {} of `{name}` there, only: {versions}\nsee them with: strongroom history {name}",
            args.to
        ))
    };
    if log.is_shallow { error.with_hint(SHALLOW) } else { error }
}
