//! The real readers of other languages read what is written here; those that are not installed are skipped loudly.
//!
//! `STRONGROOM_TEST_PYTHON` names a Python with `python-dotenv` and `PyYAML`, `STRONGROOM_TEST_NODE_MODULES` a folder
//! with `dotenv`; `.ci/run` installs both.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use strongroom_formats::{Item, dotenv, json, toml, yaml};

/// Values that some reader would like to change.
const VALUES: [&str; 24] = [
    "plain",
    "",
    " spaces around ",
    "a#b",
    "a # b",
    "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$HOME and $(id)",
    "it's",
    "say \"hi\"",
    "`tick`",
    "C:\\new\\table",
    "\\",
    "-----BEGIN PRIVATE KEY-----\nMIIE+/==\n-----END PRIVATE KEY-----\n",
    "\n",
    "a\tb",
    "{\"json\": [1, null]}",
    "postgres://u:p%40@h:5432/d?sslmode=disable&x=y#z",
    "=equals=",
    "export X=1",
    "null",
    "no",
    "0o17",
    "schlüssel 🔑",
    "'quoted'",
];

fn names() -> Vec<String> {
    (0..VALUES.len()).map(|number| format!("V{number}")).collect()
}

fn items(names: &[String]) -> Vec<Item<'_>> {
    let values = VALUES.iter().map(|value| value.as_bytes());
    names.iter().zip(values).map(|(name, value)| Item { name, value }).collect()
}

/// Says that something was not tested.
fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "\n!!! SKIPPED: {what}\n");
}

/// Runs a program that reads a file and prints a JSON object of what it read.
fn read_by(program: &str, script: &str, file: &Path, folder: &Path) -> Vec<(String, String)> {
    let output = Command::new(program)
        .args([if program.contains("node") { "-e" } else { "-c" }, script])
        .arg(file)
        .current_dir(folder)
        .env_remove("V0")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = json::read(&output.stdout).expect("JSON");
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).expect("text");
    read.into_iter().map(|entry| (entry.name, text(&entry.value))).collect()
}

/// Compares what a program reads with what was written, but for names that the writer told of.
fn assert_read(read: &[(String, String)], doubtful: &[String]) {
    for (name, value) in names().iter().zip(VALUES).filter(|(name, _)| !doubtful.contains(name)) {
        let found = read.iter().find(|(other, _)| other == name);
        assert_eq!(found.map(|(_, value)| value.as_str()), Some(value), "{name}");
    }
}

#[test]
fn node_and_python_read_dotenv_files_as_they_are_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = names();
    let written = dotenv::write(&items(&names)).expect("texts");
    let file = folder.path().join(".env");
    fs::write(&file, written.sheet.as_bytes()).expect("a file");
    assert!(written.doubtful.is_empty(), "{:?}", written.doubtful);
    match env::var("STRONGROOM_TEST_PYTHON") {
        Ok(python) => {
            let script = "import sys, json, dotenv; \
                print(json.dumps(dotenv.dotenv_values(sys.argv[1], interpolate=False)))";
            assert_read(&read_by(&python, script, &file, folder.path()), &[]);
        }
        Err(_) => skip("python-dotenv: STRONGROOM_TEST_PYTHON is not set"),
    }
    match env::var("STRONGROOM_TEST_NODE_MODULES") {
        Ok(modules) => {
            let script = "const fs = require('fs'); \
                console.log(JSON.stringify(require('dotenv').parse(fs.readFileSync(process.argv[1]))))";
            assert_read(&read_by("node", script, &file, Path::new(&modules)), &[]);
        }
        Err(_) => skip("node's dotenv: STRONGROOM_TEST_NODE_MODULES is not set"),
    }
}

/// Values that made Python's reader find other values, or variables of which nobody had written.
#[test]
fn python_finds_no_other_variable_and_no_other_value_untold() {
    let Ok(python) = env::var("STRONGROOM_TEST_PYTHON") else {
        return skip("python-dotenv: STRONGROOM_TEST_PYTHON is not set");
    };
    let values = [
        "'\\",
        "it's\nEVIL_INJECTED=1\n#",
        "a${HOME}b",
        "'${HOME:-x}\"",
        "\"'\\\"",
        "'\n\"x",
        "\\'\"",
        "'\"`",
        "it's \"$HOME\" \\n",
        "a\r\nb'",
        "# '\"",
        "'\"\n\nB=2\n",
        "\\\"'\nX=1",
    ];
    let all: Vec<String> = (0..values.len()).map(|number| format!("V{number}")).collect();
    let item = |at: usize| Item { name: &all[at], value: values[at].as_bytes() };
    // What no spelling carries is refused; the others are read side by side, where one could reach into the next.
    let at: Vec<usize> =
        (0..values.len()).filter(|&at| dotenv::write(&[item(at)]).is_ok()).collect();
    assert!(at.len() >= values.len() - 3, "{at:?}");
    let written = dotenv::write(&at.iter().map(|&at| item(at)).collect::<Vec<_>>()).expect("texts");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(".env");
    fs::write(&file, written.sheet.as_bytes()).expect("a file");
    let script = "import sys, json, dotenv; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))";
    let read = read_by(&python, script, &file, folder.path());
    assert!(read.iter().all(|(name, _)| all.contains(name)), "{read:?}");
    for &at in at.iter().filter(|&&at| !written.doubtful.contains(&all[at])) {
        let found = read.iter().find(|(name, _)| *name == all[at]);
        assert_eq!(found.map(|(_, value)| value.as_str()), Some(values[at]), "{}", all[at]);
    }
}

#[test]
fn python_reads_json_yaml_and_toml_files() {
    let Ok(python) = env::var("STRONGROOM_TEST_PYTHON") else {
        return skip("Python's json, yaml and tomllib: STRONGROOM_TEST_PYTHON is not set");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let names = names();
    let items = items(&names);
    for (sheet, script) in [
        (json::write(&items), "json.load(open(sys.argv[1], 'rb'))"),
        (yaml::write(&items), "yaml.safe_load(open(sys.argv[1], 'rb'))"),
        (toml::write(&items), "tomllib.load(open(sys.argv[1], 'rb'))"),
    ] {
        let file = folder.path().join("file");
        fs::write(&file, sheet.expect("texts").as_bytes()).expect("a file");
        let script = format!("import sys, json, yaml, tomllib; print(json.dumps({script}))");
        assert_read(&read_by(&python, &script, &file, folder.path()), &[]);
    }
}

#[cfg(unix)]
#[test]
fn a_shell_reads_its_lines() {
    let names = names();
    let sheet = strongroom_formats::shell::write(&items(&names)).expect("texts");
    for (name, value) in names.iter().zip(VALUES) {
        let script = format!("eval \"$1\"; printf '%s' \"${name}\"");
        let mut shell = Command::new("sh");
        let lines = std::str::from_utf8(sheet.as_bytes()).expect("text");
        let output = shell.args(["-c", &script, "sh", lines]).output().expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), value, "{name}");
    }
}
