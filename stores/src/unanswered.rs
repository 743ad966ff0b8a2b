//! Why no answer came: what libraries for networks, TLS and HTTP report, in words.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::failure::Failure;

/// What kept a request to `address` from its answer.
///
/// Of the error only its kinds are told, never its text: that can hold an address with credentials, or what a stranger sent.
pub(crate) fn failure(address: &str, error: &(dyn Error + 'static)) -> Failure {
    let mut causes = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        causes.push(error);
        // What an I/O error carries is no source of it.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(carried) => Some(carried),
            None => error.source(),
        };
    }
    // The innermost cause says most.
    let told = causes.iter().rev().find_map(|error| words(address, *error));
    let failure =
        Failure::unreachable(told.unwrap_or_else(|| format!("no answer from `{address}`")));
    // Asking again brings the same certificate.
    let is_distrust = |error: &&(dyn Error + 'static)| {
        matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
    };
    if causes.iter().any(is_distrust) { failure.lasting() } else { failure }
}

fn words(address: &str, error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(of_tls(address, error));
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return of_network(address, error.kind());
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return of_http(address, error);
    }
    // These have no kind that can be asked for.
    let text = error.to_string();
    if text == "dns error" {
        Some(format!("no address is known for `{address}`"))
    } else if text.starts_with("tunnel error: ") {
        Some(format!("the proxy does not let through to `{address}`"))
    } else {
        None
    }
}

fn of_tls(address: &str, error: &rustls::Error) -> String {
    let why = match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer => "no authority that is known here signed it",
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "it is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "it is for another name"
            }
            CertificateError::Revoked => "it was revoked",
            _ => "it is not a valid one",
        },
        rustls::Error::InvalidMessage(_) => return format!("`{address}` does not speak TLS"),
        rustls::Error::AlertReceived(_) => {
            return format!(
                "`{address}` refused the TLS connection, perhaps for the client's certificate"
            );
        }
        _ => return format!("no TLS connection with `{address}` came about"),
    };
    format!("the server's certificate is not trusted: {why}")
}

fn of_network(address: &str, kind: io::ErrorKind) -> Option<String> {
    use io::ErrorKind as Kind;
    Some(match kind {
        Kind::ConnectionRefused => format!("nothing listens at `{address}`"),
        Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe
        | Kind::NotConnected
        | Kind::UnexpectedEof => format!("`{address}` broke the connection off"),
        Kind::TimedOut => format!("`{address}` takes too long"),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => {
            format!("there is no way to `{address}` in the network")
        }
        _ => return None,
    })
}

fn of_http(address: &str, error: &hyper::Error) -> Option<String> {
    if error.is_parse() {
        Some(format!("`{address}` does not speak HTTP"))
    } else if error.is_incomplete_message() || error.is_closed() || error.is_body_write_aborted() {
        Some(format!("`{address}` broke the connection off"))
    } else {
        None
    }
}
