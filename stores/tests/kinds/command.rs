//! `command`: real programs, well and badly behaved.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use strongroom_stores::{
    FailureKind, Fetch, Item, Limits, Opened, Reference, Setting, Store, fetch,
};

use crate::again::{block_on, is_with};
use crate::contract::{Soon, Subject, holds_for};
use crate::opened::{failure, names, opened, refused, value, words_of};

fn list(words: &[&str]) -> Setting {
    Setting::List(words.iter().map(|&word| word.to_owned()).collect())
}

/// A shell that reads a script of the test: `$1` is the name.
fn script<'a>(text: &'a str, places: &[&'a str]) -> Setting {
    list(&[&["sh", "-c", text, "sh"], places].concat())
}

fn reading(text: &str) -> Arc<dyn Store> {
    opened("command", Path::new("/"), &[("command", script(text, &["{name}"]))])
}

/// Scripts in a folder, and whether they say what is absent.
struct Scripts(tempfile::TempDir, bool);

impl Subject for Scripts {
    fn open(&self) -> Arc<dyn Store> {
        let mut settings = vec![
            ("command", script("test -f \"./$1\" || exit 44; cat \"./$1\" && echo", &["{name}"])),
            ("write", script("cat > \"./$1\"", &["{name}"])),
            ("list", script("ls -a1 | grep -v '^\\.'", &[])),
        ];
        if self.1 {
            settings.push(("absent_status", Setting::Integer(44)));
        }
        opened("command", self.0.path(), &settings)
    }

    fn plant<'a>(&'a self, name: &'a str, _: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        Box::pin(async move { fs::write(self.0.path().join(name), value).expect("a file") })
    }

    fn removes(&self) -> bool {
        false
    }

    fn tells_what_is_absent(&self) -> bool {
        self.1
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_hold_the_contract() {
    holds_for(&Scripts(tempfile::tempdir().expect("a folder"), false)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_say_what_is_absent_hold_the_contract() {
    holds_for(&Scripts(tempfile::tempdir().expect("a folder"), true)).await;
}

#[tokio::test]
async fn what_is_printed_is_the_value_whatever_it_is() {
    for (script, printed) in [
        ("printf 'a\\0b'", &b"a\0b"[..]),
        ("printf '<html>\\n\\n'", b"<html>\n"),
        ("printf '\\377\\r\\n'", b"\xff\r"),
        (":", b""),
        // It has no standard input.
        ("cat; echo end", b"end"),
        // It is told nothing but what it is asked for.
        ("echo hunter2 >&2; echo \"$#\"", b"1"),
        // What it leaves running holds nobody up.
        ("sleep 3 & echo done", b"done"),
    ] {
        let started = Instant::now();
        assert_eq!(value(&reading(script), "x").await.as_deref(), Ok(printed), "{script}");
        assert!(started.elapsed() < Duration::from_secs(2), "{script}");
    }
    let untrimmed = [("command", script("echo x", &["{name}"])), ("trim", Setting::Boolean(false))];
    let untrimmed = opened("command", Path::new("/"), &untrimmed);
    assert_eq!(value(&untrimmed, "x").await.as_deref(), Ok(&b"x\n"[..]));
}

#[tokio::test]
async fn no_shell_reads_a_name_and_no_program_takes_it_for_an_option() {
    let folder = tempfile::tempdir().expect("a folder");
    let echo = ("command", list(&["printf", "%s", "op://shop/{name}"]));
    let store = opened("command", folder.path(), &[echo]);
    for name in ["$(touch made)", "a; touch made", "`touch made`", "a' \"b\" * ~", "{name}", "%s"] {
        let printed = value(&store, name).await.expect(name);
        assert_eq!(String::from_utf8_lossy(&printed), format!("op://shop/{name}"));
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    let touch = ("command", list(&["touch", "made", "{name}"]));
    let store = opened("command", folder.path(), &[touch]);
    for name in ["--help", "-x", "a\0b", ""] {
        assert!(failure(&store, name).await.starts_with("not valid: "), "{name:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_program_that_fails_is_told_without_its_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let end = "; run it by hand to see what it says";
    for (script, said) in [
        (
            "echo hunter2; echo hunter2 >&2; exit 3",
            format!("not valid: `sh` ended with status 3{end}"),
        ),
        ("echo hunter2; kill -9 $$", format!("not valid: `sh` ended with signal 9{end}")),
        (
            "yes hunter2",
            "not valid: `sh` printed more bytes than any value has, and was ended".to_owned(),
        ),
    ] {
        assert_eq!(failure(&reading(script), "x").await, said, "{script}");
    }
    fs::write(folder.path().join("plain"), "no program").expect("a file");
    let shown = folder.path().display();
    for (program, said) in [
        (
            "no-such-program-anywhere",
            "unreachable: there is no program `no-such-program-anywhere`".to_owned(),
        ),
        ("./none", format!("unreachable: there is no program `{shown}/./none`")),
        ("./plain", format!("denied: this program may not run `{shown}/./plain`")),
    ] {
        let store = opened("command", folder.path(), &[("command", list(&[program, "{name}"]))]);
        assert_eq!(failure(&store, "x").await, said);
    }
}

/// Which of the processes that a script wrote down are still there; a zombie is not.
fn alive(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("processes")).unwrap_or_default();
    let is_alive = |id: &&str| {
        let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", id]).output();
        let state = String::from_utf8_lossy(&state.expect("ps").stdout).trim().to_owned();
        !state.is_empty() && !state.starts_with('Z')
    };
    text.lines().filter(is_alive).map(str::to_owned).collect()
}

async fn all_end(folder: &Path) {
    let started = Instant::now();
    while !alive(folder).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(5), "left: {:?}", alive(folder));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const HANGING: &str = "sleep 30 & echo $! >> processes; echo $$ >> processes; wait";

#[tokio::test]
async fn a_program_that_hangs_is_ended_with_what_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [
        ("command", script(HANGING, &["{name}"])),
        ("write", script(HANGING, &["{name}"])),
        ("timeout_seconds", Setting::Integer(1)),
    ];
    let store = opened("command", folder.path(), &settings);
    let started = Instant::now();
    let said = "unreachable: `sh` was not done within 1 s (`timeout_seconds`), and was ended";
    assert_eq!(failure(&store, "x").await, said);
    let long = vec![b'x'; 1 << 20];
    assert_eq!(words_of(&store.put("x", None, &long).await.expect_err("hanging")), said);
    assert!(started.elapsed() < Duration::from_secs(4));
    let lines = fs::read_to_string(folder.path().join("processes")).expect("a file");
    assert_eq!(lines.lines().count(), 4);
    all_end(folder.path()).await;
}

#[tokio::test]
async fn a_fetch_that_is_dropped_ends_its_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("command", script(HANGING, &["{name}"]))];
    let store = Opened { name: "s".to_owned(), store: opened("command", folder.path(), &settings) };
    let wanted = [Fetch { store, reference: Reference::parse("x").expect("a reference") }];
    let limits = Limits { deadline: Duration::from_secs(20), ..Limits::default() };
    let dropped = tokio::time::timeout(Duration::from_millis(500), fetch(&wanted, &limits)).await;
    assert!(dropped.is_err());
    assert!(folder.path().join("processes").exists());
    all_end(folder.path()).await;
}

#[tokio::test]
async fn a_program_gets_no_key_of_ours() {
    const KEYS: [&str; 5] = [
        "STRONGROOM_KEY",
        "STRONGROOM_KEY_FILE",
        "STRONGROOM_PASSPHRASE",
        "STRONGROOM_HOLDER",
        "STRONGROOM_IDENTITY",
    ];
    const CHILD: &str = "TEST_COMMAND_CHILD";
    if std::env::var_os(CHILD).is_none() {
        let program = std::env::current_exe().expect("this test");
        let status = std::process::Command::new(program)
            .args(["--exact", "command::a_program_gets_no_key_of_ours"])
            .envs(KEYS.map(|name| (name, "hunter2")))
            .env("STRONGROOM_OF_ANOTHER_VERSION", "hunter2")
            .env("CREDENTIALS_DIRECTORY", "/hunter2")
            .env("CALLED_ANYHOW", "strongroom_key_hunter2")
            .env("CALLED_ANYHOW_TOO", "strongroom_unlocked_hunter2")
            .env("CALLED_ANYHOW_ELSE", "AGE-SECRET-KEY-hunter2")
            .env("CALLED_AS_A_SERVICE_IS", "aws-kms:hunter2")
            .env(CHILD, "1")
            .status();
        assert!(status.expect("this test again").success());
        return;
    }
    assert!(std::env::var_os(KEYS[0]).is_some());
    let printed = value(&reading("env"), "x").await.expect("an environment");
    let printed = String::from_utf8(printed).expect("text");
    assert!(printed.contains(CHILD) && !printed.contains("hunter2"), "{printed}");
}

#[test]
fn no_program_of_the_vaults_folder_is_found_in_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = || {
        let program = folder.path().join("in-the-repository");
        fs::write(&program, "#!/bin/sh\necho hunter2\n").expect("a file");
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&program, all).expect("rights");
        let path = std::env::var("PATH").expect("PATH");
        let base = folder.path().as_os_str().to_owned();
        [("PATH".to_owned(), format!(".::{path}").into()), ("TEST_BASE".to_owned(), base)]
    };
    if !is_with("command::no_program_of_the_vaults_folder_is_found_in_path", variables) {
        return;
    }
    block_on(async {
        let base = std::env::var_os("TEST_BASE").expect("a folder");
        let open = |words: &[&str]| opened("command", base.as_ref(), &[("command", list(words))]);
        let told = failure(&open(&["in-the-repository", "{name}"]), "x").await;
        assert_eq!(told, "unreachable: there is no program `in-the-repository`");
        let found = value(&open(&["printf", "%s", "{name}"]), "x").await;
        assert_eq!(found.as_deref(), Ok(&b"x"[..]));
    });
}

#[tokio::test]
async fn keys_and_versions_go_where_the_vault_says() {
    let words = ["printf", "%s ", "{name}", "{key}", "--at={version}"];
    let store = opened("command", Path::new("/"), &[("command", list(&words))]);
    assert_eq!(value(&store, "a/b/c").await.as_deref(), Ok(&b"a/b c "[..]));
    let item = Item { name: "a/b".to_owned(), version: Some("7".to_owned()) };
    let fetched = store.fetch(&item).await.expect("a value");
    assert_eq!(fetched.version.as_deref(), Some("7"));
    let said = "not valid: its command has `{key}`: name one behind the last `/`, a/KEY";
    assert_eq!(failure(&store, "a").await, said);
    let all = [words.map(str::to_owned).to_vec()];
    assert_eq!(store.runs(), all);
}

#[tokio::test]
async fn what_no_program_is_named_for_is_refused() {
    let store = reading("echo x");
    let failed = store.list().await.expect_err("no list");
    assert_eq!(failed.kind(), FailureKind::Denied, "{failed}");
    let failed = store.put("x", None, b"hunter2").await.expect_err("no writing");
    assert_eq!(failed.kind(), FailureKind::Conflict, "{failed}");
    let odd = [
        ("command", script("echo x", &["{name}"])),
        ("list", script("printf 'b\\n\\na\\nb'", &[])),
    ];
    let odd = opened("command", Path::new("/"), &odd);
    assert_eq!(names(&odd).await.expect("a list"), ["a", "b"]);
    for (settings, said) in [
        (
            &[][..],
            "it needs the setting `command`: the program and its arguments, such as [\"pass\", \"show\", \"{name}\"]",
        ),
        (
            &[("command", list(&["pass", "show"]))],
            "its setting `command` has no argument with `{name}`, so every secret would have the same value",
        ),
        (
            &[("command", list(&["{name}", "{name}"]))],
            "its setting `command` has a place for a name in its program: only arguments can have one",
        ),
        (
            &[("command", list(&["a", "{name}"])), ("list", list(&["ls", "{name}"]))],
            "its setting `list` is about no secret: it cannot have `{name}`, `{key}` or `{version}`",
        ),
        (
            &[("command", list(&["a", "{name}"])), ("timeout_seconds", Setting::Integer(0))],
            "its setting `timeout_seconds` must be a whole number, not too large",
        ),
    ] {
        assert_eq!(refused("command", settings), said);
    }
}
