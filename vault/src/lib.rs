//! The Strongroom vault: names, environments, the index, sealing and opening, editing in place.
//!
//! A vault is a TOML file whose names are readable and whose values are sealed; `docs/format.md` specifies every byte.
//! This crate is what the macro, the runtime and the command share, so that they agree:
//!
//! - without features it finds and reads a vault's [`Index`] and decides which environment a word means;
//! - `crypto` adds keys, and opens and seals;
//! - `edit` adds everything that writes.
//!
//! Applications use the crate `strongroom` instead.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "crypto")]
mod beside;
#[cfg(feature = "crypto")]
mod crypto;
mod date;
#[cfg(feature = "edit")]
mod edit;
mod environment;
mod error;
mod file;
mod index;
mod kinds;
pub mod limits;
mod name;
mod near;
mod regular;
#[cfg(feature = "crypto")]
mod replace;
#[cfg(feature = "crypto")]
pub mod search;
mod services;
mod shown;
mod text_type;

#[cfg(feature = "edit")]
pub use self::crypto::Code;
#[cfg(feature = "crypto")]
pub use self::crypto::{
    AccessKey, AccessKeyFault, Altered, AppKey, AppKeyPlace, Credential, DataKey, Fingerprint,
    HolderKey, KeyRing, NoDataKey, NoRandomness, NotUtf8, OpenError, Passphrase, Place, Plaintext,
    RosterKey, UnlockError, UnlockedKey, padded_length, random,
};
#[cfg(feature = "edit")]
pub use self::crypto::{DepositPlace, Vouched, deposit_code, deposit_key_fingerprint};
pub use self::date::Date;
#[cfg(feature = "edit")]
pub use self::edit::{
    Before, BothKeys, Carried, Draft, EditError, Expiry, GrantError, Had, HolderSecret,
    LockedVault, Marked, MergeError, MergeNote, Merged, NEW_MINE_FILE, NewDepositKey, NewHolder,
    NewKeys, NewVault, NotCarried, PlainOutcome, Rotated, Rotation, SaveError, Scopes, SetOutcome,
    SettingValue, SettleError, Settled, Side, Subject, TakenOut, Terms, Unsealed, Unsure,
    check_settable, create_file, holders_without_word, left_behind, merge, new_vault, reseal_mine,
    set_mine, taken_out, unset_mine,
};
pub use self::environment::{
    ENVIRONMENT_VARIABLE, Environment, EnvironmentType, UnknownEnvironment, flag_of,
};
pub use self::error::{Fault, ReadError};
pub use self::file::{
    FILE_NAME, FileError, MINE_FILE_NAME, NoVault, VAULT_VARIABLE, VaultFile, find_upwards,
};
#[cfg(feature = "crypto")]
pub use self::index::{App, AppId, AppKeyLine, AppRight, Apps, Mine};
pub use self::index::{
    Content, Current, Deposit, DepositKey, Deposits, Document, Expired, FORMAT, Grant, Holder,
    HolderKind, Index, KeyTable, KeyTables, Lookup, Origin, PassphraseCosts, PlainSetting,
    PlainSettings, PlainValue, Removed, Retired, Secret, Setting, StoreEntry, Stores, Value,
    VaultId, misfit,
};
#[cfg(feature = "crypto")]
pub use self::index::{Embedded, EmbeddedGrant, EmbeddedKind, EmbeddedSecret, EmbeddedValue};
pub use self::kinds::StoreKind;
pub use self::name::{
    NameFault, check_environment_name, check_plain_name, check_secret_name, check_store_name, fold,
};
pub use self::near::nearest;
#[cfg(feature = "crypto")]
pub use self::regular::open_regular_or_pipe;
pub use self::regular::{open_regular, refuse_other_than_a_file};
pub use self::services::KeyService;
pub use self::shown::{Shown, ShownPath, has_key_text, is_dangerous, is_key_text, shown_text};
pub use self::text_type::{TextType, duration_of, expected_in_list, list_of};
