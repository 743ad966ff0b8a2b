//! HashiCorp Vault's API as OpenBao serves it: the contract for both versions of its engine, logins, rights, versions, keys
//! that it wraps.

mod contract;
#[cfg(feature = "vault-transit")]
mod keys;
mod logins;
mod secrets;
mod vault;
