//! What a Secret Manager of a test answers, and the store that is opened in front of it.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};

use crate::listener::{Asked, Does, Listener, Response};

/// Checks what every request has, then takes the routes; what none of them takes is a fault of the store.
pub(crate) fn strict(
    routes: impl Fn(&str, &Asked) -> Option<Does> + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Response + Send + Sync + 'static {
    move |asked: &Asked| {
        let line = format!("{} {}", asked.method, asked.path);
        let has_kind = asked.header("content-type").is_some();
        if has_kind == asked.body.is_empty() {
            return Err("a body says what it is".to_owned());
        }
        if asked.header("referer").is_some() {
            return Err("a path is told to nobody".to_owned());
        }
        routes(&line, asked).ok_or_else(|| "no such path, or another method".to_owned())
    }
}

/// A project with one secret in it, `app`.
pub(crate) fn usual(line: &str, _asked: &Asked) -> Option<Does> {
    match line {
        ACCESS => Some(payload(3, BASE64, Some(CHECKSUM))),
        _ => None,
    }
}

/// The payload of a version.
pub(crate) fn payload(version: u64, base64: &str, checksum: Option<u32>) -> Does {
    let checksum = checksum.map(|sum| format!(r#","dataCrc32c":"{sum}""#)).unwrap_or_default();
    json(
        200,
        format!(
            r#"{{"name":"projects/123/secrets/app/versions/{version}","payload":{{"data":"{base64}"{checksum}}}}}"#
        ),
    )
}

/// A refusal, with details.
pub(crate) fn refused(status: u16, code: &str, message: &str, details: &[&str]) -> Does {
    let details = details.join(",");
    json(
        status,
        format!(
            r#"{{"error":{{"code":{status},"message":"{message}","status":"{code}","details":[{details}]}}}}"#
        ),
    )
}

/// A detail that gives a reason.
pub(crate) fn reason(reason: &str) -> String {
    format!(
        r#"{{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{reason}","domain":"googleapis.com","metadata":{{"service":"secretmanager.googleapis.com"}}}}"#
    )
}

pub(crate) fn json(status: u16, body: impl Into<String>) -> Does {
    Does::Json(status, body.into())
}

/// A store of the project `shop` in front of a server; more settings as they are needed.
pub(crate) fn store(server: &Listener, more: &[(&str, &str)]) -> Arc<dyn Store> {
    let url = server.url();
    let usual = [("endpoint", url.as_str()), ("project", "shop")];
    let settings = usual.into_iter().chain(more.iter().copied());
    opened(settings).unwrap_or_else(|error| panic!("{error}"))
}

/// Opens a store with these settings; `true` is a truth.
pub(crate) fn opened<'a>(
    settings: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Arc<dyn Store>, String> {
    let settings = settings.into_iter().map(|(name, value)| {
        let value = match value {
            "true" => Setting::Boolean(true),
            text => Setting::Text(text.to_owned()),
        };
        (name.to_owned(), value)
    });
    let settings = Settings::new(settings.collect::<Vec<_>>());
    let store = open("gcp-secret-manager", settings, Path::new("."));
    let store = store.map_err(|error| error.to_string())?;
    assert_tells_nothing(&format!("{store:?}"));
    Ok(store)
}

/// Fetches a reference as a program does, within a deadline.
pub(crate) async fn get_within(
    store: &Arc<dyn Store>,
    reference: &str,
    deadline: Duration,
) -> Result<String, Failure> {
    let opened = Opened { name: "google".to_owned(), store: Arc::clone(store) };
    let reference = Reference::parse(reference).expect("a reference");
    let limits = Limits { deadline, ..Limits::default() };
    let mut answers = fetch(&[Fetch { store: opened, reference }], &limits).await;
    match answers.pop().expect("an answer") {
        Ok(got) => Ok(String::from_utf8(got.value.to_vec()).expect("text")),
        Err(failure) => {
            assert_tells_nothing(&format!("{failure} {failure:?}"));
            Err(failure)
        }
    }
}

/// Fetches a reference that is there, or whose failure lasts.
pub(crate) async fn get(store: &Arc<dyn Store>, reference: &str) -> Result<String, Failure> {
    get_within(store, reference, Duration::from_secs(10)).await
}

/// Why a reference cannot be had, as a person reads it; `PORT` stands for the server's.
pub(crate) async fn said_of(server: &Listener, store: &Arc<dyn Store>, reference: &str) -> String {
    let answer = get_within(store, reference, Duration::from_millis(500)).await;
    let failure = answer.expect_err("a failure");
    failure.to_string().replace(&server.address.port().to_string(), "PORT")
}

/// Why `app` cannot be had when the server answers so.
pub(crate) async fn said(does: Does) -> String {
    let server = plain(move |_, _| Some(does.clone())).await;
    said_of(&server, &store(&server, &[]), "app").await
}

/// A server without TLS, as an emulator is.
pub(crate) async fn plain(
    routes: impl Fn(&str, &Asked) -> Option<Does> + Send + Sync + 'static,
) -> Listener {
    Listener::of("", strict(routes)).await
}

/// No value, token or credential is in a text.
pub(crate) fn assert_tells_nothing(text: &str) {
    for secret in [VALUE, BASE64, "ya29.", "PRIVATE KEY", "s3cr3t"] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// What a program of these variables and settings says of references with commas between them: values or failures, with
/// `; ` between them. Nobody else may change the environment of a test, so it runs in a process of its own.
pub(crate) async fn in_process(
    variables: &[(&str, &str)],
    settings: &[(&str, &str)],
    references: &str,
) -> String {
    let settings: Vec<String> =
        settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut command = std::process::Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "cloud::a_program", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env_clear().envs(variables.iter().map(|(name, value)| (*name, OsString::from(value))));
    command.env("TEST_SETTINGS", settings.join("\n")).env("TEST_REFERENCES", references);
    let run = tokio::task::spawn_blocking(move || command.output().expect("the program"));
    let output = run.await.expect("it ends");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = told.lines().find_map(|line| line.split_once("SAID: "));
    let said =
        said.unwrap_or_else(|| panic!("{told}\n{}", String::from_utf8_lossy(&output.stderr)));
    said.1.to_owned()
}

#[tokio::test]
#[ignore = "a process of its own for other tests"]
async fn a_program() {
    let settings = std::env::var("TEST_SETTINGS").expect("settings");
    let references = std::env::var("TEST_REFERENCES").expect("references");
    let store = opened(settings.lines().map(|line| line.split_once('=').expect("a setting")));
    let store = Opened { name: "google".to_owned(), store: store.expect("a store") };
    let of = |reference| Fetch {
        store: store.clone(),
        reference: Reference::parse(reference).expect("a reference"),
    };
    let wanted: Vec<Fetch> = references.split(',').map(of).collect();
    let limits = Limits { deadline: Duration::from_secs(3), ..Limits::default() };
    let answers = fetch(&wanted, &limits).await.into_iter().map(|answer| match answer {
        Ok(got) => String::from_utf8(got.value.to_vec()).expect("text"),
        Err(failure) => {
            assert_tells_nothing(&format!("{failure} {failure:?}"));
            failure.to_string()
        }
    });
    let said = answers.collect::<Vec<_>>().join("; ");
    write_out(&format!("\nSAID: {said}\n"));
}

#[expect(clippy::print_stdout, reason = "the test that started this process reads it")]
fn write_out(text: &str) {
    print!("{text}");
}

pub(crate) const VALUE: &str = "hunter2";
pub(crate) const BASE64: &str = "aHVudGVyMg==";
pub(crate) const CHECKSUM: u32 = 1_736_498_283;
pub(crate) const ACCESS: &str = "GET /v1/projects/shop/secrets/app/versions/latest:access";
