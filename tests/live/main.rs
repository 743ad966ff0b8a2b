//! Stores against the systems that they are for: real servers, started here and stopped with the tests.

#[cfg(any(feature = "gcp-secret-manager", feature = "kubernetes"))]
mod built;
#[cfg(feature = "kubernetes")]
mod command;
#[cfg(any(feature = "gcp-secret-manager", feature = "hashicorp-vault", feature = "kubernetes"))]
#[path = "../../stores/tests/contract/mod.rs"]
mod contract;
#[cfg(feature = "gcp-secret-manager")]
mod gcp;
#[cfg(feature = "kubernetes")]
mod kubernetes;
#[cfg(feature = "hashicorp-vault")]
#[expect(dead_code, reason = "the tests of bad days need more of it")]
#[path = "../../stores/tests/hashicorp/listener.rs"]
mod listener;
#[cfg(feature = "hashicorp-vault")]
mod openbao;
#[cfg_attr(
    not(any(feature = "kubernetes", feature = "vault-transit")),
    expect(dead_code, reason = "Kubernetes needs all of it")
)]
mod server;
#[cfg(feature = "kubernetes")]
mod service;

/// What is not in this build is not tested, and that is said.
#[test]
fn every_kind_is_built() {
    for (server, feature, is_built) in [
        ("gcp", "gcp-secret-manager", cfg!(feature = "gcp-secret-manager")),
        ("kubernetes", "kubernetes", cfg!(feature = "kubernetes")),
        ("openbao", "hashicorp-vault", cfg!(feature = "hashicorp-vault")),
        ("openbao", "vault-transit", cfg!(feature = "vault-transit")),
    ] {
        if !is_built {
            server::skipped(server, &format!("it needs the feature `{feature}`"));
        }
    }
}
