//! The command with Secret Manager as a store: what the guide shows, typed against the emulator.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use reqwest::Method;
use tempfile::TempDir;

use super::project::{Emulator, Project, emulator};
use crate::built::built;

/// Somebody at a terminal whose gcloud leads to the emulator.
struct Session<'e> {
    program: PathBuf,
    emulator: &'e Emulator,
    home: TempDir,
}

impl Session<'_> {
    /// Types a line with something on standard input; gives what was said, which holds no value.
    fn types(&self, line: &str, input: &str, succeeds: bool) -> String {
        let mut command = Command::new(&self.program);
        command.args(line.split(' ')).env_clear().current_dir(self.home.path().join("work"));
        command.env("HOME", self.home.path());
        command.env("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", &self.emulator.address);
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
    let Some(emulator) = emulator() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = built("strongroom-cli", "strongroom", "gcp-secret-manager", folder, &[]);
    let project = Project::new(emulator.clone(), "command");
    project.plant("stripe-api-key", b"hunter2-stripe").await;
    project.plant("smtp", b"hunter2-smtp").await;
    let home = TempDir::new().expect("a folder");
    fs::create_dir_all(home.path().join("work/.git")).expect("folders");
    let session = Session { program, emulator: &emulator, home };

    session.types("init", "", true);
    session.types("store add google --kind gcp-secret-manager --project command", "", true);
    session.types("link --type production stripe_api_key google:stripe-api-key", "", true);
    session.types("set --type production --store google sentry.dsn", "hunter2-dsn", true);
    let path = "projects/command/secrets/sentry-dsn/versions/1:access";
    let (_, read) = emulator.ask(Method::GET, path, None).await;
    assert_eq!(read["payload"]["data"], BASE64.encode(b"hunter2-dsn"));
    session.types("sync --type production --store google --yes", "", true);
    session.types("set --type dev database_url", "hunter2-database", true);
    let copy = "copy database_url --from dev --to production --store google --yes";
    session.types(copy, "", true);
    session.types("check --type production --live", "", true);
    let vault = fs::read_to_string(session.home.path().join("work/strongroom.toml")).expect("it");
    for reference in ["stripe-api-key", "sentry-dsn", "smtp", "database_url"] {
        assert!(vault.contains(&format!("ref = \"{reference}\"")), "{reference} in\n{vault}");
    }

    let path = "projects/command/secrets/stripe-api-key";
    assert_eq!(emulator.ask(Method::DELETE, path, None).await.0, 200);
    let said = session.types("check --type production --live", "", false);
    let expected =
        "absent: there is no secret `stripe-api-key` with a version in project `command`";
    assert!(said.contains("stripe_api_key") && said.contains(expected), "{said}");
}
