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

/// Makes `StoreKind::ALL`, and what asks whether a kind is built in, of the one list that there is. `$d` is `$`.
macro_rules! kinds {
    ($d:tt $($name:literal ($feature:literal): $about:literal,)+) => {
        impl StoreKind {
            /// Every kind, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::new($name, $feature, $about)),+];
        }

        /// Whether the crate in which this stands was built with the feature of a kind of store.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! has_store_kind {
            ($d kind:expr) => {
                [$(($name, cfg!(feature = $feature))),+].contains(&($d kind.name, true))
            };
        }
    };
}

// A kind: its name, the feature that it needs, what it is. The crates that ask have each feature by its name.
kinds! { $
    "aws-parameter-store" ("aws-parameter-store"): "Parameter Store of AWS Systems Manager",
    "aws-secrets-manager" ("aws-secrets-manager"): "AWS Secrets Manager",
    "azure-key-vault" ("azure-key-vault"): "Azure Key Vault",
    "command" ("command"): "a program that prints the value, such as a password manager",
    "directory" ("directory"): "a folder with one file for each secret",
    "dotenv" ("files"): "a dotenv file",
    "env" ("env"): "environment variables",
    "gcp-secret-manager" ("gcp-secret-manager"): "Secret Manager of Google Cloud",
    "hashicorp-vault" ("hashicorp-vault"): "HashiCorp Vault or OpenBao, KV version 1 or 2",
    "json" ("files"): "a JSON file",
    "kubernetes" ("kubernetes"): "Secrets of a Kubernetes cluster",
    "strongroom" ("strongroom"): "another vault",
    "toml" ("files"): "a TOML file",
}
