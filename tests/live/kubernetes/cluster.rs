//! A cluster: an API server with its database, or one given from outside; namespaces, accounts and roles in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{Method, Request};
use kube::config::{Config, Kubeconfig};
use kube::{Client, Error};
use serde_json::{Value, json};
use strongroom_stores::{Failure, Item, Setting, Settings, Store, open};
use strongroom_vault::VaultId;
use tempfile::TempDir;

use crate::server::{Server, free_port, installed};

/// A cluster, as its administrator sees it.
#[derive(Debug)]
pub(crate) struct Cluster {
    kubeconfig: Kubeconfig,
    /// The database and the API server, if they are ours.
    _servers: Vec<Server>,
}

/// A namespace of one test.
pub(crate) struct Namespace {
    pub(crate) name: String,
    pub(crate) admin: Client,
    kubeconfig: Kubeconfig,
    folder: TempDir,
}

/// The cluster of these tests; none, and said loudly, if there is none.
pub(crate) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Result<Option<Cluster>, ()>> = OnceLock::new();
    // A thread of its own: it waits with a runtime of its own. What it panics with is shown, and is not tried again.
    let find = || std::thread::spawn(|| given().or_else(started)).join().map_err(drop);
    CLUSTER.get_or_init(find).as_ref().expect("a cluster that starts").as_ref()
}

fn given() -> Option<Cluster> {
    let path = env::var_os("STRONGROOM_TEST_KUBECONFIG")?;
    let mut kubeconfig = Kubeconfig::read_from(PathBuf::from(path)).expect("a kubeconfig");
    // A kubeconfig that a store is told of takes no files from elsewhere.
    let taken_in = |file: &mut Option<String>| {
        file.take().map(|file| base64(&fs::read(file).expect("a file of the kubeconfig")))
    };
    for cluster in kubeconfig.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
        let data = taken_in(&mut cluster.certificate_authority);
        cluster.certificate_authority_data = data.or(cluster.certificate_authority_data.take());
    }
    for who in kubeconfig.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
        let data = taken_in(&mut who.client_certificate);
        who.client_certificate_data = data.or(who.client_certificate_data.take());
        let data = taken_in(&mut who.client_key).map(Into::into);
        who.client_key_data = data.or(who.client_key_data.take());
    }
    Some(Cluster { kubeconfig, _servers: Vec::new() })
}

fn started() -> Option<Cluster> {
    let programs = ["etcd", "kube-apiserver"].map(|program| installed("kubernetes", program));
    let [Some(etcd), Some(api)] = programs else { return None };
    let (database, peer) = (free_port(), free_port());
    let url = |port: u16| format!("http://127.0.0.1:{port}");
    let options = [
        "--data-dir=data".to_owned(),
        format!("--listen-client-urls={}", url(database)),
        format!("--advertise-client-urls={}", url(database)),
        format!("--listen-peer-urls={}", url(peer)),
        format!("--initial-advertise-peer-urls={}", url(peer)),
        format!("--initial-cluster=default={}", url(peer)),
        "--unsafe-no-fsync".to_owned(),
    ];
    let mut etcd = Server::start(&etcd, &options, TempDir::new().expect("a folder"));
    etcd.wait(|| std::net::TcpStream::connect(("127.0.0.1", database)).is_ok());

    let folder = TempDir::new().expect("a folder");
    let key = rcgen::KeyPair::generate().expect("a key");
    fs::write(folder.path().join("accounts.key"), key.serialize_pem()).expect("a file");
    fs::write(folder.path().join("accounts.pub"), key.public_key_pem()).expect("a file");
    let token = "hunter2-administrator";
    let line = format!("{token},administrator,1,system:masters\n");
    fs::write(folder.path().join("tokens.csv"), line).expect("a file");
    let port = free_port();
    let options = [
        format!("--etcd-servers={}", url(database)),
        format!("--secure-port={port}"),
        "--bind-address=127.0.0.1".to_owned(),
        "--advertise-address=127.0.0.1".to_owned(),
        "--cert-dir=certificates".to_owned(),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        "--service-account-signing-key-file=accounts.key".to_owned(),
        "--service-account-key-file=accounts.pub".to_owned(),
        "--token-auth-file=tokens.csv".to_owned(),
        "--authorization-mode=RBAC".to_owned(),
        "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
        "--disable-admission-plugins=ServiceAccount".to_owned(),
        "--endpoint-reconciler-type=none".to_owned(),
    ];
    let mut api = Server::start(&api, &options, folder);
    let certificate = api.folder().join("certificates/apiserver.crt");
    api.wait(|| certificate.is_file());
    let authority = fs::read(&certificate).expect("a certificate");
    let kubeconfig = kubeconfig(
        &json!({
            "server": format!("https://127.0.0.1:{port}"),
            "certificate-authority-data": base64(&authority),
        }),
        &json!({ "token": token }),
        "default",
    );
    api.wait(|| is_ready(&kubeconfig));
    Some(Cluster { kubeconfig, _servers: vec![api, etcd] })
}

fn is_ready(kubeconfig: &Kubeconfig) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        // The roles of the system are there a moment after the API.
        let role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin";
        let client = client(kubeconfig);
        let ready = client.request_text(request(Method::GET, "/readyz", None)).await;
        ready.is_ok() && client.request_text(request(Method::GET, role, None)).await.is_ok()
    })
}

impl Cluster {
    /// A new namespace, with an administrator's client on this runtime.
    pub(crate) async fn namespace(&self, about: &str) -> Namespace {
        let name = format!("strongroom-test-{about}-{:08x}", rand());
        let admin = client(&self.kubeconfig);
        let body = json!({ "metadata": { "name": name } });
        let made = request(Method::POST, "/api/v1/namespaces", Some(&body));
        admin.request_text(made).await.expect("a namespace");
        let folder = TempDir::new().expect("a folder");
        Namespace { name, admin, kubeconfig: self.kubeconfig.clone(), folder }
    }
}

impl Namespace {
    /// Asks the API as the administrator.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let path = format!("/{}", path.replace("NAMESPACE", &self.name));
        let answer = self.admin.request_text(request(method, &path, body)).await;
        serde_json::from_str(&answer.unwrap_or_else(|error| panic!("{path}: {error}")))
            .expect("JSON")
    }

    /// Sets one key of a secret.
    pub(crate) async fn plant(&self, name: &str, key: &str, value: &[u8]) {
        let data = json!({ "data": { key: base64(value) } });
        let path = format!("{}/{name}", self.secrets());
        let changed = self.admin.request_text(request(Method::PATCH, &path, Some(&data))).await;
        match changed {
            Ok(_) => {}
            Err(Error::Api(status)) if status.code == 404 => {
                let body = json!({ "metadata": { "name": name }, "data": data["data"] });
                self.make(&body).await;
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }

    /// Makes a secret.
    pub(crate) async fn make(&self, body: &Value) {
        let made = request(Method::POST, &self.secrets(), Some(body));
        self.admin.request_text(made).await.expect("a secret");
    }

    /// Deletes a secret.
    pub(crate) async fn delete(&self, name: &str) {
        self.ask(Method::DELETE, &format!("api/v1/namespaces/NAMESPACE/secrets/{name}"), None)
            .await;
    }

    fn secrets(&self) -> String {
        format!("/api/v1/namespaces/{}/secrets", self.name)
    }

    /// A service account with a role of its own; gives a token of its.
    pub(crate) async fn account(&self, name: &str, rules: &Value) -> String {
        let account = json!({ "metadata": { "name": name } });
        let core = "api/v1/namespaces/NAMESPACE/serviceaccounts";
        self.ask(Method::POST, core, Some(&account)).await;
        let role = json!({ "metadata": { "name": name }, "rules": rules });
        let base = "apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE";
        self.ask(Method::POST, &format!("{base}/roles"), Some(&role)).await;
        let binding = json!({
            "metadata": { "name": name },
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name },
            "subjects": [{ "kind": "ServiceAccount", "name": name, "namespace": self.name }],
        });
        self.ask(Method::POST, &format!("{base}/rolebindings"), Some(&binding)).await;
        self.token(name).await
    }

    /// Another token of a service account.
    pub(crate) async fn token(&self, name: &str) -> String {
        let path = format!("api/v1/namespaces/NAMESPACE/serviceaccounts/{name}/token");
        let body = json!({ "spec": { "expirationSeconds": 600 } });
        let answer = self.ask(Method::POST, &path, Some(&body)).await;
        answer["status"]["token"].as_str().expect("a token").to_owned()
    }

    /// What a kubeconfig says of this cluster.
    pub(crate) fn place(&self) -> Value {
        let cluster = self.kubeconfig.clusters[0].cluster.as_ref().expect("a cluster");
        serde_json::to_value(cluster).expect("JSON")
    }

    /// Writes a kubeconfig for a cluster and a user, as a kubeconfig has them.
    pub(crate) fn kubeconfig(&self, place: &Value, who: &Value) -> PathBuf {
        let path = self.folder.path().join(format!("{:08x}.yaml", rand()));
        let kubeconfig = kubeconfig(place, who, &self.name);
        fs::write(&path, serde_json::to_vec(&kubeconfig).expect("JSON")).expect("a file");
        path
    }

    /// A folder of the test.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The store as its administrator opens it.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.store_of(&self.administrator())
    }

    /// The store of another namespace as its administrator opens it.
    pub(crate) fn store_in(&self, namespace: &str) -> Arc<dyn Store> {
        let kubeconfig = self.kubeconfig(&self.place(), &self.administrator());
        opened_with(&kubeconfig, [("namespace", namespace)])
    }

    /// The store of a vault, as its administrator opens it.
    pub(crate) fn store_of_vault(&self, vault: VaultId) -> Arc<dyn Store> {
        let kubeconfig = self.kubeconfig(&self.place(), &self.administrator());
        let path = kubeconfig.to_str().expect("a path of text");
        let settings = [("kubeconfig", path), ("namespace", self.name.as_str())];
        let settings = settings.map(|(name, it)| (name.to_owned(), Setting::Text(it.to_owned())));
        let settings = Settings::new(settings).within(vault);
        open("kubernetes", settings, Path::new("/")).expect("a store")
    }

    /// Who may do everything, as a kubeconfig has it.
    pub(crate) fn administrator(&self) -> Value {
        let user = self.kubeconfig.auth_infos[0].auth_info.as_ref().expect("a user");
        serde_json::to_value(user).expect("JSON")
    }

    /// The store as a user of a kubeconfig opens it.
    pub(crate) fn store_of(&self, who: &Value) -> Arc<dyn Store> {
        opened(&self.kubeconfig(&self.place(), who))
    }
}

impl Drop for Namespace {
    /// Leaves nothing in a cluster that was given. A runtime of its own: that of the test may be ending.
    fn drop(&mut self) {
        let (kubeconfig, name) = (self.kubeconfig.clone(), self.name.clone());
        let deleting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let path = format!("/api/v1/namespaces/{name}");
                let deleted = client(&kubeconfig);
                let deleted = deleted.request_text(request(Method::DELETE, &path, None));
                let _ = tokio::time::timeout(Duration::from_secs(10), deleted).await;
            });
        });
        let _ = deleting.join();
    }
}

/// A store of the namespace that the kubeconfig's context has.
pub(crate) fn opened(kubeconfig: &Path) -> Arc<dyn Store> {
    opened_with(kubeconfig, [])
}

fn opened_with<const N: usize>(kubeconfig: &Path, more: [(&str, &str); N]) -> Arc<dyn Store> {
    let path = kubeconfig.to_str().expect("a path of text");
    let settings = [("kubeconfig", path)].into_iter().chain(more);
    let settings = settings.map(|(name, text)| (name.to_owned(), Setting::Text(text.to_owned())));
    open("kubernetes", Settings::new(settings), Path::new("/")).expect("a store")
}

/// What a store has under a name, or why not.
pub(crate) async fn fetch(store: &Arc<dyn Store>, name: &str) -> Result<(), Failure> {
    let item = Item { name: name.to_owned(), version: None };
    store.fetch(&item).await.map(drop)
}

/// Why a store has nothing under a name.
pub(crate) async fn failure(store: &Arc<dyn Store>, name: &str) -> Failure {
    fetch(store, name).await.expect_err("a failure")
}

fn kubeconfig(place: &Value, who: &Value, namespace: &str) -> Kubeconfig {
    let kubeconfig = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": "test", "cluster": place }],
        "users": [{ "name": "test", "user": who }],
        "contexts": [
            { "name": "test", "context": { "cluster": "test", "user": "test", "namespace": namespace } },
        ],
        "current-context": "test",
    });
    serde_json::from_value(kubeconfig).expect("a kubeconfig")
}

fn client(kubeconfig: &Kubeconfig) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::try_from(Config::try_from(kubeconfig.clone()).expect("a way")).expect("a client")
}

fn request(method: Method, path: &str, body: Option<&Value>) -> Request<Vec<u8>> {
    let kind = match method {
        Method::PATCH => "application/merge-patch+json",
        _ => "application/json",
    };
    let body = body.map(|body| serde_json::to_vec(body).expect("JSON")).unwrap_or_default();
    let request = Request::builder().method(method).uri(path).header("content-type", kind);
    request.body(body).expect("a request")
}

/// Bytes as a secret has them.
pub(crate) fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

/// What base64 stands for.
pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    data_encoding::BASE64.decode(text.as_bytes()).expect("base64")
}

fn rand() -> u32 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    let number = RandomState::new().build_hasher().finish();
    u32::try_from(number >> 32).expect("32 bits")
}
