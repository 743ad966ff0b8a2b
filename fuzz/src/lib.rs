//! What the fuzz targets share: the vault of the format's worked example, and what must be true of everything printed.

use std::fmt::Display;
use std::sync::{LazyLock, OnceLock};

use strongroom_vault::{
    AccessKey, Credential, DataKey, EnvironmentType, Index, KeyRing, Origin, Place, is_dangerous,
};

pub mod changes;
pub mod formats;
pub mod ours;
pub mod read_back;
pub mod same;

/// The access key of the vectors.
pub const ACCESS_KEY: &str =
    "strongroom_key_l4gdyhsaifbegrcfizduqskkjnge2tspkbiveu2ukvlfowczljnvyxk6l56jvn54";

/// The worked example's value: where it stands, how it is sealed, and what it is.
pub const PLACE: Place<'static> =
    Place { origin: Origin::Vault, name: "github_api_token", environment: "staging", version: 1 };
pub const SEALED: &str =
    "AZxi3IXuWlnRoKGio6SlpqeoqaqrHPfreNlPNRTSvJBpgT0lk4kqhdeHkwIHCP2I5Ao2-L-MvaooPpFKXk9JMleotJC9";
pub const VALUE: &[u8] = b"hunter2";

/// The data key of the worked example's value, which the access key of the vectors opens.
pub static DATA_KEY: LazyLock<&'static DataKey> = LazyLock::new(|| {
    static RING: OnceLock<KeyRing> = OnceLock::new();
    let index = Index::read(example()).expect("the worked example reads");
    let unlock = || KeyRing::unlock(&index, &credential(), None).expect("its access key opens it");
    let ring = RING.get_or_init(unlock);
    ring.data_key(&index, EnvironmentType::Development).expect("its access key opens it")
});

/// What the holder of the vectors' access key presents.
pub fn credential() -> Credential {
    Credential::AccessKey(AccessKey::parse(ACCESS_KEY).expect("the vectors' key"))
}

/// The worked example's vault.
pub fn example() -> &'static str {
    let vector = include_str!("../../tests/vectors/accepted/the-first-vector.txt");
    vector.split_once("\n\n").expect("a vector has a head and a vault").1
}

/// Whatever is printed may reach a terminal: beside line ends it has no dangerous character.
pub fn assert_printable(shown: &impl Display) {
    let text = shown.to_string();
    let found = text.chars().find(|c| *c != '\n' && is_dangerous(*c));
    assert_eq!(found, None, "in {text:?}");
}
