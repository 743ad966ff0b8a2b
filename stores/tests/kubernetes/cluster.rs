//! A kubeconfig for a listener, a store of it, and what it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};

use crate::listener::{Asked, Does, Listener, Response};

/// What every value and token of these tests has in it.
pub(crate) const MARKER: &str = "hunter2";
pub(crate) const TOKEN: &str = "hunter2-token";

/// A server that gives one answer to everything.
pub(crate) async fn always(does: Does) -> Listener {
    Listener::new(move |_| Ok(does.clone())).await
}

/// A server that answers lines such as `GET /api/v1/…`, and fails the test at others.
pub(crate) fn by_line(
    answer: impl Fn(&str, &Asked) -> Option<Does> + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Response + Send + Sync + 'static {
    move |asked| {
        let line = format!("{} {}", asked.method, asked.path);
        answer(&line, asked).ok_or(format!("nobody should ask `{line}`"))
    }
}

/// What the API says when it refuses.
pub(crate) fn status(code: u16, reason: &str) -> Does {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": format!("it holds {MARKER}"), "reason": reason, "code": code,
    });
    Does::Json(code, status.to_string())
}

/// A secret `a` with one key.
pub(crate) fn secret(version: &str) -> Does {
    let secret = json!({
        "kind": "Secret", "apiVersion": "v1",
        "metadata": { "name": "a", "namespace": "shop", "resourceVersion": version },
        // `hunter2-value`
        "data": { "key": "aHVudGVyMi12YWx1ZQ==" },
    });
    Does::Json(200, secret.to_string())
}

/// What a kubeconfig says of a server.
pub(crate) fn place(server: &Listener) -> Value {
    json!({ "server": server.url(), "certificate-authority": server.ca_file() })
}

/// Writes a kubeconfig beside the server's authority.
pub(crate) fn kubeconfig(folder: &Path, place: &Value, who: &Value) -> PathBuf {
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{ "name": "test", "cluster": place }],
        "users": [{ "name": "test", "user": who }],
        "contexts": [
            { "name": "test", "context": { "cluster": "test", "user": "test", "namespace": "shop" } },
        ],
    });
    let path = folder.join("kubeconfig");
    fs::write(&path, kubeconfig.to_string()).expect("a file");
    path
}

/// A store that is opened with settings.
pub(crate) fn store(settings: &[(&str, &str)]) -> Arc<dyn Store> {
    let text = |text: &str| Setting::Text(text.to_owned());
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
    open("kubernetes", Settings::new(settings), Path::new("/")).expect("a store")
}

/// A store of a server, as who has the token.
pub(crate) fn store_of(server: &Listener) -> Arc<dyn Store> {
    let path = kubeconfig(&server.folder(), &place(server), &json!({ "token": TOKEN }));
    store(&[("kubeconfig", path.to_str().expect("text"))])
}

/// Fetches a value with everything that `fetch` does.
pub(crate) async fn get(store: &Arc<dyn Store>, within: Duration) -> Result<Vec<u8>, Failure> {
    let store = Opened { name: "cluster".to_owned(), store: Arc::clone(store) };
    let reference = Reference::parse("a/key").expect("a reference");
    let limits = Limits { deadline: within, ..Limits::default() };
    let answer = fetch(&[Fetch { store, reference }], &limits).await.remove(0);
    if let Err(failure) = &answer {
        assert_tells_nothing(failure);
    }
    answer.map(|got| got.value.to_vec())
}

/// What is said where there is no value; the port of the server is left out.
pub(crate) async fn said(server: &Listener) -> String {
    let failure = get(&store_of(server), Duration::from_millis(500)).await.expect_err("a failure");
    failure.to_string().replace(&server.address.port().to_string(), "PORT")
}

pub(crate) fn assert_tells_nothing(failure: &Failure) {
    for text in [failure.to_string(), format!("{failure:?}")] {
        assert!(!text.contains(MARKER), "a failure tells a value or a token: {text}");
    }
}
