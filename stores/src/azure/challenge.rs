//! What a vault wants a token for: the first answer says it, and a token is only had for the vault's own domain.

use super::endpoint::Endpoint;
use crate::failure::Failure;

/// What a challenge says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    /// What Microsoft's client is told in its place.
    pub(super) header: String,
    /// The tenant that the vault belongs to.
    pub(super) tenant: Option<String>,
}

/// Reads the header of a challenge; refuses one that wants a token for anything else than the vault's own domain.
///
/// # Security
///
/// A server that could choose would ask for a token for Azure's management, and use it. Microsoft's client lets a server
/// name every domain that ends its own, also `azure.net`, and finds the names in any part of the header. So what it is told
/// is made here, of what is already known.
pub(super) fn read(header: &str, endpoint: &Endpoint) -> Result<Challenge, Failure> {
    let parameters = parameters(header);
    let wanted: Vec<&str> = parameters
        .iter()
        .filter_map(|(name, text)| match name.as_str() {
            "resource" => Some(text.as_str()),
            "scope" => Some(text.strip_suffix("/.default").unwrap_or(text)),
            _ => None,
        })
        .collect();
    let [first, others @ ..] = wanted.as_slice() else {
        return Err(Failure::denied(format!(
            "`{}` does not say as a vault does what it wants a token for",
            endpoint.shown()
        )));
    };
    let is_own = match endpoint.domain() {
        Some(domain) => *first == format!("https://{domain}"),
        // Its tokens come from this machine, so what they are for is between its servers.
        None => is_plain(first),
    };
    if !is_own || others.iter().any(|other| other != first) {
        return Err(Failure::denied(format!(
            "`{}` wants a token that is good for more than this vault, or elsewhere, and gets none: is `vault_name` right?",
            endpoint.shown()
        )));
    }
    let mut authorities = parameters.iter().filter(|(name, _)| name == "authorization");
    let tenant = authorities.find_map(|(_, text)| {
        let tenant = text.trim_end_matches('/').rsplit('/').next()?;
        is_guid(tenant).then(|| tenant.to_owned())
    });
    Ok(Challenge { header: format!("Bearer resource=\"{first}\""), tenant })
}

/// The parameters of a header: names and what stands in quotes, or up to the comma.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some((scheme, mut rest)) = header.trim().split_once(' ') else { return found };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return found;
    }
    while let Some((name, behind)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',']).to_ascii_lowercase();
        let behind = behind.trim_start();
        let (text, next) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => behind.split_once(',').unwrap_or((behind, "")),
        };
        found.push((name, text.trim().to_owned()));
        rest = next;
    }
    found
}

fn is_plain(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or_default();
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789-.:".contains(&byte))
}

/// Whether a text is the number of a tenant or an application.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(vault: &str, header: &str) -> Option<String> {
        let endpoint = Endpoint::parse(vault).expect("a vault");
        read(header, &endpoint).ok().map(|challenge| challenge.header)
    }

    #[test]
    fn a_token_is_for_the_domain_below_the_vaults_name() {
        for header in [
            r#"Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net""#,
            r#"bearer resource=https://vault.azure.net, authorization="x""#,
            r#"Bearer authorization="x", scope="https://vault.azure.net/.default""#,
            r#"Bearer scope="https://vault.azure.net/.default" resource="https://vault.azure.net""#,
        ] {
            let told = told("shop", header);
            assert_eq!(told.as_deref(), Some(r#"Bearer resource="https://vault.azure.net""#));
        }
    }

    #[test]
    fn a_server_that_wants_a_token_for_something_else_gets_none() {
        for resource in [
            "https://management.azure.com",
            "https://management.core.windows.net/",
            "https://graph.microsoft.com",
            "https://azure.net",
            "https://net",
            "https://ault.azure.net",
            "https://shop.vault.azure.net",
            "https://other.vault.azure.net",
            "http://vault.azure.net",
            "vault.azure.net",
            "//vault.azure.net",
            "https:vault.azure.net",
            "HTTPS://vault.azure.net",
            "https://VAULT.azure.net",
            "https://vault.azure.net.",
            "https://vault.azure.net/",
            "https://vault.azure.net:443",
            "https://vault.azure.net:8443",
            "https://me@vault.azure.net",
            "https://vault.azure.net@management.azure.com",
            "https://management.azure.com#.vault.azure.net",
            "https://management.azure.com/?vault.azure.net",
            "https://management.azure.com\\.vault.azure.net",
            "https://vault.azure.net/../x",
            "https://vault.azure.net https://management.azure.com",
            "https://vault%2eazure.net",
            "https://vault。azure.net",
            "",
        ] {
            for name in ["resource", "scope"] {
                let header = format!(r#"Bearer authorization="x", {name}="{resource}""#);
                assert_eq!(told("shop", &header), None, "{header}");
                let twice = format!(r#"{header}, resource="https://vault.azure.net""#);
                assert_eq!(told("shop", &twice), None, "{twice}");
                let before =
                    format!(r#"Bearer resource="https://vault.azure.net", {name}="{resource}""#);
                assert_eq!(told("shop", &before), None, "{before}");
            }
        }
        for header in
            ["", "Bearer", r#"Basic resource="https://vault.azure.net""#, "Bearer realm=x"]
        {
            assert_eq!(told("shop", header), None, "{header}");
        }
        // What is in the name of another parameter is none.
        let hidden = r#"Bearer authorization="scope="https://management.azure.com", resource="https://vault.azure.net""#;
        assert_ne!(
            told("shop", hidden),
            Some("Bearer resource=\"https://management.azure.com\"".into())
        );
    }

    #[test]
    fn the_tenant_of_a_vault_is_told_if_it_is_one() {
        let endpoint = Endpoint::parse("shop").expect("a vault");
        let tenant = |authority: &str| {
            let header = format!(
                r#"Bearer authorization="{authority}", resource="https://vault.azure.net""#
            );
            read(&header, &endpoint).expect("its own").tenant
        };
        let guid = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        let of = format!("https://login.microsoftonline.com/{guid}");
        assert_eq!(tenant(&of).as_deref(), Some(guid));
        assert_eq!(tenant("https://login.microsoftonline.com/\u{1b}[31m"), None);
    }
}
