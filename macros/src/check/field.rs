//! What is said at a field whose secret cannot be had, with the command that helps.

use strongroom_declared::Field;
use strongroom_vault::{Environment, Index, Lookup, Secret, check_secret_name, fold, nearest};

/// Checks one field; at most one message for each kind of fault, whatever the number of environments.
pub(super) fn check(
    field: &Field,
    all: &[Field],
    index: &Index<'_>,
    environments: &[Environment],
) -> Vec<String> {
    if check_secret_name(&field.name).is_err() {
        return Vec::new();
    }
    let secret = index.secret(&field.name);
    let mut missing = Vec::new();
    let mut elsewhere: Vec<Environment> = Vec::new();
    for environment in environments {
        match secret.map_or(Lookup::Missing, |secret| index.lookup_in(secret, environment)) {
            Lookup::Found(_) => {}
            Lookup::Missing if field.is_optional() => {}
            Lookup::Missing => missing.push(environment),
            // Also where the field is an `Option`: somebody gave a value, so to go on without it would be going on with
            // a wrong one.
            Lookup::OtherDataKey(value) => {
                let own = index.environment(value.environment());
                elsewhere.extend(own.ok().filter(|own| !elsewhere.contains(own)));
            }
        }
    }
    let mut messages = Vec::new();
    if !missing.is_empty() {
        messages.push(of_missing(field, all, index, secret, &missing));
    }
    if !elsewhere.is_empty() {
        messages.push(of_another_data_key(field, secret, &elsewhere));
    }
    messages
}

fn of_missing(
    field: &Field,
    all: &[Field],
    index: &Index<'_>,
    secret: Option<&Secret<'_>>,
    missing: &[&Environment],
) -> String {
    let mut message = format!("secret `{}` has no value for {}", field.name, listed(missing));
    if secret.is_none() {
        // What another field names is no slip of the pen.
        let declared: Vec<String> = all.iter().map(|other| fold(&other.name)).collect();
        let free = index.secrets().map(Secret::name).filter(|name| !declared.contains(&fold(name)));
        if let Some(near) = nearest(&field.name, free) {
            let rename = if field.given_name.is_some() { "write" } else { "rename the field, or" };
            message = format!(
                "{message}\nthere is a secret `{near}`: did you mean it? {rename}: \
                 #[secret(name = \"{near}\")]"
            );
        }
    }
    // A value for a type is one for its named environments; one of their own would hide it from then on.
    let is_covered = |named: &Environment| missing.contains(&&Environment::from(named.kind()));
    let to_set = missing.iter().filter(|each| !each.is_named() || !is_covered(each));
    let command = command(field, secret, to_set.copied());
    message + "\nset one with: " + &command
}

fn of_another_data_key(
    field: &Field,
    secret: Option<&Secret<'_>>,
    environments: &[Environment],
) -> String {
    let names = and(environments.iter().map(|each| format!("`{each}`")));
    let (values, lie, it) = match environments.len() {
        1 => ("value", "lies", "it"),
        _ => ("values", "lie", "each"),
    };
    // Each command on its own: values of several environments are seldom the same.
    let lead = format!("\nset {it} again with: ");
    let commands = environments.iter().map(|each| command(field, secret, std::iter::once(each)));
    let commands: Vec<String> = commands.collect();
    format!(
        "the {values} of `{}` for {names} {lie} under another data key \
         (a merge with a rotation, an edited [environments], or an altered line){lead}{}",
        field.name,
        commands.join(&format!("\n{:1$}", "", lead.len() - 1))
    )
}

/// The command that sets a value in all of these environments, with the name as the vault spells it.
fn command<'e>(
    field: &Field,
    secret: Option<&Secret<'_>>,
    environments: impl Iterator<Item = &'e Environment>,
) -> String {
    let (named, types) = parted(environments);
    let mut command = "strongroom set".to_owned();
    for (flag, group) in [("--type", types), ("--env", named)] {
        let words: Vec<&str> = group.into_iter().map(Environment::name).collect();
        if !words.is_empty() {
            command = format!("{command} {flag} {}", words.join(","));
        }
    }
    command + " " + secret.map_or(&field.name, Secret::name)
}

/// Environments in words: their kind, their names, and the types of named ones.
fn listed(environments: &[&Environment]) -> String {
    let (named, types) = parted(environments.iter().copied());
    let mut groups = Vec::new();
    if !types.is_empty() {
        let plural = if types.len() == 1 { "" } else { "s" };
        let words = and(types.into_iter().map(|each| format!("`{each}`")));
        groups.push(format!("environment type{plural} {words}"));
    }
    if !named.is_empty() {
        let plural = if named.len() == 1 { "" } else { "s" };
        let words = and(named.into_iter().map(|each| format!("`{each}` (type `{}`)", each.kind())));
        groups.push(format!("environment{plural} {words}"));
    }
    groups.join(" and ")
}

/// Named environments, and those that stand for a whole type.
fn parted<'e>(
    environments: impl Iterator<Item = &'e Environment>,
) -> (Vec<&'e Environment>, Vec<&'e Environment>) {
    environments.partition(|each| each.is_named())
}

/// `a`, `a and b`, `a, b and c`.
fn and(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} and {last}", words.join(", ")) }
}
