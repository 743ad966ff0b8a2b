//! A test that runs again in a process of its own, with variables that nobody else has.

use std::ffi::OsString;
use std::process::Command;

const CHILD: &str = "TEST_AGAIN";

/// Runs a test, named with its module, again in a process with these variables; true in that process.
pub(crate) fn is_with<V: IntoIterator<Item = (String, OsString)>>(
    test: &str,
    variables: impl FnOnce() -> V,
) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("this test");
    let mut again = Command::new(program);
    again.args(["--exact", test]).envs(variables()).env(CHILD, "1");
    let output = again.output().expect("this test again");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
