//! Stores against the systems that they are for: real servers, started here and stopped with the tests.

#[cfg(feature = "azure-key-vault")]
#[expect(dead_code, unused_imports, unused_macros, reason = "the tests of logins need more of it")]
#[path = "../../stores/tests/azure/alone.rs"]
mod alone;
#[cfg(feature = "azure-key-vault")]
mod azure;
#[cfg(any(
    all(feature = "aws-parameter-store", feature = "aws-secrets-manager"),
    feature = "azure-key-vault",
    feature = "gcp-secret-manager",
    feature = "kubernetes"
))]
mod built;
#[cfg(feature = "kubernetes")]
mod command;
#[cfg(any(
    all(feature = "aws-parameter-store", feature = "aws-secrets-manager"),
    feature = "azure-key-vault",
    feature = "gcp-secret-manager",
    feature = "hashicorp-vault",
    feature = "kubernetes"
))]
#[path = "../../stores/tests/contract/mod.rs"]
mod contract;
#[cfg(feature = "gcp-secret-manager")]
mod gcp;
#[cfg(feature = "kubernetes")]
mod kubernetes;
#[cfg(any(feature = "azure-key-vault", feature = "hashicorp-vault"))]
#[expect(dead_code, reason = "the tests of bad days need more of it")]
#[path = "../../stores/tests/hashicorp/listener.rs"]
mod listener;
#[cfg(all(feature = "aws-parameter-store", feature = "aws-secrets-manager"))]
mod moto;
#[cfg(feature = "hashicorp-vault")]
mod openbao;
#[cfg_attr(
    not(any(
        all(feature = "aws-parameter-store", feature = "aws-secrets-manager"),
        feature = "kubernetes",
        feature = "vault-transit"
    )),
    expect(dead_code, reason = "some servers need all of it")
)]
mod server;
#[cfg(feature = "kubernetes")]
mod service;
#[cfg(any(feature = "azure-key-vault", feature = "kubernetes"))]
mod session;
#[cfg(feature = "azure-key-vault")]
#[expect(dead_code, reason = "the tests of refusals need more of it")]
#[path = "../../stores/tests/azure/vault.rs"]
mod vault;

/// What is not in this build is not tested, and that is said.
#[test]
fn every_kind_is_built() {
    for (server, feature, is_built) in [
        ("azure", "azure-key-vault", cfg!(feature = "azure-key-vault")),
        ("gcp", "gcp-secret-manager", cfg!(feature = "gcp-secret-manager")),
        ("kubernetes", "kubernetes", cfg!(feature = "kubernetes")),
        ("moto", "aws-parameter-store", cfg!(feature = "aws-parameter-store")),
        ("moto", "aws-secrets-manager", cfg!(feature = "aws-secrets-manager")),
        ("openbao", "hashicorp-vault", cfg!(feature = "hashicorp-vault")),
        ("openbao", "vault-transit", cfg!(feature = "vault-transit")),
    ] {
        if !is_built {
            server::skipped(server, &format!("it needs the feature `{feature}`"));
        }
    }
}
