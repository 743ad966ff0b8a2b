//! The kinds of stores that there are, and the feature that each needs: known to every program, also to one that has none.

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreKind {
    /// Its name, as `kind = "…"` has it.
    pub name: &'static str,
    /// The cargo feature of `strongroom` and of the command that fetches from it.
    pub feature: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
}

impl StoreKind {
    /// Every kind, sorted by name.
    pub const ALL: &'static [Self] = &[
        Self::new(
            "aws-parameter-store",
            "aws-parameter-store",
            "Parameter Store of AWS Systems Manager",
        ),
        Self::new("aws-secrets-manager", "aws-secrets-manager", "AWS Secrets Manager"),
        Self::new("azure-key-vault", "azure-key-vault", "Azure Key Vault"),
        Self::new(
            "command",
            "command",
            "a program that prints the value, such as a password manager",
        ),
        Self::new("directory", "directory", "a folder with one file for each secret"),
        Self::new("dotenv", "files", "a dotenv file"),
        Self::new("env", "env", "environment variables"),
        Self::new("gcp-secret-manager", "gcp-secret-manager", "Secret Manager of Google Cloud"),
        Self::new(
            "hashicorp-vault",
            "hashicorp-vault",
            "HashiCorp Vault or OpenBao, KV version 1 or 2",
        ),
        Self::new("json", "files", "a JSON file"),
        Self::new("kubernetes", "kubernetes", "Secrets of a Kubernetes cluster"),
        Self::new("strongroom", "strongroom", "another vault"),
        Self::new("toml", "files", "a TOML file"),
    ];

    const fn new(name: &'static str, feature: &'static str, about: &'static str) -> Self {
        Self { name, feature, about }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|kind| kind.name == name)
    }

    /// The names of all, with commas between them: for messages.
    #[must_use]
    pub fn names() -> String {
        let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name).collect();
        names.join(", ")
    }
}
