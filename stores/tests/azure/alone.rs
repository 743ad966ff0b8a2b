//! A test in a process of its own, with the variables of a login: Microsoft's credentials read their environment themselves.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Runs tests each in a process of its own.
macro_rules! alone {
    ($($(#[doc = $doc:literal])* ($login:expr) async fn $name:ident($azure:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        #[test]
        fn $name() {
            let test = concat!(module_path!(), "::", stringify!($name));
            crate::alone::run(test, $login, async |$azure: &crate::vault::Azure| $body);
        }
    )*};
}

pub(crate) use alone;

use crate::vault::Azure;

/// The variables of a login; `PLAIN` stands for a port of this test, and `FOLDER` for a folder.
pub(crate) type Login = &'static [(&'static str, &'static str)];

/// A service principal.
pub(crate) const PRINCIPAL: Login = &[
    ("AZURE_TENANT_ID", TENANT),
    ("AZURE_CLIENT_ID", OWNER),
    ("AZURE_CLIENT_SECRET", "MARKER-client-secret"),
    // Of two ways this is the second.
    ("AZURE_FEDERATED_TOKEN_FILE", "FOLDER/account"),
];
/// A service account of a cluster.
pub(crate) const ACCOUNT: Login = &[
    ("AZURE_TENANT_ID", TENANT),
    ("AZURE_CLIENT_ID", OWNER),
    ("AZURE_FEDERATED_TOKEN_FILE", "FOLDER/account"),
];
/// A machine's identity, told on this machine.
pub(crate) const MACHINE: Login = &[
    ("IDENTITY_ENDPOINT", "http://127.0.0.1:PLAIN/msi/token"),
    ("IDENTITY_HEADER", "MARKER-identity-header"),
];
/// A person with the Azure CLI, and with a key of ours.
pub(crate) const PERSON: Login = &[
    ("PATH", "FOLDER/bin"),
    ("FOLDER", "FOLDER"),
    ("STRONGROOM_KEY", "strongroom_key_0123456789"),
    ("ANOTHER_NAME", "strongroom_key_0123456789"),
    ("NO_PROXY", "169.254.169.254"),
];

pub(crate) const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
/// Who may do everything.
pub(crate) const OWNER: &str = "00000000-0000-4000-8000-000000000001";
/// Who may do nothing.
pub(crate) const STRANGER: &str = "00000000-0000-4000-8000-000000000002";

/// Runs the test with this path again, alone; in that process, does what it is about.
pub(crate) fn run(test: &str, login: Login, body: impl AsyncFnOnce(&Azure)) {
    if env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let port = |name| env::var(name).expect("a port").parse().expect("a number");
            let azure = Azure::new(port("TEST_PROXY"), port("TEST_PLAIN")).await;
            body(&azure).await;
        });
        return;
    }
    let (_, test) = test.split_once("::").expect("a crate and a test");
    let folder = tempfile::tempdir().expect("a folder");
    fill(folder.path());
    let output = command(test, login, folder.path()).output().expect("this program");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{test}:\n{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The files of logins.
fn fill(folder: &Path) {
    let put = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    put("account", "eyMARKER.service.account\n");
    put("key", "strongroom_key_0123456789\n");
    put("text", "MARKER\n");
    fs::create_dir(folder.join("bin")).expect("a folder");
    put("bin/az", AZ);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let all = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.join("bin/az"), all).expect("a program");
    }
}

fn command(test: &str, login: Login, folder: &Path) -> Command {
    let (proxy, plain) = (free_port(), free_port());
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    let of_machine = [
        "PATH",
        "HOME",
        "XDG_CACHE_HOME",
        "STRONGROOM_CI_CACHE",
        "CARGO",
        "CARGO_HOME",
        "CARGO_TARGET_DIR",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
        "TMPDIR",
        "TEMP",
        "SYSTEMROOT",
        "LD_LIBRARY_PATH",
    ];
    let kept: BTreeMap<_, _> =
        env::vars_os().filter(|(name, _)| of_machine.iter().any(|it| *it == name)).collect();
    command
        .env_clear()
        .envs(kept)
        .env(ALONE, "1")
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{proxy}"));
    command.env("TEST_PROXY", proxy.to_string()).env("TEST_PLAIN", plain.to_string());
    for (name, value) in login {
        let value = value.replace("PLAIN", &plain.to_string());
        let value = value.replace("FOLDER", &folder.display().to_string());
        command.env(name, value);
    }
    command
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The Azure CLI, as far as it matters: it keeps what it was asked and what it knows.
const AZ: &str = r#"#!/bin/sh
echo "$*" >> "$FOLDER/asked"
export -p > "$FOLDER/known"
echo '{"accessToken":"MARKER-token-00000000-0000-4000-8000-000000000001","expires_on":4102444800,"tokenType":"Bearer"}'
"#;
const ALONE: &str = "TEST_ALONE";
