//! Every limit of the format, in one place; `docs/format.md` lists the same.

/// The largest vault file, in bytes (16 MiB).
pub const FILE_BYTES: usize = 16 << 20;
/// The deepest nesting of tables and arrays, dotted keys included.
pub const NESTING: usize = 8;
/// The most opening brackets, braces and dots of a file of more than [`UNCOUNTED_BYTES`]: each may be a table, and a table
/// takes about a kilobyte of memory.
pub const TABLES: usize = 300_000;
/// The most `=` and `,` of such a file.
pub const ENTRIES: usize = 1_500_000;
/// A file of so many bytes or fewer is parsed without counting.
pub const UNCOUNTED_BYTES: usize = 1 << 20;
/// The most named environments, and the most entries of `[build] check`.
pub const ENVIRONMENTS: usize = 256;
/// The most stores of a vault.
pub const STORES: usize = 1_000;
/// The most settings of one store, each element of a list or a table and each list for one.
pub const SETTINGS: usize = 256;
/// The most settings of a vault, those in `[settings]`.
pub const PLAIN_SETTINGS: usize = 10_000;
/// The most applications of a vault.
pub const APPS: usize = 1_000;
/// The most API keys of one application.
pub const APP_KEYS: usize = 64;
/// Characters of the code of an API key: 40 bits in base32.
pub const APP_KEY_CODE: usize = 8;
/// The longest name of a secret or a setting, in bytes.
pub const SECRET_NAME_BYTES: usize = 253;
/// The longest name of an environment, a holder or a store, in bytes.
pub const OTHER_NAME_BYTES: usize = 63;
/// The longest string without a limit of its own, in bytes.
pub const STRING_BYTES: usize = 4 << 10;
/// The longest `delivered`, in characters.
pub const DELIVERED_BYTES: usize = 8 << 10;
/// The longest deposit, in characters (1.5 MiB).
pub const DEPOSIT_BYTES: usize = 3 << 19;
/// The most deposits that wait.
pub const DEPOSITS: usize = 1_000;
/// The most deposit keys of earlier data keys.
pub const OLDER_DEPOSIT_KEYS: usize = 64;
/// The most retired data keys of one type.
pub const RETIRED: usize = 16;
/// The most removed holders that are remembered.
pub const REMOVED: usize = 10_000;
/// The largest value, in bytes before padding (1 MiB).
pub const VALUE_BYTES: usize = 1 << 20;
/// The most holders of a vault.
pub const HOLDERS: usize = 1_000;
/// The most holders with a passphrase.
pub const PASSPHRASE_HOLDERS: usize = 16;
/// How many passphrase holders are tried when nobody says which one is meant: each costs an Argon2 run.
pub const PASSPHRASE_TRIES: usize = 4;
/// The largest number in a vault (2^31 − 1); the smallest is 1.
pub const NUMBER: u32 = i32::MAX as u32;
/// The largest generation of a data key: 24 bits in a grant's header.
pub const GENERATION: u32 = (1 << 24) - 1;
/// Argon2id's memory, in KiB: least and most.
pub const MEMORY_KIB: (u32, u32) = (19_456, 1_048_576);
/// Argon2id's passes: least and most.
pub const PASSES: (u32, u32) = (2, 64);
/// Argon2id's lanes: least and most.
pub const LANES: (u32, u32) = (1, 16);
/// The most of memory × passes, in KiB: bounds the time that a vault can make a program spend.
pub const MEMORY_PASSES: u64 = 4_194_304;
/// The shortest new passphrase, in characters.
pub const PASSPHRASE_CHARACTERS: usize = 12;

/// Bytes of a salt.
pub(crate) const SALT: usize = 16;
/// Bytes of a data key's fingerprint.
pub const FINGERPRINT: usize = 8;
/// Bytes of an AES-GCM nonce.
pub(crate) const NONCE: usize = 12;
/// Bytes of an AES-GCM tag.
pub(crate) const TAG: usize = 16;
/// Bytes of the checksum of a key's text.
#[cfg(feature = "crypto")]
pub(crate) const CHECK: usize = 4;
/// Bytes of a key: data keys, holder keys, access keys.
pub(crate) const KEY: usize = 32;
/// A sealed value is padded to a multiple of this many bytes.
pub(crate) const PADDING: usize = 32;
/// Bytes before the ciphertext of a value: version, fingerprint, nonce.
pub(crate) const VALUE_HEAD: usize = 1 + FINGERPRINT + NONCE;
/// Bytes of a reference's seal: a value's head and tag with nothing between.
pub(crate) const REFERENCE_SEAL: usize = VALUE_HEAD + TAG;
/// Bytes of a grant's header: version, fingerprint, generation.
pub(crate) const GRANT_HEAD: usize = 1 + FINGERPRINT + 3;
/// Bytes of a grant that an admission covers: header, nonce, sealed key, tag.
pub(crate) const GRANT_SEALED: usize = GRANT_HEAD + NONCE + KEY + TAG;
/// Bytes of a grant: the sealed part and the admission.
pub(crate) const GRANT: usize = GRANT_SEALED + 32;
/// Characters of the code of a deposit, and of a holder key's fingerprint: 80 bits in base32.
pub const CODE: usize = 16;
/// Its bytes.
#[cfg(feature = "edit")]
pub(crate) const CODE_BYTES: usize = 10;
/// Characters of an age identity.
pub(crate) const AGE_IDENTITY: usize = 74;
/// What an age identity begins with.
#[cfg(feature = "edit")]
pub(crate) const AGE_IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-1";
/// Bytes of a deposit key's private half: version, fingerprint, nonce, sealed identity, tag.
pub(crate) const DEPOSIT_PRIVATE: usize = VALUE_HEAD + AGE_IDENTITY + TAG;
/// Bytes of a vouch: an HMAC-SHA256.
pub(crate) const VOUCH: usize = 32;
/// Bytes of `kept`: version, fingerprint, nonce, sealed key, tag.
pub(crate) const KEPT: usize = 1 + FINGERPRINT + NONCE + KEY + TAG;
