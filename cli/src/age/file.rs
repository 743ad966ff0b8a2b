//! Age files: encrypting to one recipient, opening, and what is said when either fails.

use std::io::{Read, Write};
use std::{fmt, iter};

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, EncryptError, Encryptor, Identity, Recipient, scrypt, x25519};
use strongroom_vault::Shown;
use zeroize::Zeroizing;

use crate::error::Error;

/// A new age identity: its public key, `age1…`, and itself, `AGE-SECRET-KEY-1…`.
#[expect(clippy::unnecessary_wraps, reason = "a command without age has none to give")]
pub(crate) fn new_identity() -> Result<(String, Zeroizing<String>), Error> {
    let identity = x25519::Identity::generate();
    let text = identity.to_string();
    Ok((identity.to_public().to_string(), Zeroizing::new(text.expose_secret().to_owned())))
}

/// Opens an age file with an age identity given as text.
pub(crate) fn open(identity: &str, age_file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let identity: x25519::Identity =
        identity.parse().map_err(|_| Error::cannot("this is no age identity"))?;
    decrypt(age_file, &[&identity]).map_err(unopened)
}

/// An age file of a text that opens with a passphrase, as `age -p` makes it.
pub(crate) fn protect(text: &str, passphrase: &str) -> Result<Vec<u8>, Error> {
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    recipient.set_work_factor(WORK_FACTOR);
    encrypt(&recipient, text.as_bytes()).map_err(unencrypted)
}

pub(super) fn encrypt(recipient: &dyn Recipient, bytes: &[u8]) -> Result<Vec<u8>, EncryptError> {
    let encryptor = Encryptor::with_recipients(iter::once(recipient))?;
    let mut file = Vec::new();
    let mut writer = encryptor.wrap_output(&mut file)?;
    writer.write_all(bytes)?;
    writer.finish()?;
    Ok(file)
}

/// What an age file holds, in memory that never moves.
pub(super) fn decrypt(
    age_file: &[u8],
    identities: &[&dyn Identity],
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let decryptor = Decryptor::new_buffered(age_file)?;
    let mut reader = decryptor.decrypt(identities.iter().copied())?;
    // What is inside is shorter than the file.
    let mut bytes = Zeroizing::new(Vec::with_capacity(age_file.len()));
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn unencrypted(error: EncryptError) -> Error {
    match error {
        EncryptError::PluginResolve(error) => no_plugin(&error),
        EncryptError::Plugin(errors) => plugin_failed(&errors),
        EncryptError::Io(error) => {
            Error::cannot(format!("cannot encrypt to the public key: {error}"))
        }
        _ => Error::cannot("cannot encrypt to the public key: age refuses it"),
    }
}

pub(super) fn unopened(error: DecryptError) -> Error {
    match error {
        DecryptError::PluginResolve(error) => no_plugin(&error),
        DecryptError::Plugin(errors) => plugin_failed(&errors),
        DecryptError::Io(error) if error.kind() != std::io::ErrorKind::InvalidData => {
            Error::cannot(format!("cannot open the age file: {error}"))
        }
        DecryptError::KeyDecryptionFailed => Error::cannot("wrong passphrase"),
        DecryptError::ExcessiveWork { .. } => Error::cannot(
            "the identity's passphrase costs more work than is spent here: more than 2^22 steps of scrypt\n\
             protect it again with fewer: age -p",
        ),
        DecryptError::NoMatchingKeys => {
            Error::cannot("the age file is not encrypted to this identity")
        }
        _ => Error::cannot("the age file was altered: it does not open"),
    }
}

fn no_plugin(error: &age::plugin::ResolveError) -> Error {
    match error {
        age::plugin::ResolveError::MissingPlugin { binary_name } => Error::cannot(format!(
            "the plugin `{0}` is not on the PATH, and the key is kept by it\ninstall it, then try again; see: {0} --help",
            Shown(binary_name)
        )),
        _ => Error::cannot("the key names a plugin that cannot exist"),
    }
}

fn plugin_failed(errors: &[impl fmt::Display]) -> Error {
    let said: Vec<String> =
        errors.iter().map(|error| error.to_string().replace('\n', " ")).collect();
    Error::cannot(format!(
        "the plugin that keeps the key did not do it: {}\ntry again; what is said between both shows: AGEDEBUG=plugin",
        Shown(&said.join("; "))
    ))
}

/// The most that is spent on a passphrase, and what a new one costs: about a second, as with `age -p`.
pub(super) const MOST_WORK: u8 = 22;
const WORK_FACTOR: u8 = 18;
