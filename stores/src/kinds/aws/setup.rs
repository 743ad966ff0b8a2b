//! The settings that every kind of AWS has: checked when a store is opened. What they leave open, the SDK finds out.

use std::fmt;
use std::path::{Path, PathBuf};

use ::http::Uri;
use strongroom_vault::is_key_text;
use zeroize::Zeroizing;

use crate::loopback;
use crate::settings::{InvalidSettings, Settings};

/// Where to ask, and as whom. None of it is a secret, and none leads to one, but a key that who started the program gave.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    pub(super) region: Option<String>,
    /// A profile of this user's own files of AWS.
    pub(super) profile: Option<String>,
    /// The ARN of a role that is taken before anything is asked.
    pub(super) role: Option<String>,
    /// Where the service is, in place of where AWS has it.
    pub(super) endpoint: Option<String>,
    /// The authorities that may sign the certificate of whoever is asked.
    pub(super) ca_file: Option<PathBuf>,
    /// A key that who started the program gave.
    pub(super) key: Option<Key>,
}

/// A key of somebody at AWS.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: Zeroizing<String>,
    pub(super) secret: Zeroizing<String>,
    /// Of one that ends.
    pub(super) session: Option<Zeroizing<String>>,
}

impl Setup {
    /// Takes the settings; paths are relative to `base`.
    pub(crate) fn take(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        for name in SECRET {
            if settings.text(name)?.is_some() {
                return Err(InvalidSettings::Refused { name, why: PLAIN_TEXT });
            }
        }
        let is_plain = settings.given("plain_http").is_some();
        let mut checked = |name: &'static str, check: fn(&str) -> Result<(), &'static str>| {
            let text = settings.text(name)?;
            match text.as_deref().map(check) {
                Some(Err(why)) => Err(InvalidSettings::Refused { name, why }),
                _ => Ok(text),
            }
        };
        Ok(Self {
            region: checked("region", region)?,
            profile: checked("profile", profile)?,
            role: checked("role", role)?,
            endpoint: checked("endpoint", if is_plain { any_endpoint } else { endpoint })?,
            ca_file: settings.text("ca_file")?.map(|text| base.join(text)),
            key: key(settings)?,
        })
    }
}

/// The key that who started the program gave, if there is one.
fn key(settings: &mut Settings) -> Result<Option<Key>, InvalidSettings> {
    let session = settings.given("session_token");
    let (id, secret) = (settings.given("access_key"), settings.given("secret_key"));
    let is_ours = [&id, &secret, &session].into_iter().flatten().any(|text| is_key_text(text));
    if is_ours {
        let why = "is a key of Strongroom, which goes to no server";
        return Err(InvalidSettings::Refused { name: "access_key", why });
    }
    Ok(id.zip(secret).map(|(id, secret)| Key { id, secret, session }))
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A region becomes a part of an address, so nothing else is ever taken for one.
pub(super) fn region(text: &str) -> Result<(), &'static str> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_one = text.len() <= 63 && text.bytes().all(is_plain) && !text.starts_with('-');
    if is_one { Ok(()) } else { Err("is no region such as `eu-west-1`") }
}

fn profile(text: &str) -> Result<(), &'static str> {
    if text.chars().any(|c| c.is_control() || c == '[' || c == ']') {
        return Err("has characters that no profile has");
    }
    Ok(())
}

fn role(text: &str) -> Result<(), &'static str> {
    // It is of an account, and of no region.
    let of_account = text.strip_prefix("arn:").and_then(|text| text.split_once(":iam::"));
    let named = of_account.and_then(|(_, role)| role.split_once(":role/"));
    let is_role = named.is_some_and(|(account, name)| {
        account.bytes().all(|b| b.is_ascii_digit()) && !account.is_empty() && !name.is_empty()
    });
    if is_role { Ok(()) } else { Err("is no ARN such as `arn:aws:iam::111122223333:role/shop`") }
}

/// The address of a service; the words go on after the name of a setting.
fn endpoint(text: &str) -> Result<(), &'static str> {
    is_address(text, false)
}

/// The same where who starts the program says that HTTP to another machine is meant.
fn any_endpoint(text: &str) -> Result<(), &'static str> {
    is_address(text, true)
}

fn is_address(text: &str, is_plain: bool) -> Result<(), &'static str> {
    const NONE: &str =
        "is no address such as `https://vpce-0a1b.secretsmanager.eu-west-1.vpce.amazonaws.com`";
    let uri: Uri = text.parse().map_err(|_| NONE)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(NONE);
    };
    if authority.as_str().contains('@') {
        return Err("has a user or a password in it: take them out");
    }
    if uri.query().is_some() || authority.host().is_empty() {
        return Err(NONE);
    }
    match scheme {
        "https" => Ok(()),
        "http" if is_plain || loopback::is_host(authority.host()) => Ok(()),
        "http" => Err("is `http://` to another machine, where values could be read on the way: \
                       use `https://`"),
        _ => Err("must begin with `https://`, or with `http://` and a loopback address"),
    }
}

/// Settings that somebody might want to put a secret into.
const SECRET: [&str; 6] =
    ["access_key_id", "password", "secret_access_key", "secret_key", "session_token", "token"];
const PLAIN_TEXT: &str = "would be a secret in plain text in git: credentials come from where every program of AWS finds \
                          them (`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, `profile`, `aws sso login`, the role of the \
                          machine or the container)";
