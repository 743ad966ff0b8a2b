//! An editor: rust-analyzer on a real package, through its own protocol.

mod client;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use strongroom_vault::{
    AccessKey, Date, Document, Draft, EnvironmentType, HolderSecret, Index, KeyRing, NewHolder,
    Scopes, VaultId, new_vault,
};

use self::client::Server;
use crate::diagnostic::Diagnostic;
use crate::workspace::{cargo, copy_lock, fresh_folder, manifest, write};

#[test]
fn a_missing_secret_is_one_squiggle_that_goes_when_it_is_set() {
    let project = Project::new("editor");
    let Some(command) = rust_analyzer() else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!(
                "!!! SKIPPED: rust-analyzer is not here (rustup component add rust-analyzer)"
            );
        }
        return;
    };
    let file = project.root.join("src/main.rs");
    let mut server = Server::start(command, &project.root);
    server.open(&file, PROGRAM);
    server.wait_until(&file, |said| !said.is_empty());
    let said = server.diagnostics(&file);
    let [squiggle] = said else { panic!("one squiggle is wanted: {said:#?}") };
    assert_eq!(
        squiggle["message"],
        "secret `stripe_api_key` has no value for environment type `local`\n\
         set one with: strongroom set --type local stripe_api_key"
    );
    let (line, column) = place("stripe_api_key: String");
    assert_eq!(
        squiggle["range"],
        json!({
            "start": { "line": line, "character": column },
            "end": { "line": line, "character": column + "stripe_api_key".len() },
        })
    );

    // The rest of the file is alive, the generated methods and the fields too.
    let hover = server.ask_about("textDocument/hover", &file, place("load()"));
    assert!(hover.to_string().contains("Loads every field"), "{hover:#}");
    let field = place("stripe_api_key.len()");
    let definition = server.ask_about("textDocument/definition", &file, field);
    assert_eq!(definition[0]["range"]["start"]["line"], line, "{definition:#}");
    let completion = server.ask_about("textDocument/completion", &file, field).to_string();
    assert!(completion.contains("github_api_token"), "{completion}");

    project.set("stripe_api_key");
    assert!(server.save_until(&file, <[Value]>::is_empty), "{:#?}", server.diagnostics(&file));
    project.unset("stripe_api_key");
    assert!(server.save_until(&file, |said| said.len() == 1), "{:#?}", server.diagnostics(&file));
}

#[test]
fn cargo_says_the_same_when_it_is_called_as_an_editor_calls_it() {
    let project = Project::new("editor-by-cargo");
    let squiggles = || {
        let mut command = cargo(&project.root);
        command.args(["check", "--offline", "--workspace", "--all-targets", "--keep-going"]);
        command.arg("--message-format=json-diagnostic-rendered-ansi");
        let output = command.output().expect("cargo runs");
        let lines = String::from_utf8(output.stdout).expect("UTF-8 from cargo");
        let messages = lines.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let diagnostics = messages
            .filter(|line: &Value| line["reason"] == "compiler-message")
            .filter_map(|line| Diagnostic::read(&line["message"]));
        // Each target says it; an editor shows it once.
        diagnostics.map(|said| (said.line, said.underlined, said.message)).collect::<BTreeSet<_>>()
    };
    let message = "secret `stripe_api_key` has no value for environment type `local`\n\
                   set one with: strongroom set --type local stripe_api_key";
    let squiggle = (4, "stripe_api_key".to_owned(), message.to_owned());
    assert_eq!(squiggles(), BTreeSet::from([squiggle]));
    project.set("stripe_api_key");
    assert_eq!(squiggles(), BTreeSet::new());
}

const ID: VaultId = VaultId([0x55; 16]);
const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

struct Project {
    root: PathBuf,
    ring: KeyRing,
}

impl Project {
    /// A package whose vault has one of two secrets.
    fn new(name: &str) -> Self {
        let root = fresh_folder(name);
        fs::create_dir(root.join(".git")).expect("the mark of a repository");
        let secret = HolderSecret::AccessKey(AccessKey::generate(ID).expect("randomness"));
        let scopes = Scopes::everything();
        let owner = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
        let vault = new_vault(ID, &owner).expect("a new vault");
        write(&root.join("strongroom.toml"), &vault.text);
        let more = "edition = \"2024\"\n\n[workspace]";
        write(&root.join("Cargo.toml"), &manifest(name, more, "strongroom"));
        copy_lock(&root);
        write(&root.join("src/main.rs"), PROGRAM);
        let project = Self { root, ring: vault.ring };
        project.set("github_api_token");
        project
    }

    fn unset(&self, name: &str) {
        let file = self.root.join("strongroom.toml");
        let text = fs::read_to_string(&file).expect("the vault");
        write(&file, &text.replace(&format!("[secrets.{name}]"), "[secrets.another_name]"));
    }

    fn set(&self, name: &str) {
        let file = self.root.join("strongroom.toml");
        let text = fs::read_to_string(&file).expect("the vault");
        let document = Document::parse(&text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        let local = EnvironmentType::Local;
        let key = self.ring.data_key(&index, local).expect("a grant");
        draft.set_value(key, name, &local.into(), b"a value", TODAY).expect("settable");
        write(&file, &draft.finish().expect("editable"));
    }
}

/// The server, if it is installed.
fn rust_analyzer() -> Option<Command> {
    let found = Command::new("rust-analyzer").arg("--version").output();
    if !found.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let here = cargo(std::path::Path::new("."));
    let mut command = Command::new("rust-analyzer");
    for (name, value) in here.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Some(command)
}

/// The line and the column of a text in the program, from 0.
fn place(text: &str) -> (usize, usize) {
    let mut lines = PROGRAM.lines().enumerate();
    lines.find_map(|(line, words)| Some((line, words.find(text)?))).expect("a text of the program")
}

const PROGRAM: &str = "#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    stripe_api_key: String,
}

fn main() {
    let secrets = Secrets::load().expect(\"values\");
    println!(\"{}\", secrets.github_api_token.len());
    println!(\"{}\", secrets.stripe_api_key.len());
}
";
