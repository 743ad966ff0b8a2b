//! The vault: which one it is, who named it, whether it can be read and written, and by whom.

use std::fs;
use std::path::Path;

use strongroom_vault::search::{check_vault_permissions, mine_path, read_mine};
use strongroom_vault::{
    FORMAT, Index, Mine, Secret, Shown, ShownPath, VAULT_VARIABLE, Value, left_behind,
};

use super::Findings;
use super::cargo::Configured;
use crate::error::Error;
use crate::hints::typed;
use crate::session::{Found, Place, Session};
use crate::system;

/// Finds and reads the file.
pub(super) fn look(
    findings: &mut Findings,
    place: &Place,
    configured: &Configured,
) -> Option<Found> {
    let found = match place.read() {
        Ok(found) => found,
        Err(error) => {
            let error = match configured.get(VAULT_VARIABLE) {
                Some(set) if place.named_vault().is_none() => error.with_hint(format!(
                    "cargo gives builds another one: {} sets {VAULT_VARIABLE}",
                    ShownPath(&set.file)
                )),
                _ => error,
            };
            findings.error("vault", &error);
            return None;
        }
    };
    if let Some(set) = configured.get(VAULT_VARIABLE) {
        let (ours, theirs) = (found.path().canonicalize(), set.path().canonicalize());
        let from = format!("{} sets {VAULT_VARIABLE}", ShownPath(&set.file));
        match (ours, theirs) {
            (_, Err(error)) => findings.problem(
                "build",
                format!("{from} to a vault that cannot be found: {error}"),
                "correct it, or remove the line",
            ),
            (Ok(ours), Ok(theirs)) if ours != theirs => findings.warning(
                "build",
                format!("{from}: builds look at {}, this command does not", ShownPath(&theirs)),
                format!("name the same one: export {VAULT_VARIABLE}={}", typed(&theirs)),
            ),
            _ => findings.ok("build", format!("{from}: builds look at this vault too")),
        }
    }
    Some(found)
}

/// Reads what the file says.
pub(super) fn open<'f>(findings: &mut Findings, found: &'f Found) -> Option<Session<'f>> {
    let named = if found.is_named {
        format!("named by --vault or {VAULT_VARIABLE}")
    } else {
        "found from this folder upwards".to_owned()
    };
    let path = found.path();
    let session = match found.open() {
        Ok(session) => session,
        Err(error) => {
            findings.error("vault", &error);
            return None;
        }
    };
    let secrets = session.index.secrets().len();
    let metadata = found.metadata();
    findings.ok(
        "vault",
        format!(
            "{} ({named})\nformat {FORMAT}, {}, {} bytes, id {}",
            ShownPath(path),
            counted(secrets, "secret"),
            metadata.len(),
            session.index.id()
        ),
    );
    match session.index.deposits().waiting().len() {
        0 => {}
        count => findings.ok(
            "deposits",
            format!(
                "{} that nothing loads until a holder types: strongroom accept",
                counted(count, "deposit")
            ),
        ),
    }
    match check_vault_permissions(path, metadata) {
        Ok(()) => findings.ok("permissions", "nobody else can write the vault"),
        Err(error) => findings.error("permissions", &Error::from(error)),
    }
    if metadata.permissions().readonly() {
        let then = format!("to change it: chmod u+w {}", typed(path));
        findings.warning("permissions", "the vault is read-only", then);
    }
    if let Some(owner) = system::foreign_owner(metadata) {
        findings.warning(
            "permissions",
            format!(
                "the vault belongs to another user, {owner}: programs take that user's word for it"
            ),
            format!("if that is not meant: chown \"$(id -u)\" {}", typed(path)),
        );
    }
    own_values(findings, &session);
    values(findings, &session.index);
    left_over(findings, &session);
    second_holder(findings, &session);
    Some(session)
}

/// The developer's own values for local.
fn own_values(findings: &mut Findings, session: &Session<'_>) {
    let path = mine_path(session.path());
    match read_mine(session.path()) {
        Ok(None) => {}
        Ok(Some(file)) => match Mine::read(file.text(), &session.index) {
            Ok(mine) if mine.left_behind(&session.index).next().is_some() => findings.problem(
                "own values",
                format!("{}: some lie under another data key", ShownPath(&path)),
                "after a rotation seal them again: strongroom reseal",
            ),
            Ok(_) => {
                findings.ok("own values", format!("{}: they count for local", ShownPath(&path)));
            }
            Err(error) => findings.error("own values", &Error::from(file.error(error))),
        },
        Err(error) => findings.error("own values", &Error::from(error)),
    }
}

/// Values that nothing loads, and those that somebody who was removed knows.
fn values(findings: &mut Findings, index: &Index<'_>) {
    let place = |(secret, value): (&Secret<'_>, &Value<'_>)| {
        format!("{} ({})", Shown(secret.name()), Shown(value.environment()))
    };
    let left: Vec<String> = left_behind(index).map(place).collect();
    if !left.is_empty() {
        findings.problem(
            "values",
            format!("under another data key, and so not counted: {}", left.join(", ")),
            "look who set each, then seal it again: strongroom reseal",
        );
    }
    let all = index.secrets().flat_map(|secret| secret.values().iter().map(move |it| (secret, it)));
    let known: Vec<String> = all.filter(|(_, it)| !it.due().is_empty()).map(place).collect();
    if !known.is_empty() {
        findings.warning(
            "values",
            format!("known to holders who were removed: {}", known.join(", ")),
            "change each where it came from, then: strongroom set\nsee who knows which with: strongroom check",
        );
    }
}

/// What a save that was interrupted left beside the vault.
fn left_over(findings: &mut Findings, session: &Session<'_>) {
    let left = fs::read_dir(
        session
            .path()
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
    );
    let name = session.path().file_name().unwrap_or_default().to_string_lossy();
    let new = format!(".{name}.new");
    let is_left = |name: &str| name.starts_with(&new);
    let left =
        left.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    for name in left.filter(|name| is_left(name)) {
        let then = format!("if no strongroom is at work: rm {}", typed(Path::new(&name)));
        let found = format!("{} is left of a save that was interrupted", Shown(&name));
        findings.warning("vault", found, then);
    }
}

/// Whoever loses the last key that opens everything loses the secrets.
fn second_holder(findings: &mut Findings, session: &Session<'_>) {
    let roster = session.index.keys().roster().grants().len();
    match roster {
        0 => findings.problem(
            "holders",
            "nobody has the roster key: no holder can be added",
            "restore [keys.roster] from git",
        ),
        1 => findings.warning(
            "holders",
            "one holder alone can open everything",
            "make a second one: strongroom holder add recovery --roster --passphrase",
        ),
        _ => findings.ok("holders", format!("{} can open everything", counted(roster, "holder"))),
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
