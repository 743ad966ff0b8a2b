//! Settings: what is refused before anything is asked, and what takes its place from the environment.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{Setting, Settings, Store, open};

use crate::listener::Listener;
use crate::vault::{JWT, SECRET_ID, TOKEN, VALUE, error, get, granted, store, strict, usual};

/// What is said of settings that are not right.
fn refused(settings: &[(&str, &str)]) -> String {
    let settings = settings.iter().map(|(name, value)| {
        let number = value.parse().map(Setting::Integer);
        ((*name).to_owned(), number.unwrap_or_else(|_| Setting::Text((*value).to_owned())))
    });
    let opened = open("hashicorp-vault", Settings::new(settings), Path::new("."));
    opened.expect_err("it is refused").to_string()
}

#[test]
fn a_secret_in_a_setting_is_refused_and_not_repeated() {
    for name in ["token", "secret_id", "jwt", "password"] {
        let said = refused(&[(name, "hunter2")]);
        let begins = format!("its setting `{name}` would be a secret in plain text in git");
        assert!(said.starts_with(&begins) && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    for address in [
        "http://vault.example.com:8200",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://[2001:db8::1]",
    ] {
        assert_eq!(
            refused(&[("address", address)]),
            "its setting `address` is `http://` to another machine, where tokens and values could be read on the \
             way: use `https://`"
        );
    }
    for address in
        ["http://localhost:8200", "http://127.0.0.1:8200", "http://[::1]:8200", "https://v/ui/"]
    {
        let settings = [("address".to_owned(), Setting::Text(address.to_owned()))];
        open("hashicorp-vault", Settings::new(settings), Path::new(".")).expect(address);
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_by_name() {
    for (settings, told) in [
        (
            vec![("address", "vault")],
            "`address` is no address such as `https://vault.example.com:8200`",
        ),
        (
            vec![("address", "https://v/?a")],
            "`address` is no address such as `https://vault.example.com:8200`",
        ),
        (
            vec![("address", "unix:///run/bao.sock")],
            "`address` must begin with `https://`, or with `http://` and a loopback address",
        ),
        (
            vec![("address", "https://u:p@v")],
            "`address` has a user or a password in it: take them out",
        ),
        (vec![("mount", "a/../b")], "`mount` has an empty part, `.` or `..` between its `/`"),
        (vec![("prefix", "/")], "`prefix` has an empty part, `.` or `..` between its `/`"),
        (vec![("namespace", "a\nb")], "`namespace` has a control character"),
        (vec![("kv_version", "3")], "`kv_version` must be a whole number, not too large"),
        (
            vec![("auth", "ldap")],
            "`auth` must be `token`, `token-file`, `approle`, `kubernetes` or `jwt`",
        ),
    ] {
        assert_eq!(refused(&settings), format!("its setting {told}"));
    }
    assert_eq!(
        refused(&[
            ("auth", "approle"),
            ("role_id", "r"),
            ("secret_id_file", "a"),
            ("secret_id_env", "B")
        ]),
        "its settings `secret_id_file` and `secret_id_env` exclude each other"
    );
    for variable in ["STRONGROOM_KEY", "strongroom_passphrase", "CREDENTIALS_DIRECTORY"] {
        let why = "names a variable that holds a key of Strongroom or leads to one, which goes to no server";
        assert_eq!(
            refused(&[("auth", "approle"), ("role_id", "r"), ("secret_id_env", variable)]),
            format!("its setting `secret_id_env` {why}")
        );
        assert_eq!(
            refused(&[("auth", "jwt"), ("jwt_env", variable)]),
            format!("its setting `jwt_env` {why}")
        );
    }
    assert_eq!(
        refused(&[("auth", "token-file")]),
        "it needs the setting `token_file`: the file that has the token, such as the one that an agent writes"
    );
    assert_eq!(
        refused(&[("auth", "approle")]),
        "it needs the setting `role_id`: the RoleID of the AppRole"
    );
    assert_eq!(
        refused(&[("auth", "kubernetes")]),
        "it needs the setting `role`: the role of the service account"
    );
    // One of another way of logging in would be ignored.
    assert!(refused(&[("role_id", "r")]).starts_with("it has no setting `role_id`"));
}

/// Runs one test of this program as another process, which alone has the variables.
async fn alone(test: &str, variables: &[(&str, &str)]) -> String {
    let program = std::env::current_exe().expect("a program");
    let mut command = Command::new(program);
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("VAULT_") || name.starts_with("BAO_") || name == "HOME" {
            command.env_remove(&*name);
        }
    }
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.expect("it runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
    let said = printed.lines().find_map(|line| line.split_once("said: "));
    said.map(|(_, said)| said.to_owned()).unwrap_or_default()
}

/// A store with the settings that a variable says.
fn of_the_environment() -> Arc<dyn Store> {
    let given = std::env::var("SETTINGS_OF_THE_TEST").unwrap_or_default();
    let settings = given.split_whitespace().map(|setting| {
        let (name, value) = setting.split_once('=').expect("a setting");
        (name.to_owned(), Setting::Text(value.to_owned()))
    });
    open("hashicorp-vault", Settings::new(settings), Path::new(".")).expect("a store")
}

#[tokio::test]
#[ignore = "it is run by others, with an environment of its own"]
#[expect(clippy::print_stdout, reason = "whoever runs it reads what it says")]
async fn what_a_store_of_the_environment_says() {
    let store = of_the_environment();
    match get(&store, "app/password").await {
        Ok(value) => println!("said: {value}"),
        Err(failure) => println!("said: {failure}"),
    }
}

#[tokio::test]
#[ignore = "it is run by others, with an environment of its own"]
#[expect(clippy::print_stdout, reason = "whoever runs it reads what it says")]
async fn what_a_long_program_says() {
    let store = of_the_environment();
    for _ in 0..3 {
        get(&store, "app/password").await.expect("a value");
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(31)).await;
        tokio::time::resume();
    }
    println!("said: {}", get(&store, "app/password").await.expect("a value"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_environment_is_renewed_while_a_program_runs_if_it_can_be() {
    for (renewed, renewals) in [
        // From the first half minute on, and then by what the server says: two thirds of 90 s are another minute.
        (granted(TOKEN, 90, true), 2),
        (error(400, "invalid lease ID"), 1),
        (error(403, "permission denied"), 1),
    ] {
        let server = Listener::new(strict(move |line, asked| match line {
            "POST /v1/auth/token/renew-self" => Some(renewed.clone()),
            _ => usual(line, asked),
        }))
        .await;
        let (url, ca_file) = (server.url(), server.ca_file().display().to_string());
        let variables =
            [("VAULT_ADDR", url.as_str()), ("VAULT_CACERT", &ca_file), ("VAULT_TOKEN", TOKEN)];
        assert_eq!(alone("settings::what_a_long_program_says", &variables).await, VALUE);
        let lines = server.lines();
        let renewed = lines.iter().filter(|line| line.ends_with("/renew-self")).count();
        assert_eq!(renewed, renewals, "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_file_is_left_to_who_writes_the_file() {
    let server = Listener::new(strict(usual)).await;
    let _ = store(&server, &[]);
    let (url, ca_file) = (server.url(), server.ca_file().display().to_string());
    let settings =
        format!("auth=token-file token_file={}", server.folder().join("token").display());
    let variables = [
        ("VAULT_ADDR", url.as_str()),
        ("VAULT_CACERT", &ca_file),
        ("SETTINGS_OF_THE_TEST", &settings),
    ];
    assert_eq!(alone("settings::what_a_long_program_says", &variables).await, VALUE);
    assert_eq!(server.lines().len(), 5, "{:?}", server.lines());
}

/// Whatever is in it, and whatever leads there.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_the_users_own_folder_goes_to_a_server() {
    let server = Listener::new(|_| Err("nothing is to be asked".to_owned())).await;
    let (url, ca_file) = (server.url(), server.ca_file().display().to_string());
    let home = server.folder();
    let own = home.join("strongroom/keys");
    std::fs::create_dir_all(&own).expect("a folder");
    std::fs::write(own.join("a.key"), TOKEN).expect("a file");
    std::os::unix::fs::symlink(own.join("a.key"), home.join("link")).expect("a link");
    let home = home.display().to_string();
    for (variable, file) in [
        ("XDG_CONFIG_HOME", "strongroom/keys/a.key"),
        ("XDG_CONFIG_HOME", "link"),
        ("XDG_RUNTIME_DIR", "link"),
    ] {
        let file = format!("{home}/{file}");
        let settings = format!("auth=token-file token_file={file}");
        let variables = [
            ("VAULT_ADDR", url.as_str()),
            ("VAULT_CACERT", &ca_file),
            ("HOME", "/nowhere"),
            (variable, &home),
            ("SETTINGS_OF_THE_TEST", &settings),
        ];
        assert_eq!(
            alone("settings::what_a_store_of_the_environment_says", &variables).await,
            format!(
                "denied: no credentials: `{file}` is in the folder where Strongroom keeps its keys, of which nothing \
                 goes to a server"
            )
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_says_what_settings_do_not() {
    let test = "settings::what_a_store_of_the_environment_says";
    let server = Listener::new(strict(usual)).await;
    let _ = store(&server, &[]);
    let (url, ca_file) = (server.url(), server.ca_file().display().to_string());
    let home = server.folder().display().to_string();
    assert_eq!(
        alone(test, &[]).await,
        "unreachable: it is not known where the server is: neither the setting `address` nor `VAULT_ADDR` is there"
    );
    assert_eq!(
        alone(test, &[("VAULT_ADDR", "http://vault.example.com")]).await,
        "unreachable: `VAULT_ADDR` is `http://` to another machine, where tokens and values could be read on the way: \
         use `https://`"
    );
    let no_token = "denied: no token: neither `VAULT_TOKEN` nor `~/.vault-token` is there; log in with `vault login`";
    let address = [("VAULT_ADDR", url.as_str()), ("VAULT_CACERT", &ca_file)];
    assert_eq!(alone(test, &address).await, no_token);
    let with = |more: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let all = address.iter().chain(more);
        all.map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    for (more, said) in [
        (with(&[("HOME", &home)]), no_token),
        (with(&[("VAULT_TOKEN", TOKEN)]), VALUE),
        (with(&[("BAO_TOKEN", TOKEN), ("VAULT_NAMESPACE", "team1/")]), VALUE),
        (with(&[("VAULT_TOKEN", "two words")]), "denied: `VAULT_TOKEN` holds no token"),
        (with(&[("VAULT_TOKEN", "strongroom_key_a")]), "denied: `VAULT_TOKEN` holds no token"),
        (with(&[("VAULT_TOKEN", "vault-transit:a#b")]), "denied: `VAULT_TOKEN` holds no token"),
    ] {
        let more: Vec<(&str, &str)> =
            more.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(alone(test, &more).await, said, "{more:?}");
    }
    let last = server.asked().pop().expect("a request");
    assert_eq!(last.header("x-vault-namespace"), Some("team1"));
    std::fs::write(server.folder().join(".vault-token"), format!("{TOKEN}\n")).expect("a file");
    let with_file = with(&[("HOME", &home)]);
    let with_file: Vec<(&str, &str)> =
        with_file.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(alone(test, &with_file).await, VALUE);
    let ways = Listener::new(strict(|line, asked| match (line, asked.body.as_str()) {
        ("POST /v1/auth/gitlab/login", body)
            if body == format!(r#"{{"jwt":"{JWT}","role":"ci"}}"#) =>
        {
            Some(granted("hvs.1", 60, true))
        }
        ("POST /v1/auth/approle/login", r#"{"role_id":"shop","secret_id":"s3cr3t-id"}"#) => {
            Some(granted("hvs.2", 60, true))
        }
        _ => usual(line, asked),
    }))
    .await;
    let (ways_url, authority) = (ways.url(), ways.ca_file().display().to_string());
    for settings in [
        "auth=jwt jwt_env=ID_OF_THE_JOB role=ci auth_mount=gitlab",
        "auth=approle role_id=shop secret_id_env=ID_OF_THE_APP",
    ] {
        let variables = [
            ("VAULT_ADDR", ways_url.as_str()),
            ("VAULT_CACERT", &authority),
            ("ID_OF_THE_JOB", JWT),
            ("ID_OF_THE_APP", SECRET_ID),
            ("SETTINGS_OF_THE_TEST", settings),
        ];
        assert_eq!(alone(test, &variables).await, VALUE, "{settings}");
    }
    // What goes to this machine goes through no proxy: it would be given the token.
    let proxy = Listener::of("", |_| Err("a proxy was asked".to_owned())).await;
    let plain = Listener::of("", strict(usual)).await;
    let (through, plain) = (proxy.url(), plain.url());
    let proxied = [
        ("VAULT_ADDR", plain.as_str()),
        ("VAULT_TOKEN", TOKEN),
        ("HTTP_PROXY", &through),
        ("http_proxy", &through),
        ("ALL_PROXY", &through),
        // Nor does it need any authority.
        ("SSL_CERT_FILE", "/nowhere"),
        ("SSL_CERT_DIR", "/nowhere"),
    ];
    assert_eq!(alone(test, &proxied).await, VALUE);
    let without =
        [("VAULT_ADDR", url.as_str()), ("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")];
    assert_eq!(
        alone(test, &without).await,
        "unreachable: the certificates of this system cannot be read: set `ca_file`"
    );
    let bao = [("BAO_ADDR", url.as_str()), ("BAO_CACERT", &ca_file), ("BAO_TOKEN", TOKEN)];
    assert_eq!(alone(test, &bao).await, VALUE);
}
