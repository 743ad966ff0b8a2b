//! Kubeconfigs: which one counts, what one that the vault names may not, and what is said of those that are wrong.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{OpenError, Setting, Settings, open};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::cluster::{TOKEN, always, get, kubeconfig, place, secret, store};
use crate::listener::Listener;
use crate::server::run_alone;

/// What is said of a kubeconfig, with its path left out.
async fn said_of(path: &Path, more: &[(&str, &str)]) -> String {
    let path = path.to_str().expect("text");
    let settings = [&[("kubeconfig", path)], more].concat();
    let failure = get(&store(&settings), Duration::from_secs(2)).await.expect_err("a failure");
    assert!(!failure.may_pass(), "it would be tried again: {failure}");
    failure.to_string().replace(path, "PATH")
}

#[tokio::test]
async fn a_kubeconfig_that_who_starts_the_program_gives_may_do_what_a_vaults_may_not() {
    let server = always(secret("7")).await;
    let folder = server.folder();
    fs::write(folder.join("token"), TOKEN).expect("a file");
    let path = kubeconfig(&folder, &place(&server), &json!({ "tokenFile": folder.join("token") }));
    let given = Zeroizing::new(path.to_str().expect("text").to_owned());
    let store = open("kubernetes", Settings::default().with_given("kubeconfig", given), &folder);
    let store = store.expect("a store");
    get(&store, Duration::from_secs(5)).await.expect("a value");
    let there = store.within("other").expect("it has namespaces").expect("a name of one");
    get(&there, Duration::from_secs(5)).await.expect("a value");
    let paths: Vec<String> = server.asked().into_iter().map(|asked| asked.path).collect();
    let secret = |namespace: &str| format!("/api/v1/namespaces/{namespace}/secrets/a");
    assert_eq!(paths, [secret("shop"), secret("other")]);
    let failure = store.within("../x").expect("it has namespaces").expect_err("no name of one");
    assert!(failure.to_string().contains("the namespace must have small letters"), "{failure}");
}

#[tokio::test]
async fn a_kubeconfig_that_the_vault_names_runs_nothing_and_reads_nothing_elsewhere() {
    let server = always(secret("7")).await;
    let (folder, elsewhere) = (server.folder(), TempDir::new().expect("a folder"));
    let trace = elsewhere.path().join("it-ran");
    let script = format!("touch '{}'", trace.display());
    let exec = json!({ "exec": { "command": "sh", "args": ["-c", script] } });
    let provider = json!({ "auth-provider": { "name": "gcp", "config": {
        "cmd-path": "touch", "cmd-args": trace,
    }}});
    for who in [exec, provider] {
        let said = said_of(&kubeconfig(&folder, &place(&server), &who), &[]).await;
        let expected = "denied: the kubeconfig `PATH` runs a program for its credentials, and one that the vault names may not: take the setting `kubeconfig` out, and name it in the variable `KUBECONFIG`";
        assert_eq!(said, expected);
    }
    assert!(!trace.exists(), "it ran");

    let secret_file = elsewhere.path().join("id_ed25519");
    fs::write(&secret_file, "hunter2-of-this-machine").expect("a file");
    let mut files = vec![secret_file];
    #[cfg(unix)]
    {
        let link = folder.join("token-link");
        std::os::unix::fs::symlink(&files[0], &link).expect("a link");
        files.push(link);
    }
    for file in files {
        for entry in ["client-certificate", "client-key"] {
            let path = kubeconfig(&folder, &place(&server), &json!({ entry: file }));
            let said = said_of(&path, &[]).await;
            assert!(said.contains("takes only files beside it"), "{said}");
        }
    }
    let mut anyone = place(&server);
    anyone["insecure-skip-tls-verify"] = json!(true);
    let path = kubeconfig(&folder, &anyone, &json!({ "token": TOKEN }));
    let said = said_of(&path, &[]).await;
    assert!(said.contains("takes any certificate"), "{said}");
    // Not even beside it: what is there are other files of the repository.
    fs::write(folder.join("token"), TOKEN).expect("a file");
    for file in ["token", "none"] {
        let path = kubeconfig(&folder, &place(&server), &json!({ "tokenFile": file }));
        let said = said_of(&path, &[]).await;
        let expected = "denied: the kubeconfig `PATH` names a file with a token (`tokenFile`), and one that the vault names may not: take the setting `kubeconfig` out, and name it in the variable `KUBECONFIG`";
        assert_eq!(said, expected);
    }
    assert_eq!(server.lines(), [""; 0], "something was sent");

    let path = kubeconfig(&folder, &place(&server), &json!({ "token": TOKEN }));
    let store = store(&[("kubeconfig", path.to_str().expect("text"))]);
    get(&store, Duration::from_secs(5)).await.expect("a value");
    let sent = server.asked()[0].header("authorization").map(str::to_owned);
    assert_eq!(sent, Some(format!("Bearer {TOKEN}")));
}

#[tokio::test]
async fn what_is_wrong_with_a_kubeconfig_is_told_without_what_is_in_it() {
    let folder = TempDir::new().expect("a folder");
    let none = folder.path().join("none");
    assert_eq!(
        said_of(&none, &[]).await,
        "unreachable: cannot read the kubeconfig `PATH`: entity not found"
    );
    let path = folder.path().join("broken");
    fs::write(&path, "apiVersion: v1\nusers:\n- name: a\n  user: {token: hunter2-a,,}\n")
        .expect("it");
    let said = said_of(&path, &[]).await;
    assert_eq!(said, "unreachable: line 4 of the kubeconfig is not as it should be");
    fs::write(&path, "").expect("a file");
    assert_eq!(
        said_of(&path, &[]).await,
        "unreachable: the kubeconfig has no `current-context`: name one with the setting `context`"
    );
    let who = json!({ "token": TOKEN });
    let path = kubeconfig(folder.path(), &json!({ "server": "https://localhost:1" }), &who);
    assert_eq!(
        said_of(&path, &[("context", "staging")]).await,
        "unreachable: the kubeconfig has no context `staging`"
    );
    for (place, expected) in [
        (
            json!({}),
            "unreachable: the kubeconfig has no address of the cluster (`server`) that is one",
        ),
        (
            json!({ "server": "https://localhost:1", "certificate-authority-data": "hunter2" }),
            "unreachable: the kubeconfig's `certificate-authority-data` is no base64",
        ),
        (
            json!({ "server": "https://localhost:1", "certificate-authority": "none.pem" }),
            "unreachable: cannot read the kubeconfig's `certificate-authority`, `FOLDER/none.pem`: entity not found",
        ),
        (
            json!({ "server": "https://localhost:1", "proxy-url": "ftp://hunter2@localhost" }),
            "unreachable: the proxy of the kubeconfig or of `HTTPS_PROXY` is none of `http`, `https`, `socks5`",
        ),
    ] {
        let said = said_of(&kubeconfig(folder.path(), &place, &who), &[]).await;
        assert_eq!(said.replace(folder.path().to_str().expect("text"), "FOLDER"), expected);
    }
    let place = json!({ "server": "https://localhost:1" });
    for (who, expected) in [
        (
            json!({ "token": "hunter2\nsecond line" }),
            "denied: the token has a character that no token has, such as a line break at its end",
        ),
        (
            json!({ "client-certificate-data": "aHVudGVyMg==", "client-key-data": "aHVudGVyMg==" }),
            "denied: the certificates or the key of the kubeconfig cannot be used",
        ),
    ] {
        let said = said_of(&kubeconfig(folder.path(), &place, &who), &[]).await;
        assert_eq!(said.replace(folder.path().to_str().expect("text"), "FOLDER"), expected);
    }
}

#[test]
fn the_users_own_kubeconfig_may_name_a_file_with_a_token() {
    let folder = TempDir::new().expect("a folder");
    let none = folder.path().join("none");
    let expected =
        format!("denied: cannot read the token's file `{}`: entity not found", none.display());
    says_as_user(&json!({ "tokenFile": none }), &expected);
}

#[test]
fn settings_are_checked_before_anything_is_asked() {
    let opened = |name: &str, text: &str| {
        let settings = Settings::new([(name.to_owned(), Setting::Text(text.to_owned()))]);
        match open("kubernetes", settings, Path::new("/")) {
            Err(OpenError::Settings(error)) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        opened("namespace", "shop/../kube-system"),
        "its setting `namespace` must have small letters, digits and `-`, 63 at most, with a letter or digit at both ends"
    );
    assert_eq!(
        opened("server", "https://localhost"),
        "it has no setting `server`; it has: namespace, kubeconfig, context"
    );
}

/// A process whose user has such a kubeconfig, and what it says.
fn says_as_user(who: &Value, expected: &str) {
    let folder = TempDir::new().expect("a folder");
    let path = kubeconfig(folder.path(), &json!({ "server": "https://localhost:1" }), who);
    let variables = [("KUBECONFIG", path.into_os_string()), ("EXPECTED", expected.into())];
    run_alone(&[], "kubeconfig::alone_is_told", variables);
}

#[test]
fn a_program_that_fails_is_named_and_its_words_are_not_told() {
    let exec = |script: &str| {
        json!({ "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "sh", "args": ["-c", script], "interactiveMode": "Never",
        }})
    };
    if cfg!(unix) {
        says_as_user(
            &exec("echo hunter2; echo hunter2 >&2; exit 3"),
            "denied: the kubeconfig's program `sh` ended with exit status: 3",
        );
        says_as_user(
            &exec("echo hunter2"),
            "denied: the kubeconfig's program `sh` printed no credentials",
        );
    }
    says_as_user(
        &json!({ "exec": { "command": "no-such-program" } }),
        "denied: the kubeconfig's program `no-such-program` does not start: entity not found",
    );
}

/// Neither those who ask at the same time nor those who ask just after it run it again.
#[cfg(unix)]
#[test]
fn a_program_that_fails_is_not_run_for_every_secret() {
    let folder = TempDir::new().expect("a folder");
    let runs = folder.path().join("runs");
    let script = format!("echo run >> '{}'; sleep 0.2; exit 1", runs.display());
    let who =
        json!({ "exec": { "command": "sh", "args": ["-c", script], "interactiveMode": "Never" } });
    let path = kubeconfig(folder.path(), &json!({ "server": "https://localhost:1" }), &who);
    run_alone(&[], "kubeconfig::alone_asks_often", [("KUBECONFIG", path.into_os_string())]);
    assert_eq!(fs::read_to_string(&runs).expect("a file"), "run\n");
}

#[tokio::test]
#[ignore = "runs in a process of its own, with variables of another test"]
async fn alone_asks_often() {
    let store = store(&[]);
    for _ in 0..2 {
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let store = Arc::clone(&store);
            asked.spawn(async move { get(&store, Duration::from_secs(5)).await });
        }
        while let Some(answer) = asked.join_next().await {
            answer.expect("an answer").expect_err("a failure");
        }
    }
}

/// A program that never ends holds nobody: neither who waits for a value, nor the end of the process.
#[cfg(unix)]
#[test]
fn a_program_that_hangs_is_given_up() {
    let folder = TempDir::new().expect("a folder");
    let runs = folder.path().join("runs");
    let script = format!("echo run >> '{}'; exec sleep 4", runs.display());
    let began = std::time::Instant::now();
    says_as_user(
        &json!({ "exec": { "command": "sh", "args": ["-c", script], "interactiveMode": "Never" } }),
        "unreachable: no answer within 2 s",
    );
    assert!(began.elapsed() < Duration::from_secs(4), "it was waited for");
    assert_eq!(fs::read_to_string(&runs).expect("a file"), "run\n", "it ran again");
}

#[test]
fn without_any_way_to_a_cluster_the_places_are_named() {
    let home = TempDir::new().expect("a folder");
    let expected = "unreachable: no way to a cluster is known here: `KUBECONFIG` is not set, there is no `~/.kube/config`, and this is no pod";
    let variables = [("HOME", OsString::from(home.path())), ("EXPECTED", expected.into())];
    run_alone(&[], "kubeconfig::alone_is_told", variables);
    let expected = "denied: this pod has no service account: `automountServiceAccountToken` is `false`, or its volume is missing";
    let variables = [
        ("KUBERNETES_SERVICE_HOST", OsString::from("10.0.0.1")),
        ("KUBERNETES_SERVICE_PORT", "443".into()),
        ("EXPECTED", expected.into()),
    ];
    run_alone(&[], "kubeconfig::alone_is_told", variables);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_ours_is_no_token() {
    const KEY: &str = "strongroom_key_0123456789";
    let server = always(secret("7")).await;
    let home = TempDir::new().expect("a folder");
    let kept = home.path().join("strongroom/keys");
    fs::create_dir_all(&kept).expect("a folder");
    let (key, beside) = (home.path().join("key"), kept.join("a"));
    fs::write(&key, KEY).expect("a file");
    // Nothing of that folder is a token, whatever it looks like.
    fs::write(&beside, TOKEN).expect("a file");
    for who in [
        json!({ "tokenFile": key }),
        json!({ "tokenFile": beside }),
        json!({ "token": KEY }),
        json!({ "username": "me", "password": KEY }),
    ] {
        let variables = [
            ("KUBECONFIG", kubeconfig(&server.folder(), &place(&server), &who).into_os_string()),
            ("XDG_CONFIG_HOME", home.path().as_os_str().to_owned()),
            (
                "EXPECTED",
                "denied: the token or the password of the kubeconfig is a key of Strongroom, or lies in the folder of \
                 those, of which nothing goes to a server"
                    .into(),
            ),
        ];
        run_alone(&[], "kubeconfig::alone_is_told", variables);
    }
    assert_eq!(server.lines(), [""; 0], "something was sent");
}

#[tokio::test]
#[ignore = "runs in a process of its own, with variables of another test"]
async fn alone_is_told() {
    let failure = get(&store(&[]), Duration::from_secs(2)).await.expect_err("a failure");
    assert_eq!(failure.to_string(), std::env::var("EXPECTED").expect("a variable"));
}

#[tokio::test]
#[ignore = "runs in a process of its own, with variables of another test"]
async fn alone_has_a_value() {
    get(&store(&[]), Duration::from_secs(5)).await.expect("a value");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_is_used_and_left_out_as_the_variables_say() {
    let server = always(secret("7")).await;
    let proxy = Listener::of("", |asked| {
        if asked.method == "CONNECT" {
            Ok(crate::cluster::status(403, "x"))
        } else {
            Err("no".into())
        }
    })
    .await;
    let path = kubeconfig(&server.folder(), &place(&server), &json!({ "token": TOKEN }));
    let variables = |no_proxy: &str| {
        [
            ("KUBECONFIG", path.clone().into_os_string()),
            ("HTTPS_PROXY", proxy.url().into()),
            ("NO_PROXY", no_proxy.into()),
            (
                "EXPECTED",
                format!(
                    "unreachable: the proxy does not let through to `{}`",
                    server.url().replace("https://", "")
                )
                .into(),
            ),
        ]
    };
    run_alone(&[], "kubeconfig::alone_is_told", variables(""));
    assert_eq!(proxy.lines()[0], format!("CONNECT localhost:{}", server.address.port()));
    assert_eq!(server.lines(), [""; 0]);
    let before = proxy.lines().len();
    run_alone(&[], "kubeconfig::alone_has_a_value", variables("localhost"));
    assert_eq!((server.lines().len(), proxy.lines().len()), (1, before));
}

/// A proxy is asked for plain HTTP itself, with the token in it.
#[tokio::test]
async fn what_is_not_encrypted_goes_through_no_proxy() {
    let server = Listener::of("", |_| Ok(secret("7"))).await;
    let proxy = Listener::of("", |_| Ok(secret("7"))).await;
    let place = json!({ "server": server.url(), "proxy-url": proxy.url() });
    let path = kubeconfig(&server.folder(), &place, &json!({ "token": TOKEN }));
    let store = store(&[("kubeconfig", path.to_str().expect("text"))]);
    get(&store, Duration::from_secs(5)).await.expect("a value");
    assert_eq!((server.lines().len(), proxy.lines().len()), (1, 0), "{:?}", proxy.lines());
}
