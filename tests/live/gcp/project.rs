//! A project of one test in an emulator, and its secrets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use data_encoding::BASE64;
use reqwest::Method;
use serde_json::{Value, json};
use strongroom_stores::{Setting, Settings, Store, open};
use tempfile::TempDir;

use crate::server::{Server, free_port, installed};

/// An emulator.
#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) address: String,
    _server: Server,
}

/// A project that only one test uses.
pub(crate) struct Project {
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) id: String,
    /// What each secret with several keys was planted with.
    planted: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
}

/// The emulator of these tests; none, and said loudly, if there is none.
pub(crate) fn emulator() -> Option<Arc<Emulator>> {
    static EMULATOR: OnceLock<Option<Arc<Emulator>>> = OnceLock::new();
    EMULATOR.get_or_init(|| Emulator::start().map(Arc::new)).clone()
}

impl Emulator {
    fn start() -> Option<Self> {
        let program = installed("gcp", "gcp/bin/drongo")?;
        let port = free_port().to_string();
        let arguments = ["server", "--host", "127.0.0.1", "--port", &port].map(str::to_owned);
        let folder = TempDir::new().expect("a folder");
        let mut server = Server::start(&program, &arguments, folder);
        let address = format!("127.0.0.1:{port}");
        server.wait(|| std::net::TcpStream::connect(&address).is_ok());
        Some(Self { address: format!("http://{address}"), _server: server })
    }

    /// Asks the emulator itself.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build();
        let mut request =
            client.expect("a client").request(method, format!("{}/v1/{path}", self.address));
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("an answer");
        (status, serde_json::from_str(&text).unwrap_or_default())
    }
}

impl Project {
    pub(crate) fn new(emulator: Arc<Emulator>, id: &str) -> Self {
        Self { emulator, id: id.to_owned(), planted: Mutex::default() }
    }

    /// A store in it.
    pub(crate) fn store(&self, has_keys: bool) -> Arc<dyn Store> {
        let settings = Settings::new([
            ("endpoint".to_owned(), Setting::Text(self.emulator.address.clone())),
            ("project".to_owned(), Setting::Text(self.id.clone())),
            ("keys".to_owned(), Setting::Boolean(has_keys)),
        ]);
        open("gcp-secret-manager", settings, Path::new(".")).expect("a store")
    }

    /// Adds a version by the API itself.
    pub(crate) async fn plant(&self, name: &str, value: &[u8]) {
        let secrets = format!("projects/{}/secrets", self.id);
        let made = json!({ "replication": { "automatic": {} } });
        let path = format!("{secrets}?secretId={name}");
        let (status, told) = self.emulator.ask(Method::POST, &path, Some(made)).await;
        assert!(matches!(status, 200 | 409), "{name}: {status}: {told}");
        let body = json!({ "payload": { "data": BASE64.encode(value) } });
        let path = format!("{secrets}/{name}:addVersion");
        let (status, told) = self.emulator.ask(Method::POST, &path, Some(body)).await;
        assert_eq!(status, 200, "{name}: {told}");
    }

    /// Adds a version with one key more.
    pub(crate) async fn plant_key(&self, name: &str, key: &str, value: &str) {
        let object = {
            let mut planted = self.planted.lock().expect("no panic");
            let keys = planted.entry(name.to_owned()).or_default();
            keys.insert(key.to_owned(), value.to_owned());
            json!(keys).to_string()
        };
        self.plant(name, object.as_bytes()).await;
    }
}
