//! Keys: each place where one is looked for, and what the one that is found opens.

use std::env;
use std::path::PathBuf;

use strongroom_vault::search::{
    CREDENTIAL_NAME, CREDENTIALS_VARIABLE, Found, HOLDER_VARIABLE, KEY_FILE_VARIABLE, KEY_VARIABLE,
    KeyError, PASSPHRASE_VARIABLE, UserFolder, Wanted, is_blank, is_tracked,
};
use strongroom_vault::{EnvironmentType, Index, KeyRing, Shown, ShownPath};

use super::Findings;
use crate::commands::key::how;
use crate::error::{Error, listed};
use crate::hints::typed;
use crate::keys;

pub(super) fn look(findings: &mut Findings, index: Option<&Index<'_>>) {
    places(findings);
    let folder = UserFolder::find();
    match &folder {
        Some(folder) => findings.ok("kept keys", ShownPath(&folder.keys_folder()).to_string()),
        None => findings.warning(
            "kept keys",
            "no configuration folder: HOME is not set",
            "give a key in STRONGROOM_KEY or STRONGROOM_KEY_FILE, or set HOME",
        ),
    }
    let Some(index) = index else { return };
    match keys::find(index, Wanted::Anything) {
        Ok(Found { ring, source }) => findings.ok(
            "key",
            format!("that of `{}` opens {}, from {source}", Shown(ring.holder()), opens(&ring)),
        ),
        Err(KeyError::NoKey { passphrases, .. }) if !passphrases.is_empty() => findings.ok(
            "key",
            format!(
                "none here: a command asks for the passphrase of {}",
                Shown(&passphrases.join(" or "))
            ),
        ),
        Err(error @ KeyError::NoKey { .. }) => {
            let text = Error::from(error).text().to_owned();
            // What the error says after the places, which are listed here already.
            let then = text.splitn(3, '\n').nth(2).map(str::to_owned);
            findings.warning(
                "key",
                "none for this vault here: nothing can be set, shown or run",
                then.unwrap_or_default(),
            );
        }
        Err(error) => findings.error("key", &Error::from(error)),
    }
    if let Some(folder) = folder {
        kept(findings, index, &folder);
    }
}

/// The places that a variable names, in the order in which they decide.
fn places(findings: &mut Findings) {
    let is_set = |name: &str| env::var_os(name).is_some_and(|it| !it.is_empty()) && !is_blank(name);
    let set: Vec<&str> =
        [KEY_VARIABLE, KEY_FILE_VARIABLE, CREDENTIALS_VARIABLE, PASSPHRASE_VARIABLE]
            .into_iter()
            .filter(|name| is_set(name))
            .collect();
    let decides = match set.as_slice() {
        [] if is_blank(KEY_VARIABLE) => format!("{KEY_VARIABLE} is set, but empty"),
        [] => "no variable gives one".to_owned(),
        [one] => format!("{one} is set"),
        [first, others @ ..] => format!("{first} is set and comes before {}", others.join(", ")),
    };
    findings.ok("key variables", decides);
    if is_set(HOLDER_VARIABLE) && !is_set(PASSPHRASE_VARIABLE) {
        findings
            .ok("key variables", format!("{HOLDER_VARIABLE} says whose passphrase is asked for"));
    }
    let file = |name: &str| env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let named = file(KEY_FILE_VARIABLE);
    for path in
        named.into_iter().chain(file(CREDENTIALS_VARIABLE).map(|it| it.join(CREDENTIAL_NAME)))
    {
        if is_tracked(&path).unwrap_or(false) {
            findings.problem(
                "key variables",
                format!("git tracks {}, which holds a key", ShownPath(&path)),
                format!(
                    "take it out: git rm --cached {}\nwhoever has the repository has the key: make a new one",
                    typed(&path)
                ),
            );
        }
    }
}

/// The kept keys, each with what it opens; and keys that are older than those seen before.
fn kept(findings: &mut Findings, index: &Index<'_>, folder: &UserFolder) {
    match folder.keys(index.id()) {
        Ok(keys) => {
            for key in keys.keys {
                let path = ShownPath(&key.path);
                match key.open(index) {
                    Ok(ring) => {
                        let how = how(&key);
                        findings.ok("kept keys", format!("{path} ({how}) opens {}", opens(&ring)));
                    }
                    Err(error) => findings.error("kept keys", &Error::from(error)),
                }
            }
        }
        Err(error) => findings.error("kept keys", &Error::from(error)),
    }
    let seen = folder.generations(index.id());
    for kind in EnvironmentType::ALL {
        if let Err(error) = seen.check(index, kind) {
            findings.error("generations", &Error::from(error));
        }
    }
}

/// What a ring opens, in words.
fn opens(ring: &KeyRing) -> String {
    if ring.roster().is_some() {
        return "everything".to_owned();
    }
    match ring.kinds().map(EnvironmentType::as_str).collect::<Vec<_>>().as_slice() {
        [] => "nothing".to_owned(),
        kinds => listed(kinds.iter().copied()),
    }
}
