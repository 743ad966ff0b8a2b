//! `strongroom serve`: the secrets and settings of an environment for every language, over Dapr's API.

mod component;
#[cfg(unix)]
mod notify;
mod program;
#[cfg(unix)]
mod room;
mod rules;
mod source;

use std::env;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use strongroom_server::{Address, Again, Config, Server, TlsFiles};
use tokio::runtime::Builder;
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

use self::program::{Program, Surroundings};
use self::rules::RuleFiles;
use self::source::VaultSource;
use crate::environments::One;
use crate::error::{Error, Status};
use crate::session::Place;
use crate::{reveal, ui};

/// Give secrets and settings to programs of any language, over Dapr's API
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom serve [--type TYPE | --env NAME] [OPTIONS] [-- COMMAND [ARGUMENTS]]",
    after_help = "\
The vault is the store `vault`; the stores that it declares are served under their names.
Clients find the server by DAPR_HTTP_PORT, DAPR_GRPC_PORT and their kind, which COMMAND is given.
With a token in DAPR_API_TOKEN clients need it too.

Example: strongroom serve --type production -- python app.py"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// Who may see what: Dapr's Configuration (YAML), or the server's own options (TOML)
    #[arg(long, value_name = "FILE")]
    config: Vec<PathBuf>,

    /// Serve the secret stores of Dapr's component files in this folder, too; without a vault, only these
    #[arg(long, alias = "components-path", value_name = "FOLDER")]
    resources_path: Vec<PathBuf>,

    /// The name of the application that this server is for
    #[arg(long, value_name = "NAME", default_value = "strongroom")]
    app_id: String,

    /// The port for HTTP; 0 for any that is free
    #[arg(
        long = "http-port",
        alias = "dapr-http-port",
        value_name = "PORT",
        default_value_t = 3500
    )]
    http_port: u16,

    /// The port for gRPC; 0 for any that is free
    #[arg(
        long = "grpc-port",
        alias = "dapr-grpc-port",
        value_name = "PORT",
        default_value_t = 50001
    )]
    grpc_port: u16,

    /// The port at which the application listens on this machine: it is told of changed settings there
    #[arg(long, value_name = "PORT")]
    app_port: Option<u16>,

    /// Be the component NAME of a daprd too, at a socket where it looks for components
    #[arg(long, value_name = "NAME")]
    component: Option<String>,

    /// The addresses of this machine to listen at
    #[arg(
        long = "listen",
        alias = "dapr-listen-addresses",
        value_name = "ADDRESSES",
        value_delimiter = ',',
        default_value = "127.0.0.1"
    )]
    addresses: Vec<IpAddr>,

    /// Listen at sockets in this folder instead
    #[arg(long, value_name = "FOLDER")]
    unix_domain_socket: Option<PathBuf>,

    /// Speak TLS with this certificate and those between it and its authority; PEM, read again when it changes
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// The private key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Refuse every client without a certificate of this authority
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,

    /// Record each access in this file: who, which secret, when, and what came of it
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,

    /// How many connections to hold at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 16_384, hide_default_value = true)]
    most_connections: usize,

    /// Write log lines as JSON
    #[arg(long)]
    log_as_json: bool,

    /// A program to start, and to end with
    #[arg(value_name = "COMMAND", trailing_var_arg = true)]
    command: Vec<OsString>,
}

pub(crate) fn run(args: Args, place: &Place) -> Result<Status, Error> {
    // Whoever is on this machine could ask for all of them.
    reveal::permit("every value")?;
    begin_log(args.log_as_json);
    #[cfg(unix)]
    room::take();
    let tls = args.tls();
    let token = env::var("DAPR_API_TOKEN").ok().map(Zeroizing::new);
    let http = args.addresses_of("http", args.http_port);
    let grpc = args.addresses_of("grpc", args.grpc_port);
    let component = args.component.as_deref().map(component::address).transpose()?;
    let rules = RuleFiles::new(args.config, token);
    let components = (args.resources_path, args.app_id.clone());
    let source = VaultSource::new(place.clone(), args.environment, rules, components);
    let source = Arc::new(source);
    let config = Config {
        app_id: args.app_id.clone(),
        app_port: args.app_port,
        http,
        tls: tls.clone(),
        grpc,
        component: component.iter().cloned().collect(),
        access_log: args.access_log,
        most_connections: args.most_connections,
    };
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Error::cannot(format!(
            "the server cannot start: the system gives no threads: {error}\n\
                 look at the limits of this user: ulimit -a"
        ))
    })?;
    runtime.block_on(async {
        let server = Server::bind(source, config).await.map_err(Error::cannot)?;
        let http: Vec<Address> = server.http_addresses().collect();
        for address in &http {
            ui::say(&format!("HTTP at {address}"));
        }
        let grpc: Vec<Address> = server.grpc_addresses().collect();
        for address in &grpc {
            ui::say(&format!("gRPC at {address}"));
        }
        if let Some(address) = &component {
            ui::say(&format!("component at {address}"));
        }
        let reading = tokio::spawn(read_when_asked(server.reads_again()));
        let surroundings = Surroundings {
            app_id: &args.app_id,
            app_port: args.app_port,
            http: http.first(),
            grpc: grpc.first(),
            has_tls: tls.is_some(),
        };
        let status = match Program::start(&args.command, &surroundings)? {
            None => {
                server.run(ends_with(program::asked_to_end())).await;
                Status::Done
            }
            Some(mut program) => {
                let mut status = Status::Done;
                server.run(ends_with(async { status = program.wait().await })).await;
                status
            }
        };
        reading.abort();
        Ok(status)
    })
}

/// Tells whoever manages this service when it is ready, and when it ends.
async fn ends_with(end: impl Future<Output = ()>) {
    #[cfg(unix)]
    notify::say(notify::READY);
    end.await;
    #[cfg(unix)]
    notify::say(notify::STOPPING);
}

/// Reads everything again for every SIGHUP.
#[cfg(unix)]
async fn read_when_asked(mut again: Again) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut asked) = signal(SignalKind::hangup()) else { return };
    while asked.recv().await.is_some() {
        notify::say(&notify::reloading());
        // Why it could not was logged, and health tells it too.
        let _ = again.read().await;
        notify::say(notify::READY);
    }
}

/// Systems without signals ask for nothing.
#[cfg(not(unix))]
fn read_when_asked(_again: Again) -> impl Future<Output = ()> {
    std::future::pending()
}

impl Args {
    fn tls(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificate: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
            client_authority: self.tls_client_ca.clone(),
        })
    }

    /// Where one protocol is spoken.
    fn addresses_of(&self, protocol: &str, port: u16) -> Vec<Address> {
        if let Some(folder) = &self.unix_domain_socket {
            return vec![Address::Unix(
                folder.join(format!("dapr-{}-{protocol}.socket", self.app_id)),
            )];
        }
        let at = |ip: &IpAddr| Address::Tcp(SocketAddr::new(*ip, port));
        self.addresses.iter().map(at).collect()
    }
}

/// Where a client of this machine finds an address: one that means all addresses is found at this machine's own.
fn near(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, address.port()).into(),
        _ => address,
    }
}

/// What the server says goes to standard error, as much of it as `STRONGROOM_LOG` wants.
fn begin_log(as_json: bool) {
    let filter = EnvFilter::try_from_env("STRONGROOM_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,strongroom_server=info"));
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal() && !no_color)
        .with_writer(std::io::stderr)
        // What cannot be written is lost: saying so at the same place would be a panic for each request.
        .log_internal_errors(false);
    // Another subscriber cannot be there: this is the first thing that the command does.
    let _ = if as_json { lines.json().try_init() } else { lines.try_init() };
}
