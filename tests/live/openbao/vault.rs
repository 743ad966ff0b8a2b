//! A server: one that is started here, or one given from outside; secrets engines, policies and tokens in it.

use std::collections::BTreeMap;
use std::env;
#[cfg(feature = "vault-transit")]
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use reqwest::Method;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use serde_json::{Value, json};
use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};
use tempfile::TempDir;

use crate::server::{Server, free_port, installed};

/// A server, as its administrator sees it.
#[derive(Debug)]
pub(crate) struct Vault {
    address: String,
    token: String,
    ca_file: Option<PathBuf>,
    /// What opens its seal, if it is ours.
    key: Option<String>,
    _server: Option<Server>,
}

/// A secrets engine of one test, and a folder for its files.
pub(crate) struct Engine {
    pub(crate) vault: Arc<Vault>,
    pub(crate) mount: String,
    kv: u8,
    pub(crate) folder: TempDir,
    /// The namespace that it is in.
    pub(crate) namespace: Option<String>,
}

/// The server of these tests; none, and said loudly, if there is none.
pub(crate) fn vault() -> Option<Arc<Vault>> {
    static VAULT: OnceLock<Option<Arc<Vault>>> = OnceLock::new();
    VAULT.get_or_init(|| given().or_else(Vault::start).map(Arc::new)).clone()
}

/// A server that is on this machine and that a test may do anything to; none, and said loudly, if there is none.
pub(crate) fn own_vault() -> Option<Arc<Vault>> {
    Vault::start().map(Arc::new)
}

fn given() -> Option<Vault> {
    let variable = |name| env::var(name).ok().filter(|text| !text.is_empty());
    let address = variable("STRONGROOM_TEST_VAULT_ADDR")?;
    let token = variable("STRONGROOM_TEST_VAULT_TOKEN").expect("a token for the server");
    let ca_file = variable("STRONGROOM_TEST_VAULT_CACERT").map(PathBuf::from);
    Some(Vault { address, token, ca_file, key: None, _server: None })
}

impl Vault {
    /// Starts one, initialises and unseals it.
    fn start() -> Option<Self> {
        let program = installed("openbao", "bao")?;
        let folder = TempDir::new().expect("a folder");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        fs::write(folder.path().join("cert.pem"), certificate.pem()).expect("a file");
        fs::write(folder.path().join("key.pem"), key.serialize_pem()).expect("a file");
        let address = format!("127.0.0.1:{}", free_port());
        let config = format!(
            "storage \"inmem\" {{}}\n\
             listener \"tcp\" {{\n  address = \"{address}\"\n  tls_cert_file = \"cert.pem\"\n  \
             tls_key_file = \"key.pem\"\n}}\n\
             api_addr = \"https://{address}\"\ndisable_mlock = true\n"
        );
        fs::write(folder.path().join("config.hcl"), config).expect("a file");
        let arguments = ["server".to_owned(), "-config=config.hcl".to_owned()];
        let mut server = Server::start(&program, &arguments, folder);
        server.wait(|| std::net::TcpStream::connect(&address).is_ok());
        let mut vault = Self {
            address: format!("https://{address}"),
            token: String::new(),
            ca_file: Some(server.folder().join("cert.pem")),
            key: None,
            _server: Some(server),
        };
        // A thread of its own: it waits with a runtime of its own.
        let (key, token) = std::thread::scope(|scope| {
            let begin = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(async {
                    let shares = json!({ "secret_shares": 1, "secret_threshold": 1 });
                    let made = vault.ask(Method::PUT, "sys/init", Some(&shares)).await;
                    let key = made["keys"][0].as_str().expect("a key").to_owned();
                    let token = made["root_token"].as_str().expect("a token").to_owned();
                    vault.ask(Method::PUT, "sys/unseal", Some(&json!({ "key": key }))).await;
                    (key, token)
                })
            });
            begin.join().expect("it begins")
        });
        (vault.key, vault.token) = (Some(key), token);
        Some(vault)
    }

    /// The variables with which a program asks it, with a token or as its administrator.
    #[cfg(feature = "vault-transit")]
    pub(crate) fn variables(&self, token: Option<&str>) -> Vec<(&'static str, OsString)> {
        let mut variables = vec![
            ("VAULT_ADDR", self.address.clone().into()),
            ("VAULT_TOKEN", token.unwrap_or(&self.token).into()),
        ];
        variables.extend(self.ca_file.clone().map(|file| ("VAULT_CACERT", file.into())));
        variables
    }

    pub(crate) async fn seal(&self) {
        self.ask(Method::PUT, "sys/seal", None).await;
    }

    pub(crate) async fn unseal(&self) {
        self.ask(Method::PUT, "sys/unseal", Some(&json!({ "key": self.key }))).await;
    }

    /// Asks as the administrator; null for no such thing.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        self.ask_in(None, method, path, body).await
    }

    /// The same within a namespace.
    pub(crate) async fn ask_in(
        &self,
        namespace: Option<&str>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Value {
        let (status, text) = self.send(namespace, method, path, body).await;
        assert!(matches!(status, 200 | 204 | 404), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn send(
        &self,
        namespace: Option<&str>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, String) {
        let mut request = self
            .client()
            .request(method, format!("{}/v1/{path}", self.address))
            .header("X-Vault-Token", &self.token);
        if let Some(namespace) = namespace {
            request = request.header("X-Vault-Namespace", namespace);
        }
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        (answer.status().as_u16(), answer.text().await.expect("an answer"))
    }

    fn client(&self) -> reqwest::Client {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions");
        let config = match &self.ca_file {
            None => config.with_platform_verifier().expect("the system's authorities"),
            Some(file) => {
                let mut roots = rustls::RootCertStore::empty();
                for certificate in CertificateDer::pem_file_iter(file).expect("certificates") {
                    roots.add(certificate.expect("a certificate")).expect("an authority");
                }
                config.with_root_certificates(roots)
            }
        };
        let config = config.with_no_client_auth();
        let client = reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy();
        client.build().expect("a client")
    }

    /// Mounts an engine for keys and values that only one test uses.
    pub(crate) async fn engine(self: &Arc<Self>, kv: u8, namespace: Option<&str>) -> Engine {
        let mount = format!("strongroom-test/{}", unique());
        let body = json!({ "type": "kv", "options": { "version": kv.to_string() } });
        self.ask_in(namespace, Method::POST, &format!("sys/mounts/{mount}"), Some(&body)).await;
        let engine = Engine {
            vault: Arc::clone(self),
            mount,
            kv,
            folder: TempDir::new().expect("a folder"),
            namespace: namespace.map(str::to_owned),
        };
        // For a moment after that, version 2 is being made ready and refuses everything.
        let config = format!("{}/config", engine.mount);
        while kv == 2 && self.send(namespace, Method::GET, &config, None).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        engine
    }
}

/// A name that no other test has, on a server that others may use too.
pub(crate) fn unique() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    format!("{:016x}", RandomState::new().hash_one(0_u8))
}

impl Engine {
    /// Sets one key of a secret, and keeps the others.
    pub(crate) async fn plant(&self, name: &str, key: &str, value: &Value) {
        let path = self.path("data", name);
        let before = self.ask(Method::GET, &path, None).await;
        let before = if self.kv == 2 { &before["data"]["data"] } else { &before["data"] };
        let mut values = before.as_object().cloned().unwrap_or_default();
        values.insert(key.to_owned(), value.clone());
        let body = if self.kv == 2 { json!({ "data": values }) } else { json!(values) };
        self.ask(Method::POST, &path, Some(&body)).await;
    }

    /// What is there, as the server has it.
    pub(crate) async fn values(&self, name: &str) -> Value {
        let answer = self.ask(Method::GET, &self.path("data", name), None).await;
        if self.kv == 2 { answer["data"]["data"].clone() } else { answer["data"].clone() }
    }

    /// Asks within the namespace of the engine.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        self.vault.ask_in(self.namespace.as_deref(), method, path, body).await
    }

    /// A path of the engine: `data`, `metadata`, `delete`, … and a name.
    pub(crate) fn path(&self, what: &str, name: &str) -> String {
        let name: String = name
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'/' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        if self.kv == 2 {
            format!("{}/{what}/{name}", self.mount)
        } else {
            format!("{}/{name}", self.mount)
        }
    }

    /// A token with one policy, in which `MOUNT` stands for the engine.
    pub(crate) async fn token(&self, policy: &str, seconds: u32) -> String {
        let name = self.policy(policy).await;
        let body = json!({ "policies": [name], "ttl": format!("{seconds}s") });
        let made = self.ask(Method::POST, "auth/token/create", Some(&body)).await;
        made["auth"]["client_token"].as_str().expect("a token").to_owned()
    }

    /// Makes a policy; gives its name.
    pub(crate) async fn policy(&self, policy: &str) -> String {
        let name = format!("strongroom-test-{}", unique());
        let policy = json!({ "policy": policy.replace("MOUNT", &self.mount) });
        self.ask(Method::PUT, &format!("sys/policies/acl/{name}"), Some(&policy)).await;
        name
    }

    /// The store with a token from a file.
    pub(crate) fn store(&self, token: &str, more: &[(&str, &str)]) -> Arc<dyn Store> {
        // Only digits would be a number.
        let file = format!("token-{}", unique());
        fs::write(self.folder.path().join(&file), format!("{token}\n")).expect("a file");
        let mut all = vec![("auth", "token-file"), ("token_file", file.as_str())];
        all.extend_from_slice(more);
        self.store_of(&all)
    }

    /// The store as its administrator opens it.
    pub(crate) fn admin(&self) -> Arc<dyn Store> {
        self.store(&self.vault.token, &[])
    }

    /// The store with settings of a login.
    pub(crate) fn store_of(&self, more: &[(&str, &str)]) -> Arc<dyn Store> {
        let mut settings = BTreeMap::from([
            ("address", self.vault.address.clone()),
            ("mount", self.mount.clone()),
        ]);
        settings.extend(self.namespace.clone().map(|namespace| ("namespace", namespace)));
        let ca_file = self.vault.ca_file.as_ref();
        settings.extend(ca_file.map(|file| ("ca_file", file.display().to_string())));
        settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let settings = settings.into_iter().map(|(name, value)| match value.parse() {
            Ok(number) => (name.to_owned(), Setting::Integer(number)),
            Err(_) => (name.to_owned(), Setting::Text(value)),
        });
        open("hashicorp-vault", Settings::new(settings), self.folder.path()).expect("a store")
    }
}

/// Fetches one reference.
pub(crate) async fn get(store: &Arc<dyn Store>, reference: &str) -> Result<String, Failure> {
    let opened = Opened { name: "vault".to_owned(), store: Arc::clone(store) };
    let reference = Reference::parse(reference).expect("a reference");
    let mut answers = fetch(&[Fetch { store: opened, reference }], &Limits::default()).await;
    let got = answers.pop().expect("an answer")?;
    Ok(String::from_utf8(got.value.to_vec()).expect("text"))
}
