//! A test that runs again in a process of its own, whose environment is only what it says.

use std::future::Future;
use std::process::Command;

const CHILD: &str = "TEST_ALONE";
pub(crate) const KEY_ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET_KEY: &str = "s3cr3t-key";

/// Runs a test, named with its module, in a process with credentials and a region, and with these variables beside them; an
/// empty one is not there.
pub(crate) fn alone<F: Future<Output = ()>>(
    test: &str,
    variables: &[(&str, &str)],
    body: impl FnOnce() -> F,
) {
    if std::env::var_os(CHILD).is_some() {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build();
        return runtime.expect("a runtime").block_on(body());
    }
    let home = tempfile::tempdir().expect("a folder");
    let mut again = Command::new(std::env::current_exe().expect("this test"));
    again
        .args(["--exact", test, "--nocapture"])
        .env_clear()
        .env("HOME", home.path())
        .env(CHILD, "1");
    for name in ["PATH", "SNAPSHOTS", "LD_LIBRARY_PATH"] {
        again.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    let usual = [
        ("AWS_ACCESS_KEY_ID", KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    for (name, value) in usual.iter().chain(variables) {
        if value.is_empty() {
            again.env_remove(name);
        } else {
            again.env(name, value);
        }
    }
    let output = again.output().expect("this test again");
    let said = String::from_utf8_lossy(&output.stdout);
    let and = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{and}");
}
