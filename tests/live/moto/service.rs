//! A server that plays AWS: one for each test, and what a test puts there without the adapter.

use std::ffi::OsString;
use std::sync::Arc;

use serde_json::{Value, json};
use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::{Server, free_port, installed, run_alone};

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Moto {
    pub(crate) address: String,
    _server: Server,
}

impl Moto {
    /// Starts one; none, and said loudly, where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let program = installed("moto", "moto/bin/moto_server")?;
        let port = free_port().to_string();
        let address = format!("127.0.0.1:{port}");
        let arguments = ["-H", "127.0.0.1", "-p", &port].map(str::to_owned);
        let mut server = Server::start(&program, &arguments, TempDir::new().expect("a folder"));
        server.wait(|| std::net::TcpStream::connect(&address).is_ok());
        Some(Self { address, _server: server })
    }

    /// Runs a test of this program in a process whose environment leads to the server, with these credentials.
    pub(crate) fn run(&self, test: &str, (id, key): (&str, &str)) {
        let variables = variables(&self.address, (id, key));
        run_alone(&[], test, variables.map(|(name, value)| (name, OsString::from(value))));
    }
}

/// The environment of somebody who asks the server.
pub(crate) fn variables(address: &str, (id, key): (&str, &str)) -> [(&'static str, String); 7] {
    [
        ("AWS_ENDPOINT_URL", format!("http://{address}")),
        ("AWS_ACCESS_KEY_ID", id.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", key.to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ]
}

/// The server that the environment of this process leads to.
pub(crate) fn address() -> String {
    let url = std::env::var("AWS_ENDPOINT_URL").expect("a test that was run by another");
    url.trim_start_matches("http://").to_owned()
}

/// Asks a service as anybody, while the server asks nobody for a signature; null for what is not there.
pub(crate) async fn ask(address: &str, target: &str, body: &Value) -> Value {
    let service = match target.split_once('.') {
        Some(("AmazonSSM", _)) => "ssm",
        Some(("TrentService", _)) => "kms",
        _ => "secretsmanager",
    };
    let headers = format!("Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: {target}\r\n");
    let (status, text) = send(address, "/", service, &headers, &body.to_string()).await;
    let is_absent = text.contains("ResourceNotFoundException");
    assert!(status == 200 || is_absent, "{target}: {status}: {text}");
    if is_absent { Value::Null } else { serde_json::from_str(&text).unwrap_or_default() }
}

/// One request; gives the status and the body.
pub(crate) async fn send(
    address: &str,
    path: &str,
    service: &str,
    headers: &str,
    body: &str,
) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let scope = format!("Credential=AKIDANYBODY/20260101/eu-west-1/{service}/aws4_request");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\
         Authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    stream.write_all(body.as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}

/// Puts a secret there: text, or bytes in base64.
pub(crate) async fn plant_secret(address: &str, name: &str, value: &Value) {
    let mut body = value.clone();
    body["SecretId"] = json!(name);
    if ask(address, "secretsmanager.PutSecretValue", &body).await.is_null() {
        body["Name"] = json!(name);
        ask(address, "secretsmanager.CreateSecret", &body).await;
    }
}

/// A store of a kind, as the environment leads to it.
pub(crate) fn store(kind: &str, more: &[(&str, &str)]) -> Arc<dyn Store> {
    let settings = more.iter().map(|(name, value)| match *value {
        "true" => ((*name).to_owned(), Setting::Boolean(true)),
        value => ((*name).to_owned(), Setting::Text(value.to_owned())),
    });
    open(kind, Settings::new(settings), std::path::Path::new("/")).expect("a store")
}

/// Fetches one reference.
pub(crate) async fn get(store: &Arc<dyn Store>, reference: &str) -> Result<String, Failure> {
    let opened = Opened { name: "aws".to_owned(), store: Arc::clone(store) };
    let reference = Reference::parse(reference).expect("a reference");
    let mut answers = fetch(&[Fetch { store: opened, reference }], &Limits::default()).await;
    let got = answers.pop().expect("an answer")?;
    Ok(String::from_utf8(got.value.to_vec()).expect("text"))
}
