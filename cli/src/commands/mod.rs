//! The commands, one file each: what it takes, and what it does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod copy;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod env;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod holder;
mod identity;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod lock;
pub(crate) mod man;
pub(crate) mod r#move;
pub(crate) mod rename;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod set;
pub(crate) mod unlock;
pub(crate) mod unset;
