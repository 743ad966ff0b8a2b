//! The command with a cluster as a store: what the guide shows, typed against a real one.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use http::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::built::built;
use crate::kubernetes::cluster::{base64, cluster};

/// Somebody at a terminal whose kubeconfig leads to the cluster.
struct Session {
    program: PathBuf,
    kubeconfig: PathBuf,
    home: TempDir,
}

impl Session {
    /// Types a line with something on standard input; gives what was said, which holds no value.
    fn types(&self, line: &str, input: &str, succeeds: bool) -> String {
        let mut command = Command::new(&self.program);
        command.args(line.split(' ')).env_clear().current_dir(self.home.path().join("work"));
        command.env("HOME", self.home.path()).env("KUBECONFIG", &self.kubeconfig);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        // One that reads nothing may be gone already.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("text");
        assert_eq!(output.status.success(), succeeds, "strongroom {line}\n{said}");
        assert!(!said.contains("hunter2"), "strongroom {line} tells a value:\n{said}");
        said
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_linked_written_checked_and_moved_as_the_guide_says() {
    let Some(cluster) = cluster() else { return };
    let program = built("strongroom-cli", "strongroom", Path::new(env!("CARGO_MANIFEST_DIR")), &[]);
    let namespace = cluster.namespace("command").await;
    namespace.plant("api-credentials", "api-key", b"hunter2-stripe").await;
    namespace.plant("smtp", "value", b"hunter2-smtp").await;
    let home = TempDir::new().expect("a folder");
    fs::create_dir_all(home.path().join("work/.git")).expect("folders");
    let kubeconfig = namespace.kubeconfig(&namespace.place(), &namespace.administrator());
    let session = Session { program, kubeconfig, home };

    session.types("init", "", true);
    let add = format!("store add cluster --kind kubernetes --namespace {}", namespace.name);
    session.types(&add, "", true);
    let link = "link --type production stripe_api_key cluster:api-credentials/api-key";
    session.types(link, "", true);
    session.types("set --type production --store cluster sentry_dsn", "hunter2-dsn", true);
    let read =
        namespace.ask(Method::GET, "api/v1/namespaces/NAMESPACE/secrets/sentry-dsn", None).await;
    assert_eq!(read["data"], json!({ "value": base64(b"hunter2-dsn") }));
    session.types("sync --type production --store cluster --yes", "", true);
    session.types("set --type dev database_url", "hunter2-database", true);
    let copy = "copy database_url --from dev --to production --store cluster --yes";
    session.types(copy, "", true);
    session.types("check --type production --live", "", true);
    let vault = fs::read_to_string(session.home.path().join("work/strongroom.toml")).expect("it");
    for reference in
        ["api-credentials/api-key", "sentry-dsn/value", "smtp/value", "database-url/value"]
    {
        assert!(vault.contains(&format!("ref = \"{reference}\"")), "{reference} in\n{vault}");
    }

    namespace.delete("api-credentials").await;
    let said = session.types("check --type production --live", "", false);
    let expected =
        format!("absent: there is no Secret `api-credentials` in namespace `{}`", namespace.name);
    assert!(said.contains("stripe_api_key") && said.contains(&expected), "{said}");
}
