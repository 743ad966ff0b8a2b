//! Tokens: logins of each way, renewal in time, and tokens that die while the program runs.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use strongroom_stores::{Item, Store};

use crate::listener::{Asked, Does, Listener};
use crate::vault::{
    JWT, SECRET_ID, VALUE, app_role, error, get, granted, json, said, store, strict, usual,
};

/// Settings of a way of logging in.
type Way = &'static [(&'static str, &'static str)];

/// A Vault whose tokens live for so many seconds, and no longer; renewing and logging in make numbered ones.
#[derive(Clone)]
struct Tokens {
    lives: u64,
    is_renewable: bool,
    /// The valid tokens, each with its end.
    valid: Arc<Mutex<Vec<(String, std::time::Instant)>>>,
    logins: Arc<AtomicUsize>,
}

impl Tokens {
    fn new(lives: u64, is_renewable: bool) -> Self {
        Self { lives, is_renewable, valid: Arc::default(), logins: Arc::default() }
    }

    fn grant(&self, token: &str) -> Does {
        let end = std::time::Instant::now() + Duration::from_secs(self.lives);
        let mut valid = self.valid.lock().expect("no panic");
        valid.retain(|(other, _)| other != token);
        valid.push((token.to_owned(), end));
        granted(token, self.lives, self.is_renewable)
    }

    fn revoke(&self) {
        self.valid.lock().expect("no panic").clear();
    }

    fn answer(&self, line: &str, asked: &Asked) -> Option<Does> {
        if line.starts_with("POST /v1/auth/") && line.ends_with("/login") {
            let number = self.logins.fetch_add(1, Ordering::SeqCst) + 1;
            return Some(self.grant(&format!("hvs.{number}")));
        }
        let token = asked.header("x-vault-token")?;
        let is_valid = self
            .valid
            .lock()
            .expect("no panic")
            .iter()
            .any(|(other, end)| other == token && *end > std::time::Instant::now());
        if !is_valid {
            return Some(error(403, "permission denied"));
        }
        match line {
            "POST /v1/auth/token/renew-self" if asked.body == "{}" => Some(self.grant(token)),
            "GET /v1/auth/token/lookup-self" => Some(json(200, r#"{"data":{}}"#)),
            "GET /v1/secret/data/closed" => Some(error(403, "1 error occurred:")),
            _ => usual(line, asked),
        }
    }

    async fn listen(&self) -> Listener {
        let tokens = self.clone();
        Listener::new(strict(move |line, asked| tokens.answer(line, asked))).await
    }
}

fn count(server: &Listener, end: &str) -> usize {
    server.lines().iter().filter(|line| line.ends_with(end)).count()
}

async fn has_value(store: &Arc<dyn Store>) {
    assert!(!format!("{store:?}").contains("hvs."), "{store:?}");
    assert_eq!(get(store, "app/password").await.expect("a value"), VALUE);
}

#[tokio::test]
async fn each_way_of_logging_in_sends_what_it_must_once() {
    let tokens = Tokens::new(3600, true);
    let server = tokens.listen().await;
    std::fs::write(server.folder().join("jwt"), format!("{JWT}\n")).expect("a file");
    std::fs::write(server.folder().join("secret-id"), format!("{SECRET_ID}\n")).expect("a file");
    let ways: [(Way, &str, String); 4] = [
        (
            &[
                ("token_file", ""),
                ("auth", "approle"),
                ("role_id", "r\"1"),
                ("secret_id_file", "secret-id"),
            ],
            "/v1/auth/approle/login",
            format!(r#"{{"role_id":"r\"1","secret_id":"{SECRET_ID}"}}"#),
        ),
        (
            &[
                ("token_file", ""),
                ("auth", "approle"),
                ("role_id", "open"),
                ("auth_mount", "ci/roles"),
            ],
            "/v1/auth/ci/roles/login",
            r#"{"role_id":"open"}"#.to_owned(),
        ),
        (
            &[("token_file", ""), ("auth", "kubernetes"), ("role", "shop"), ("jwt_file", "jwt")],
            "/v1/auth/kubernetes/login",
            format!(r#"{{"jwt":"{JWT}","role":"shop"}}"#),
        ),
        (
            &[("token_file", ""), ("auth", "jwt"), ("jwt_file", "jwt")],
            "/v1/auth/jwt/login",
            format!(r#"{{"jwt":"{JWT}"}}"#),
        ),
    ];
    for (number, (settings, path, body)) in ways.into_iter().enumerate() {
        let store = store(&server, settings);
        let (one, two) = tokio::join!(get(&store, "app/password"), get(&store, "app/password"));
        assert_eq!((one.expect("a value"), two.expect("a value")), (VALUE.into(), VALUE.into()));
        let logins: Vec<Asked> =
            server.asked().into_iter().filter(|asked| asked.path.ends_with("/login")).collect();
        assert_eq!(logins.len(), number + 1, "one login for both");
        assert_eq!((logins[number].path.as_str(), &logins[number].body), (path, &body));
    }
}

#[tokio::test]
async fn a_token_is_renewed_when_two_thirds_of_its_time_are_over() {
    let tokens = Tokens::new(3, true);
    let server = tokens.listen().await;
    let store = app_role(&server);
    for _ in 0..24 {
        has_value(&store).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(count(&server, "/login"), 1, "{:?}", server.lines());
    assert!((2..=3).contains(&count(&server, "/renew-self")), "{:?}", server.lines());
    assert_eq!(count(&server, "/lookup-self"), 0, "it never was over");
}

#[tokio::test]
async fn a_token_that_lives_longer_than_time_is_used() {
    for is_renewable in [true, false] {
        let server = Listener::new(strict(move |line, asked| match line {
            "POST /v1/auth/approle/login" => Some(granted("hvs.1", u64::MAX, is_renewable)),
            _ => usual(line, asked),
        }))
        .await;
        let store = app_role(&server);
        has_value(&store).await;
        has_value(&store).await;
        assert_eq!((count(&server, "/login"), count(&server, "-self")), (1, 0));
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_replaced_in_time() {
    let tokens = Tokens::new(2, false);
    let server = tokens.listen().await;
    let store = app_role(&server);
    for _ in 0..12 {
        has_value(&store).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!((2..=3).contains(&count(&server, "/login")), "{:?}", server.lines());
    assert_eq!((count(&server, "/data/app"), count(&server, "-self")), (12, 0), "none was refused");
}

#[tokio::test]
async fn a_token_that_expired_while_nothing_was_asked_is_replaced() {
    let tokens = Tokens::new(1, true);
    let server = tokens.listen().await;
    let store = app_role(&server);
    has_value(&store).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    has_value(&store).await;
    assert_eq!(count(&server, "/login"), 2);
    assert_eq!(count(&server, "-self"), 0, "a dead one is not renewed: {:?}", server.lines());
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_once_for_all_who_wait() {
    let tokens = Tokens::new(3600, true);
    let server = tokens.listen().await;
    let store = app_role(&server);
    has_value(&store).await;
    tokens.revoke();
    let (one, two, three) = tokio::join!(has_value(&store), has_value(&store), has_value(&store));
    let ((), (), ()) = (one, two, three);
    assert_eq!(count(&server, "/login"), 2, "{:?}", server.lines());
    // Revoked at once again: it is not logged in for ever.
    tokens.revoke();
    assert_eq!(
        said(&server, &store).await,
        "denied: the token may not do it: its policies need `path \"secret/data/app\" { capabilities = [\"read\"] }`"
    );
    assert_eq!(count(&server, "/login"), 2, "{:?}", server.lines());
}

#[tokio::test]
async fn a_denied_secret_is_no_reason_for_a_new_login() {
    let tokens = Tokens::new(3600, true);
    let server = tokens.listen().await;
    let store = app_role(&server);
    for _ in 0..3 {
        get(&store, "closed/password").await.expect_err("it is denied");
    }
    assert_eq!((count(&server, "/login"), count(&server, "/lookup-self")), (1, 1));
}

#[tokio::test]
async fn a_renewal_that_fails_is_a_login_and_one_that_hears_nothing_is_tried_later() {
    let tokens = Tokens::new(6, true);
    let status = Arc::new(AtomicUsize::new(503));
    let (answers, says) = (tokens.clone(), Arc::clone(&status));
    let server = Listener::new(strict(move |line, asked| match line {
        "POST /v1/auth/token/renew-self" => {
            Some(error(u16::try_from(says.load(Ordering::SeqCst)).expect("a status"), "x"))
        }
        _ => answers.answer(line, asked),
    }))
    .await;
    let store = app_role(&server);
    has_value(&store).await;
    tokio::time::sleep(Duration::from_millis(4100)).await;
    has_value(&store).await;
    assert_eq!((count(&server, "/renew-self"), count(&server, "/login")), (1, 1));
    status.store(400, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(700)).await;
    has_value(&store).await;
    assert_eq!((count(&server, "/renew-self"), count(&server, "/login")), (2, 2));
}

#[tokio::test]
async fn a_renewal_that_hangs_keeps_nobody_waiting_twice() {
    let tokens = Tokens::new(6, true);
    let answers = tokens.clone();
    let server = Listener::new(strict(move |line, asked| match line {
        "POST /v1/auth/token/renew-self" => Some(Does::Hang),
        _ => answers.answer(line, asked),
    }))
    .await;
    let store = app_role(&server);
    has_value(&store).await;
    tokio::time::sleep(Duration::from_millis(4100)).await;
    let item = Item { name: "app".to_owned(), version: None };
    tokio::time::timeout(Duration::from_millis(200), store.fetch(&item))
        .await
        .expect_err("it hangs");
    has_value(&store).await;
    assert_eq!((count(&server, "/renew-self"), count(&server, "/login")), (1, 1));
}

#[tokio::test]
async fn a_login_that_is_refused_is_denied_whatever_its_status() {
    let refused = "denied: the login at `auth/approle` was refused: the role does not exist, or the credentials are \
                   wrong, have expired or are used up";
    for (status, text, told) in [
        (400, "invalid role or secret ID", refused),
        (403, "permission denied", refused),
        (500, "service account name not authorized", refused),
        (500, "disk is full", "unreachable: the server failed (HTTP 500)"),
        (
            404,
            "no handler for route",
            "denied: there is no way of logging in at `auth/approle`: set `auth_mount`",
        ),
        (
            503,
            "Vault is sealed",
            "unreachable: the server is sealed: somebody must unseal it, `vault operator unseal`",
        ),
    ] {
        let server = Listener::new(strict(move |_, _| Some(error(status, text)))).await;
        assert_eq!(said(&server, &app_role(&server)).await, told, "{status} {text}");
        let is_retried = told.starts_with("unreachable");
        assert_eq!(server.lines().len() > 1, is_retried, "{status} {text}");
    }
    let second = r#"{"request_id":"r-2","auth":{"client_token":"","mfa_requirement":{"mfa_request_id":"x"}}}"#;
    let server = Listener::new(strict(move |_, _| Some(json(200, second)))).await;
    assert_eq!(
        said(&server, &app_role(&server)).await,
        "denied: the login gave no token: one that wants a second factor cannot be used here (request r-2)"
    );
}

#[tokio::test]
async fn credentials_that_are_missing_are_named() {
    let server = Listener::new(|_| Err("nothing is to be asked".to_owned())).await;
    let folder = server.folder();
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(folder.join("empty"), " \n").expect("a file");
    std::fs::write(folder.join("bytes"), b"\xff\xfe").expect("a file");
    std::fs::write(folder.join("long"), "x".repeat(70_000)).expect("a file");
    std::fs::write(folder.join("key"), "-----BEGIN KEY-----\nhvs.x\n-----END KEY-----")
        .expect("a file");
    std::fs::write(folder.join("word"), "hvs.x.y").expect("a file");
    // Keys of ours are words too.
    std::fs::write(folder.join("access"), "\nstrongroom_key_abc").expect("a file");
    std::fs::write(folder.join("unlocked"), "strongroom_unlocked_abc").expect("a file");
    std::fs::write(folder.join("identity"), "AGE-SECRET-KEY-1ABC").expect("a file");
    let jwt = |file| vec![("auth", "jwt"), ("token_file", ""), ("jwt_file", file)];
    let token = |file| vec![("token_file", file)];
    let role = |name, value| {
        vec![("auth", "approle"), ("token_file", ""), ("role_id", "r"), (name, value)]
    };
    for (settings, told) in [
        (
            token("missing"),
            format!(
                "no credentials: `{}` cannot be read: No such file or directory (os error 2)",
                path("missing")
            ),
        ),
        (token("empty"), format!("`{}` holds no token", path("empty"))),
        (token("bytes"), format!("`{}` holds no token", path("bytes"))),
        (
            token("long"),
            format!(
                "no credentials: `{}` cannot be read: it has more than 65536 bytes",
                path("long")
            ),
        ),
        (
            token("."),
            format!(
                "no credentials: `{}` cannot be read: it is a folder, and no regular file",
                path(".")
            ),
        ),
        (role("secret_id_file", "empty"), format!("no credentials: `{}` is empty", path("empty"))),
        (
            role("secret_id_file", "bytes"),
            format!("no credentials: `{}` holds no SecretID", path("bytes")),
        ),
        (
            role("secret_id_file", "key"),
            format!("no credentials: `{}` holds no SecretID", path("key")),
        ),
        (jwt("key"), format!("no credentials: `{}` holds no JWT", path("key"))),
        (jwt("word"), format!("no credentials: `{}` holds no JWT", path("word"))),
        (
            role("secret_id_file", "access"),
            format!("no credentials: `{}` holds no SecretID", path("access")),
        ),
        (token("access"), format!("`{}` holds no token", path("access"))),
        (token("unlocked"), format!("`{}` holds no token", path("unlocked"))),
        (token("identity"), format!("`{}` holds no token", path("identity"))),
        (
            role("secret_id_env", "NO_SUCH_VARIABLE"),
            "no credentials: `NO_SUCH_VARIABLE` is not set".to_owned(),
        ),
    ] {
        assert_eq!(said(&server, &store(&server, &settings)).await, format!("denied: {told}"));
    }
}

#[tokio::test]
async fn a_file_with_another_token_is_read_again_and_the_same_one_is_told() {
    let server = Listener::new(strict(|line, asked| {
        if asked.header("x-vault-token") == Some("hvs.of-the-file") {
            return Some(error(403, "permission denied"));
        }
        usual(line, asked)
    }))
    .await;
    let store = store(&server, &[]);
    assert_eq!(
        said(&server, &store).await,
        "denied: the token is not valid (any more): whoever writes the file of `token_file` must put a valid one there"
    );
    std::fs::write(server.folder().join("token"), "hvs.new").expect("a file");
    has_value(&store).await;
}
