//! `secretstores.hashicorp.vault`: Dapr's metadata as the settings of our adapter.

use std::fs;
use std::path::Path;

use strongroom_stores::{Setting, Settings};
use zeroize::Zeroizing;

use super::fields::Fields;
use super::kind::with;

/// The settings of a store in HashiCorp Vault.
pub(super) fn settings(fields: &mut Fields) -> Result<Settings, String> {
    let mut texts: Vec<(&str, String)> = Vec::new();
    let address = fields.text("vaultAddr").unwrap_or_else(|| "https://127.0.0.1:8200".to_owned());
    let is_plain = address.starts_with("http://");
    texts.push(("address", address));
    texts.push(("mount", fields.text("enginePath").unwrap_or_else(|| "secret".to_owned())));
    let prefix = fields.text("vaultKVPrefix").unwrap_or_else(|| "dapr".to_owned());
    if fields.flag("vaultKVUsePrefix").unwrap_or(true) {
        texts.push(("prefix", prefix));
    }
    // Dapr knows tokens only; the other ways are ours, by our names.
    for name in OWN_LOGINS {
        if let Some(text) = fields.text(name) {
            texts.push((name, text));
        }
    }
    if let Some(namespace) = fields.text("vaultNamespace") {
        texts.push(("namespace", namespace));
    }
    let (token, mounted) = (fields.take("vaultToken"), fields.text("vaultTokenMountPath"));
    let has_login = texts.iter().any(|(name, _)| *name == "auth");
    match (&token, &mounted) {
        (Some(_), Some(_)) => {
            return Err("`vaultToken` and `vaultTokenMountPath` exclude each other".to_owned());
        }
        (None, None) if !has_login => {
            return Err("it needs `vaultToken` or `vaultTokenMountPath` in its metadata, or a login of its own (`auth`)".to_owned());
        }
        (None, Some(path)) => {
            texts.push(("auth", "token-file".to_owned()));
            texts.push(("token_file", path.clone()));
        }
        _ => {}
    }
    let (pem, folder, file) = (fields.take("caPem"), fields.text("caPath"), fields.text("caCert"));
    let pem = match (pem, folder) {
        (Some(pem), _) => Some(pem),
        (None, Some(folder)) => Some(certificates(Path::new(&folder))?),
        (None, None) => None,
    };
    if let (None, Some(file)) = (&pem, file) {
        texts.push(("ca_file", file));
    }
    let is_whole = match fields.text("vaultValueType").as_deref() {
        None | Some("map") => false,
        Some("text") => true,
        Some(_) => {
            return Err("its metadata `vaultValueType` is neither `map` nor `text`".to_owned());
        }
    };
    let yes = |is: bool| is.then(|| Zeroizing::new("true".to_owned()));
    let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), Setting::Text(text)));
    // Dapr knows no other version.
    let settings = texts.chain([("kv_version".to_owned(), Setting::Integer(2))]);
    let given = [
        ("token", token),
        ("ca_pem", pem),
        ("server_name", fields.take("tlsServerName")),
        ("skip_verify", yes(fields.flag("skipVerify").unwrap_or(false))),
        ("plain_http", yes(is_plain)),
        ("whole", yes(is_whole)),
    ];
    Ok(with(Settings::new(settings), given))
}

/// All certificates of a folder.
fn certificates(folder: &Path) -> Result<Zeroizing<String>, String> {
    let unreadable = |error: std::io::Error| {
        format!("cannot read the certificates in {}: {error}", folder.display())
    };
    let mut all = Zeroizing::new(String::new());
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            all.push_str(&fs::read_to_string(&path).map_err(unreadable)?);
            all.push('\n');
        }
    }
    Ok(all)
}

/// Ways of logging in to HashiCorp Vault that Dapr does not have.
const OWN_LOGINS: [&str; 8] = [
    "auth",
    "auth_mount",
    "role",
    "role_id",
    "secret_id_file",
    "secret_id_env",
    "jwt_file",
    "jwt_env",
];
