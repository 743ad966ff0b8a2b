//! The programs that the tests run: each case is one struct and one way of loading it.

use std::time::Duration;

use strongroom::{LoadError, Loader};

#[strongroom::secrets(vault = "vault.toml", any_vault)]
struct Two {
    github_api_token: String,
    ssh_private_key: String,
}

#[strongroom::secrets(vault = "vault.toml", any_vault)]
struct Typed {
    port: u16,
    certificate: Vec<u8>,
    sentry_dsn: Option<String>,
    #[secret(name = "api-credentials/api-key")]
    stripe: Option<String>,
}

/// A part of `Whole`, and of itself.
#[strongroom::secrets(nested)]
struct Part {
    url: String,
    port: Option<u16>,
    #[secret(nested, prefix = "pool_")]
    pool: Pool,
}

#[strongroom::secrets(nested)]
struct Pool {
    #[secret(name = "Size")]
    size: u16,
}

#[strongroom::secrets(vault = "vault.toml", any_vault)]
struct Whole {
    github_api_token: String,
    #[secret(nested, prefix = "shop_db/")]
    db: Part,
    #[secret(nested)]
    plain: Part,
    ssh_private_key: Option<String>,
}

#[strongroom::settings(vault = "vault.toml", any_vault)]
#[derive(Debug)]
struct Settings {
    max_retries: u8,
    request_timeout: Duration,
    public_url: Option<String>,
    #[setting(name = "log/level", default = "info")]
    level: String,
}

/// The vault of this struct has another id than those of the tests.
#[strongroom::secrets(vault = "vault.toml")]
struct Bound {
    github_api_token: Option<String>,
}

/// Run by the tests as a child process; alone it does nothing.
#[test]
#[ignore = "a child process of other tests"]
fn loads_as_told() {
    let Ok(case) = std::env::var("CASE") else { return };
    let text = std::env::var("ARGUMENT").unwrap_or_default();
    let answer = match case.as_str() {
        "two" => two(Two::load()),
        "two, once" => match (Two::get(), Two::get()) {
            (Ok(one), Ok(other)) if std::ptr::eq(one, other) => {
                Ok(format!("{} {}", one.github_api_token, other.ssh_private_key))
            }
            _ => panic!("`get` does not give the same secrets twice"),
        },
        "two, async" => two(runtime().block_on(Two::load_async())),
        "two, inside a runtime" => two(runtime().block_on(async { Two::load() })),
        "two, with this access key" => two(Loader::new().access_key(text).load()),
        "two, followed" => {
            let timed = tokio::runtime::Builder::new_current_thread().enable_time().build();
            timed.expect("a runtime").block_on(followed())
        }
        "two, with a key file" => two(Loader::new().key_file(text).load()),
        "two, with a passphrase" => two(Loader::new().passphrase(text).load()),
        "two, for an environment" => two(Loader::new().environment(text).load()),
        "two, keyless" => two(Loader::new().keyless().load()),
        "two, at once" => two(Loader::new().deadline(Duration::from_millis(300)).load()),
        "two, given up" => {
            let timed = tokio::runtime::Builder::new_current_thread().enable_time().build();
            let waited = timed.expect("a runtime").block_on(async {
                tokio::time::timeout(Duration::from_millis(300), Two::load_async()).await
            });
            // What goes on would be done by then.
            std::thread::sleep(Duration::from_secs(2));
            Ok(format!("given up: {}", waited.is_err()))
        }
        "two, from a vault" => two(Loader::new().vault(text).load()),
        "typed" => Typed::load().map(|secrets| {
            let certificate = secrets.certificate.len();
            let (dsn, stripe) = (secrets.sentry_dsn.as_deref(), secrets.stripe.as_deref());
            format!("{} {certificate} {dsn:?} {stripe:?} {secrets:?}", secrets.port)
        }),
        "whole" => Whole::load().map(|secrets| {
            let Whole { github_api_token, db, plain, ssh_private_key } = &secrets;
            let part = |part: &Part| format!("{} {:?} {}", part.url, part.port, part.pool.size);
            let (db, plain) = (part(db), part(plain));
            format!("{github_api_token} {db} {plain} {ssh_private_key:?} {secrets:?}")
        }),
        "settings" => {
            Settings::load().map(|Settings { max_retries, request_timeout, public_url, level }| {
                format!("{max_retries} {request_timeout:?} {public_url:?} {level}")
            })
        }
        "bound" => Bound::load().map(|secrets| format!("{:?}", secrets.github_api_token)),
        other => panic!("no case `{other}`"),
    };
    let (head, text) = match answer {
        Ok(text) => ("loaded", text),
        Err(error) => {
            assert_eq!(format!("{error:?}"), error.to_string());
            ("refused", error.to_string())
        }
    };
    #[expect(clippy::print_stdout, reason = "what the parent reads")]
    {
        println!("<answer>\n{head}\n{text}\n</answer>");
    }
}

fn two(secrets: Result<Two, LoadError>) -> Result<String, LoadError> {
    let secrets = secrets?;
    Ok(format!("{} {}", secrets.github_api_token, secrets.ssh_private_key))
}

/// Loads, and tells each value of `github_api_token` until it ends with `.`, or a minute is over.
async fn followed() -> Result<String, LoadError> {
    let loader = Loader::new().ask_stores_every(Duration::from_millis(100));
    let mut secrets = loader.watch::<Two>().await?;
    let mut told = Vec::new();
    loop {
        let value = secrets.borrow_and_update().github_api_token.clone();
        let is_last = value.ends_with('.');
        told.push(value);
        let next = tokio::time::timeout(Duration::from_mins(1), secrets.changed());
        if is_last || next.await.is_err() {
            return Ok(told.join(" "));
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}
