//! Opens the holder key of whoever is here, whole: from `delivered` with an identity, or from a passphrase.

use std::env;
use std::path::{Path, PathBuf};

use strongroom_vault::limits::PASSPHRASE_TRIES;
use strongroom_vault::search::{IDENTITY_VARIABLE, PASSPHRASE_VARIABLE, UserFolder, home};
use strongroom_vault::{
    Credential, Holder, HolderKey, HolderKind, Index, KeyRing, Passphrase, Shown, ShownPath,
    UnlockError,
};

use crate::age::{self, Fits, IdentityFile};
use crate::error::{Error, listed};
use crate::hints::typed;
use crate::keys::passphrase_of;
use crate::ui::{self, Asked, Terminal};

/// A holder key that was opened, and whose it is.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The holder's name, as spelled in the vault.
    pub(crate) holder: String,
    pub(crate) key: HolderKey,
}

impl Opened {
    /// Whether somebody compared the fingerprint of this very key here.
    pub(crate) fn is_trusted(&self, index: &Index<'_>) -> bool {
        let known = UserFolder::find()
            .and_then(|folder| folder.trusted_fingerprint(index.id(), &self.holder));
        known.is_some_and(|known| known == self.key.fingerprint(index.id(), &self.holder))
    }
}

/// Where identities are: a file that an option or a variable names, else those of this user.
#[derive(Debug)]
pub(crate) struct IdentityFiles {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) is_named: bool,
}

impl IdentityFiles {
    pub(crate) fn new(option: Option<&Path>) -> Self {
        let variable = || env::var_os(IDENTITY_VARIABLE).filter(|path| !path.is_empty());
        match option.map(Path::to_owned).or_else(|| variable().map(PathBuf::from)) {
            Some(path) => Self { paths: vec![path], is_named: true },
            None => Self { paths: own_identities(), is_named: false },
        }
    }

    /// The public key of the first that can be read and tells one that a holder can have.
    pub(crate) fn public_key(&self) -> Option<String> {
        self.paths.iter().find_map(|path| IdentityFile::read(path).ok()??.public_key())
    }
}

fn own_identities() -> Vec<PathBuf> {
    let own = UserFolder::find().map(|folder| folder.identity_file());
    let ssh = home().map(|home| home.join(".ssh"));
    let ssh = ssh.into_iter().flat_map(|ssh| ["id_ed25519", "id_rsa"].map(|name| ssh.join(name)));
    own.into_iter().chain(ssh).collect()
}

/// What came of looking for an identity that opens the holder key of one of some holders.
#[derive(Debug)]
pub(crate) enum Found {
    /// One did.
    Opened(Opened),
    /// None did: the files, each with what was found.
    Nothing(Vec<String>),
}

/// Opens the holder key of the first of some holders whose identity is in one of some files. Asks for the passphrase of an
/// identity only where it is that of a holder, or may be.
pub(crate) fn by_identity(
    index: &Index<'_>,
    holders: &[&Holder<'_>],
    files: &IdentityFiles,
) -> Result<Found, Error> {
    let IdentityFiles { paths, is_named } = files;
    let is_named = *is_named;
    let (mut identities, mut looked) = (Vec::new(), Vec::new());
    for path in paths {
        let found = match IdentityFile::read(path) {
            Ok(Some(identity)) => {
                identities.push(identity);
                "no holder's"
            }
            Ok(None) if is_named => {
                let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
                return Err(Error::file("read the identity", path, &missing));
            }
            Ok(None) => "not there",
            Err(error) if is_named => return Err(error),
            // A key of another kind in ~/.ssh is nobody's mistake.
            Err(_) => "no identity that can be read",
        };
        looked.push(format!("{} ({found})", ShownPath(path)));
    }
    for wanted in [Fits::Yes, Fits::Perhaps] {
        for identity in &mut identities {
            for holder in holders {
                let HolderKind::Age { recipient, .. } = holder.kind() else { continue };
                if identity.fits(recipient) != wanted {
                    continue;
                }
                let Some(age_file) = holder.delivered() else { continue };
                match identity.open(&age_file)? {
                    Some(inside) => return opened(index, holder, &inside).map(Found::Opened),
                    None if wanted == Fits::Yes => return Err(swapped(holder.name())),
                    None => {}
                }
            }
        }
    }
    Ok(Found::Nothing(looked))
}

/// The holders with a public key.
pub(crate) fn with_public_keys<'i, 't>(index: &'i Index<'t>) -> Vec<&'i Holder<'t>> {
    let has_one = |holder: &&Holder<'_>| matches!(holder.kind(), HolderKind::Age { .. });
    index.holders().iter().filter(has_one).collect()
}

fn opened(index: &Index<'_>, holder: &Holder<'_>, inside: &[u8]) -> Result<Opened, Error> {
    let name = holder.name();
    let key = HolderKey::from_delivered(index.id(), name, inside).map_err(|_| swapped(name))?;
    Ok(Opened { holder: name.to_owned(), key })
}

fn swapped(holder: &str) -> Error {
    let holder = Shown(holder);
    Error::cannot(format!(
        "what the vault delivers to `{holder}` is not for it: the line was changed, or taken from another holder or vault\n\
         restore [holders.{holder}] from git: git log -p -S delivered strongroom.toml"
    ))
}

/// What to say where nobody's identity is here.
pub(crate) fn nobody(index: &Index<'_>, files: &IdentityFiles, looked: &[String]) -> Error {
    let holders = with_public_keys(index);
    if !age::IS_BUILT_IN && !holders.is_empty() {
        return age::absent();
    }
    let mut text = if holders.is_empty() {
        "no holder of this vault has a public key".to_owned()
    } else {
        let names = listed(holders.iter().map(|holder| holder.name()));
        format!("no identity here is that of a holder with a public key: {names}")
    };
    if !looked.is_empty() {
        text = format!("{text}\nlooked in: {}", looked.join(", "));
    }
    let error = Error::cannot(text);
    let roster: Vec<&str> = index.keys().roster().holders().collect();
    let who = Shown(&roster.join(", ")).to_string();
    match files.public_key().map(|key| typed(key.as_ref())) {
        Some(key) => error.with_hint(format!(
            "your public key is that of no holder yet; a holder ({who}) adds you with: strongroom holder add NAME {key} --type TYPES\n\
             or give another identity with: strongroom unlock --identity FILE"
        )),
        None => error.with_hint(format!(
            "give one with: strongroom unlock --identity FILE\n\
             or make one with: strongroom key new, and let a holder ({who}) add it: strongroom holder add NAME age1…"
        )),
    }
}

/// The holders with a passphrase.
pub(crate) fn with_passphrases<'i, 't>(index: &'i Index<'t>) -> Vec<&'i Holder<'t>> {
    let has_one = |holder: &&Holder<'_>| matches!(holder.kind(), HolderKind::Passphrase { .. });
    index.holders().iter().filter(has_one).collect()
}

/// Makes the holder key of one of some holders from a passphrase: that of the variable, else one that is asked for.
pub(crate) fn by_passphrase(index: &Index<'_>, holders: &[&Holder<'_>]) -> Result<Opened, Error> {
    if let Some(given) = env::var(PASSPHRASE_VARIABLE).ok().filter(|text| !text.is_empty()) {
        let passphrase = Passphrase::from(given);
        let opened = of_passphrase(index, holders, &passphrase)?;
        return opened.ok_or_else(|| {
            Error::cannot(wrong(holders)).with_hint(format!("read from: {PASSPHRASE_VARIABLE}"))
        });
    }
    let names: Vec<&str> = holders.iter().map(|holder| holder.name()).collect();
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::cannot(format!(
            "no terminal to ask for the passphrase of {} at\ngive it in {PASSPHRASE_VARIABLE}",
            Shown(&names.join(" or "))
        )));
    };
    let prompt = format!("passphrase of {}: ", Shown(&names.join(" or ")));
    for left in (0..TRIES).rev() {
        let typed = terminal.hidden(&prompt, Asked::Passphrase)?;
        match of_passphrase(index, holders, &passphrase_of(&typed)?)? {
            Some(opened) => return Ok(opened),
            None if left > 0 => ui::say("wrong passphrase, try again"),
            None => {}
        }
    }
    Err(Error::cannot(wrong(holders)))
}

fn of_passphrase(
    index: &Index<'_>,
    holders: &[&Holder<'_>],
    passphrase: &Passphrase,
) -> Result<Option<Opened>, Error> {
    // Each costs a run of Argon2.
    for holder in holders.iter().take(PASSPHRASE_TRIES) {
        let key = HolderKey::of_holder(index.id(), holder, passphrase).map_err(Error::cannot)?;
        let Some(key) = key else { continue };
        let credential = Credential::HolderKey(key.clone());
        if KeyRing::unlock(index, &credential, Some(holder.name())).is_ok() {
            return Ok(Some(Opened { holder: holder.name().to_owned(), key }));
        }
    }
    Ok(None)
}

fn wrong(holders: &[&Holder<'_>]) -> UnlockError {
    let names: Vec<String> = holders.iter().map(|holder| holder.name().to_owned()).collect();
    let tried = names.iter().take(PASSPHRASE_TRIES).cloned().collect();
    UnlockError::WrongPassphrase { tried, untried: names.len().saturating_sub(PASSPHRASE_TRIES) }
}

/// How often a passphrase is asked for.
const TRIES: u32 = 3;
