//! A pipe, a device or a folder where a file is meant: it is said at once, and nobody waits. A pipe to which somebody writes
//! is as good as a file where a shell gives one.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::session::{MARKER, STRONGROOM, Session, is_installed, refuse_secrets, set_mode};

/// Far more than a command takes, and less than anybody waits.
const AT_MOST: Duration = Duration::from_secs(20);

fn pipe(session: &Session, name: &str) {
    let made = Command::new("mkfifo").arg(session.path(name)).status().expect("mkfifo");
    assert!(made.success());
    set_mode(&session.path(name), 0o600);
}

/// What a line of a shell says that ends with this status.
#[track_caller]
fn says(session: &Session, line: &str, status: i32) -> String {
    let shell = if line.contains("<(") { "bash" } else { "sh" };
    let mut shell = Command::new(shell);
    session.set_up(&mut shell);
    let line = format!("strongroom() {{ '{STRONGROOM}' \"$@\"; }}; {line}");
    shell.args(["-c", &line]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = shell.spawn().expect("bash");
    let started = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        if started.elapsed() > AT_MOST {
            let _ = child.kill();
            panic!("it waits: {line}");
        }
        thread::sleep(Duration::from_millis(10));
    }
    let mut said = String::new();
    child.stderr.take().expect("words").read_to_string(&mut said).expect("UTF-8");
    assert_eq!(child.wait().expect("a status").code(), Some(status), "{line}: {said}");
    refuse_secrets(&said);
    said
}

#[test]
fn a_vault_that_is_no_file_is_said_to_be_none() {
    let session = Session::with_secret();
    fs::rename(session.path("strongroom.toml"), session.path("kept.toml")).expect("a file");
    pipe(&session, "strongroom.toml");
    for line in ["list", "get github_api_token", "set --type dev x", "check", "run -- true"] {
        let said = says(&session, &format!("strongroom {line}"), 3);
        assert!(said.contains("strongroom.toml: it is a pipe, and no regular file"), "{said}");
    }
    fs::remove_file(session.path("strongroom.toml")).expect("a pipe");
    fs::create_dir(session.path("strongroom.toml")).expect("a folder");
    let said = says(&session, "strongroom list", 3);
    assert!(said.contains("strongroom.toml: it is a folder, and no regular file"), "{said}");
    let said = says(&session, "STRONGROOM_VAULT=/dev/zero strongroom list", 3);
    assert!(said.contains("/dev/zero: it is a device or a socket, and no regular file"), "{said}");
    assert!(said.contains("named by: STRONGROOM_VAULT"), "{said}");
    fs::remove_dir(session.path("strongroom.toml")).expect("a folder");
    fs::rename(session.path("kept.toml"), session.path("strongroom.toml")).expect("a file");
    let said = says(&session, "strongroom list --vault .", 3);
    assert!(said.contains(".: it is a folder, and no regular file"), "{said}");
    assert!(said.contains("name the file in it: ./strongroom.toml"), "{said}");
}

#[test]
fn keys_and_own_values_in_what_is_no_file_keep_nobody_waiting() {
    let session = Session::with_secret();
    let key = session.kept_key("owner");
    let text = fs::read(&key).expect("a key");
    pipe(&session, "strongroom.mine.toml");
    let said = says(&session, "strongroom get github_api_token", 3);
    assert!(said.contains("your own values in"), "{said}");
    assert!(said.contains("it is a pipe, and no regular file"), "{said}");
    fs::remove_file(session.path("strongroom.mine.toml")).expect("a pipe");

    fs::remove_file(&key).expect("a key");
    pipe(&session, key.to_str().expect("UTF-8"));
    let said = says(&session, "strongroom get github_api_token", 3);
    assert!(said.contains("cannot read the key: it is a pipe, and no regular file"), "{said}");
    fs::remove_file(&key).expect("a pipe");

    pipe(&session, "a-pipe");
    let said = says(&session, "STRONGROOM_KEY_FILE=a-pipe strongroom get github_api_token", 3);
    assert!(said.contains("it is a pipe, and nobody writes to it"), "{said}");
    let said = says(&session, "STRONGROOM_KEY_FILE=. strongroom get github_api_token", 3);
    assert!(said.contains("it is a folder, and no regular file"), "{said}");
    says(&session, "STRONGROOM_KEY_FILE=/dev/zero strongroom get github_api_token", 3);
    fs::write(&key, text).expect("a key");
    set_mode(&key, 0o600);

    let age = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    session.run(&format!("strongroom holder add guest --type dev {age}")).succeeds();
    let said = says(&session, "strongroom unlock --identity a-pipe", 3);
    assert!(said.contains("read the identity a-pipe: it is a pipe, and no regular file"), "{said}");
}

#[test]
fn a_merge_waits_for_no_pipe() {
    let session = Session::with_secret();
    pipe(&session, "a-pipe");
    let vault = "strongroom.toml";
    for place in 0..3 {
        let mut files = [vault; 3];
        files[place] = "a-pipe";
        let files = files.join(" ");
        let line = format!("strongroom git merge-driver -- {files} strongroom.toml");
        let said = says(&session, &line, 3);
        assert!(said.contains("cannot read a-pipe: it is a pipe, and no regular file"), "{said}");
    }
    says(&session, "strongroom git textconv -- a-pipe", 3);
}

#[test]
fn a_record_in_what_is_no_file_keeps_nobody_waiting() {
    let session = Session::with_secret();
    session.edit(|text| format!("{text}\n[audit]\nlog = true\n"));
    says(&session, "strongroom get github_api_token", 0);
    let folder = session.home().join(".local/state/strongroom/log");
    let vault = session.read("strongroom.toml");
    let id = vault.split("id = \"").nth(1).and_then(|rest| rest.get(..32)).expect("an id");
    for end in ["jsonl", "lock"] {
        let file = folder.join(format!("{id}.{end}"));
        let _ = fs::remove_file(&file);
        pipe(&session, file.to_str().expect("UTF-8"));
        let said = says(&session, "strongroom get github_api_token", 0);
        assert!(said.contains("what was done could not be recorded: "), "{said}");
        assert!(said.contains(&format!("{id}.{end}: it is a pipe, and no regular file")), "{said}");
        if end == "jsonl" {
            let said = says(&session, "strongroom log", 3);
            assert!(said.contains("it is a pipe, and no regular file"), "{said}");
        }
        fs::remove_file(&file).expect("a pipe");
    }
    // Somebody was stopped who had it.
    let lock = fs::File::create(folder.join(format!("{id}.lock"))).expect("a file");
    lock.lock().expect("a lock");
    let said = says(&session, "strongroom get github_api_token", 0);
    assert!(said.contains(&format!("{id}.lock is locked by another program")), "{said}");
}

#[test]
fn what_is_remembered_in_what_is_no_file_keeps_nobody_waiting() {
    let session = Session::with_secret();
    let folder = session.home().join(".config/strongroom");
    for file in ["lock", "generations", "fingerprints"] {
        let generations = folder.join("generations");
        let _ = fs::remove_dir_all(&generations);
        let _ = fs::remove_file(folder.join(file));
        pipe(&session, folder.join(file).to_str().expect("UTF-8"));
        says(&session, "strongroom get github_api_token", 0);
        fs::remove_file(folder.join(file)).expect("a pipe");
    }
}

#[test]
fn what_a_shell_gives_instead_of_a_file_is_read() {
    if !is_installed("bash", "what a shell gives instead of a file") {
        return;
    }
    let session = Session::with_secret();
    let key = session.kept_key("owner");
    fs::rename(key, session.path("owner.key")).expect("a key");
    says(&session, "STRONGROOM_KEY_FILE=<(cat owner.key) strongroom get github_api_token", 0);
    says(&session, "STRONGROOM_KEY_FILE=/dev/stdin strongroom get github_api_token < owner.key", 0);
    let piped = "cat owner.key | STRONGROOM_KEY_FILE=/dev/stdin strongroom get github_api_token";
    says(&session, piped, 0);
    pipe(&session, "a-pipe");
    let named =
        "cat owner.key > a-pipe & STRONGROOM_KEY_FILE=a-pipe strongroom get github_api_token";
    says(&session, named, 0);
    session.export("STRONGROOM_KEY_FILE", session.path("owner.key"));
    let set = format!("strongroom set --type dev x --from-file <(printf %s {MARKER})");
    says(&session, &set, 0);
    let import =
        format!("printf 'Y={MARKER}' | strongroom import /dev/stdin --type dev --format dotenv");
    says(&session, &import, 0);
    says(&session, "strongroom key add <(cat owner.key)", 0);
    says(&session, "strongroom list --vault /dev/stdin < strongroom.toml", 0);
}
