//! Secret Manager of Google Cloud, as an emulator has it.

mod command;
mod contract;
mod project;
