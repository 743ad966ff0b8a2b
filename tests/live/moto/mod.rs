//! Stores in AWS, as moto plays it: the contract, rights, keys, and the command.

mod command;
mod contract;
#[cfg(feature = "aws-kms")]
mod keys;
mod push;
mod rights;
mod service;
