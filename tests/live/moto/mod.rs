//! Stores in AWS, as moto plays it: the contract, rights, and the command.

mod command;
mod contract;
mod rights;
mod service;
