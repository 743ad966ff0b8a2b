//! A server that a test starts: installed or not, on a free port, and gone when the tests are, however they end.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that runs. It ends when this is dropped, and also when the process of the tests ends without a word.
#[derive(Debug)]
pub(crate) struct Server {
    /// A shell that waits for the end of its input, and then ends the server.
    keeper: Child,
    folder: PathBuf,
}

impl Server {
    /// Starts a program in a folder that is removed with it.
    pub(crate) fn start(program: &Path, arguments: &[String], folder: TempDir) -> Self {
        let folder = folder.keep();
        let log = File::create(folder.join("log")).expect("a file");
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(&folder)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("the same file"))
            .stderr(log)
            .spawn()
            .expect("a shell");
        Self { keeper, folder }
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until it is ready; shows what it said if it does not get there.
    pub(crate) fn wait(&mut self, is_ready: impl Fn() -> bool) {
        let started = Instant::now();
        while !is_ready() {
            let has_ended = self.keeper.try_wait().expect("a process").is_some();
            if has_ended || started.elapsed() > Duration::from_mins(1) {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                let lines: Vec<&str> = log.lines().collect();
                let last = lines[lines.len().saturating_sub(20)..].join("\n");
                panic!("a server does not start:\n{last}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A program that `tests/live/install` got; none, and said loudly, where it did not.
pub(crate) fn installed(server: &str, program: &str) -> Option<PathBuf> {
    let cache = env::var_os("STRONGROOM_CI_CACHE").map(PathBuf::from);
    let of_user = || Some(env::home_dir()?.join(".cache"));
    let of_system = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(of_system.or_else(of_user)?.join("strongroom-ci")))?;
    let program = cache.join("live").join(program);
    if program.is_file() {
        return Some(program);
    }
    skipped(server, "it is not installed; get it with `tests/live/install`");
    None
}

/// Says that a server is not tested against, on the screen itself: what a test prints is not seen when it passes. Fails
/// where the server must be there.
pub(crate) fn skipped(server: &str, why: &str) {
    let required = env::var("STRONGROOM_TEST_LIVE").unwrap_or_default();
    assert!(!required.split(',').any(|one| one == server), "{server}: {why}");
    let _ = writeln!(std::io::stderr(), "!!! SKIPPED: {server}: {why}");
}

/// A port of the loopback interface that was free just now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A test of this program that is only for a process of its own, run in one: a command that leads to it, and its variables.
pub(crate) fn run_alone(
    leading: &[&str],
    test: &str,
    variables: impl IntoIterator<Item = (&'static str, OsString)>,
) {
    let this = env::current_exe().expect("this program").into_os_string();
    let mut words = leading.iter().map(OsString::from).chain([this]);
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words).args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    for name in [
        "AWS_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_SESSION_TOKEN",
        "HTTPS_PROXY",
        "KUBECONFIG",
        "KUBERNETES_SERVICE_HOST",
        "https_proxy",
    ] {
        command.env_remove(name);
    }
    let output = command.envs(variables).output().expect("the program");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{test}:\n{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs a server, and ends it with its folder when nobody holds the other end of the input any longer. Ctrl-C ends the
/// tests, and that ends this.
const KEEPER: &str = r#"
trap '' INT
folder=$1; shift
cd "$folder"
"$@" < /dev/null &
read -r _
kill -9 $! 2> /dev/null
wait $! 2> /dev/null
cd / && rm -rf "$folder"
"#;
