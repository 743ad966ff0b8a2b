//! What a program leaves in its memory of secrets that it has dropped: nothing.
//!
//! A real program is built, and looks through all memory that it can write. It never sees what it looks for: it is told
//! the bytes of values and keys in disguise. With `STRONGROOM_TEST_OPTIMISED=1` the program is an optimised one.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce, Tag};
use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD};
use hkdf::Hkdf;
use sha2::Sha256;
use strongroom_vault::{
    AccessKey, Date, Document, Draft, EnvironmentType, HolderSecret, Index, NewHolder, Scopes,
    VaultId, new_vault, random,
};

use crate::workspace::{cargo, copy_lock, fresh_folder, manifest, write};

#[test]
fn nothing_is_left_of_secrets_that_were_dropped() {
    if !cfg!(target_os = "linux") {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("!!! SKIPPED: memory is looked through on Linux only");
        }
        return;
    }
    let project = Project::new();
    // The look finds what is there.
    let kept = project.left("kept");
    for value in ["text", "bytes", "maybe", "path", "part"] {
        assert!(kept.contains(&format!(" of {value} in ")), "{value} is not found:\n{kept}");
    }
    let typed = project.left("typed, kept");
    for value in ["pem", "json", "json-escaped", "text", "bytes"] {
        assert!(typed.contains(&format!(" of {value} in ")), "{value} is not found:\n{typed}");
    }
    let mut left = String::new();
    for case in [
        "dropped",
        "used",
        "twice",
        "async",
        "failed",
        "carried",
        "moved",
        "given",
        "typed",
        "shapeless",
    ] {
        let found = project.left(case);
        if !found.is_empty() {
            writeln!(left, "{case}:\n{found}").expect("a string");
        }
    }
    assert!(left.is_empty(), "\n{left}");
}

const ID: VaultId = VaultId([0x66; 16]);
const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

/// A program, the file with its key, and what it must not leave behind.
struct Project {
    root: PathBuf,
    needles: String,
}

impl Project {
    fn new() -> Self {
        let root = fresh_folder("wiping");
        fs::create_dir(root.join(".git")).expect("the mark of a repository");
        let key = AccessKey::generate(ID).expect("randomness");
        let secret = HolderSecret::AccessKey(key.clone());
        let scopes = Scopes::everything();
        let owner = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
        let vault = new_vault(ID, &owner).expect("a new vault");
        let document = Document::parse(&vault.text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut project = Self { root, needles: String::new() };
        let mut draft = Draft::new(&document, &index);
        let local = EnvironmentType::Local;
        let data_key = vault.ring.data_key(&index, local).expect("the owner has all");
        for (needle, name) in [
            ("text", "text"),
            ("bytes", "bytes"),
            ("maybe", "maybe"),
            ("path", "path"),
            ("part", "part/text"),
        ] {
            let value = marker();
            draft.set_value(data_key, name, &local.into(), &value, TODAY).expect("settable");
            project.look_for(needle, &value);
        }
        let (pem, plain, escaped) = (marker(), marker(), marker());
        project.look_for("pem", &pem);
        project.look_for("json", &plain);
        project.look_for("json-escaped", &escaped);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("letters");
        let body = BASE64.encode(&pem);
        project.look_for("pem-text", body.as_bytes());
        let lines = [&body[..64], &body[64..]].join("\n");
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n");
        let json = format!(r#"{{"a": "\n{}\n", "b": "{}"}}"#, text(&escaped), text(&plain));
        for (name, value) in [("pem", pem), ("json", json)] {
            let value = value.as_bytes();
            draft.set_value(data_key, name, &local.into(), value, TODAY).expect("settable");
        }
        let given = marker();
        project.look_for("given", &given);
        fs::write(project.root.join("given"), given).expect("a file");
        let text = draft.finish().expect("editable");
        project.look_for_keys(&key, &text);
        let root = &project.root;
        write(&root.join("strongroom.toml"), &text);
        write(&root.join("access.key"), &key.to_text());
        let more = "edition = \"2024\"\n\n[workspace]";
        let features = "features = [\"macros\", \"json\", \"pem\", \"secrecy\"]\n\n\
                        [dependencies]\nserde_core = \"1\"\nzeroize = \"1\"\n";
        let manifest = manifest("wiping", more, "strongroom");
        write(&root.join("Cargo.toml"), &manifest.replace("features = [\"macros\"]\n", features));
        copy_lock(root);
        write(&root.join("src/main.rs"), include_str!("memory/program.rs"));
        write(&root.join("src/scan.rs"), include_str!("memory/scan.rs"));
        let mut command = cargo(root);
        command.args(["build", "--offline", "--quiet"]);
        if is_optimised() {
            command.arg("--release");
        }
        let output = command.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        project
    }

    /// Runs a case and gives what was found.
    fn left(&self, case: &str) -> String {
        let profile = if is_optimised() { "release" } else { "debug" };
        let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let program = program.join("target").join(profile).join("wiping");
        let output = Command::new(program)
            .arg(case)
            .current_dir(&self.root)
            .env_clear()
            .env("HOME", &self.root)
            .env("STRONGROOM_KEY_FILE", self.root.join("access.key"))
            .env("NEEDLES", &self.needles)
            .output()
            .expect("the program runs");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{case}: {words}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn look_for(&mut self, name: &str, bytes: &[u8]) {
        write!(self.needles, " {name}=").expect("a string");
        for byte in bytes {
            write!(self.needles, "{:02x}", byte ^ 0x5a).expect("a string");
        }
    }

    /// The access key, and every key on the way from it to the values (`docs/format.md`).
    fn look_for_keys(&mut self, key: &AccessKey, vault: &str) {
        let text = key.to_text();
        let digits = text.strip_prefix("strongroom_key_").expect("an access key");
        self.look_for("access-key-text", digits.as_bytes());
        let payload = BASE32_NOPAD.decode(digits.to_ascii_uppercase().as_bytes()).expect("base32");
        self.look_for("access-key", &payload[4..36]);
        let holder: [u8; 32] = derive(&payload[4..36], &lp(&[b"access-key"]));
        self.look_for("holder-key", &holder);
        let opens: [u8; 96] = derive(&holder, &lp(&[b"holder-key"]));
        self.look_for("holder-key-of-types", &opens[..32]);
        let index = Index::read(vault).expect("a vault");
        let grant = index.keys().of_type(EnvironmentType::Local).grant("owner").expect("a grant");
        let grant = BASE64URL_NOPAD.decode(grant.sealed().as_bytes()).expect("base64url");
        let (header, nonce) = (&grant[..12], &grant[12..24]);
        let mut data_key: [u8; 32] = grant[24..56].try_into().expect("32 bytes");
        let (nonce, tag): ([u8; 12], [u8; 16]) =
            (nonce.try_into().expect("12"), grant[56..72].try_into().expect("16"));
        let context = lp(&[b"grant", &ID.0, b"local", b"owner", b"access-key", header]);
        let opener: [u8; 32] = opens[..32].try_into().expect("32 bytes");
        Aes256Gcm::new(&opener.into())
            .decrypt_inout_detached(
                &Nonce::from(nonce),
                &context,
                data_key.as_mut_slice().into(),
                &Tag::from(tag),
            )
            .expect("the owner's own grant");
        self.look_for("data-key", &data_key);
        let seals: [u8; 72] = derive(&data_key, &lp(&[b"data-key", b"local"]));
        self.look_for("sealing-key", &seals[..32]);
    }
}

fn is_optimised() -> bool {
    std::env::var_os("STRONGROOM_TEST_OPTIMISED").is_some()
}

/// 60 random letters: text that is nowhere else.
fn marker() -> Vec<u8> {
    let bytes: [u8; 60] = random().expect("randomness");
    bytes.iter().map(|byte| b'A' + byte % 26).collect()
}

fn derive<const N: usize>(input: &[u8], info: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    Hkdf::<Sha256>::new(Some(&ID.0), input).expand(info, &mut output).expect("a short output");
    output
}

fn lp(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"strongroom/1".to_vec();
    for part in parts {
        bytes.extend(u32::try_from(part.len()).expect("short").to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}
