//! Everything that writes: changes in place, new vaults and holders, and saving without loss.

mod apps;
mod content;
mod create;
mod deposit;
mod deposit_key;
mod draft;
mod edit_error;
mod grant;
mod grant_error;
mod had;
mod holder;
mod merge;
mod mine;
mod plain;
mod reseal;
mod rotate;
mod save;
mod setting;
mod splice;
mod stores;
mod terms;

pub use self::create::{NewVault, new_vault};
pub use self::deposit::left_behind;
pub use self::deposit_key::{NewDepositKey, holders_without_word};
pub use self::draft::{Draft, SetOutcome, check_settable};
pub use self::edit_error::EditError;
pub use self::grant_error::GrantError;
pub use self::had::Had;
pub use self::holder::{HolderSecret, NewHolder, Scopes};
pub use self::merge::{
    Before, BothKeys, Carried, Marked, MergeError, MergeNote, Merged, NotCarried, SettleError,
    Settled, Side, Subject, TakenOut, Unsure, merge, taken_out,
};
pub use self::mine::{NEW_MINE_FILE, reseal_mine, set_mine, unset_mine};
pub use self::plain::PlainOutcome;
pub use self::rotate::{NewKeys, Rotated, Rotation};
pub use self::save::{LockedVault, SaveError, create_file};
pub use self::setting::SettingValue;
pub use self::stores::Unsealed;
pub use self::terms::{Expiry, Terms};
