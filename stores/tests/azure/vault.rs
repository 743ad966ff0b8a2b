//! Microsoft's servers as a test sees them: the login, a vault with secrets in versions, and the proxy that leads to both.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use zeroize::Zeroizing;

use crate::alone::{OWNER, STRANGER};
use crate::listener::{Asked, Does, Listener};

/// What a test answers in place of the vault and the login; none means as they do.
type Instead = Box<dyn Fn(&str, &Asked) -> Option<Does> + Send + Sync>;

/// Everything that a test has in front of it.
pub(crate) struct Azure {
    /// What speaks TLS by the names of Microsoft's servers.
    pub(crate) far: Listener,
    /// What tells this machine its identity.
    pub(crate) near: Listener,
    pub(crate) kept: Arc<Mutex<Kept>>,
    instead: Arc<Mutex<Option<Instead>>>,
    /// Where the proxy was asked to lead.
    pub(crate) led: Arc<Mutex<Vec<String>>>,
}

/// What a vault keeps.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) secrets: BTreeMap<String, Vec<Version>>,
    pub(crate) deleted: BTreeMap<String, Vec<Version>>,
    count: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Version {
    id: String,
    value: String,
    pub(crate) attributes: Value,
}

impl Azure {
    /// Starts the servers; the proxy and the machine's identity at these ports.
    pub(crate) async fn new(proxy: u16, plain: u16) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let instead: Arc<Mutex<Option<Instead>>> = Arc::default();
        let (of_vault, other) = (Arc::clone(&kept), Arc::clone(&instead));
        let far = Listener::of(NAMES, move |asked: &Asked| {
            let host = asked.header("host").unwrap_or_default();
            let host = host.split(':').next().unwrap_or_default();
            let line = format!("{} {host}{}", asked.method, asked.path);
            let other = other.lock().expect("no panic").as_ref().and_then(|it| it(&line, asked));
            if let Some(does) = other {
                return Ok(does);
            }
            match host {
                "login.microsoftonline.com" => logged_in(asked),
                _ => Ok(of_vault.lock().expect("no panic").answer(asked)),
            }
        })
        .await;
        let near = Listener::at(plain, "", |asked: &Asked| {
            let is_machine = asked.path.starts_with("/msi/token?")
                && asked.header("x-identity-header") == Some("MARKER-identity-header");
            if !is_machine {
                return Err("no request for a machine's identity".to_owned());
            }
            let id = asked.path.split_once("client_id=").map_or(OWNER, |(_, id)| &id[..36]);
            let body = json!({
                "access_token": token(id), "expires_on": "4102444800", "token_type": "Bearer",
                "resource": "https://vault.azure.net",
            });
            Ok(Does::Json(200, body.to_string()))
        })
        .await;
        let led = Arc::new(Mutex::new(Vec::new()));
        let proxy = TcpListener::bind(("127.0.0.1", proxy)).await.expect("the port");
        tokio::spawn(lead(proxy, far.address, Arc::clone(&led)));
        Self { far, near, kept, instead, led }
    }

    /// Answers this in place of the vault or the login. A line is a method, a host and a path.
    pub(crate) fn instead(
        &self,
        does: impl Fn(&str, &Asked) -> Option<Does> + Send + Sync + 'static,
    ) {
        *self.instead.lock().expect("no panic") = Some(Box::new(does));
    }

    /// The store of the vault `shop`, with more settings.
    pub(crate) fn store(&self, more: &[(&str, &str)]) -> Arc<dyn Store> {
        self.store_given(more, &[])
    }

    /// The same with what only who starts the program gives.
    pub(crate) fn store_given(
        &self,
        more: &[(&str, &str)],
        given: &[(&'static str, &str)],
    ) -> Arc<dyn Store> {
        let ca_file = self.far.ca_file().display().to_string();
        let mut settings =
            BTreeMap::from([("vault_name", "shop".to_owned()), ("ca_file", ca_file)]);
        settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let settings = settings.into_iter().map(|(name, value)| match value.as_str() {
            "true" => (name.to_owned(), Setting::Boolean(true)),
            _ => (name.to_owned(), Setting::Text(value)),
        });
        let settings = given.iter().fold(Settings::new(settings), |settings, (name, text)| {
            settings.with_given(name, Zeroizing::new((*text).to_owned()))
        });
        open("azure-key-vault", settings, &self.far.folder()).expect("a store")
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("no panic")
    }

    /// The methods, hosts and paths of all requests to the vault or the login so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |asked: Asked| {
            let host = asked.header("host").unwrap_or_default();
            format!("{} {host}{}", asked.method, asked.path)
        };
        self.far.asked().into_iter().map(line).collect()
    }
}

/// Fetches one reference.
pub(crate) async fn get(store: &Arc<dyn Store>, reference: &str) -> Result<String, Failure> {
    let limits = Limits { deadline: Duration::from_secs(20), ..Limits::default() };
    get_within(store, reference, &limits).await
}

/// Fetches one reference within limits.
pub(crate) async fn get_within(
    store: &Arc<dyn Store>,
    reference: &str,
    limits: &Limits,
) -> Result<String, Failure> {
    let opened = Opened { name: "azure".to_owned(), store: Arc::clone(store) };
    let reference = Reference::parse(reference).expect("a reference");
    let mut answers = fetch(&[Fetch { store: opened, reference }], limits).await;
    let got = answers.pop().expect("an answer")?;
    Ok(String::from_utf8(got.value.to_vec()).expect("text"))
}

/// A token of somebody.
pub(crate) fn token(who: &str) -> String {
    format!("MARKER-token-{who}")
}

/// A refusal, as a vault writes it.
pub(crate) fn refusal(status: u16, code: &str, inner: &str, message: &str) -> Does {
    let mut error = json!({ "code": code, "message": message });
    if !inner.is_empty() {
        error["innererror"] = json!({ "code": inner });
    }
    answer(status, &json!({ "error": error }))
}

fn answer(status: u16, body: &Value) -> Does {
    let headers = vec![
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
        ("x-ms-request-id", "r-1".to_owned()),
    ];
    Does::Answer(status, headers, body.to_string().into_bytes())
}

/// The answer that wants a token.
pub(crate) fn challenged(challenge: &str) -> Does {
    let headers = vec![
        ("Content-Type", "application/json; charset=utf-8".to_owned()),
        ("WWW-Authenticate", challenge.to_owned()),
        ("x-ms-request-id", "r-0".to_owned()),
    ];
    let body = r#"{"error":{"code":"Unauthorized","message":"AKV10000: Request is missing a Bearer or PoP token."}}"#;
    Does::Answer(401, headers, body.as_bytes().to_vec())
}

/// What Entra answers to a service principal or to a service account.
fn logged_in(asked: &Asked) -> Result<Does, String> {
    let has = |text: &str| asked.body.split('&').any(|part| part == text);
    if asked.method != "POST" || !has("scope=https%3A%2F%2Fvault.azure.net%2F.default") {
        return Err("a login is for a vault alone".to_owned());
    }
    let is_known = has("client_secret=MARKER-client-secret")
        || asked.body.contains("client_assertion=eyMARKER.service.account");
    let Some((_, id)) = asked.body.split_once("client_id=").filter(|_| is_known) else {
        return Ok(entra_refuses(
            7_000_215,
            "AADSTS7000215: Invalid client secret provided. MARKER",
        ));
    };
    let body =
        json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token(&id[..36]) });
    Ok(Does::Json(200, body.to_string()))
}

/// A refusal, as Entra writes it.
pub(crate) fn entra_refuses(code: u64, description: &str) -> Does {
    let body = json!({
        "error": "invalid_client", "error_description": description, "error_codes": [code],
        "trace_id": "5a1c-trace", "correlation_id": "c-1",
    });
    Does::Json(401, body.to_string())
}

impl Kept {
    /// Puts a value there as the next version.
    pub(crate) fn plant(&mut self, name: &str, value: &str) -> Version {
        self.count += 1;
        let version = Version {
            id: format!("{:032x}", 0xabc0_0000_u64 + self.count),
            value: value.to_owned(),
            attributes: json!({
                "enabled": true, "created": 1_700_000_000, "updated": 1_700_000_000,
                "recoveryLevel": "Recoverable+Purgeable", "recoverableDays": 90,
            }),
        };
        self.secrets.entry(name.to_owned()).or_default().push(version.clone());
        version
    }

    /// Puts one key of a secret there, and keeps the others.
    pub(crate) fn plant_key(&mut self, name: &str, key: &str, value: &str) {
        let before = self.secrets.get(name).map(|versions| last(versions).value.clone());
        let mut whole: Value = before
            .map_or_else(|| json!({}), |text| serde_json::from_str(&text).expect("an object"));
        whole[key] = Value::from(value);
        self.plant(name, &whole.to_string());
    }

    fn answer(&mut self, asked: &Asked) -> Does {
        let host = asked.header("host").unwrap_or_default().to_owned();
        let Some(shown) = asked.header("authorization") else {
            // A body goes along only with a token.
            if !asked.body.is_empty() {
                return refusal(599, "Test", "", "a body without a token");
            }
            return challenged(CHALLENGE);
        };
        match shown.strip_prefix("Bearer MARKER-token-") {
            Some(OWNER) => {}
            Some(STRANGER) => {
                let why = "Caller is not authorized to perform action on resource. MARKER";
                return refusal(403, "Forbidden", "ForbiddenByRbac", why);
            }
            _ => return challenged(CHALLENGE),
        }
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        if !query.split('&').any(|part| part == "api-version=2025-07-01") {
            return refusal(400, "BadParameter", "", "another version of the API");
        }
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (asked.method.as_str(), parts.as_slice()) {
            ("GET", ["secrets"]) => self.page(&host, query),
            ("GET", ["secrets", name]) => self.get(&host, name, None),
            ("GET", ["secrets", name, version]) => self.get(&host, name, Some(version)),
            ("GET", ["deletedsecrets", name]) => match self.deleted.get(*name) {
                Some(versions) => answer(200, &bundle(&host, name, last(versions), false)),
                None => not_found(name),
            },
            ("POST", ["deletedsecrets", name, "recover"]) => match self.deleted.remove(*name) {
                Some(versions) => {
                    let body = bundle(&host, name, last(&versions), false);
                    self.secrets.insert((*name).to_owned(), versions);
                    answer(200, &body)
                }
                None => not_found(name),
            },
            ("PUT", ["secrets", name]) => self.set(&host, name, &asked.body),
            ("DELETE", ["secrets", name]) => match self.secrets.remove(*name) {
                Some(versions) => {
                    let body = bundle(&host, name, last(&versions), false);
                    self.deleted.insert((*name).to_owned(), versions);
                    answer(200, &body)
                }
                None => not_found(name),
            },
            _ => refusal(404, "NotFound", "", "no such path"),
        }
    }

    fn get(&self, host: &str, name: &str, version: Option<&str>) -> Does {
        let Some(versions) = self.secrets.get(name) else { return not_found(name) };
        let found = match version {
            None => versions.last(),
            Some(version) => versions.iter().find(|it| it.id == version),
        };
        match found {
            None => not_found(name),
            Some(version) if version.attributes["enabled"] == false => refusal(
                403,
                "Forbidden",
                "SecretDisabled",
                "Operation get is not allowed on a disabled secret.",
            ),
            Some(version) => answer(200, &bundle(host, name, version, true)),
        }
    }

    fn set(&mut self, host: &str, name: &str, body: &str) -> Does {
        if self.deleted.contains_key(name) {
            let why = "Secret is currently in a deleted but recoverable state, and its name cannot be reused";
            return refusal(409, "Conflict", "ObjectIsDeletedButRecoverable", why);
        }
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        match body["value"].as_str() {
            Some(value) if value.len() <= 25_600 => {
                let version = self.plant(name, value);
                answer(200, &bundle(host, name, &version, true))
            }
            _ => refusal(400, "BadParameter", "", "The request body is not valid"),
        }
    }

    /// A page of the list; names are in an order of the vault's own.
    fn page(&self, host: &str, query: &str) -> Does {
        let query = query.replace("%24", "$");
        let skip = query.split('&').find_map(|part| part.strip_prefix("$skiptoken="));
        let skip: usize = skip.map_or(0, |text| text.parse().expect("a number"));
        let names: Vec<&String> = self.secrets.keys().rev().collect();
        let of_page = names.iter().skip(skip).take(PAGE);
        let value: Vec<Value> = of_page
            .map(|name| {
                let attributes = &last(&self.secrets[*name]).attributes;
                json!({ "id": format!("https://{host}/secrets/{name}"), "attributes": attributes })
            })
            .collect();
        let next = (skip + PAGE < names.len()).then(|| {
            format!("https://{host}/secrets?api-version=2025-07-01&$skiptoken={}", skip + PAGE)
        });
        answer(200, &json!({ "value": value, "nextLink": next }))
    }
}

fn bundle(host: &str, name: &str, version: &Version, with_value: bool) -> Value {
    let id = format!("https://{host}/secrets/{name}/{}", version.id);
    let mut bundle = json!({ "id": id, "attributes": version.attributes });
    if with_value {
        bundle["value"] = Value::from(version.value.as_str());
    }
    bundle
}

fn last(versions: &[Version]) -> &Version {
    versions.last().expect("a secret has a version")
}

fn not_found(name: &str) -> Does {
    let why = format!("A secret with (name/id) {name} was not found in this key vault.");
    refusal(404, "SecretNotFound", "", &why)
}

impl Version {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

/// A proxy that leads to one server, whoever is asked for; to nobody for a name that Microsoft's servers have not.
async fn lead(listener: TcpListener, to: std::net::SocketAddr, led: Arc<Mutex<Vec<String>>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let led = Arc::clone(&led);
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut first = String::new();
            stream.read_line(&mut first).await.expect("a line");
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|length| length > 2) {
                line.clear();
            }
            let host = first.trim().strip_prefix("CONNECT ").unwrap_or_default();
            let host = host.split(' ').next().unwrap_or_default().to_owned();
            let is_known = NAMES.split(',').any(|name| host == format!("{name}:443"));
            led.lock().expect("no panic").push(host);
            if !is_known {
                let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
                return;
            }
            let mut far = TcpStream::connect(to).await.expect("the server");
            let _ = (far.set_nodelay(true), stream.get_ref().set_nodelay(true));
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            let _ = copy_bidirectional(&mut stream, &mut far).await;
        });
    }
}

const NAMES: &str = "shop.vault.azure.net,login.microsoftonline.com,evil.vault.azure.net,localhost";
pub(crate) const CHALLENGE: &str = "Bearer authorization=\"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47\", resource=\"https://vault.azure.net\"";
/// How many secrets a page has, as in Azure.
pub(crate) const PAGE: usize = 25;
