//! Azure Key Vault, which cannot be installed: what the tests have in its place is held to Microsoft's client for Python, and
//! a real vault is used where there is one.

mod client;
mod command;
mod contract;
mod same;
