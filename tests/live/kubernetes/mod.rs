//! Secrets of a real Kubernetes API: the contract, rights, writing, watching, and the ways to log in.

pub(crate) mod cluster;
mod contract;
mod login;
mod refusals;
mod watching;
mod writing;
