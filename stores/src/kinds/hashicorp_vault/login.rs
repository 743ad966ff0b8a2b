//! Where a token comes from: it is given, or somebody logs in for it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use strongroom_vault::is_key_text;
use zeroize::Zeroizing;

use super::answer;
use super::client::{Client, Reply, Request, Token};
use super::setup::{Variables, text_of};
use crate::failure::Failure;
use crate::json::{self, Writer};
use crate::proof;
use crate::store::Value;

/// How a token is had.
pub(super) enum Login {
    /// `VAULT_TOKEN`, then `~/.vault-token`.
    Token,
    /// One that who started the program gave.
    Given(Value),
    /// A file that somebody else keeps up to date.
    TokenFile(PathBuf),
    /// An AppRole.
    AppRole { mount: String, role_id: String, secret_id: Option<Source> },
    /// A signed statement of who this is: of a Kubernetes service account, or of any issuer.
    Jwt { mount: String, role: Option<String>, jwt: Source },
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token => "Token",
            Self::Given(_) => "Given",
            Self::TokenFile(_) => "TokenFile",
            Self::AppRole { .. } => "AppRole",
            Self::Jwt { .. } => "Jwt",
        })
    }
}

/// Where a secret of the login is.
#[derive(Debug)]
pub(super) enum Source {
    File(PathBuf),
    Variable(String),
}

/// A token and how long it lives.
pub(super) struct Granted {
    pub(super) token: Token,
    /// How long it lives; none means as long as it likes, or that nobody knows.
    pub(super) lease: Option<Duration>,
    pub(super) is_renewable: bool,
}

impl Login {
    /// Whether a token that was given may be renewed by this program: who writes a file renews what is in it.
    pub(super) fn renews_given(&self) -> bool {
        matches!(self, Self::Token | Self::Given(_))
    }

    /// Gets a token.
    pub(super) async fn token(
        &self,
        client: &Client,
        variables: Variables<'_>,
    ) -> Result<Granted, Failure> {
        match self {
            Self::Token => given(token(variables).await?),
            Self::Given(token) => given((token.clone(), "what was given as a token".to_owned())),
            Self::TokenFile(path) => given((secret_of_file(path.clone()).await?, shown(path))),
            Self::AppRole { mount, role_id, secret_id } => {
                let mut body = Writer::default().raw("{\"role_id\":").text(role_id);
                if let Some(source) = secret_id {
                    body = body
                        .raw(",\"secret_id\":")
                        .text(&text(source, SECRET_ID, variables).await?);
                }
                log_in(client, mount, body).await
            }
            Self::Jwt { mount, role, jwt } => {
                let jwt = text(jwt, JWT, variables).await?;
                let mut body = Writer::default().raw("{\"jwt\":").text(&jwt);
                if let Some(role) = role {
                    body = body.raw(",\"role\":").text(role);
                }
                log_in(client, mount, body).await
            }
        }
    }

    /// What to do when a token is not valid any more and no better one is there.
    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Token => "log in again with `vault login`, or set another `VAULT_TOKEN`",
            Self::Given(_) => "give another one",
            Self::TokenFile(_) => {
                "whoever writes the file of `token_file` must put a valid one there"
            }
            Self::AppRole { .. } | Self::Jwt { .. } => {
                "a new one from the same login is refused too"
            }
        }
    }
}

/// Takes the `auth` of an answer.
pub(super) fn granted(reply: &Reply) -> Option<Granted> {
    let body = json::of(&reply.body)?;
    let auth = json::object(&body, "auth")?;
    let token = Token::of(&json::value(auth.get("client_token")?)?)?;
    let lease = json::number(&auth, "lease_duration").filter(|&seconds| seconds > 0);
    Some(Granted {
        token,
        lease: lease.map(|seconds| Duration::from_secs(seconds.min(LONGEST_LEASE))),
        is_renewable: json::is(&auth, "renewable"),
    })
}

async fn log_in(client: &Client, mount: &str, body: Writer) -> Result<Granted, Failure> {
    let request = Request::post(format!("auth/{mount}/login"), body.raw("}").finish());
    let reply = client.send(&request, None).await?;
    if reply.status != 200 {
        return Err(answer::no_login(client, mount, &reply));
    }
    granted(&reply).ok_or_else(|| {
        let why = "the login gave no token: one that wants a second factor cannot be used here";
        answer::with_id(Failure::denied(why), &reply)
    })
}

/// The token that the `vault` command would use.
async fn token(variables: Variables<'_>) -> Result<(Value, String), Failure> {
    for name in ["VAULT_TOKEN", "BAO_TOKEN"] {
        if let Some(text) = text_of(variables, name) {
            let text = text.unwrap_or_default();
            return Ok((Zeroizing::new(text.into_bytes()), format!("`{name}`")));
        }
    }
    let nowhere = || {
        Failure::denied(
            "no token: neither `VAULT_TOKEN` nor `~/.vault-token` is there; log in with `vault login`",
        )
    };
    let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home = variables(home).filter(|home| !home.is_empty()).ok_or_else(nowhere)?;
    let path = PathBuf::from(home).join(".vault-token");
    if !path.exists() {
        return Err(nowhere());
    }
    Ok((secret_of_file(path).await?, "`~/.vault-token`".to_owned()))
}

fn given((token, place): (Value, String)) -> Result<Granted, Failure> {
    let token =
        Token::of(&token).ok_or_else(|| Failure::denied(format!("{place} holds no token")))?;
    Ok(Granted { token, lease: None, is_renewable: false })
}

/// What a secret of the login looks like. A vault says where it lies and to whom it goes: nothing else of this machine is
/// to be had with it.
struct Form {
    name: &'static str,
    fits: fn(&str) -> bool,
}

const SECRET_ID: Form =
    Form { name: "SecretID", fits: |text| text.bytes().all(|byte| byte.is_ascii_graphic()) };
const JWT: Form = Form { name: "JWT", fits: is_jwt };

/// Whether a text has the three parts of a JWT.
fn is_jwt(text: &str) -> bool {
    let is_part = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    // The first part is a JSON object.
    text.starts_with("ey") && text.split('.').count() == 3 && text.split('.').all(is_part)
}

/// The text of a secret of the login, without white space at its ends.
async fn text(
    source: &Source,
    form: Form,
    variables: Variables<'_>,
) -> Result<Zeroizing<String>, Failure> {
    let (bytes, place) = match source {
        Source::File(path) => (secret_of_file(path.clone()).await?, shown(path)),
        Source::Variable(name) => match text_of(variables, name) {
            Some(text) => {
                (Zeroizing::new(text.unwrap_or_default().into_bytes()), format!("`{name}`"))
            }
            None => return Err(Failure::denied(format!("no credentials: `{name}` is not set"))),
        },
    };
    match std::str::from_utf8(bytes.trim_ascii()) {
        Ok("") => Err(Failure::denied(format!("no credentials: {place} is empty"))),
        Ok(text) if (form.fits)(text) && !is_key_text(text) => Ok(Zeroizing::new(text.to_owned())),
        _ => Err(Failure::denied(format!("no credentials: {place} holds no {}", form.name))),
    }
}

/// A file with a token or another secret.
async fn secret_of_file(path: PathBuf) -> Result<Value, Failure> {
    let place = shown(&path);
    // A file system may hang.
    let read = tokio::task::spawn_blocking(move || {
        (!proof::lies_with_keys(&path)).then(|| proof::read(&path, SECRET_BYTES))
    });
    match read.await {
        Ok(Some(Ok(bytes))) => Ok(bytes),
        Ok(None) => Err(Failure::denied(format!(
            "no credentials: {place} is in the folder where Strongroom keeps its keys, of which nothing goes to a server"
        ))),
        Ok(Some(Err(error))) => {
            Err(Failure::denied(format!("no credentials: {place} cannot be read: {error}")))
        }
        Err(_) => Err(Failure::denied(format!("no credentials: {place} was not read"))),
    }
}

fn shown(path: &std::path::Path) -> String {
    format!("`{}`", path.display())
}

/// The longest token; a JWT with many claims has a few KiB.
const SECRET_BYTES: u64 = 64 << 10;
/// Ten years, in seconds: what a server says is no reason to reckon beyond the end of time.
const LONGEST_LEASE: u64 = 10 * 365 * 24 * 3600;
