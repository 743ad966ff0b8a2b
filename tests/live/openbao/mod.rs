//! HashiCorp Vault's API as OpenBao serves it: the contract for both versions of its engine, logins, rights, versions.

mod contract;
mod logins;
mod secrets;
mod vault;
