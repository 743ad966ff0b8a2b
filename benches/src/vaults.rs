//! Vaults of realistic shape with real keys, made once and kept under the target folder.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use strongroom_vault::search::UserFolder;
use strongroom_vault::{
    AccessKey, Date, Document, Draft, Environment, EnvironmentType, HolderSecret, Index, NewHolder,
    Scopes, VaultId, create_file, new_vault, random,
};

/// The id of every vault here, and of `declared.toml`: the struct that is loaded was built for it.
pub(crate) const ID: VaultId = VaultId(*b"strongroom-bench");

/// The day on which everything was set.
pub(crate) const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

/// How many secrets `declared.rs` declares: those with the first numbers.
pub(crate) const DECLARED: usize = 20;

/// Bytes of a value: as long as an API token is.
pub(crate) const VALUE_BYTES: usize = 64;

/// A generated vault in a folder of its own.
#[derive(Debug)]
pub(crate) struct Vault {
    /// The folder: `strongroom.toml` is in it, and `.git`, at which a search ends.
    pub(crate) folder: PathBuf,
    /// How many secrets it has, each with a value for each of the four types.
    pub(crate) secrets: usize,
    /// The key that opens everything in it.
    pub(crate) key: AccessKey,
}

impl Vault {
    /// The vault with so many secrets, made if it is not there yet.
    pub(crate) fn of(secrets: usize) -> Self {
        let key = access_key();
        let folder = kept().join(format!("vault-{secrets}"));
        let vault = Self { folder, secrets, key };
        if !vault.file().exists() {
            vault.make();
        }
        vault
    }

    /// Its file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join(strongroom_vault::FILE_NAME)
    }

    /// Its text.
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("the vault was made")
    }

    /// A copy of it under another name, to be changed.
    pub(crate) fn copied(&self, name: &str) -> Self {
        let copy = Self { folder: kept().join(name), key: self.key.clone(), ..*self };
        fs::create_dir_all(copy.folder.join(".git")).expect("the target folder can be written");
        fs::copy(self.file(), copy.file()).expect("the vault was made");
        copy
    }

    /// The vault with so many secrets and as many settings as a struct declares, each with a value for each type.
    pub(crate) fn with_settings(secrets: usize) -> Self {
        let vault = Self::of(secrets).copied(&format!("vault-{secrets}-with-settings"));
        let mut text = vault.text();
        for number in 0..DECLARED {
            // A setting cannot have the name of a secret.
            write!(text, "\n[settings.{}_count]\n", name(number)).expect("a string takes all");
            for kind in EnvironmentType::ALL {
                writeln!(text, "{kind} = \"{number}\"").expect("a string takes all");
            }
        }
        fs::write(vault.file(), text).expect("the target folder can be written");
        vault
    }

    fn make(&self) {
        fs::create_dir_all(self.folder.join(".git")).expect("the target folder can be written");
        create_file(&self.file(), &made(&self.key, self.secrets)).expect("it can be written");
    }
}

/// A vault with the declared secrets that nobody can open: its key is thrown away.
pub(crate) fn with_nobodys_key() -> String {
    made(&AccessKey::generate(ID).expect("randomness"), DECLARED)
}

/// A vault with the declared secrets, and the key that opens it.
pub(crate) fn with_a_key_of_its_own() -> (String, AccessKey) {
    let key = AccessKey::generate(ID).expect("randomness");
    (made(&key, DECLARED), key)
}

/// A configuration folder that keeps the key of every vault here; for `XDG_CONFIG_HOME`.
pub(crate) fn configuration() -> PathBuf {
    access_key();
    kept().join("configuration")
}

/// Forgets which keys were seen of the vaults here, so that a vault can be put back as it was.
pub(crate) fn forget_generations() {
    let _ = fs::remove_dir_all(configuration().join("strongroom").join("generations"));
}

/// The name of a secret by its number.
pub(crate) fn name(number: usize) -> String {
    let (service, rest) = (SERVICES[number % SERVICES.len()], number / SERVICES.len());
    let (thing, round) = (THINGS[rest % THINGS.len()], rest / THINGS.len());
    match round {
        0 => format!("{service}_{thing}"),
        _ => format!("{service}_{thing}_{round}"),
    }
}

/// A fresh value.
pub(crate) fn value() -> String {
    let bytes: [u8; VALUE_BYTES / 2] = random().expect("randomness");
    bytes.iter().fold(String::with_capacity(VALUE_BYTES), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

/// The text of a new vault with values for every secret and type.
fn made(key: &AccessKey, secrets: usize) -> String {
    let secret = HolderSecret::AccessKey(key.clone());
    let scopes = Scopes::everything();
    let holder = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
    let new = new_vault(ID, &holder).expect("an access key is all that a vault needs");
    let document = Document::parse(&new.text).expect("a new vault is TOML");
    let index = Index::of(&document).expect("a new vault reads");
    let mut draft = Draft::new(&document, &index);
    for number in 0..secrets {
        for kind in EnvironmentType::ALL {
            let key = new.ring.data_key(&index, kind).expect("the owner has every key");
            let environment = Environment::from(kind);
            draft
                .set_value(key, &name(number), &environment, value().as_bytes(), TODAY)
                .expect("generated names are allowed");
        }
    }
    draft.finish().expect("new tables can always be added")
}

/// The one access key of all vaults here.
fn access_key() -> AccessKey {
    let folder = UserFolder::at(&kept().join("configuration").join("strongroom"));
    let file = folder.keys_folder().join(ID.to_string()).join("owner.key");
    if let Ok(text) = fs::read_to_string(file) {
        return AccessKey::parse(&text).expect("the key was kept here");
    }
    let key = AccessKey::generate(ID).expect("randomness");
    folder.keep_key(ID, "owner", &key).expect("the target folder can be written");
    key
}

/// Where everything is kept. A new number makes everything anew.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("strongroom-benches-1")
}

const SERVICES: [&str; 20] = [
    "github",
    "stripe",
    "sentry",
    "postgres",
    "redis",
    "smtp",
    "twilio",
    "slack",
    "datadog",
    "cloudflare",
    "mailgun",
    "openai",
    "auth0",
    "algolia",
    "segment",
    "fastly",
    "pagerduty",
    "linear",
    "intercom",
    "plaid",
];

const THINGS: [&str; 8] = [
    "api_token",
    "webhook_secret",
    "password",
    "signing_key",
    "client_secret",
    "license",
    "private_key",
    "encryption_key",
];
