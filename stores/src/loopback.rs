//! Which hosts are this machine: to those plain HTTP may go, and no proxy stands between.

use std::net::IpAddr;

/// Whether nothing leaves this machine on the way to a host, as a URL has it.
pub(crate) fn is_host(host: &str) -> bool {
    host == "localhost" || address(host).is_some_and(|address| address.is_loopback())
}

/// The address that a host of a URL is; none for a name.
pub(crate) fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "[::1]", "::1"] {
            assert!(is_host(host), "{host}");
        }
        for host in
            ["", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "[::2]", "0.0.0.0"]
        {
            assert!(!is_host(host), "{host}");
        }
    }
}
