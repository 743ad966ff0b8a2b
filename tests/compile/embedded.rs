//! Programs that carry their secrets: built against a real vault, moved away from it, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom_vault::search::UserFolder;
use strongroom_vault::{
    AccessKey, Date, Document, Draft, EnvironmentType, HolderSecret, Index, KeyRing, NewHolder,
    NewKeys, Passphrase, Rotation, Scopes, VaultId, new_vault,
};

use crate::workspace::{cargo, copy_lock, fresh_folder, manifest, write};

#[test]
fn a_program_that_carries_its_secrets_runs_anywhere_with_a_key() {
    let project = Project::new("anywhere");
    let moved = project.built(&[], "moved");
    let key = project.key.to_text();
    let ci = project.ci.to_text();
    let says = "MARKER-token None [1, 2, 255]";

    moved.says(&[("STRONGROOM_KEY", &key)], says);
    moved.says(&[("STRONGROOM_KEY", &ci)], says);
    moved.says(&[("STRONGROOM_PASSPHRASE", PASSPHRASE)], says);
    // A variable that names a vault is not heard: nothing is read.
    moved.says(&[("STRONGROOM_KEY", &key), ("STRONGROOM_VAULT", "/nowhere")], says);
    moved.says(&[("STRONGROOM_KEY", &key), ("STRONGROOM_ENV", "local")], says);

    let refused = moved.refuses(&[("STRONGROOM_KEY", &key), ("STRONGROOM_ENV", "prod")]);
    for part in [
        "cannot load `Secrets` for `production` (chosen by STRONGROOM_ENV)",
        "vault: embedded when the program was built",
        "the program carries the values of `local` and no others",
        "build it for `production` with: STRONGROOM_ENV=production cargo build",
    ] {
        assert!(refused.contains(part), "{part}:\n{refused}");
    }
    let refused = moved.refuses(&[]);
    for part in [
        "cannot open `github_api_token`, `Certificate`: no key for `local` here",
        "looked in: STRONGROOM_KEY (not set)",
        "get one from a holder (owner), who types: strongroom holder add NAME --type local",
        "or give the passphrase of person",
    ] {
        assert!(refused.contains(part), "{part}:\n{refused}");
    }
    let other = AccessKey::generate(ID).expect("randomness").to_text();
    let refused = moved.refuses(&[("STRONGROOM_KEY", &other)]);
    assert!(refused.contains("the access key opens nothing in this vault"), "{refused}");
    let foreign = AccessKey::generate(VaultId([9; 16])).expect("randomness").to_text();
    let refused = moved.refuses(&[("STRONGROOM_KEY", &foreign)]);
    assert!(refused.contains("the access key is one of another vault"), "{refused}");

    // A vault that the program names is read, with all that this brings.
    moved.says_of("from-a-vault", &[("STRONGROOM_KEY", &key)], &project.vault(), says);
}

#[test]
fn a_program_carries_the_sealed_values_of_its_fields_and_nothing_else() {
    let project = Project::new("nothing-else");
    let moved = project.built(&[], "moved");
    let bytes = fs::read(&moved.program).expect("the program");
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());

    let text = project.text();
    let index = Index::read(&text).expect("a vault");
    for secret in index.secrets() {
        for value in secret.values() {
            let strongroom_vault::Content::Sealed(sealed) = value.content() else { panic!() };
            let is_carried = value.environment() == "local" && secret.name() != "unrelated_name";
            assert_eq!(has(sealed), is_carried, "{} {}", secret.name(), value.environment());
        }
    }
    for kind in EnvironmentType::ALL {
        for grant in index.keys().of_type(kind).grants() {
            assert_eq!(has(grant.sealed()), kind == EnvironmentType::Local, "{kind}");
        }
    }
    for grant in index.keys().roster().grants() {
        assert!(!has(grant.sealed()), "a grant of the roster");
    }
    for holder in index.holders() {
        assert!(!has(holder.kept()), "a kept key");
    }
    assert!(has("github_api_token") && !has("unrelated_name"));
    assert!(!has("MARKER") && !has("MARK-IN-A-COMMENT"));
    let folder = project.root.to_str().expect("UTF-8");
    assert!(!has(&format!("{folder}/strongroom.toml")), "the path of the vault");
}

#[test]
fn a_named_environment_is_carried_with_its_type() {
    let project = Project::new("named");
    let key = project.key.to_text();
    let moved = project.built(&[("STRONGROOM_ENV", "staging")], "moved");
    moved.says(&[("STRONGROOM_KEY", &key)], "MARKER-staging None [3]");
    moved.says(
        &[("STRONGROOM_KEY", &key), ("STRONGROOM_ENV", "dev")],
        "MARKER-development None [3]",
    );
    let refused = moved.refuses(&[("STRONGROOM_KEY", &key), ("STRONGROOM_ENV", "qa")]);
    let says = "the program carries the values of `staging` (type `development`) and no others";
    assert!(refused.contains(says), "{refused}");
    let refused = moved.refuses(&[("STRONGROOM_KEY", &project.ci.to_text())]);
    assert!(refused.contains("the access key opens nothing"), "{refused}");
}

#[test]
fn what_is_carried_is_as_old_as_the_build() {
    let project = Project::new("as-old");
    let key = project.key.to_text();
    let old = project.built(&[], "old");
    project.set("github_api_token", "local", b"MARKER-new");
    old.says(&[("STRONGROOM_KEY", &key)], "MARKER-token None [1, 2, 255]");
    // A change of the vault builds again.
    let new = project.built(&[], "new");
    new.says(&[("STRONGROOM_KEY", &key)], "MARKER-new None [1, 2, 255]");

    // Somebody who has seen newer keys of the vault is told to build again.
    let seen = new.folder.join("home/.config/strongroom/generations").join(ID.to_string());
    write(&seen, "local 2\n");
    let refused = new.refuses(&[("STRONGROOM_KEY", &key)]);
    for part in
        ["the program was built before the keys were rotated", "build it again: cargo build"]
    {
        assert!(refused.contains(part), "{part}:\n{refused}");
    }
}

#[test]
fn what_was_built_before_a_rotation_was_thrown_away_is_built_again() {
    let project = Project::new("thrown-away");
    let key = project.key.to_text();
    let (variables, says) = ([("STRONGROOM_KEY", key.as_str())], "MARKER-token None [1, 2, 255]");
    let older = project.text();
    project.draft(|draft, _| {
        let rotation = Rotation::of_types(vec![EnvironmentType::Local]);
        draft.rotate(&project.ring, &rotation, &NewKeys::default(), TODAY).expect("rotated");
    });
    let newer = project.built(&[], "newer");
    newer.says_of("from-a-vault", &variables, &project.vault(), says);
    write(&project.vault(), &older);
    let (succeeded, refused) = newer.run("from-a-vault", &variables, &project.vault());
    assert!(!succeeded);
    for part in [
        "the program was built with generation 2 of the data key of `local`, and the vault has 1",
        "a rotation was thrown away, or this is an older branch: then build it again: cargo build",
        "or somebody put an older vault in its place",
    ] {
        assert!(refused.contains(part), "{part}:\n{refused}");
    }

    // Built again it runs, where nobody has seen the newer key; where somebody has, once they say that the older is meant.
    let again = project.built(&[], "again");
    again.says_of("from-a-vault", &variables, &project.vault(), says);
    let folder = UserFolder::at(&again.folder.join("home/.config/strongroom"));
    write(&folder.path().join("generations").join(ID.to_string()), "local 2\n");
    let (_, refused) = again.run("from-a-vault", &variables, &project.vault());
    assert!(refused.contains("if it is meant: strongroom key older"), "{refused}");
    let refused = again.refuses(&variables);
    assert!(refused.contains("see why with: strongroom key older"), "{refused}");
    let index = Index::read(&older).expect("a vault");
    let meant = folder.generations(ID).check(&index, EnvironmentType::Local);
    folder.take_older(ID, &[meant.expect_err("older")]).expect("remembered");
    again.says_of("from-a-vault", &variables, &project.vault(), says);
    again.says(&variables, says);
}

#[test]
fn an_altered_value_does_not_open_wherever_it_was_altered() {
    let project = Project::new("altered");
    let moved = project.built(&[], "moved");
    let text = project.text();
    let index = Index::read(&text).expect("a vault");
    let value = index.secret("github_api_token").and_then(|secret| secret.value("local"));
    let strongroom_vault::Content::Sealed(sealed) = value.expect("set").content() else { panic!() };
    let mut bytes = fs::read(&moved.program).expect("the program");
    let places: Vec<usize> = (0..bytes.len() - sealed.len())
        .filter(|at| bytes[*at..].starts_with(sealed.as_bytes()))
        .collect();
    for at in &places {
        let digit = &mut bytes[at + 60];
        *digit = if *digit == b'A' { b'B' } else { b'A' };
    }
    assert!(!places.is_empty());
    fs::write(&moved.program, bytes).expect("the altered program");
    let refused = moved.refuses(&[("STRONGROOM_KEY", &project.key.to_text())]);
    assert!(refused.contains("`github_api_token` was altered"), "{refused}");
}

#[test]
fn without_the_check_a_value_that_is_missing_is_missing_in_the_program() {
    let project = Project::new("missing");
    let renamed = project.text().replace("[secrets.github_api_token]", "[secrets.other]");
    write(&project.vault(), &renamed);
    let moved = project.built(&[("STRONGROOM_BUILD_CHECK", "off")], "moved");
    let refused = moved.refuses(&[("STRONGROOM_KEY", &project.key.to_text())]);
    for part in ["1 of 3 secrets", "`github_api_token` has no value"] {
        assert!(refused.contains(part), "{part}:\n{refused}");
    }
}

const ID: VaultId = VaultId([0x77; 16]);
const TODAY: Date = Date { year: 2026, month: 11, day: 20 };
const PASSPHRASE: &str = "correct horse battery staple";

/// A package with a vault, and the key of its owner.
struct Project {
    root: PathBuf,
    name: String,
    key: AccessKey,
    ring: KeyRing,
    /// The key of a holder who opens `local` only.
    ci: AccessKey,
}

/// A program in a folder where nothing else is.
struct Moved {
    folder: PathBuf,
    program: PathBuf,
}

impl Project {
    fn new(name: &str) -> Self {
        let name = format!("embedded-{name}");
        let root = fresh_folder(&name);
        fs::create_dir(root.join(".git")).expect("the mark of a repository");
        let key = AccessKey::generate(ID).expect("randomness");
        let ci = AccessKey::generate(ID).expect("randomness");
        let secret = HolderSecret::AccessKey(key.clone());
        let scopes = Scopes::everything();
        let owner = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
        let vault = new_vault(ID, &owner).expect("a new vault");
        let project = Self { root, name, key, ring: vault.ring, ci };
        let root = &project.root;
        write(&project.vault(), &format!("# MARK-IN-A-COMMENT\n{}", vault.text));
        let more = "edition = \"2024\"\n\n[workspace]";
        write(&root.join("Cargo.toml"), &manifest(&project.name, more, "strongroom"));
        copy_lock(root);
        write(&root.join("src/main.rs"), PROGRAM);
        project.draft(|draft, _| {
            let local = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
            let machine = HolderSecret::AccessKey(project.ci.clone());
            let person = HolderSecret::Passphrase(Passphrase::from(PASSPHRASE.to_owned()));
            for (name, secret) in [("ci", &machine), ("person", &person)] {
                let holder = NewHolder { name, secret, scopes: local.clone(), today: TODAY };
                draft.add_holder(&project.ring, &holder).expect("added");
            }
            for name in ["staging", "qa"] {
                draft.add_environment(name, EnvironmentType::Development).expect("new");
            }
        });
        for (name, environment, value) in [
            ("github_api_token", "local", &b"MARKER-token"[..]),
            ("github_api_token", "development", b"MARKER-development"),
            ("github_api_token", "staging", b"MARKER-staging"),
            ("github_api_token", "production", b"MARKER-production"),
            ("Certificate", "local", &[1, 2, 255]),
            ("Certificate", "development", &[3]),
            ("unrelated_name", "local", b"MARKER-unrelated"),
        ] {
            project.set(name, environment, value);
        }
        project
    }

    fn vault(&self) -> PathBuf {
        self.root.join("strongroom.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.vault()).expect("the vault")
    }

    fn draft(&self, change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>)) {
        let text = self.text();
        let document = Document::parse(&text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        change(&mut draft, &index);
        write(&self.vault(), &draft.finish().expect("editable"));
    }

    fn set(&self, name: &str, environment: &str, value: &[u8]) {
        self.draft(|draft, index| {
            let environment = index.environment(environment).expect("known");
            let key = self.ring.data_key(index, environment.kind()).expect("a grant");
            draft.set_value(key, name, &environment, value, TODAY).expect("settable");
        });
    }

    /// Builds and takes the program to an empty folder.
    fn built(&self, variables: &[(&str, &str)], name: &str) -> Moved {
        let mut command = cargo(&self.root);
        let output = command
            .args(["build", "--offline", "--quiet"])
            .envs(variables.iter().copied())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let folder = fresh_folder(&format!("{}-{name}", self.name));
        let program = folder.join("program");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target/debug");
        fs::copy(target.join(&self.name), &program).expect("the program");
        Moved { folder, program }
    }
}

impl Moved {
    fn run(&self, case: &str, variables: &[(&str, &str)], argument: &Path) -> (bool, String) {
        let output = Command::new(&self.program)
            .arg(case)
            .arg(argument)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", self.folder.join("home"))
            .envs(variables.iter().copied())
            .output()
            .expect("the program runs");
        let words = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(words).expect("UTF-8").trim_end().to_owned())
    }

    #[track_caller]
    fn says(&self, variables: &[(&str, &str)], words: &str) {
        self.says_of("carried", variables, Path::new(""), words);
    }

    #[track_caller]
    fn says_of(&self, case: &str, variables: &[(&str, &str)], argument: &Path, words: &str) {
        assert_eq!(self.run(case, variables, argument), (true, words.to_owned()));
    }

    #[track_caller]
    fn refuses(&self, variables: &[(&str, &str)]) -> String {
        let (succeeded, words) = self.run("carried", variables, Path::new(""));
        assert!(!succeeded && !words.contains("MARKER"), "{words}");
        words
    }
}

const PROGRAM: &str = r#"
#[strongroom::secrets(embed)]
struct Secrets {
    github_api_token: String,
    sentry_dsn: Option<String>,
    #[secret(name = "Certificate")]
    certificate: Vec<u8>,
}

fn main() -> Result<(), strongroom::LoadError> {
    let mut arguments = std::env::args().skip(1);
    let secrets = match arguments.next().as_deref() {
        Some("from-a-vault") => {
            strongroom::Loader::new().vault(arguments.next().expect("a path")).load()?
        }
        _ => Secrets::load()?,
    };
    println!("{} {:?} {:?}", secrets.github_api_token, secrets.sentry_dsn, secrets.certificate);
    Ok(())
}
"#;
