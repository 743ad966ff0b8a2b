//! The Azure CLI: run as every program here is, without a key of ours, and ended with whoever waits for it.

use std::ffi::OsStr;
use std::io;
use std::process::Output;

use async_trait::async_trait;
use azure_identity::Executor;
use tokio::process::Command;

use crate::child::{self, Broken};

/// Runs programs without what this one knows of keys.
#[derive(Debug)]
pub(super) struct WithoutKeys;

#[async_trait]
impl Executor for WithoutKeys {
    async fn run(&self, program: &OsStr, arguments: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command.args(arguments);
        match child::run(command, None).await {
            Ok((status, printed)) => {
                Ok(Output { status, stdout: printed.to_vec(), stderr: Vec::new() })
            }
            Err(Broken::NotStarted(error) | Broken::Lost(error)) => Err(error),
            Err(Broken::TooMuch) => Err(io::Error::other("it printed too much")),
        }
    }
}
