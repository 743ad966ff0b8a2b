//! Sessions with the command, as somebody would type them.
//!
//! `SNAPSHOTS=overwrite cargo test -p strongroom-cli --test cli` writes the snapshots anew.

#![expect(unreachable_pub, reason = "nothing outside uses a test")]
#![expect(clippy::needless_raw_string_hashes, reason = "snapshots are written so")]

mod app;
mod check;
mod completions;
#[cfg(target_os = "linux")]
mod core_dumps;
mod decoy;
mod deposits;
mod diff;
mod doctor;
#[cfg(unix)]
mod edit;
mod encore;
mod env;
mod expiry;
mod export;
mod get;
mod git;
mod hidden_past;
mod holder;
mod import;
mod init;
mod json;
mod key;
mod key_services;
mod leaving;
mod list;
mod log;
mod man;
mod moving;
#[cfg(unix)]
mod no_regular_file;
mod no_reveal;
mod own;
mod passphrase;
#[cfg(unix)]
mod prompts;
mod public_keys;
#[cfg(target_os = "linux")]
mod pulled_plug;
#[cfg(unix)]
mod recorded;
mod rename;
mod render;
mod run;
mod scan;
#[cfg(unix)]
mod screen;
#[cfg(all(unix, feature = "server"))]
mod serve;
mod session;
mod set;
mod settings;
mod stale_keys;
mod stores;
#[cfg(unix)]
mod strangers;
mod team;
#[cfg(unix)]
mod terminal;
mod transfer;
#[cfg(feature = "vault-transit")]
#[expect(dead_code, reason = "a server that hangs is for programs, which have a deadline")]
mod transit;
#[cfg(unix)]
mod typing;
mod unset;
mod usage;
mod vault_faults;
mod writing;
mod wrong_keys;
