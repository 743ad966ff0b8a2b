//! A vault, a home and a folder for one test, and the child process that loads there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_vault::search::UserFolder;
use strongroom_vault::{
    AccessKey, Date, Document, Draft, Expiry, HolderSecret, Index, KeyRing, NewHolder, Passphrase,
    Scopes, SettingValue, VaultId, new_vault,
};

/// Stands in every value of these tests, and must stand in no message.
pub(crate) const MARKER: &str = "MARKER-b71c4";

pub(crate) const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

/// A folder with a vault in it and a home beside it.
pub(crate) struct Scene {
    folder: tempfile::TempDir,
    pub(crate) key: AccessKey,
    pub(crate) ring: KeyRing,
    variables: BTreeMap<String, String>,
    home: PathBuf,
    folder_of_child: PathBuf,
}

/// What a child said.
pub(crate) struct Answer {
    pub(crate) loaded: bool,
    pub(crate) text: String,
}

impl Answer {
    /// Asserts that nothing was loaded and that the report says all of this.
    #[track_caller]
    pub(crate) fn refuses(&self, parts: &[&str]) {
        assert!(!self.loaded, "loaded: {}", self.text);
        for part in parts {
            assert!(self.text.contains(part), "`{part}` is not in:\n{}", self.text);
        }
    }

    /// Asserts that exactly this was loaded.
    #[track_caller]
    pub(crate) fn loads(&self, lines: &str) {
        assert!(self.loaded, "not loaded:\n{}", self.text);
        assert_eq!(self.text.replace(MARKER, "M"), lines);
    }
}

impl Scene {
    /// A vault whose holder `owner` has an access key, kept in the home.
    pub(crate) fn new() -> Self {
        let id = VaultId([0x5f; 16]);
        let key = AccessKey::generate(id).expect("randomness");
        let secret = HolderSecret::AccessKey(key.clone());
        let scopes = Scopes::everything();
        let holder = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
        let vault = new_vault(id, &holder).expect("a new vault");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = folder.path().join("home");
        let work = folder.path().join("shop");
        fs::create_dir_all(&home).expect("a home");
        fs::create_dir_all(work.join(".git")).expect("a repository");
        fs::write(work.join("strongroom.toml"), &vault.text).expect("the vault");
        let scene = Self {
            folder,
            key,
            ring: vault.ring,
            variables: BTreeMap::new(),
            home,
            folder_of_child: work,
        };
        scene.user_folder().keep_key(id, "owner", &scene.key).expect("kept");
        scene
    }

    pub(crate) fn user_folder(&self) -> UserFolder {
        UserFolder::at(&self.home.join(".config/strongroom"))
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.folder.path().join("shop/strongroom.toml")
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.vault()).expect("the vault")
    }

    /// Changes the vault's text by hand.
    pub(crate) fn rewrite(&self, change: impl FnOnce(String) -> String) {
        fs::write(self.vault(), change(self.text())).expect("the vault");
    }

    /// Sets a value; the marker is put before it.
    pub(crate) fn set(&self, name: &str, environment: &str, value: &str) {
        self.set_bytes(name, environment, format!("{MARKER}{value}").as_bytes());
    }

    pub(crate) fn set_bytes(&self, name: &str, environment: &str, value: &[u8]) {
        self.draft(|draft, index| {
            let environment = index.environment(environment).expect("known");
            let key = self.ring.data_key(index, environment.kind()).expect("a grant");
            draft.set_value(key, name, &environment, value, TODAY).expect("settable");
        });
    }

    pub(crate) fn draft(&self, change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>)) {
        let text = self.text();
        let document = Document::parse(&text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        change(&mut draft, &index);
        fs::write(self.vault(), draft.finish().expect("editable")).expect("the vault");
    }

    /// Declares a store with settings, each a name and a value as TOML has it.
    pub(crate) fn store(&self, name: &str, kind: &str, settings: &[(&str, &str)]) {
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| {
                ((*name).to_owned(), SettingValue::parse(value).expect("a setting"))
            })
            .collect();
        self.draft(|draft, _| draft.add_store(name, kind, &settings).expect("a new store"));
    }

    /// Records that a store keeps a value for `local`.
    pub(crate) fn link(&self, name: &str, store: &str, reference: &str) {
        self.draft(|draft, index| {
            let environment = index.environment("local").expect("known");
            let key = self.ring.data_key(index, environment.kind()).expect("a grant");
            draft
                .link(key, name, &environment, (store, reference), TODAY, Expiry::Never)
                .expect("linkable");
        });
    }

    /// Writes a file beside the vault.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.vault().with_file_name(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Adds a holder with a passphrase.
    pub(crate) fn add_passphrase(&self, name: &str, passphrase: &str, scopes: Scopes) {
        let secret = HolderSecret::Passphrase(Passphrase::from(passphrase.to_owned()));
        self.draft(|draft, _| {
            let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
            draft.add_holder(&self.ring, &holder).expect("added");
        });
    }

    /// Adds a holder with an access key and gives the key's text.
    pub(crate) fn add_access_key(&self, name: &str, scopes: Scopes) -> String {
        let key = AccessKey::generate(VaultId([0x5f; 16])).expect("randomness");
        let text = key.to_text().to_string();
        let secret = HolderSecret::AccessKey(key);
        self.draft(|draft, _| {
            let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
            draft.add_holder(&self.ring, &holder).expect("added");
        });
        text
    }

    /// Forgets the kept key.
    pub(crate) fn without_kept_key(self) -> Self {
        fs::remove_dir_all(self.home.join(".config")).expect("the kept key");
        self
    }

    pub(crate) fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.insert(variable.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn started_in(mut self, folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        folder.clone_into(&mut self.folder_of_child);
        self
    }

    /// Loads in a child process as the named case of `child.rs` says.
    pub(crate) fn run(&self, case: &str) -> Answer {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command
            .args(["--exact", "child::loads_as_told", "--nocapture", "--ignored"])
            .env_clear()
            .env("HOME", &self.home)
            .env("CASE", case)
            .envs(&self.variables)
            .current_dir(&self.folder_of_child)
            .stdin(Stdio::null());
        let output = command.output().expect("the child runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let answer = text
            .split_once("<answer>\n")
            .and_then(|(_, rest)| rest.split_once("</answer>"))
            .unwrap_or_else(|| panic!("no answer in:\n{text}"))
            .0;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!stderr.contains(MARKER) && !stderr.contains("panicked"), "{stderr}");
        let (head, text) = answer.split_once('\n').expect("a first line");
        let loaded = head == "loaded";
        if !loaded {
            assert!(!text.contains(MARKER), "a value is in the report:\n{text}");
            assert!(!text.contains("strongroom_key_l"), "a key is in the report:\n{text}");
            assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text:?}");
        }
        Answer { loaded, text: text.trim_end().to_owned() }
    }
}
