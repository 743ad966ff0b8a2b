//! The vault as a store: `a/b` is key `b` of secret `a`, and `a/b/c` key `c` of `a/b`; names are exact. So each value has one
//! name by which it is asked for, and scopes are about that.

use std::collections::BTreeMap;

use strongroom_stores::{Fetch, Limits, fetch};
use strongroom_vault::Place;
use zeroize::Zeroizing;

use super::cache::Freshness;
use super::{Given, Metadata, Values, Why, text_of};
use crate::contents::{Held, HeldContent, Vault};

/// A value that is wanted: its whole name, its key, and what the vault has of it.
type Wanted<'v> = (&'v str, &'v str, &'v Held);

/// One secret: its own value under its own name, and those below it under their keys.
pub(super) async fn get(
    vault: &Vault,
    name: &str,
    metadata: &Metadata,
) -> Result<Given<Values>, Why> {
    let wanted: Vec<Wanted<'_>> = keys_of(vault, name).collect();
    if wanted.is_empty() {
        return Err(Why::absent(format!("the vault has no value for `{}`", vault.environment)));
    }
    if let Some(version) = metadata.get("version_id").filter(|version| !version.is_empty()) {
        refuse_other_version(version, &wanted)?;
    }
    let mut values = Values::new();
    for ((full, key, _), value) in wanted.iter().zip(open_all(vault, &wanted).await) {
        put(&mut values, full, key, value?)?;
    }
    Ok(Given { values, freshness: Freshness::Current })
}

/// One value by its whole name.
pub(super) async fn whole(vault: &Vault, name: &str) -> Result<Zeroizing<String>, Why> {
    let absent = || Why::absent(format!("the vault has no value for `{}`", vault.environment));
    let (full, held) = vault.secrets.get_key_value(name).ok_or_else(absent)?;
    let mut opened = open_all(vault, &[(full.as_str(), full.as_str(), held)]).await;
    opened.pop().unwrap_or_else(|| Err(absent()))
}

/// Every secret that may be seen. What cannot be had fails the whole: a list that lacks something says that it is not there.
pub(super) async fn bulk(
    vault: &Vault,
    may: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Given<BTreeMap<String, Values>>, Why> {
    let wanted = vault.secrets.iter().map(|(full, held)| {
        let (name, key) = parts(full);
        (name, (full.as_str(), key, held))
    });
    let (names, wanted): (Vec<&str>, Vec<Wanted<'_>>) =
        wanted.filter(|(name, _)| may(name)).unzip();
    let mut all: BTreeMap<String, Values> = BTreeMap::new();
    for ((name, (full, key, _)), value) in
        names.into_iter().zip(&wanted).zip(open_all(vault, &wanted).await)
    {
        let value = value.map_err(|why| Why { text: format!("`{full}`: {}", why.text), ..why })?;
        put(all.entry(name.to_owned()).or_default(), full, key, value)?;
    }
    Ok(Given { values: all, freshness: Freshness::Current })
}

/// The secret that a value is asked for by, and its key there.
fn parts(full: &str) -> (&str, &str) {
    full.rsplit_once('/').unwrap_or((full, full))
}

/// `a` and `a/a` would be one key.
fn put(values: &mut Values, full: &str, key: &str, value: Zeroizing<String>) -> Result<(), Why> {
    match values.insert(key.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(Why::other(format!(
            "the vault has `{key}` and `{full}`, which are one key here: strongroom rename one of them"
        ))),
    }
}

/// What the vault has for a name.
fn keys_of<'v>(vault: &'v Vault, name: &str) -> impl Iterator<Item = Wanted<'v>> + use<'v> {
    let own = vault.secrets.get_key_value(name).filter(|(full, _)| !full.contains('/'));
    let own = own.map(|(full, held)| (full.as_str(), full.as_str(), held));
    let below = format!("{name}/");
    let from = below.len();
    let below = vault
        .secrets
        .range(below.clone()..)
        .take_while(move |(full, _)| full.starts_with(&below))
        .map(move |(full, held)| (full.as_str(), &full[from..], held))
        .filter(|(_, key, _)| !key.contains('/'));
    own.into_iter().chain(below)
}

/// Another version than the current one is not there.
fn refuse_other_version(version: &str, wanted: &[Wanted<'_>]) -> Result<(), Why> {
    match wanted.iter().find(|(.., held)| held.version.to_string() != version) {
        None => Ok(()),
        Some((full, _, held)) => Err(Why::absent(format!(
            "the vault has version {} of `{full}`, and no other",
            held.version
        ))),
    }
}

/// Opens values, and fetches side by side what stores keep; an answer for each, in order.
async fn open_all(vault: &Vault, wanted: &[Wanted<'_>]) -> Vec<Result<Zeroizing<String>, Why>> {
    let (mut kept, mut fetches) = (Vec::new(), Vec::new());
    let mut answers: Vec<Option<Result<_, Why>>> = Vec::with_capacity(wanted.len());
    for (position, (.., held)) in wanted.iter().enumerate() {
        answers.push(match &held.content {
            HeldContent::Sealed { origin, name, environment, sealed } => {
                let place = Place { origin: *origin, name, environment, version: held.version };
                let opened = vault.open(place, sealed);
                Some(opened.map_err(Why::other).and_then(|value| text_of(value.as_bytes())))
            }
            HeldContent::Kept { store, reference } => {
                kept.push(position);
                fetches.push(Fetch { store: store.clone(), reference: reference.clone() });
                None
            }
            HeldContent::Unavailable(why) => Some(Err(Why::other(why.clone()))),
        });
    }
    if !kept.is_empty() {
        let given = fetch(&fetches, &Limits::default()).await;
        for (position, answer) in kept.into_iter().zip(given) {
            answers[position] = Some(match answer {
                Ok(got) => text_of(&got.value),
                Err(failure) => Err(Why::from(&failure)),
            });
        }
    }
    let lost = || Err(Why::other("its store gave no answer"));
    answers.into_iter().map(|answer| answer.unwrap_or_else(lost)).collect()
}
