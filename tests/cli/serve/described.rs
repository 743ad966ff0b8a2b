//! What the server says of itself at `/openapi.json`, held against what it does, by Schemathesis where that is installed.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use super::serving::Serving;
use crate::session::{MARKER, Session, skipped};

/// Where `tests/live/install schemathesis` puts it.
fn installed() -> Option<PathBuf> {
    let cache = env::var_os("STRONGROOM_CI_CACHE").map(PathBuf::from).or_else(|| {
        let user = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache"));
        Some(user.or_else(home)?.join("strongroom-ci"))
    })?;
    let program = cache.join("live/schemathesis/bin/schemathesis");
    if program.exists() {
        return Some(program);
    }
    let required = env::var("STRONGROOM_TEST_LIVE").unwrap_or_default();
    assert!(!required.split(',').any(|one| one == "schemathesis"), "it is not installed");
    skipped("schemathesis: it is not installed");
    None
}

#[test]
fn it_does_what_it_says_and_nothing_else() {
    let session = Session::with_vault();
    session.typed("strongroom set --type local db-secret").input(MARKER).run().succeeds();
    session.run("strongroom setting set --type local max_retries 3").succeeds();
    let token = ("DAPR_API_TOKEN", "a-token");
    let serving = Serving::start_with(&session, "--type local", &[token]);
    let description = serving.get("/openapi.json");
    assert_eq!(description.status, 200);
    let Some(program) = installed() else { return };
    session.write("openapi.json", description.body);
    let output = Command::new(program)
        .current_dir(session.path(""))
        .args(["run", "openapi.json", "--no-color", "--generation-deterministic"])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "25"])
        .args(["--url", &format!("http://{}", serving.address)])
        .args(["--header", "dapr-api-token: a-token"])
        // Dapr's own errors have the status 500; which of them, the description says.
        .args(["--exclude-checks", "not_a_server_error", "--continue-on-failure"])
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(" passed") && said.contains("15 selected / 15 total"), "{said}");
}
