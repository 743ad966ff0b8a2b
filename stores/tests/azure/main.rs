//! Stores in Azure Key Vault, by the vault's and the login's real names, through a proxy of the tests that leads both to a
//! server of theirs.

mod alone;
mod answers;
#[path = "../contract/mod.rs"]
mod contract;
mod held;
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "../hashicorp/listener.rs"]
mod listener;
mod logins;
mod logs;
mod network;
mod settings;
mod theft;
#[path = "../contract/traced.rs"]
mod traced;
mod vault;
