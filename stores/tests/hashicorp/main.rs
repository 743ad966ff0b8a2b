//! Stores in HashiCorp Vault on bad days: servers that hang, lie, refuse or forget, in front of a client that must not.

mod answers;
mod given;
mod listener;
mod network;
mod removing;
mod sessions;
mod settings;
mod vault;
