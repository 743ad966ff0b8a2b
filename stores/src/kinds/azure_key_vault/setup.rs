//! The settings of a store in Azure Key Vault.

use std::path::Path;

use strongroom_vault::is_key_text;
use zeroize::Zeroizing;

use super::names;
use crate::azure::{Access, Endpoint, Principal, Way, is_guid};
use crate::settings::{InvalidSettings, Settings};

/// What a vault of Strongroom says of the store.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) access: Access,
    /// What the names of secrets begin with in Azure, and not here.
    pub(super) prefix: String,
    /// Whether a value is a JSON object, and each of its members a key.
    pub(super) has_keys: bool,
}

impl Setup {
    /// Takes the settings; paths are relative to `base`.
    pub(super) fn take(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        for name in SECRET {
            if settings.text(name)?.is_some() {
                return Err(InvalidSettings::Refused { name, why: PLAIN_TEXT });
            }
        }
        let refused = |name, why| InvalidSettings::Refused { name, why };
        let vault = settings.required_text("vault_name", "the vault's name, or its address")?;
        let endpoint = Endpoint::parse(&vault).map_err(|why| refused("vault_name", why))?;
        let way = match settings.text("auth")? {
            None => Way::Auto,
            Some(name) => Way::named(&name).ok_or_else(|| InvalidSettings::Shape {
                name: "auth".to_owned(),
                expected: "`auto`, `environment`, `workload-identity`, `managed-identity` or `cli`",
            })?,
        };
        let client_id = settings.text("client_id")?;
        if client_id.as_deref().is_some_and(|id| !is_guid(id)) {
            return Err(refused(
                "client_id",
                "must be the client id of an identity: 32 hexadecimal digits with `-` between",
            ));
        }
        if client_id.is_some() && !way.takes_client_id() {
            return Err(refused(
                "client_id",
                "is for a managed or workload identity, and `auth` says that it is none",
            ));
        }
        let prefix = settings.text("prefix")?.unwrap_or_default();
        if !names::is_prefix(&prefix) {
            return Err(refused(
                "prefix",
                "must have letters, digits and `-`, 100 at most: a secret in Azure has no others",
            ));
        }
        let ca_file = settings.text("ca_file")?.map(|file| base.join(file));
        Ok(Self {
            access: Access { endpoint, way, client_id, principal: principal(settings)?, ca_file },
            prefix,
            has_keys: settings.boolean("keys")?.unwrap_or(false),
        })
    }
}

/// The service principal that who started the program gave, if there is one.
fn principal(settings: &mut Settings) -> Result<Option<Principal>, InvalidSettings> {
    let (tenant, client) = (settings.given("tenant_id"), settings.given("client_id"));
    let Some(secret) = settings.given("client_secret") else { return Ok(None) };
    if is_key_text(&secret) {
        let why = "is a key of Strongroom, which goes to no server";
        return Err(InvalidSettings::Refused { name: "client_secret", why });
    }
    let text = |text: Option<Zeroizing<String>>| text.map(|it| (*it).clone()).unwrap_or_default();
    Ok(Some(Principal { tenant: text(tenant), client: text(client), secret }))
}

/// Settings that somebody might want to put a secret into.
const SECRET: [&str; 4] = ["client_secret", "password", "token", "access_token"];
const PLAIN_TEXT: &str = "would be a secret in plain text in git: `auth` and `docs/stores/azure-key-vault.md` say how a \
                          login goes without (`AZURE_CLIENT_SECRET` at worst)";
