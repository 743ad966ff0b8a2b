//! The stores of clouds: Dapr's metadata as the settings of our adapters.

use strongroom_stores::{Setting, Settings};
use zeroize::Zeroizing;

use super::fields::Fields;
use super::kind::with;

/// The settings of a store of AWS.
pub(super) fn aws(
    fields: &mut Fields,
    more: impl IntoIterator<Item = (String, Setting)>,
) -> Result<Settings, String> {
    let mut settings: Vec<(String, Setting)> = more.into_iter().collect();
    settings.push(("region".to_owned(), Setting::Text(fields.required("region")?)));
    let (access_key, secret_key) = (fields.take("accessKey"), fields.take("secretKey"));
    if access_key.is_some() != secret_key.is_some() {
        return Err("`accessKey` and `secretKey` go together in its metadata".to_owned());
    }
    let mut given = [
        ("access_key", access_key),
        ("secret_key", secret_key),
        ("session_token", fields.take("sessionToken")),
        ("plain_http", None),
    ];
    if let Some(endpoint) = fields.text("endpoint") {
        if endpoint.starts_with("http://") {
            given[3].1 = Some(Zeroizing::new("true".to_owned()));
        }
        settings.push(("endpoint".to_owned(), Setting::Text(endpoint)));
    }
    Ok(with(Settings::new(settings), given))
}

/// The settings of a store in Secret Manager of Google Cloud.
pub(super) fn gcp(fields: &mut Fields) -> Result<Settings, String> {
    let project = fields.required("project_id")?;
    let mut members: Vec<(&str, Zeroizing<String>)> =
        ACCOUNT.into_iter().filter_map(|name| Some((name, fields.take(name)?))).collect();
    let has_key = members.iter().any(|(name, _)| *name == "private_key");
    if !members.iter().any(|(name, _)| *name == "type") {
        members.push(("type", Zeroizing::new("service_account".to_owned())));
    }
    members.push(("project_id", Zeroizing::new(project.clone())));
    let account = object(&members);
    let mut settings = vec![("project".to_owned(), Setting::Text(project))];
    if let Some(endpoint) = fields.text("endpoint") {
        settings.push(("endpoint".to_owned(), Setting::Text(endpoint)));
    }
    Ok(with(Settings::new(settings), [("credentials", has_key.then_some(account))]))
}

/// A JSON object of texts, in memory that never moves.
fn object(members: &[(&str, Zeroizing<String>)]) -> Zeroizing<String> {
    let longest = |text: &str| text.len() * LONGEST_ESCAPE + 8;
    let length = members.iter().map(|(name, text)| longest(name) + longest(text)).sum::<usize>();
    let mut json = Zeroizing::new(Vec::with_capacity(length + 2));
    let mut before = b'{';
    for (name, text) in members {
        json.push(before);
        // Memory takes everything.
        let _ = serde_json::to_writer(&mut *json, name);
        json.push(b':');
        let _ = serde_json::to_writer(&mut *json, text.as_str());
        before = b',';
    }
    json.push(b'}');
    Zeroizing::new(String::from_utf8(std::mem::take(&mut *json)).unwrap_or_default())
}

/// The settings of a store in Azure Key Vault.
pub(super) fn azure(fields: &mut Fields) -> Result<Settings, String> {
    let name = fields.required("vaultName")?;
    let environment = fields.text("azureEnvironment").unwrap_or_default().to_ascii_uppercase();
    let domain = match environment.as_str() {
        "" | "AZUREPUBLICCLOUD" | "AZURECLOUD" => None,
        "AZURECHINACLOUD" => Some("vault.azure.cn"),
        "AZUREUSGOVERNMENTCLOUD" | "AZUREUSGOVERNMENT" => Some("vault.usgovcloudapi.net"),
        _ => {
            return Err("its metadata `azureEnvironment` is none of `AzurePublicCloud`, \
                        `AzureChinaCloud`, `AzureUSGovernmentCloud`"
                .to_owned());
        }
    };
    let name = match domain {
        Some(domain) if !name.contains("://") => format!("https://{name}.{domain}"),
        _ => name,
    };
    let mut settings = vec![("vault_name".to_owned(), Setting::Text(name))];
    let either = |fields: &mut Fields, names: [&str; 2]| {
        let found = names.map(|name| fields.take(name));
        found.into_iter().flatten().next()
    };
    let tenant = either(fields, ["azureTenantId", "spnTenantId"]);
    let client = either(fields, ["azureClientId", "spnClientId"]);
    let secret = either(fields, ["azureClientSecret", "spnClientSecret"]);
    let mut given = [("tenant_id", None), ("client_id", None), ("client_secret", None)];
    match (tenant, client, secret) {
        (Some(tenant), Some(client), Some(secret)) => {
            given = [
                ("tenant_id", Some(tenant)),
                ("client_id", Some(client)),
                ("client_secret", Some(secret)),
            ];
        }
        (_, _, Some(_)) => {
            return Err("`azureClientSecret` needs `azureTenantId` and `azureClientId`".to_owned());
        }
        (_, Some(client), None) => {
            settings.push(("client_id".to_owned(), Setting::Text((*client).clone())));
        }
        (_, None, None) => {}
    }
    Ok(with(Settings::new(settings), given))
}

/// How many bytes one byte of a text has in JSON at most: `\u001f`.
const LONGEST_ESCAPE: usize = 6;

/// The members of a service account's key.
const ACCOUNT: [&str; 9] = [
    "type",
    "private_key_id",
    "private_key",
    "client_email",
    "client_id",
    "auth_uri",
    "token_uri",
    "auth_provider_x509_cert_url",
    "client_x509_cert_url",
];
