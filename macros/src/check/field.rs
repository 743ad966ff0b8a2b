//! What is said at a field whose secret cannot be had, with the command that helps.

use std::collections::HashSet;

use strongroom_declared::Field;
use strongroom_vault::{
    Content, Date, Deposit, Environment, Expired, Index, Lookup, Secret, StoreEntry, Value,
    check_secret_name, fold, nearest,
};

use super::kinds;

/// Checks one field; at most one message for each kind of fault, whatever the number of
/// environments.
pub(super) fn check(
    field: &Field,
    all: &[Field],
    index: &Index<'_>,
    environments: &[Environment],
    active: Option<&Environment>,
) -> Vec<String> {
    let mut messages = Vec::new();
    if check_secret_name(&field.name).is_err() {
        return messages;
    }
    let secret = index.secret(&field.name);
    if secret.is_none() && index.settings().get(&field.name).is_some() && !field.is_optional() {
        messages.push(format!(
            "`{}` is a setting in the vault, and no secret\n\
             declare it in a struct with #[strongroom::settings]",
            field.name
        ));
        return messages;
    }
    let mut missing = Vec::new();
    let mut elsewhere = Vec::new();
    let mut expired = Vec::new();
    let mut stray = Vec::new();
    for environment in environments {
        match secret.map_or(Lookup::Missing, |secret| index.lookup_in(secret, environment)) {
            Lookup::Found(value) => {
                note_expired(&mut expired, index, value);
                note_stray(&mut stray, index, value);
            }
            Lookup::Missing if field.is_optional() => {}
            Lookup::Missing => missing.push(environment.clone()),
            // Also where the field is an `Option`: somebody gave a value, so to go on without it
            // would be to go on with a wrong one. Loading refuses it as well.
            Lookup::OtherDataKey(value) => {
                if let Ok(own) = index.environment(value.environment())
                    && !elsewhere.contains(&own)
                {
                    elsewhere.push(own);
                }
            }
        }
    }
    if !missing.is_empty() {
        messages.push(of_missing(field, all, index, secret, &missing));
    }
    if !elsewhere.is_empty() {
        messages.push(of_another_data_key(field, secret, &elsewhere));
    }
    if !expired.is_empty() {
        messages.push(of_expired(field, secret, &expired));
    }
    for (environment, store) in stray {
        messages.push(of_no_store(field, secret, index, &environment, store));
    }
    if let (Some(secret), Some(active)) = (secret, active)
        && let Lookup::Found(value) = index.lookup_in(secret, active)
        && let Content::Reference { store, .. } = value.content()
        && let Some(store) = index.stores().get(store)
    {
        messages.extend(kinds::check(&field.name, value.environment(), store));
    }
    messages
}

/// Notes a value that has expired, once, where the vault says that a build is to fail then.
fn note_expired(expired: &mut Vec<(Environment, Date)>, index: &Index<'_>, value: &Value<'_>) {
    if index.build_expired() == Expired::Deny
        && let Some(day) = value.expires().filter(|day| *day <= Date::today())
        && let Ok(own) = index.environment(value.environment())
        && !expired.iter().any(|(known, _)| *known == own)
    {
        expired.push((own, day));
    }
}

/// Notes a reference to a store that the vault does not declare, once: nothing could be fetched there.
fn note_stray<'i>(
    stray: &mut Vec<(Environment, &'i str)>,
    index: &Index<'_>,
    value: &'i Value<'_>,
) {
    if let Some(store) = stray_store(index, value)
        && let Ok(own) = index.environment(value.environment())
        && !stray.iter().any(|(known, _)| *known == own)
    {
        stray.push((own, store));
    }
}

/// The store of a reference that the vault does not declare.
pub(super) fn stray_store<'i>(index: &Index<'_>, value: &'i Value<'_>) -> Option<&'i str> {
    match value.content() {
        Content::Reference { store, .. } if index.stores().get(store).is_none() => Some(store),
        _ => None,
    }
}

fn of_missing(
    field: &Field,
    all: &[Field],
    index: &Index<'_>,
    secret: Option<&Secret<'_>>,
    missing: &[Environment],
) -> String {
    let mut message = format!("secret `{}` has no value for {}", field.name, listed(missing));
    if secret.is_none()
        && let Some(near) = near(field, all, index)
    {
        let rename = if field.given_name.is_some() { "write" } else { "rename the field, or" };
        message = format!(
            "{message}\nthere is a secret `{near}`: did you mean it? \
             {rename}: #[secret(name = \"{near}\")]"
        );
    }
    let command = command(field, secret, &to_set(missing));
    match of_deposits(field, index, missing) {
        Some(waits) => format!("{message}\n{waits}\nor set one with: {command}"),
        None => format!("{message}\nset one with: {command}"),
    }
}

/// The environments of these that need a value of their own. One for a type is one for its named environments, and would be
/// hidden from then on by one of theirs.
pub(super) fn to_set(missing: &[Environment]) -> Vec<&Environment> {
    let is_needed =
        |each: &&Environment| !each.is_named() || !missing.contains(&each.kind().into());
    missing.iter().filter(is_needed).collect()
}

/// What waits for a field that has no value: it is not far from having one.
fn of_deposits(field: &Field, index: &Index<'_>, missing: &[Environment]) -> Option<String> {
    let deposits = index.deposits();
    if deposits.waiting().is_empty() {
        return None;
    }
    let mut found: Vec<&Deposit<'_>> = Vec::new();
    for deposit in missing.iter().flat_map(|each| deposits.waiting_for(&field.name, each)) {
        let known = found.iter_mut().find(|one| one.environment() == deposit.environment());
        match known {
            Some(known) if known.left() <= deposit.left() => {}
            Some(known) => *known = deposit,
            None => found.push(deposit),
        }
    }
    let name = found.first()?.name();
    let of_environment =
        |each: &&Deposit<'_>| format!("`{}` (since {})", each.environment(), each.left());
    let waits: Vec<String> = found.iter().map(of_environment).collect();
    Some(format!(
        "only a deposit waits for {}\na holder types: strongroom accept {name}",
        and(&waits)
    ))
}

/// A secret that was probably meant: what another field names is no slip of the pen.
fn near<'i>(field: &Field, all: &[Field], index: &'i Index<'_>) -> Option<&'i str> {
    let near = index.near_secret(&field.name)?;
    let folded = fold(near);
    if all.iter().all(|other| fold(&other.name) != folded) {
        return Some(near);
    }
    // Seldom: the nearest is declared by another field, and the next one counts.
    let declared: HashSet<String> = all.iter().map(|other| fold(&other.name)).collect();
    let free = index.secrets().map(Secret::name).filter(|name| !declared.contains(&fold(name)));
    nearest(&field.name, free)
}

/// What leads to the commands that set other values.
const OR_SET: &str = "or set another value with: ";

fn of_another_data_key(
    field: &Field,
    secret: Option<&Secret<'_>>,
    environments: &[Environment],
) -> String {
    let (values, lie, it) = match environments.len() {
        1 => ("value", "lies", "it"),
        _ => ("values", "lie", "each"),
    };
    let name = secret.map_or(field.name.as_str(), Secret::name);
    let mut names = Vec::new();
    let mut commands = String::new();
    for each in environments {
        names.push(format!("`{each}`"));
        // Each command on its own: the values of several environments are seldom the same.
        let lead = match commands.as_str() {
            "" => OR_SET.to_owned(),
            _ => " ".repeat(OR_SET.len()),
        };
        commands = format!("{commands}\n{lead}{}", command(field, secret, &[each]));
    }
    format!(
        "the {values} of `{}` for {} {lie} under another data key \
         (a merge with a rotation, an edited [environments], or an altered line)\n\
         look who set {it}, then seal {it} again: strongroom reseal {name}{commands}",
        field.name,
        and(&names)
    )
}

fn of_expired(
    field: &Field,
    secret: Option<&Secret<'_>>,
    expired: &[(Environment, Date)],
) -> String {
    let mut message = String::new();
    for (each, day) in expired {
        let lead = if message.is_empty() { "" } else { "\n" };
        message = format!(
            "{message}{lead}the value of `{}` for `{each}` expired on {day}\nset a new one with: {}",
            field.name,
            command(field, secret, &[each])
        );
    }
    message
}

fn of_no_store(
    field: &Field,
    secret: Option<&Secret<'_>>,
    index: &Index<'_>,
    environment: &Environment,
    store: &str,
) -> String {
    let name = secret.map_or(field.name.as_str(), Secret::name);
    let mut message = format!(
        "`{}` for `{environment}` is kept in the store `{store}`, and the vault declares no such store",
        field.name
    );
    let known = index.stores().iter().map(StoreEntry::name);
    if let Some(near) = nearest(store, known) {
        message = format!("{message}\nthere is a store `{near}`: did you mean it?");
    }
    format!(
        "{message}\ndeclare it with: strongroom store add {store} --kind KIND\n\
         or link it elsewhere: strongroom link {} {name} STORE:REFERENCE",
        environment.flag()
    )
}

/// The command that sets a value in all of these environments, with the name as the vault spells it.
fn command(field: &Field, secret: Option<&Secret<'_>>, environments: &[&Environment]) -> String {
    let name = secret.map_or(&*field.name, Secret::name);
    format!("strongroom set{} {name}", flags(environments))
}

/// The options that mean all of these environments, each with a blank before it.
pub(super) fn flags(environments: &[&Environment]) -> String {
    let (mut types, mut named) = (String::new(), String::new());
    for each in environments {
        let (flag, words) =
            if each.is_named() { (" --env ", &mut named) } else { (" --type ", &mut types) };
        *words += if words.is_empty() { flag } else { "," };
        *words += each.name();
    }
    types + &named
}

/// Environments in words: their kind, their names, and the types of named ones.
pub(super) fn listed(environments: &[Environment]) -> String {
    let (mut types, mut named) = (Vec::new(), Vec::new());
    for each in environments {
        if each.is_named() {
            named.push(format!("`{each}` (type `{}`)", each.kind()));
        } else {
            types.push(format!("`{each}`"));
        }
    }
    let group = |noun: &str, words: &[String]| {
        let plural = if words.len() == 1 { "" } else { "s" };
        format!("{noun}{plural} {}", and(words))
    };
    match (types.is_empty(), named.is_empty()) {
        (_, true) => group("environment type", &types),
        (true, false) => group("environment", &named),
        (false, false) => {
            format!("{} and {}", group("environment type", &types), group("environment", &named))
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and(words: &[String]) -> String {
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            text += if at + 1 == words.len() { " and " } else { ", " };
        }
        text += word;
    }
    text
}
