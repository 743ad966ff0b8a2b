//! `set --store STORE NAME`: a value into a store, and then its reference into the vault.

use strongroom_vault::{
    Content, Draft, Environment, Expiry, Index, Plaintext, SetOutcome, Shown, StoreEntry,
};
use zeroize::Zeroizing;

use super::done::Done;
use super::generate::Recipe;
use super::{Args, read_value};
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::session::Session;
use crate::stores::{self, Asker, Link, Wanted, Why};
use crate::value::{Unopened, kinds_of};
use crate::{expiry, hints, ui};

/// Where the value of one environment goes.
pub(super) struct Target<'i> {
    environment: &'i Environment,
    store: &'i StoreEntry<'i>,
    reference: String,
}

/// The stores that the values go into: the named one, or the default ones of the environments; none where they are sealed.
pub(super) fn targets<'i>(
    args: &Args,
    index: &'i Index<'_>,
    name: &str,
    environments: &'i [Environment],
    session: &Session<'_>,
) -> Result<Vec<Target<'i>>, Error> {
    let mut targets = Vec::new();
    if args.sealed || args.deposit {
        return Ok(targets);
    }
    let asker = Asker::of(session);
    let mut sealed = Vec::new();
    for environment in environments {
        let default = || index.stores().default_for(environment);
        let named = args.store.as_ref().map(|name| stores::named(index, name)).transpose()?;
        let Some(store) = named.or_else(default) else {
            sealed.push(environment);
            continue;
        };
        let reference = match &args.reference {
            Some(reference) => Ok(reference.clone()),
            None => asker.reference_of(store, name),
        };
        let refused = |why: Why| {
            Error::cannot(format!("cannot write into the store `{}`: {why}", Shown(store.name())))
                .with_hints(why.next(store.name()))
        };
        let reference = reference.map_err(refused)?;
        asker.check_writable(store, &reference).map_err(refused)?;
        targets.push(Target { environment, store, reference });
    }
    if let (Some(target), Some(other)) = (targets.first(), sealed.first()) {
        return Err(Error::usage(format!(
            "`{}` has the default store `{}`, and `{other}` has none: set them one after the other, or say where all go: \
             --store STORE or --sealed",
            target.environment,
            target.store.name()
        )));
    }
    if targets.is_empty() && args.reference.is_some() {
        return Err(Error::usage(
            "--ref says where in a store, and no store is named: --store STORE",
        ));
    }
    Ok(targets)
}

pub(super) fn set(
    args: &Args,
    name: &str,
    recipe: Option<&Recipe>,
    targets: &[Target<'_>],
    expiry: Expiry,
    session: &Session<'_>,
) -> Result<Status, Error> {
    let (index, asker) = (&session.index, Asker::of(session));
    let environments: Vec<Environment> = targets.iter().map(|it| it.environment.clone()).collect();
    let name = index.secret(name).map_or(name, |secret| secret.name());
    let mut keys = Keys::of_types(index, kinds_of(&environments))?;
    for target in targets {
        let kinds = [target.environment.kind()];
        stores::refuse_doubtful(index, &mut keys, &asker, target.store, &kinds, None)?;
    }
    if recipe.is_some() {
        refuse_one_place(targets)?;
    }
    let there = look(args, index, &asker, name, targets)?;
    let record =
        |target: &Target<'_>, is_new_value: bool, draft: &mut Draft<'_, '_>, index: &Index<'_>| {
            let Target { environment, store, reference } = target;
            Link { name, environment, store, reference, terms: expiry.into(), is_new_value }
                .record(draft, index, &keys)
        };
    // What the vault refuses is found before anything is written.
    session.rehearse(|draft, index| {
        targets.iter().try_for_each(|target| record(target, true, draft, index).map(drop))
    })?;
    let values = match recipe {
        Some(recipe) => targets.iter().map(|_| recipe.make()).collect::<Result<_, _>>()?,
        None => vec![read_value(args, index, name, &environments)?],
    };
    let (written, failure) = write(&asker, targets, &values, &there);
    let outcomes = session.edit(|draft, index| {
        let outcomes = targets.iter().zip(&written);
        let outcomes = outcomes.map(|(it, is_new)| record(it, *is_new, draft, index));
        let outcomes = outcomes.collect::<Result<Vec<_>, Error>>()?;
        if let Some(about) = args.about.as_ref().filter(|_| failure.is_none()) {
            draft.set_about(name, about)?;
        }
        Ok(outcomes)
    });
    let outcomes = outcomes.map_err(|error| {
        let lies = targets.iter().zip(&written).filter(|(_, is_new)| **is_new);
        lies.fold(error, |error, (target, _)| {
            error.with_hint(format!(
                "the value is in the store by now; record it with: strongroom link {} {name} {}",
                target.environment.flag(),
                target.place()
            ))
        })
    })?;
    let mut done = Done::new(name);
    for (target, outcome) in targets.iter().zip(outcomes) {
        done.add(target.environment, outcome);
        say(name, target, outcome, recipe);
        if let Some(before) = before(index, name, target) {
            ui::say(&before);
        }
        if let (SetOutcome::Updated(_), Expiry::Unsaid) = (outcome, expiry)
            && let Some(lost) = expiry::without_a_day(index, name, target.environment)
        {
            ui::say(&lost);
        }
    }
    if let Expiry::On(day) = expiry {
        ui::say(&format!("expires on {day}: {}", expiry::reminder(day)));
    }
    if let Some(also) = hints::also(index, name, &environments) {
        ui::say(&also);
    }
    if args.json {
        ui::json(&done.json(false))?;
    }
    failure.map_or(Ok(Status::Done), Err)
}

impl Target<'_> {
    fn place(&self) -> String {
        format!("{}:{}", self.store.name(), self.reference)
    }
}

/// Each environment gets its own generated value, and a place holds one.
fn refuse_one_place(targets: &[Target<'_>]) -> Result<(), Error> {
    for (at, target) in targets.iter().enumerate() {
        if let Some(other) = targets[..at].iter().find(|other| other.place() == target.place()) {
            return Err(Error::usage(format!(
                "`{}` and `{}` would each get a value of their own, and both lie at `{}`\n\
                 set them one after the other, with: --ref REFERENCE",
                other.environment,
                target.environment,
                target.place()
            )));
        }
    }
    Ok(())
}

/// What lies at each place by now. What this secret does not refer to is somebody else's, unless --replace says otherwise.
fn look(
    args: &Args,
    index: &Index<'_>,
    asker: &Asker,
    name: &str,
    targets: &[Target<'_>],
) -> Result<Vec<Option<Plaintext>>, Error> {
    let wanted: Vec<Wanted<'_>> =
        targets.iter().map(|it| Wanted { store: it.store, reference: &it.reference }).collect();
    let answers = targets.iter().zip(asker.fetch(&wanted));
    let look = |(target, answer): (&Target<'_>, Result<Plaintext, Why>)| {
        let Target { environment, store, reference } = target;
        match answer {
            Ok(value) if args.replace || is_own(index, name, target) => Ok(Some(value)),
            Ok(_) => Err(taken(index, name, target)),
            Err(why) if args.replace || why.is_absent() => Ok(None),
            Err(why) => {
                let unopened = Unopened::at(store.name(), reference, why);
                let error = Error::cannot(format!(
                    "cannot see whether there is a value already: {unopened}\nnothing was written"
                ))
                .with_hints(unopened.next(&environment.flag(), name));
                Err(error.with_hint("write it without looking with: --replace"))
            }
        }
    };
    answers.map(look).collect()
}

/// Whether the secret refers to the place already.
fn is_own(index: &Index<'_>, name: &str, target: &Target<'_>) -> bool {
    let value = index.secret(name).and_then(|secret| secret.value(target.environment.name()));
    match value.map(strongroom_vault::Value::content) {
        Some(Content::Reference { store, reference, .. }) => {
            (store.as_ref(), reference.as_ref()) == (target.store.name(), target.reference.as_str())
        }
        _ => false,
    }
}

fn taken(index: &Index<'_>, name: &str, target: &Target<'_>) -> Error {
    let Target { environment, store, reference } = target;
    let whose: Vec<String> = stores::who_refers(index, store.name(), reference)
        .into_iter()
        .map(|(secret, environment)| format!("`{}` for `{}`", Shown(secret), Shown(environment)))
        .collect();
    let whose = match whose.as_slice() {
        [] => String::new(),
        whose => format!(": that of {}", whose.join(", ")),
    };
    Error::usage(format!(
        "the store `{0}` has a value at `{reference}` already{whose}, and `{name}` for `{environment}` does not refer to it\n\
         refer to what is there with: strongroom link {1} {name} {0}:{reference}\n\
         replace it with: --replace, or write elsewhere with: --ref REFERENCE",
        store.name(),
        environment.flag()
    ))
}

/// Writes each value where there is another; says for each that was, whether it was new, and stops at the first that fails.
fn write(
    asker: &Asker,
    targets: &[Target<'_>],
    values: &[Zeroizing<Vec<u8>>],
    there: &[Option<Plaintext>],
) -> (Vec<bool>, Option<Error>) {
    let mut written: Vec<bool> = Vec::new();
    for (at, (target, value)) in targets.iter().zip(values.iter().cycle()).enumerate() {
        let Target { environment, store, reference } = target;
        let is_there = there.get(at).is_some_and(|there| {
            there.as_ref().is_some_and(|there| there.as_bytes() == value.as_slice())
        });
        let before = targets[..at].iter().position(|other| other.place() == target.place());
        if is_there || before.is_some() {
            written.push(before.is_some_and(|before| written[before]));
            continue;
        }
        if let Err(why) = asker.put(Wanted { store, reference }, value) {
            let unopened = Unopened::at(store.name(), reference, why);
            let error = Error::cannot(format!("cannot write for `{environment}` {unopened}"));
            return (written, Some(error));
        }
        written.push(true);
    }
    (written, None)
}

/// What is to be said of where the value was until now, if that was another place.
fn before(index: &Index<'_>, name: &str, target: &Target<'_>) -> Option<String> {
    if is_own(index, name, target) {
        return None;
    }
    let value = index.secret(name)?.value(target.environment.name())?;
    Some(match value.content() {
        Content::Sealed(_) => {
            format!("it was sealed in the vault until now, and lies in {} alone", target.place())
        }
        Content::Reference { store, reference, .. } => {
            format!("what lies at {store}:{reference}, where it was, stays there")
        }
    })
}

fn say(name: &str, target: &Target<'_>, outcome: SetOutcome, recipe: Option<&Recipe>) {
    let made = recipe.map(|recipe| format!(": {}", recipe.described())).unwrap_or_default();
    let (environment, place) = (target.environment, target.place());
    ui::say(&match outcome {
        SetOutcome::Created => format!("created {name} for {environment} at {place}{made}"),
        SetOutcome::Updated(version) => {
            format!("updated {name} for {environment} at {place} (version {version}){made}")
        }
        SetOutcome::Unchanged => format!("unchanged {name} for {environment} at {place}"),
    });
}
