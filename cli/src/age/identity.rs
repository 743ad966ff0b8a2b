//! Files with the private halves of public keys: age identities, SSH keys, and either of them under a passphrase.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Identity, plugin, scrypt, ssh, x25519};
use strongroom_vault::search::{check_key_permissions, public_half};
use strongroom_vault::{ShownPath, open_regular};
use zeroize::Zeroizing;

use super::Fits;
use super::conversation::AtTerminal;
use super::file::{MOST_WORK, decrypt, unopened};
use crate::error::Error;
use crate::ui::{self, Asked, Terminal};
use crate::value::limited;

/// A file with the private halves of one or several public keys.
pub(crate) struct IdentityFile {
    path: PathBuf,
    content: Content,
    /// What is written beside it: the public key, if the file itself does not show it.
    public: Option<String>,
    others_can_read: Option<Error>,
}

enum Content {
    Lines(Vec<Line>),
    Ssh(Box<ssh::Identity>),
    /// An age file that opens with a passphrase; inside are lines.
    Protected(Zeroizing<Vec<u8>>),
}

/// A line of an identity file.
enum Line {
    Age { identity: Box<x25519::Identity>, public: String },
    Plugin(plugin::Identity),
}

impl IdentityFile {
    /// Reads an identity file; none where there is no such file.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Error> {
        let read =
            open_regular(path).and_then(|file| Ok((file.metadata()?, limited(file, MOST_BYTES)?)));
        let (metadata, bytes) = match read {
            Ok((metadata, Some(bytes))) => (metadata, bytes),
            Ok((_, None)) => return Err(no_identity(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file("read the identity", path, &error)),
        };
        let others_can_read = check_key_permissions(path, &metadata).err().map(Error::from);
        let content = content(path, bytes)?;
        let public = match &content {
            Content::Lines(_) => None,
            Content::Ssh(identity) => {
                let recipient = ssh::Recipient::try_from((**identity).clone());
                recipient.ok().map(|recipient| recipient.to_string())
            }
            Content::Protected(_) => public_text(path),
        };
        let public = public.map(|text| text.trim().to_owned());
        Ok(Some(Self { path: path.to_owned(), content, public, others_can_read }))
    }

    /// Its public key, where that shows without opening anything.
    pub(crate) fn public_key(&self) -> Option<String> {
        match &self.content {
            Content::Lines(lines) => lines.iter().find_map(|line| match line {
                Line::Age { public, .. } => Some(public.clone()),
                Line::Plugin(_) => None,
            }),
            Content::Ssh(_) | Content::Protected(_) => self.public.clone(),
        }
    }

    /// Whether it has the private half of a public key.
    pub(crate) fn fits(&self, public_key: &str) -> Fits {
        let own = |same: bool| if same { Fits::Yes } else { Fits::No };
        match (&self.content, &self.public) {
            (Content::Lines(lines), _) => {
                let fits = lines.iter().map(|line| match line {
                    Line::Age { public, .. } => own(public == public_key),
                    Line::Plugin(identity) => of_plugin(identity, public_key),
                });
                let fits: Vec<Fits> = fits.collect();
                match [Fits::Yes, Fits::Perhaps].into_iter().find(|fit| fits.contains(fit)) {
                    Some(fit) => fit,
                    None => Fits::No,
                }
            }
            (Content::Ssh(_) | Content::Protected(_), Some(public)) => own(public == public_key),
            (Content::Protected(_), None) if public_key.starts_with("age1") => Fits::Perhaps,
            (Content::Ssh(_) | Content::Protected(_), None) => Fits::No,
        }
    }

    /// Opens an age file; none if it is not encrypted to this identity. Asks for the passphrase of one that has one, once.
    pub(crate) fn open(&mut self, age_file: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        if let Some(error) = self.others_can_read.take() {
            return Err(error);
        }
        self.remove_passphrase()?;
        let opened = match &self.content {
            Content::Lines(lines) => opened_by_lines(lines, age_file),
            Content::Ssh(identity) => decrypt(age_file, &[&**identity]),
            Content::Protected(_) => Err(DecryptError::NoMatchingKeys),
        };
        match opened {
            Ok(bytes) => Ok(Some(bytes)),
            Err(DecryptError::NoMatchingKeys) => Ok(None),
            Err(error) => Err(unopened(error).while_doing(ShownPath(&self.path))),
        }
    }

    /// Asks for the passphrase of the identity, if it has one.
    fn remove_passphrase(&mut self) -> Result<(), Error> {
        let content = match &self.content {
            Content::Protected(file) => {
                let lines = asked(&self.path, |passphrase| {
                    let mut identity = scrypt::Identity::new(passphrase);
                    identity.set_max_work_factor(MOST_WORK);
                    decrypt(file, &[&identity])
                })?;
                Content::Lines(lines_of(&self.path, &lines)?)
            }
            Content::Ssh(identity) => match &**identity {
                ssh::Identity::Encrypted(key) => {
                    let key = asked(&self.path, |passphrase| key.decrypt(passphrase))?;
                    Content::Ssh(Box::new(key.into()))
                }
                ssh::Identity::Unencrypted(_) => return Ok(()),
                ssh::Identity::Unsupported(_) => return Err(unsupported(&self.path)),
            },
            Content::Lines(_) => return Ok(()),
        };
        self.content = content;
        Ok(())
    }
}

fn content(path: &Path, bytes: Zeroizing<Vec<u8>>) -> Result<Content, Error> {
    if bytes.starts_with(ARMOR) {
        let mut binary = Zeroizing::new(Vec::with_capacity(bytes.len()));
        ArmoredReader::new(bytes.as_slice())
            .read_to_end(&mut binary)
            .map_err(|_| no_identity(path))?;
        return Ok(Content::Protected(binary));
    }
    if bytes.starts_with(AGE_FILE) {
        return Ok(Content::Protected(bytes));
    }
    if bytes.starts_with(b"-----BEGIN") {
        let identity = ssh::Identity::from_buffer(bytes.as_slice(), None);
        return Ok(Content::Ssh(Box::new(identity.map_err(|_| no_identity(path))?)));
    }
    lines_of(path, &bytes).map(Content::Lines)
}

fn lines_of(path: &Path, bytes: &[u8]) -> Result<Vec<Line>, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| no_identity(path))?;
    let is_said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let read = |line: &str| {
        if let Ok(identity) = line.parse::<x25519::Identity>() {
            let public = identity.to_public().to_string();
            Ok(Line::Age { identity: Box::new(identity), public })
        } else {
            line.parse().map(Line::Plugin).map_err(|_| no_identity(path))
        }
    };
    let lines: Vec<Line> =
        text.lines().map(str::trim).filter(is_said).map(read).collect::<Result<_, _>>()?;
    if lines.is_empty() { Err(no_identity(path)) } else { Ok(lines) }
}

fn opened_by_lines(lines: &[Line], age_file: &[u8]) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let mut own: Vec<&dyn Identity> = Vec::new();
    for line in lines {
        if let Line::Age { identity, .. } = line {
            own.push(&**identity);
        }
    }
    match decrypt(age_file, &own) {
        Err(DecryptError::NoMatchingKeys) => {}
        opened => return opened,
    }
    // A plugin may ask somebody to touch something: only where nothing else helps.
    for line in lines {
        let Line::Plugin(identity) = line else { continue };
        let identities = [identity.clone()];
        let plugin = plugin::IdentityPluginV1::new(identity.plugin(), &identities, AtTerminal)
            .map_err(DecryptError::PluginResolve)?;
        match decrypt(age_file, &[&plugin]) {
            Err(DecryptError::NoMatchingKeys) => {}
            opened => return opened,
        }
    }
    Err(DecryptError::NoMatchingKeys)
}

/// Whether a plugin's identity may be that of a public key: which one it is, only the plugin knows.
fn of_plugin(identity: &plugin::Identity, public_key: &str) -> Fits {
    let of_hardware = ["age1tag1", "age1tagpq1"].iter().any(|head| public_key.starts_with(head));
    let same = || {
        let recipient = public_key.parse::<plugin::Recipient>();
        recipient.is_ok_and(|recipient| recipient.plugin() == identity.plugin())
    };
    if of_hardware || same() { Fits::Perhaps } else { Fits::No }
}

/// What a passphrase opens, asked for until it does.
fn asked<T>(
    path: &Path,
    open: impl Fn(SecretString) -> Result<T, DecryptError>,
) -> Result<T, Error> {
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::cannot(format!(
            "no terminal to ask for the passphrase of {} at",
            ShownPath(path)
        ))
        .with_hint(
            "unlock at a terminal once, and what is kept needs no passphrase: strongroom unlock",
        ));
    };
    let prompt = format!("passphrase of {}: ", ShownPath(path));
    for left in (0..TRIES).rev() {
        let typed = terminal.hidden(&prompt, Asked::Passphrase)?;
        let text = std::str::from_utf8(&typed)
            .map_err(|_| Error::usage("the passphrase is not UTF-8 text"))?;
        match open(SecretString::from(text.to_owned())) {
            Ok(opened) => return Ok(opened),
            Err(DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed) if left > 0 => {
                ui::say("wrong passphrase, try again");
            }
            Err(DecryptError::DecryptionFailed) => {
                return Err(
                    unopened(DecryptError::KeyDecryptionFailed).while_doing(ShownPath(path))
                );
            }
            Err(error) => return Err(unopened(error).while_doing(ShownPath(path))),
        }
    }
    Err(unopened(DecryptError::KeyDecryptionFailed))
}

/// The public half beside an identity that opens with a passphrase.
fn public_text(path: &Path) -> Option<String> {
    let mut text = String::new();
    open_regular(&public_half(path)).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

fn no_identity(path: &Path) -> Error {
    Error::usage(format!(
        "{} holds no identity: an age identity begins with `AGE-SECRET-KEY-`, an SSH key with `-----BEGIN OPENSSH PRIVATE KEY-----`\n\
         give one with: --identity FILE, or make one: strongroom key new",
        ShownPath(path)
    ))
}

fn unsupported(path: &Path) -> Error {
    Error::cannot(format!(
        "{0} is an SSH key of a kind that age does not take, or is protected in a way that it does not read\n\
         write it anew with: ssh-keygen -p -f {0}, or make a key for this: strongroom key new",
        ShownPath(path)
    ))
}

const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const AGE_FILE: &[u8] = b"age-encryption.org/v1";
/// The most that is read of an identity file: far more than one has.
const MOST_BYTES: usize = 64 << 10;
/// How often a passphrase is asked for.
const TRIES: u32 = 3;
