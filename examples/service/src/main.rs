//! An HTTP service that loads its secrets before it listens, refuses to start without them, and takes new ones as it runs.
//!
//! The vault beside this package's `Cargo.toml` is sealed for a demo key that is committed too, so that you can try:
//!
//! ```sh
//! STRONGROOM_KEY_FILE=examples/service/demo.key cargo run -p service
//! ```
//!
//! `SERVICE_LISTEN` says where it listens: an address (`127.0.0.1:8080` if unset) or the path of a socket. `Containerfile` and
//! `service.service` beside this are how it is run for others.

#![expect(
    clippy::print_stderr,
    reason = "a service says to its log that it runs, and why it does not"
)]

mod listen;
mod routes;
mod secrets;
mod signature;
mod stop;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use strongroom::Loader;
use tokio::sync::watch::Receiver;

use self::listen::Listen;
use self::secrets::Secrets;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until it is told to stop. Before everything that this needs is there, nobody can connect.
async fn run() -> Result<(), Box<dyn Error>> {
    // `Secrets::watch()` is the same without the signal.
    let secrets = Loader::new().reload_on_hangup().watch::<Secrets>().await?;
    let stop = stop::signal()?;
    tokio::spawn(tell_of_new(secrets.clone()));
    let router = routes::router(secrets);
    let listen = Listen::from_variable()?;
    match listen {
        Listen::Address(address) => {
            let listener = listen::tcp(&address).await?;
            eprintln!("listening on {}", listener.local_addr()?);
            axum::serve(listener, router).with_graceful_shutdown(stop).await?;
        }
        #[cfg(unix)]
        Listen::Socket(path) => {
            let listener = listen::socket(&path)?;
            eprintln!("listening on {}", path.display());
            axum::serve(listener, router).with_graceful_shutdown(stop).await?;
        }
    }
    eprintln!("stopped");
    Ok(())
}

/// Says to the log when requests are answered with other secrets than before. A change that cannot be loaded is reported there
/// too, by Strongroom.
async fn tell_of_new(mut secrets: Receiver<Arc<Secrets>>) {
    while secrets.changed().await.is_ok() {
        eprintln!("new secrets");
    }
}
