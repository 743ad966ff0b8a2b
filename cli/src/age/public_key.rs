//! Public keys: age's own, those of its plugins, and SSH keys. Everything else is refused with what is wrong with it.

use age::ssh::ParseRecipientKeyError;
use age::{Recipient, plugin, ssh, tag, tagpq, x25519};
use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;

use super::conversation::AtTerminal;
use super::file::{encrypt, unencrypted};
use crate::error::Error;

/// A public key that something can be encrypted to.
pub(crate) struct PublicKey {
    text: String,
    kind: Kind,
}

enum Kind {
    Age(x25519::Recipient),
    Ssh(ssh::Recipient),
    /// Hardware keys that age encrypts to by itself.
    Tag(tag::Recipient),
    TagPq(Box<tagpq::Recipient>),
    Plugin(plugin::Recipient),
}

impl PublicKey {
    /// Reads `age1…`, or a line of an SSH key with or without its comment.
    pub(crate) fn parse(typed: &str) -> Result<Self, Error> {
        let typed = typed.trim();
        refuse_private(typed)?;
        let mut words = typed.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first.starts_with("age1") {
            return match words.next() {
                None => of_age(first),
                Some(_) => Err(Error::usage(
                    "an age public key is one word, `age1…`\ngive the name once, before it: strongroom holder add NAME age1… --type TYPES",
                )),
            };
        }
        match words.next() {
            Some(second) => of_ssh(first, second),
            None => Err(Error::usage(NO_PUBLIC_KEY)),
        }
    }

    /// The text, without a comment: what the vault holds.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// An age file that whoever has the private key can open.
    pub(crate) fn encrypt(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let to = |recipient: &dyn Recipient| encrypt(recipient, bytes).map_err(unencrypted);
        match &self.kind {
            Kind::Age(recipient) => to(recipient),
            Kind::Ssh(recipient) => to(recipient),
            Kind::Tag(recipient) => to(recipient),
            Kind::TagPq(recipient) => to(&**recipient),
            Kind::Plugin(recipient) => {
                let recipients = [recipient.clone()];
                let name = recipient.plugin();
                let plugin = plugin::RecipientPluginV1::new(name, &recipients, &[], AtTerminal);
                to(&plugin.map_err(|error| unencrypted(age::EncryptError::PluginResolve(error)))?)
            }
        }
    }
}

/// Refuses what nobody may have but its owner. What was typed is in the shell's history by now.
fn refuse_private(typed: &str) -> Result<(), Error> {
    let upper = typed.get(..IDENTITY.len()).map(str::to_ascii_uppercase);
    if upper.as_deref() == Some(IDENTITY) {
        return Err(Error::usage(
            "this is a private key: whoever sees it can open everything that it can\n\
             give the public one, which begins with `age1`, and make a new one where others may have seen this: strongroom key new",
        ));
    }
    if typed.starts_with("-----BEGIN") {
        return Err(Error::usage(
            "this is a private key: whoever sees it can open everything that it can\n\
             give the public one, which is one line; for an SSH key it is in the file beside it, *.pub",
        ));
    }
    Ok(())
}

fn of_age(text: &str) -> Result<PublicKey, Error> {
    let lower = text.to_ascii_lowercase();
    let kind = if let Ok(recipient) = lower.parse::<x25519::Recipient>() {
        refuse_weak(&lower)?;
        Kind::Age(recipient)
    } else if let Ok(recipient) = lower.parse::<tag::Recipient>() {
        Kind::Tag(recipient)
    } else if let Ok(recipient) = lower.parse::<tagpq::Recipient>() {
        Kind::TagPq(Box::new(recipient))
    } else if let Ok(recipient) = lower.parse::<plugin::Recipient>()
        && !NATIVE.contains(&recipient.plugin())
    {
        Kind::Plugin(recipient)
    } else {
        return Err(Error::usage(
            "this is no age public key: it is truncated, mistyped, or of a kind that is not known here\n\
             ask for it again: whoever has the identity sees it with age-keygen -y FILE, or in the file that ends in .pub",
        ));
    };
    Ok(PublicKey { text: lower, kind })
}

/// Refuses the few points with which every shared secret is zero.
fn refuse_weak(text: &str) -> Result<(), Error> {
    let point: Vec<u8> = match CheckedHrpstring::new::<Bech32>(text) {
        Ok(checked) => checked.byte_iter().collect(),
        Err(_) => Vec::new(),
    };
    let secret = |point: [u8; 32]| x25519_dalek::x25519(ANY_SCALAR, point);
    match <[u8; 32]>::try_from(point).map(secret) {
        Ok(secret) if secret != [0; 32] => Ok(()),
        _ => Err(Error::usage(WEAK)),
    }
}

fn of_ssh(kind: &str, key: &str) -> Result<PublicKey, Error> {
    let text = format!("{kind} {key}");
    let recipient: ssh::Recipient = text.parse().map_err(|error| match error {
        ParseRecipientKeyError::Unsupported(kind) => unsupported(&kind),
        ParseRecipientKeyError::RsaModulusTooLarge => Error::usage(
            "this RSA key has more than the 4096 bits that age takes\nmake a key for this: strongroom key new",
        ),
        ParseRecipientKeyError::RsaModulusTooSmall => Error::usage(
            "this RSA key has fewer than 2048 bits and is not safe\nmake a key for this: strongroom key new",
        ),
        _ if UNSUPPORTED.iter().any(|prefix| kind.starts_with(prefix)) => unsupported(kind),
        _ if SSH.contains(&kind) => Error::usage(
            "this is no SSH public key: it is truncated or mistyped\n\
             copy the whole line of the file that ends in .pub",
        ),
        _ => Error::usage(NO_PUBLIC_KEY),
    })?;
    if matches!(&recipient, ssh::Recipient::SshEd25519(_, point) if point.is_small_order()) {
        return Err(Error::usage(WEAK));
    }
    // The library reads as much as it needs; what is left over must not be a part of a key.
    if recipient.to_string() != text {
        return Err(Error::usage(
            "this is no SSH public key: something follows it without a space\n\
             copy the whole line of the file that ends in .pub",
        ));
    }
    Ok(PublicKey { text, kind: Kind::Ssh(recipient) })
}

fn unsupported(kind: &str) -> Error {
    // A word that somebody typed is shown only where it is one that is known.
    let kind = if kind.starts_with("sk-") {
        "that a hardware key has, `sk-…`, and such a key can sign, but decrypt nothing"
    } else if kind.starts_with("ecdsa-") {
        "`ecdsa-…`, and age takes `ssh-ed25519` and `ssh-rsa` only"
    } else if kind == "ssh-dss" {
        "`ssh-dss`, which is not safe, and age takes `ssh-ed25519` and `ssh-rsa` only"
    } else {
        "that age does not take: it takes `ssh-ed25519` and `ssh-rsa` only"
    };
    Error::usage(format!(
        "this SSH key is of a kind {kind}\nmake a key for this: strongroom key new, or ssh-keygen -t ed25519"
    ))
}

const IDENTITY: &str = "AGE-";
/// Kinds of SSH keys that the library may not even know.
const UNSUPPORTED: [&str; 3] = ["sk-", "ecdsa-", "ssh-dss"];
const SSH: [&str; 2] = ["ssh-ed25519", "ssh-rsa"];
/// What begins as a plugin's public key does and is none.
const NATIVE: [&str; 4] = ["", "tag", "tagpq", "pq"];
const ANY_SCALAR: [u8; 32] = [9; 32];

const NO_PUBLIC_KEY: &str = "this is no public key\n\
    give `age1…`, or \"ssh-ed25519 AAAA…\" or \"ssh-rsa AAAA…\", or the name of a file that holds one";
const WEAK: &str = "this public key keeps nothing secret: it is one of the few that everybody can compute with\n\
    make another one: strongroom key new";
