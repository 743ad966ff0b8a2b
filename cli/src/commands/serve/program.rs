//! The program that `serve` starts: it finds the server in its variables, and both end together.

use std::ffi::OsString;
use std::future::pending;

use strongroom_server::Address;
use strongroom_vault::search::KEY_VARIABLES;
use tokio::process::{Child, Command};

use super::near;
use crate::error::{Error, Status};

/// A program that runs beside the server.
pub(super) struct Program {
    child: Child,
}

/// What a program is told of the server.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) app_id: &'a str,
    /// Where it is to listen itself.
    pub(super) app_port: Option<u16>,
    pub(super) http: Option<&'a Address>,
    pub(super) grpc: Option<&'a Address>,
    pub(super) has_tls: bool,
}

impl Program {
    /// Starts it, with the variables by which clients of Dapr find a server; none where there is none to start.
    pub(super) fn start(
        words: &[OsString],
        around: &Surroundings<'_>,
    ) -> Result<Option<Self>, Error> {
        let Some((program, arguments)) = words.split_first() else { return Ok(None) };
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true).env("APP_ID", around.app_id);
        for variable in KEY_VARIABLES {
            command.env_remove(variable);
        }
        if let Some(port) = around.app_port {
            command.env("APP_PORT", port.to_string());
        }
        let scheme = if around.has_tls { "https" } else { "http" };
        for (protocol, address) in [("HTTP", around.http), ("GRPC", around.grpc)] {
            if let Some(Address::Tcp(address)) = address {
                let address = near(*address);
                command.env(format!("DAPR_{protocol}_PORT"), address.port().to_string());
                command.env(format!("DAPR_{protocol}_ENDPOINT"), format!("{scheme}://{address}"));
            }
        }
        let child = command.spawn().map_err(|error| {
            let status = match error.kind() {
                std::io::ErrorKind::NotFound => Status::NotFound,
                _ => Status::NotExecutable,
            };
            Error::not_started(status, format!("cannot run `{}`: {error}", program.display()))
        })?;
        Ok(Some(Self { child }))
    }

    /// Waits for its end. What asks this command to end is passed on, and the program has the last word.
    pub(super) async fn wait(&mut self) -> Status {
        loop {
            tokio::select! {
                ended = self.child.wait() => return ended.map_or(Status::Cannot, status_of),
                () = asked_to_end() => self.ask_to_end(),
            }
        }
    }

    #[cfg(unix)]
    fn ask_to_end(&self) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
    }

    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        let _ = self.child.start_kill();
    }
}

/// How this command ends with a program: a signal is 128 and its number, as a shell has it.
fn status_of(status: std::process::ExitStatus) -> Status {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal)).unwrap_or(1);
    Status::Ended(u8::try_from(code).unwrap_or(1))
}

/// Ends when somebody asks this command to end: with Ctrl-C, or as an operator does.
pub(super) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
            (Ok(mut interrupt), Ok(mut terminate)) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
            _ => pending().await,
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}
