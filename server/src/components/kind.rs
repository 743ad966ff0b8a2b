//! The kinds of secret stores that Dapr has, and what their metadata means to the adapters of stores.

use std::env;
use std::path::Path;
use std::sync::Arc;

use strongroom_stores::{Setting, Settings, Store};
use zeroize::Zeroizing;

use super::fields::Fields;
use super::local_env::LocalEnv;
use super::prefixed::Prefixed;
use super::{clouds, hashicorp};
use crate::contents::Takes;

/// A kind of secret store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    AwsParameterStore,
    AwsSecretsManager,
    AzureKeyVault,
    GcpSecretManager,
    HashicorpVault,
    Kubernetes,
    LocalEnv,
    LocalFile,
}

/// A store that a component became.
pub(super) struct Made {
    pub(super) store: Arc<dyn Store>,
    pub(super) takes: Takes,
}

/// What an adapter is told.
struct Told {
    kind: &'static str,
    settings: Settings,
    takes: Takes,
    /// What names begin with there, and not here.
    prefix: Option<String>,
}

impl Kind {
    /// The kind of a type, in small letters.
    pub(super) fn named(of: &str) -> Option<Self> {
        Some(match of.strip_prefix("secretstores.")? {
            "aws.parameterstore" => Self::AwsParameterStore,
            // Dapr's documentation has the one, its source has both.
            "aws.secretmanager" | "aws.secretsmanager" => Self::AwsSecretsManager,
            "azure.keyvault" => Self::AzureKeyVault,
            "gcp.secretmanager" => Self::GcpSecretManager,
            "hashicorp.vault" => Self::HashicorpVault,
            "kubernetes" => Self::Kubernetes,
            "local.env" => Self::LocalEnv,
            "local.file" => Self::LocalFile,
            _ => return None,
        })
    }

    /// What there is, for messages.
    pub(super) const NAMES: &str = "secretstores.aws.parameterstore, secretstores.aws.secretmanager, \
        secretstores.azure.keyvault, secretstores.gcp.secretmanager, secretstores.hashicorp.vault, \
        secretstores.kubernetes, secretstores.local.env, secretstores.local.file";

    /// Opens a store; nothing is asked yet. What is wrong is said in words that go on after a colon.
    pub(super) fn open(self, fields: &mut Fields) -> Result<Made, String> {
        if self == Self::LocalEnv {
            let prefix = fields.text("prefix").unwrap_or_default();
            return Ok(Made { store: Arc::new(LocalEnv { prefix }), takes: Takes::Nothing });
        }
        let Told { kind, settings, takes, prefix } = self.told(fields)?;
        let store = strongroom_stores::open(kind, settings, Path::new(""));
        let store = store.map_err(|error| self.in_daprs_words(&error.to_string()))?;
        let store = match prefix {
            Some(prefix) => Arc::new(Prefixed { prefix, store }),
            None => store,
        };
        Ok(Made { store, takes })
    }

    /// What an adapter is told.
    fn told(self, fields: &mut Fields) -> Result<Told, String> {
        let (mut takes, mut prefix) = (Takes::Nothing, None);
        let (kind, settings) = match self {
            Self::LocalEnv => ("env", Settings::default()),
            Self::LocalFile => ("json", local_file(fields)?),
            Self::Kubernetes => {
                let namespace = own_namespace().or(fields.text("defaultNamespace"));
                takes = if namespace.is_some() { Takes::Namespace } else { Takes::ItsNamespace };
                ("kubernetes", kubernetes(fields, namespace))
            }
            Self::HashicorpVault => ("hashicorp-vault", hashicorp::settings(fields)?),
            Self::AwsSecretsManager => {
                takes = Takes::Stage;
                let keys = fields.flag("multipleKeyValuesPerSecret").unwrap_or(false);
                let more = [("keys".to_owned(), Setting::Boolean(keys))];
                ("aws-secrets-manager", clouds::aws(fields, more)?)
            }
            Self::AwsParameterStore => {
                // A folder of ours ends with `/`; what Dapr puts before a name need not.
                let before = fields.text("prefix").unwrap_or_default();
                let (folder, rest) = before.rsplit_once('/').unwrap_or(("", &before));
                prefix = (!rest.is_empty()).then(|| rest.to_owned());
                let folder = Some(folder).filter(|folder| !folder.is_empty());
                let folder = folder.map(|it| ("prefix".to_owned(), Setting::Text(it.to_owned())));
                ("aws-parameter-store", clouds::aws(fields, folder)?)
            }
            Self::GcpSecretManager => ("gcp-secret-manager", clouds::gcp(fields)?),
            Self::AzureKeyVault => {
                takes = Takes::Most;
                ("azure-key-vault", clouds::azure(fields)?)
            }
        };
        Ok(Told { kind, settings, takes, prefix })
    }

    /// The names of settings in a message, as Dapr has them.
    fn in_daprs_words(self, message: &str) -> String {
        let names: &[(&str, &str)] = match self {
            Self::Kubernetes => &[("namespace", "defaultNamespace")],
            Self::HashicorpVault => {
                &[("address", "vaultAddr"), ("mount", "enginePath"), ("prefix", "vaultKVPrefix")]
            }
            Self::GcpSecretManager => &[("project", "project_id")],
            Self::AzureKeyVault => &[("vault_name", "vaultName"), ("client_id", "azureClientId")],
            Self::LocalFile => &[("nested_separator", "nestedSeparator")],
            _ => &[],
        };
        names.iter().fold(message.to_owned(), |message, (ours, daprs)| {
            message.replace(&format!("setting `{ours}`"), &format!("metadata `{daprs}`"))
        })
    }
}

/// The namespace that Dapr tells a program of.
fn own_namespace() -> Option<String> {
    env::var("NAMESPACE").ok().filter(|namespace| !namespace.is_empty())
}

/// Kubernetes as it is asked where a component names no other store.
pub(super) fn usual() -> Result<Made, String> {
    Kind::Kubernetes.open(&mut Fields::default())
}

fn local_file(fields: &mut Fields) -> Result<Settings, String> {
    let text = |name: &str, text: String| (name.to_owned(), Setting::Text(text));
    let is_multi_valued = fields.flag("multiValued").unwrap_or(false);
    Ok(Settings::new([
        text("path", fields.required("secretsFile")?),
        text("nested_separator", fields.text("nestedSeparator").unwrap_or_else(|| ":".to_owned())),
        ("multi_valued".to_owned(), Setting::Boolean(is_multi_valued)),
    ]))
}

fn kubernetes(fields: &mut Fields, namespace: Option<String>) -> Settings {
    let namespace = namespace.map(|it| ("namespace".to_owned(), Setting::Text(it)));
    let settings = Settings::new(namespace);
    match fields.take("kubeconfigPath") {
        Some(path) => settings.with_given("kubeconfig", path),
        None => settings,
    }
}

/// Settings with what only who starts the program gives.
pub(super) fn with<const N: usize>(
    settings: Settings,
    given: [(&'static str, Option<Zeroizing<String>>); N],
) -> Settings {
    given.into_iter().fold(settings, |settings, (name, text)| match text {
        Some(text) => settings.with_given(name, text),
        None => settings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an adapter is told for some metadata; what is left over is none of it.
    fn told(of: &str, metadata: &[(&str, &str)]) -> Result<String, String> {
        let text =
            |(name, text): &(&str, &str)| ((*name).to_owned(), Zeroizing::new((*text).to_owned()));
        let mut fields = Fields::new(metadata.iter().map(text));
        let kind = Kind::named(&format!("secretstores.{of}")).expect(of);
        let Told { kind, settings, takes, prefix } = kind.told(&mut fields)?;
        assert_eq!(fields.left().collect::<Vec<_>>(), [""; 0], "left over");
        assert!(!format!("{settings:?}").contains("MARKER"));
        Ok(format!("{kind} {settings:?} {takes:?} {prefix:?}"))
    }

    #[test]
    fn every_field_of_daprs_reaches_its_adapter() {
        for (of, metadata, parts) in FIELDS {
            let told = told(of, metadata).expect(of);
            for part in *parts {
                assert!(told.contains(part), "{of}: {part} is not in\n{told}");
            }
        }
    }

    /// A type, metadata, and parts of what an adapter is told then.
    type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

    const FIELDS: &[Case] = &[
        (
            "kubernetes",
            &[("defaultNamespace", "shop"), ("kubeconfigPath", "k")],
            &[
                "kubernetes ",
                "\"namespace\": Text(\"shop\")",
                "\"kubeconfig\": [hidden]",
                "Namespace",
            ],
        ),
        ("kubernetes", &[], &["kubernetes ", "ItsNamespace"]),
        (
            "hashicorp.vault",
            &[("vaultToken", "MARKER")],
            &[
                "hashicorp-vault ",
                "\"address\": Text(\"https://127.0.0.1:8200\")",
                "\"mount\": Text(\"secret\")",
                "\"prefix\": Text(\"dapr\")",
                "\"kv_version\": Integer(2)",
                "\"token\": [hidden]",
            ],
        ),
        (
            "hashicorp.vault",
            &[
                ("VAULTADDR", "http://vault:8200"),
                ("enginePath", "kv"),
                ("vaultKVUsePrefix", "false"),
                ("vaultKVPrefix", "x"),
                ("vaultTokenMountPath", "/t"),
                ("caPem", "MARKER"),
                ("skipVerify", "true"),
                ("tlsServerName", "v"),
                ("vaultValueType", "text"),
            ],
            &[
                "\"auth\": Text(\"token-file\")",
                "\"token_file\": Text(\"/t\")",
                "\"mount\": Text(\"kv\")",
                "given: {\"ca_pem\": [hidden], \"plain_http\": [hidden], \"server_name\": [hidden], \"skip_verify\": [hidden], \"whole\": [hidden]}",
            ],
        ),
        (
            "aws.secretsmanager",
            &[
                ("region", "eu-west-1"),
                ("accessKey", "a"),
                ("secretKey", "MARKER"),
                ("sessionToken", "MARKER"),
                ("endpoint", "https://e"),
                ("multipleKeyValuesPerSecret", "yes"),
            ],
            &[
                "aws-secrets-manager ",
                "\"keys\": Boolean(true)",
                "\"region\": Text(\"eu-west-1\")",
                "given: {\"access_key\": [hidden], \"secret_key\": [hidden], \"session_token\": [hidden]}",
                "Stage",
            ],
        ),
        (
            "aws.parameterstore",
            &[("region", "r"), ("prefix", "/shop/")],
            &["aws-parameter-store ", "\"prefix\": Text(\"/shop\")", "given: {}"],
        ),
        (
            "aws.parameterstore",
            &[("region", "r"), ("prefix", "/shop/prod-")],
            &["\"prefix\": Text(\"/shop\")", "Some(\"prod-\")"],
        ),
        (
            "gcp.secretmanager",
            &[
                ("project_id", "p"),
                ("type", "service_account"),
                ("private_key", "MARKER"),
                ("client_email", "e"),
                ("private_key_id", "i"),
                ("client_id", "c"),
                ("auth_uri", "a"),
                ("token_uri", "t"),
                ("auth_provider_x509_cert_url", "x"),
                ("client_x509_cert_url", "y"),
            ],
            &["gcp-secret-manager ", "\"project\": Text(\"p\")", "\"credentials\": [hidden]"],
        ),
        (
            "azure.keyvault",
            &[
                ("vaultName", "shop"),
                ("azureTenantId", "t"),
                ("azureClientId", "c"),
                ("azureClientSecret", "MARKER"),
                ("azureEnvironment", "AzureChinaCloud"),
            ],
            &[
                "azure-key-vault ",
                "Text(\"https://shop.vault.azure.cn\")",
                "\"client_secret\": [hidden], \"tenant_id\": [hidden]",
                "Most",
            ],
        ),
        (
            "local.file",
            &[("secretsFile", "f"), ("multiValued", "true")],
            &[
                "json ",
                "\"path\": Text(\"f\")",
                "\"nested_separator\": Text(\":\")",
                "\"multi_valued\": Boolean(true)",
            ],
        ),
    ];

    #[test]
    fn metadata_that_cannot_be_is_refused_by_daprs_names() {
        for (of, metadata, said) in [
            ("hashicorp.vault", vec![], "it needs `vaultToken` or `vaultTokenMountPath`"),
            (
                "hashicorp.vault",
                vec![("vaultToken", "a"), ("vaultTokenMountPath", "b")],
                "exclude each other",
            ),
            (
                "hashicorp.vault",
                vec![("vaultToken", "a"), ("vaultValueType", "x")],
                "`vaultValueType`",
            ),
            ("aws.secretmanager", vec![], "it needs `region`"),
            ("aws.secretmanager", vec![("region", "r"), ("accessKey", "a")], "go together"),
            ("gcp.secretmanager", vec![], "it needs `project_id`"),
            ("azure.keyvault", vec![("vaultName", "")], "it needs `vaultName`"),
            (
                "azure.keyvault",
                vec![("vaultName", "v"), ("azureEnvironment", "mars")],
                "`azureEnvironment`",
            ),
            ("local.file", vec![], "it needs `secretsFile`"),
        ] {
            let error = told(of, &metadata).expect_err(said);
            assert!(error.contains(said), "{error}");
        }
    }
}
