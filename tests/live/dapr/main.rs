//! Clients of Dapr by others, unchanged, against the built command: for Python, JavaScript, Rust and Go.

#![cfg(unix)]

#[expect(dead_code, reason = "the tests of stores start servers with it")]
#[path = "../server.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use self::server::installed;

/// A vault with some secrets and settings, and no token or variable of whoever runs the tests.
struct Scene {
    root: TempDir,
    token: bool,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { root: TempDir::new().expect("a folder"), token: false };
        fs::create_dir_all(scene.path(".git")).expect("a repository");
        scene.types("init", "");
        scene.types("set --type local db-secret", "one");
        scene.types("set --type local api/id", "id");
        scene.types("set --type local api/key", "key");
        scene.types("setting set --type local max_retries 3", "");
        scene
    }

    /// Whoever asks needs a token.
    fn with_token(mut self) -> Self {
        self.token = true;
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        command.env_clear().current_dir(self.path(""));
        command.env("HOME", self.root.path()).env("STRONGROOM", env!("CARGO_BIN_EXE_strongroom"));
        for name in ["PATH", "GOCACHE", "GOROOT", "PYENV_ROOT", "RUSTUP_HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        if self.token {
            command.env("DAPR_API_TOKEN", "let-me-in");
        }
        command
    }

    fn types(&self, line: &str, input: &str) {
        use std::io::Write;
        let mut command = self.command();
        command.args(line.split(' ')).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the command starts");
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        assert!(child.wait().expect("it ends").success(), "strongroom {line}");
    }

    /// What a program says that the server starts.
    fn serves(&self, words: &[&Path]) -> String {
        let mut command = self.command();
        command.args(["serve", "--http-port", "0", "--grpc-port", "0", "--"]).args(words);
        // A client that waits for ever is none that works.
        let mut limited = Command::new("timeout");
        limited.arg("120").arg(command.get_program()).args(command.get_args());
        limited.current_dir(self.path("")).env_clear();
        for (name, value) in command.get_envs() {
            limited.envs(value.map(|value| (name, value)));
        }
        let output = limited.stdin(Stdio::null()).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {}\n{said}", output.status);
        String::from_utf8(output.stdout).expect("text")
    }

    /// What the page's block says that is written in a language.
    fn page(&self, language: &str, number: usize, file: &str) -> PathBuf {
        fs::write(self.path(file), block(language, number)).expect("a file");
        self.path(file)
    }
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// A block of the guide's page.
fn block(language: &str, number: usize) -> String {
    let page = fs::read_to_string(here("docs/languages.md")).expect("a page");
    let fence = format!("\n```{language}\n");
    let after = page.split(&fence).skip(1).nth(number).expect("a block");
    let (block, _) = after.split_once("\n```").expect("a fence that closes");
    format!("{block}\n")
}

#[test]
fn python_by_its_client_and_by_hand() {
    let Some(python) = installed("dapr", "dapr-python") else { return };
    let script = here("tests/live/dapr/python.py");
    let said = Scene::new().serves(&[&python, &script]);
    assert_eq!(said, "everything is as it should be\n");
}

#[test]
fn python_serves_with_what_it_loaded_before() {
    let Some(python) = installed("dapr", "dapr-python") else { return };
    let scene = Scene::new().with_token();
    scene.page("python", 0, "page.py");
    let serving = fs::read_to_string(here("tests/live/dapr/serving.py")).expect("a file");
    fs::write(scene.path("serving.py"), serving).expect("a file");
    let said = scene.serves(&[&python, Path::new("serving.py")]);
    assert_eq!(said, "{\"bytes\": 3, \"retries\": 3}\n");
}

#[test]
fn javascript_over_both_protocols() {
    let Some(node) = installed("dapr", "dapr-node") else { return };
    let scene = Scene::new();
    // Its packages are looked for from where the program lies.
    let packages = node.with_file_name("dapr-js").join("node_modules");
    std::os::unix::fs::symlink(packages, scene.path("node_modules")).expect("a link");
    fs::copy(here("tests/live/dapr/javascript.mjs"), scene.path("all.mjs")).expect("a file");
    let said = scene.serves(&[&node, Path::new("all.mjs")]);
    assert_eq!(said.lines().last(), Some("everything is as it should be"), "{said}");
    let page = scene.page("js", 0, "page.mjs");
    let said = scene.serves(&[&node, &page]);
    assert!(said.ends_with("3 bytes, 30 retries\n"), "{said}");
    let page = scene.page("js", 1, "fetch.mjs");
    assert_eq!(scene.serves(&[&node, &page]), "3 bytes\n");
}

#[test]
fn rust_by_its_client_and_reqwest() {
    let Some(program) = installed("dapr", "dapr-rust") else { return };
    assert_eq!(Scene::new().serves(&[&program]), "everything is as it should be\n");
    let Some(page) = installed("dapr", "dapr-rust-page") else { return };
    assert_eq!(Scene::new().with_token().serves(&[&page]), "3 bytes, 3 retries\n");
}

#[test]
fn go_by_hand() {
    let Some(program) = installed("dapr", "dapr-go") else { return };
    assert_eq!(Scene::new().serves(&[&program]), "3 bytes\n");
}

/// What the page shows is what is built and run.
#[test]
fn the_page_shows_the_programs_that_are_built() {
    for (language, file) in [("rust", "rust/src/bin/page.rs"), ("go", "go/main.go")] {
        let file = fs::read_to_string(here("tests/live/tools/dapr").join(file)).expect("a file");
        assert!(block(language, 0) == file, "the page's block of {language} is another program");
    }
}
