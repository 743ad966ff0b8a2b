//! A session: a home, a folder in a repository, a cleared environment, and commands typed into it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use snapbox::{Assert, IntoData};
use tempfile::TempDir;

/// What every value and passphrase of these tests holds, so that one search finds any that leaks.
pub const MARKER: &str = "MARKER-5f1e";

/// The built command.
pub const STRONGROOM: &str = env!("CARGO_BIN_EXE_strongroom");

/// A home and a folder of somebody who uses the command.
pub struct Session {
    root: TempDir,
    variables: RefCell<BTreeMap<String, OsString>>,
    redactions: RefCell<Vec<(String, String)>>,
}

impl Session {
    /// An empty home, and an empty folder `work` that is the root of a git repository.
    pub fn new() -> Self {
        let root = TempDir::new().expect("a temporary folder");
        fs::create_dir_all(root.path().join("home")).expect("a home");
        fs::create_dir_all(root.path().join("work/.git")).expect("a repository");
        Self { root, variables: RefCell::default(), redactions: RefCell::default() }
    }

    /// As [`Session::new`], with a vault whose first holder has a kept key.
    pub fn with_vault() -> Self {
        let session = Self::new();
        session.run("strongroom init").succeeds();
        session
    }

    /// As [`Session::with_vault`], with `github_api_token` for `local` and `development`.
    pub fn with_secret() -> Self {
        let session = Self::with_vault();
        session
            .typed("strongroom set --type local,dev github_api_token")
            .input(format!("{MARKER}-token\n"))
            .run()
            .succeeds();
        session
    }

    /// Sets a variable for all later commands.
    pub fn export(&self, name: &str, value: impl Into<OsString>) {
        self.variables.borrow_mut().insert(name.to_owned(), value.into());
    }

    /// Removes a variable for all later commands.
    pub fn forget(&self, name: &str) {
        self.variables.borrow_mut().remove(name);
    }

    /// A file or folder below `work`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// The text of a file below `work`.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Writes a file below `work`, with the folders that it needs.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    /// Changes the vault's text by hand.
    pub fn edit(&self, change: impl FnOnce(String) -> String) {
        let before = self.read("strongroom.toml");
        let after = change(before.clone());
        assert_ne!(before, after, "the change changes something");
        self.write("strongroom.toml", after);
    }

    /// Replaces a part of the vault's text that must be there.
    pub fn replace(&self, from: &str, to: &str) {
        self.edit(|text| {
            assert!(text.contains(from), "{from} is in\n{text}");
            text.replacen(from, to, 1)
        });
    }

    /// The key that `init` kept.
    pub fn kept_key(&self, holder: &str) -> PathBuf {
        let keys = self.home().join(".config/strongroom/keys");
        let vault = fs::read_dir(keys).expect("keys").next().expect("a vault").expect("a folder");
        vault.path().join(format!("{holder}.key"))
    }

    /// Types a line and runs it.
    pub fn run(&self, line: &str) -> Outcome<'_> {
        self.typed(line).run()
    }

    /// Plays a session: runs each line that stands behind a `$`, and compares what all of them show.
    #[track_caller]
    pub fn plays(&self, session: impl IntoData) {
        let session = session.into_data();
        let written = session.render().expect("text");
        let lines = written.lines().filter_map(|line| line.strip_prefix("$ "));
        let one = |line| format!("$ {line}\n{}", self.run(line).shown());
        let text = lines.map(one).collect::<Vec<_>>().concat();
        assert!(!text.is_empty(), "a line to run");
        compare(text, session);
    }

    /// Types a line, without running it yet. Words in single quotes are one.
    pub fn typed(&self, line: &str) -> Typed<'_> {
        let mut words = split(line);
        assert_eq!(words.remove(0), "strongroom", "{line}");
        Typed {
            session: self,
            words,
            input: Vec::new(),
            variables: Vec::new(),
            shows: Shows::Nothing,
        }
    }

    /// The command with this session's environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(STRONGROOM);
        self.set_up(&mut command);
        command
    }

    /// Gives another command this session's folder and environment.
    pub fn set_up(&self, command: &mut Command) {
        command.env_clear().current_dir(self.path("")).env("HOME", self.home());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.envs(&*self.variables.borrow());
    }

    /// Gives what differs from run to run, such as a code, a name of the same length in snapshots.
    pub fn redact(&self, text: &str, name: &str) {
        let name = format!("[{name:.<width$}]", width = text.len().saturating_sub(2));
        self.redactions.borrow_mut().push((text.to_owned(), name));
    }

    /// Text with what differs from run to run replaced.
    pub fn redacted(&self, text: &str) -> String {
        let root = self.root.path().to_string_lossy().into_owned();
        let canonical = self.root.path().canonicalize().expect("a folder");
        let text = text.replace(&*canonical.to_string_lossy(), "[ROOT]").replace(&root, "[ROOT]");
        let redactions = self.redactions.borrow();
        let text = redactions.iter().fold(text, |text, (from, to)| text.replace(from, to));
        redact_words(&redact_runs(&redact_dates(&text)))
    }
}

/// A line that was typed.
pub struct Typed<'s> {
    session: &'s Session,
    words: Vec<String>,
    input: Vec<u8>,
    variables: Vec<(String, OsString)>,
    shows: Shows,
}

/// What standard output may show of what is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Nothing,
    Secrets,
}

impl<'s> Typed<'s> {
    /// Gives standard input.
    pub fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        input.as_ref().clone_into(&mut self.input);
        self
    }

    /// Sets a variable for this line.
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Allows standard output to show a value or a key: that is what the command is for.
    pub fn that_shows_secrets(mut self) -> Self {
        self.shows = Shows::Secrets;
        self
    }

    /// Runs the line.
    pub fn run(self) -> Outcome<'s> {
        let mut command = self.session.command();
        command.args(&self.words).envs(self.variables);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let mut stdin = child.stdin.take().expect("standard input");
        let input = self.input;
        // A command that refuses before it reads leaves the pipe; that is no failure of the test.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the command ends");
        writer.join().expect("the writer ends");
        let outcome = Outcome {
            session: self.session,
            status: output.status,
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("words are UTF-8"),
        };
        outcome.leaks_nothing(self.shows == Shows::Secrets);
        outcome
    }
}

/// What a command printed, and how it ended.
pub struct Outcome<'s> {
    session: &'s Session,
    status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Outcome<'_> {
    /// Compares status, standard output and standard error with a snapshot.
    #[track_caller]
    pub fn shows(&self, expected: impl IntoData) {
        compare(self.shown(), expected);
    }

    fn shown(&self) -> String {
        let status = self.status.code().map_or("killed".to_owned(), |code| code.to_string());
        let stdout = String::from_utf8_lossy(&self.stdout);
        let mut text = format!("{stdout}");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str("<no newline>\n");
        }
        text = format!("[{status}]\n{text}");
        if !self.stderr.is_empty() {
            text = format!("{text}--- stderr\n{}", self.stderr);
        }
        self.session.redacted(&text)
    }

    /// It ended with this status.
    #[track_caller]
    pub fn ends_with(&self, status: i32) -> &Self {
        assert_eq!(self.status.code(), Some(status), "{}", self.stderr);
        self
    }

    /// Whether it ended with one of these.
    pub fn status_is_one_of(&self, statuses: &[i32]) -> bool {
        self.status.code().is_some_and(|status| statuses.contains(&status))
    }

    /// It ended with status 0.
    #[track_caller]
    pub fn succeeds(&self) -> &Self {
        self.ends_with(0)
    }

    /// Its words hold this text.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "`{text}` is not in\n{}", self.stderr);
        self
    }

    /// Standard output as text.
    pub fn output(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("UTF-8")
    }

    #[track_caller]
    fn leaks_nothing(&self, stdout_may: bool) {
        refuse_secrets(&self.stderr);
        if !stdout_may {
            refuse_secrets(&String::from_utf8_lossy(&self.stdout));
        }
    }
}

#[track_caller]
fn compare(text: String, expected: impl IntoData) {
    Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV).eq(text, expected);
}

/// Fails if a text holds a value, a passphrase or a key, or a character that does something to a
/// terminal.
#[track_caller]
pub fn refuse_secrets(text: &str) {
    assert!(!text.contains(MARKER), "a value was printed");
    for (at, prefix) in KEY_PREFIXES.iter().flat_map(|prefix| text.match_indices(prefix)) {
        let rest = &text[at + prefix.len()..];
        let digits = rest.chars().take_while(char::is_ascii_alphanumeric).count();
        assert!(digits < 8, "a key was printed");
    }
    let is_harmless = |c: char| c == '\n' || !strongroom_vault::is_dangerous(c);
    assert!(text.chars().all(is_harmless), "a control character was printed: {text:?}");
}

const KEY_PREFIXES: [&str; 4] =
    ["strongroom_key_", "strongroom_unlocked_", "strongroom_app_", "AGE-SECRET-KEY-"];

/// Says loudly that a test, or a part of it, cannot be made here.
#[expect(clippy::print_stderr, reason = "whoever runs the tests must know")]
pub fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// Whether a program is installed here; says loudly what cannot be tested if it is not.
pub fn is_installed(program: &str, what: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !is_there {
        skipped(&format!("{what}: {program} is not installed"));
    }
    is_there
}

/// Whether the tests run as a user whom no permission stops.
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = tempfile::NamedTempFile::new().expect("a file");
    file.as_file().metadata().expect("metadata").uid() == 0
}

/// Sets the mode of a file.
#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// The mode of a file.
#[cfg(unix)]
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).expect("a file").mode() & 0o777
}

fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn redact_dates(text: &str) -> String {
    let mut redacted = String::new();
    let mut rest = text;
    while let Some(found) = rest.find("20") {
        let date = rest.get(found..found + 10).filter(|date| {
            date.bytes()
                .enumerate()
                .all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
        });
        let end = found + date.map_or(2, str::len);
        redacted.push_str(&rest[..found]);
        redacted.push_str(if date.is_some() { "[DATE....]" } else { "20" });
        rest = &rest[end..];
    }
    redacted + rest
}

/// Replaces public keys of age, and fingerprints as people read them.
fn redact_words(text: &str) -> String {
    let mut redacted = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let groups: Vec<&str> = bare.split('-').collect();
        let is_code = groups.len() == 4 && groups.iter().all(|group| is_base32(group));
        let new = match bare {
            _ if is_code => "[CODE]",
            key if key.len() == 62 && key.starts_with("age1") => "[PUBLIC KEY]",
            same => same,
        };
        redacted.push_str(new);
        redacted.push_str(&word[bare.len()..]);
    }
    redacted
}

fn is_base32(group: &str) -> bool {
    group.len() == 4 && group.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
}

/// Replaces vault ids: runs of 32 hexadecimal digits.
fn redact_runs(text: &str) -> String {
    let mut redacted = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            run.push(c);
            continue;
        }
        redacted.push_str(if run.len() == 32 { "[ID]" } else { &run });
        run.clear();
        redacted.push(c);
    }
    redacted.pop();
    redacted
}
