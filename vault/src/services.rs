//! The services that can have an access key for `STRONGROOM_KEY`, or open one: known to every program, also to one that asks
//! none of them.

/// A service that has an access key, or opens one that it sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyService {
    /// Its name, with which a line for `STRONGROOM_KEY` begins.
    pub name: &'static str,
    /// The cargo feature of `strongroom` and of the command that asks it.
    pub feature: &'static str,
    /// What stands behind the name and `:` in such a line, for messages.
    pub place: &'static str,
    /// What `strongroom key wrap --with` takes behind the name and `:`, for messages; none for a store, which keeps an access
    /// key as it is.
    pub wraps_with: Option<&'static str>,
}

impl KeyService {
    const fn keeping(name: &'static str, place: &'static str) -> Self {
        Self { name, feature: name, place, wraps_with: None }
    }

    const fn opening(name: &'static str, place: &'static str, key: &'static str) -> Self {
        Self { name, feature: name, place, wraps_with: Some(key) }
    }

    /// The service of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|service| service.name == name)
    }

    /// The names of all, with commas between them: for messages.
    #[must_use]
    pub fn names() -> String {
        let names: Vec<&str> = Self::ALL.iter().map(|service| service.name).collect();
        names.join(", ")
    }

    /// The names of those that wrap a key, with commas between them: for messages.
    #[must_use]
    pub fn names_of_wrapping() -> String {
        let wrapping = Self::ALL.iter().filter(|service| service.wraps_with.is_some());
        wrapping.map(|service| service.name).collect::<Vec<_>>().join(", ")
    }

    /// The service that a text begins with, if it is a line for `STRONGROOM_KEY`, and what stands behind its name and `:`.
    #[must_use]
    pub fn at_start(text: &str) -> Option<(&'static Self, &str)> {
        let (name, rest) = text.split_once(':')?;
        Some((Self::named(name)?, rest))
    }
}

/// Makes `KeyService::ALL`, and what asks whether a service is built in, of the one list that there is. `$d` is `$`.
macro_rules! services {
    ($d:tt $($name:literal $how:ident($($place:literal),+),)+) => {
        impl KeyService {
            /// Every service, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::$how($name, $($place),+)),+];
        }

        /// Whether the crate in which this stands was built with the feature of a key service.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! has_key_service {
            ($d service:expr) => {
                [$(($name, cfg!(feature = $name))),+].contains(&($d service.name, true))
            };
        }
    };
}

// A service: its name, which is that of its feature, and what `keeping` and `opening` above ask for.
services! { $
    "aws-kms" opening("CIPHERTEXT", "KEY"),
    "aws-parameter-store" keeping("/NAME"),
    "aws-secrets-manager" keeping("NAME"),
    "azure-key" opening(
        "https://VAULT.vault.azure.net/keys/KEY/VERSION#CIPHERTEXT",
        "https://VAULT.vault.azure.net/keys/KEY"
    ),
    "azure-key-vault" keeping("https://VAULT.vault.azure.net/NAME"),
    "gcp-kms" opening(
        "projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY#CIPHERTEXT",
        "projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY"
    ),
    "gcp-secret-manager" keeping("projects/PROJECT/secrets/NAME"),
    "hashicorp-vault" keeping("PATH/KEY"),
    "vault-transit" opening("KEY#CIPHERTEXT", "KEY"),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_a_line_begins_with_one() {
        assert!(KeyService::ALL.windows(2).all(|two| two[0].name < two[1].name));
        let (service, rest) = KeyService::at_start("aws-kms:AQ:x").expect("a line");
        assert_eq!((service.name, rest), ("aws-kms", "AQ:x"));
        for text in ["aws-kms", "aws:x", " aws-kms:x", "AWS-KMS:x", "strongroom_key_aws-kms:x"] {
            assert_eq!(KeyService::at_start(text), None, "{text}");
        }
    }
}
