//! What `git log -p` and `git show` compare in place of the file: a line for each thing, without what is sealed.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

use strongroom_vault::{
    Content, EnvironmentType, Grant, HolderKind, Index, KeyTable, Lookup, Marked, PlainValue,
    Shown, Side, Value,
};

use super::{OPEN, TOO_LARGE, bounded};
use crate::commands::diff::{app_words, key_words, words_of};
use crate::deposits::shown_code;
use crate::error::{Error, Status};
use crate::ui;

/// Write a vault as text that can be compared: what git runs as its text conversion
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file
    file: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Status, Error> {
    let bytes = bounded(&args.file).map_err(|error| Error::file("read", &args.file, &error))?;
    let Some(bytes) = bytes else {
        ui::data(TOO_LARGE)?;
        return Ok(Status::Done);
    };
    let text = String::from_utf8_lossy(&bytes);
    match Index::read(&text) {
        Ok(index) => ui::data(&converted(&index, &text))?,
        Err(_) => match Marked::split(&text) {
            Some(marked) => ui::data(&both(&marked))?,
            // As it is: a file that is no vault.
            None => ui::data(&text)?,
        },
    }
    Ok(Status::Done)
}

/// A merge that is open: what both sides have once, and the rest by its side.
fn both(marked: &Marked) -> String {
    let mut lines = format!("{OPEN}\n");
    let text = |side| {
        let text = marked.side(side);
        Index::read(text).ok().map(|index| converted(&index, text))
    };
    let (Some(ours), Some(theirs)) = (text(Side::Ours), text(Side::Theirs)) else { return lines };
    let [of_ours, of_theirs] = [&ours, &theirs].map(|text| text.lines().collect::<HashSet<_>>());
    let (mut ours, mut theirs) = (ours.lines().peekable(), theirs.lines().peekable());
    loop {
        match (ours.peek(), theirs.peek()) {
            (None, None) => return lines,
            (Some(a), Some(b)) if a == b => {
                push(&mut lines, a);
                ours.next();
                theirs.next();
            }
            (Some(a), b) if b.is_none() || !of_theirs.contains(a) => {
                push(&mut lines, &format!("ours: {a}"));
                ours.next();
            }
            (a, Some(b)) if a.is_none() || !of_ours.contains(b) => {
                push(&mut lines, &format!("theirs: {b}"));
                theirs.next();
            }
            // Both have both, in another order: each is told once.
            (_, _) => {
                push(&mut lines, ours.next().unwrap_or_default());
            }
        }
    }
}

/// One line for each thing. The end of what is sealed is there, so that no change of it goes unseen.
fn converted(index: &Index<'_>, text: &str) -> String {
    let mut lines = String::new();
    let comments = text.lines().map(str::trim).filter(|line| line.starts_with('#'));
    for comment in comments {
        push(&mut lines, comment);
    }
    push(&mut lines, &format!("vault {}", index.id()));
    let check: Vec<&str> =
        index.build_check().iter().map(strongroom_vault::Environment::name).collect();
    if !check.is_empty() {
        push(&mut lines, &format!("build check: {}", check.join(", ")));
    }
    let expired = index.build_expired();
    push(&mut lines, &format!("build expired: {}", expired.as_str()));
    for environment in index.named_environments() {
        push(&mut lines, &format!("environment {environment}: {}", environment.kind()));
    }
    for holder in index.holders() {
        let (public, delivered) = match holder.kind() {
            HolderKind::Age { recipient, delivered } => {
                (format!(", {}", Shown(recipient)), Some(delivered))
            }
            _ => (String::new(), None),
        };
        let since = holder.since().map(|day| format!(", since {day}")).unwrap_or_default();
        let kind = holder.kind().as_str();
        push(
            &mut lines,
            &format!(
                "holder {}: {kind}{public}{since}, key {}{}{}",
                Shown(holder.name()),
                end_of(holder.kept()),
                delivered.map_or_else(String::new, |it| format!(", delivered {}", end_of(it))),
                holder.vouch().map_or_else(String::new, |it| format!(", vouch {}", end_of(it)))
            ),
        );
    }
    for removed in index.removed() {
        push(&mut lines, &format!("removed {}: {}", Shown(removed.name()), removed.on()));
    }
    let tables = EnvironmentType::ALL.map(|kind| (kind.as_str(), index.keys().of_type(kind)));
    for (scope, table) in tables.into_iter().chain([("roster", index.keys().roster())]) {
        grants(&mut lines, scope, table);
    }
    for kind in EnvironmentType::ALL {
        if let Some(key) = index.deposits().key(kind) {
            push(&mut lines, &format!("deposit key {kind}: {}", Shown(key.public())));
        }
    }
    for deposit in index.deposits().waiting() {
        push(
            &mut lines,
            &format!(
                "deposit for `{}` {}: left {}, code {}",
                Shown(deposit.name()),
                Shown(deposit.environment()),
                deposit.left(),
                shown_code(deposit)
            ),
        );
    }
    // Where values come from must be seen as well as which are there.
    for store in index.stores().iter() {
        let words = ui::safe(&words_of(store));
        push(&mut lines, &format!("store {}: {words}", Shown(store.name())));
    }
    for (environment, store) in index.stores().defaults() {
        push(&mut lines, &format!("store default {}: {}", Shown(environment), Shown(store)));
    }
    for setting in index.settings().iter() {
        let name = Shown(setting.name());
        if let Some(about) = setting.about() {
            push(&mut lines, &format!("setting `{name}`: {}", Shown(about)));
        }
        for value in setting.values() {
            let scope = Shown(PlainValue::scope_words(value.scope()));
            let text = ui::safe(value.text());
            push(&mut lines, &format!("setting `{name}` {scope}: {text}"));
        }
    }
    apps(&mut lines, index);
    for secret in index.secrets() {
        if let Some(about) = secret.about() {
            push(&mut lines, &format!("`{}`: {}", Shown(secret.name()), Shown(about)));
        }
        for value in secret.values() {
            let place = format!("`{}` {}", Shown(secret.name()), Shown(value.environment()));
            push(&mut lines, &format!("{place}: {}", value_words(index, secret, value)));
        }
    }
    lines
}

/// Who may have what by API key must be seen as well; what cannot be read is told, so that it hides nothing.
fn apps(lines: &mut String, index: &Index<'_>) {
    let apps = match index.apps() {
        Ok(apps) => apps,
        Err(error) => return push(lines, &format!("apps cannot be read: {error}")),
    };
    for app in apps.iter() {
        let name = Shown(app.name());
        push(lines, &format!("app {name}: {}", Shown(&app_words(app))));
        for key in app.keys() {
            let seal = end_of(key.seal());
            push(lines, &format!("app key {name} {}: {}, seal {seal}", key.kind(), key_words(key)));
        }
    }
}

fn value_words(
    index: &Index<'_>,
    secret: &strongroom_vault::Secret<'_>,
    value: &Value<'_>,
) -> String {
    let mut words = format!("version {}, set {}", value.version(), value.set());
    if let Some(day) = value.expires() {
        let _ = write!(words, ", expires {day}");
    }
    if !value.due().is_empty() {
        let names: Vec<&str> = value.due().iter().map(AsRef::as_ref).collect();
        let _ = write!(words, ", due because of {}", Shown(&names.join(", ")));
    }
    let environment = index.environment(value.environment());
    let is_behind = environment.is_ok_and(|environment| {
        matches!(index.lookup_in(secret, &environment), Lookup::OtherDataKey(_))
    });
    if is_behind {
        words.push_str(", under another data key");
    }
    match value.content() {
        Content::Sealed(sealed) => words + &format!(", sealed {}", end_of(sealed)),
        Content::Reference { store, reference, seal } => {
            words
                + &format!(
                    ", in store {} as {}, seal {}",
                    Shown(store),
                    Shown(reference),
                    end_of(seal)
                )
        }
    }
}

fn grants(lines: &mut String, scope: &str, table: &KeyTable<'_>) {
    for grant in table.grants() {
        let end = end_of(grant.sealed());
        let generation = Grant::generation(grant);
        push(
            lines,
            &format!("grant {scope} {}: generation {generation}, {end}", Shown(grant.holder())),
        );
    }
}

fn push(lines: &mut String, line: &str) {
    lines.push_str(line);
    lines.push('\n');
}

/// The end of what is sealed: random, and another one each time.
fn end_of(sealed: &str) -> String {
    let start = sealed.len().saturating_sub(END);
    format!("…{}", sealed.get(start..).unwrap_or_default())
}

/// Characters that tell two seals apart.
const END: usize = 8;
