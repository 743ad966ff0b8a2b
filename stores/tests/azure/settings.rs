//! Settings that are refused, before anything is asked.

use std::path::Path;

use strongroom_stores::{Setting, Settings, open};

fn refused(settings: &[(&str, &str)]) -> String {
    let settings = settings.iter().map(|(name, value)| {
        let setting = match *value {
            "true" => Setting::Boolean(true),
            text => Setting::Text(text.to_owned()),
        };
        ((*name).to_owned(), setting)
    });
    match open("azure-key-vault", Settings::new(settings), Path::new(".")) {
        Ok(store) => format!("{:?}", store.keys()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_a_store_cannot_be_opened_with_is_told() {
    let guid = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    for (settings, words) in [
        (&[][..], "it needs the setting `vault_name`: the vault's name, or its address"),
        (&[("vault_name", "shop")], "One"),
        (&[("vault_name", "shop"), ("keys", "true")], "Several"),
        (&[("vault_name", "https://shop.vault.usgovcloudapi.net")], "One"),
        (
            &[("vault_name", "shop_1")],
            "its setting `vault_name` must be a vault's name such as `shop`, or its address such as `https://shop.vault.azure.net`",
        ),
        (
            &[("vault_name", "http://shop.vault.azure.net")],
            "its setting `vault_name` is `http://` to another machine, where tokens and values could be read on the way: use `https://`",
        ),
        (
            &[("vault_name", "https://me:x@shop.vault.azure.net")],
            "its setting `vault_name` has a user or a password in it: take them out",
        ),
        (
            &[("vault_name", "https://shop.vault.azure.net/secrets/app")],
            "its setting `vault_name` has something behind the vault's host: take it out",
        ),
        (
            &[("vault_name", "shop"), ("auth", "certificate")],
            "its setting `auth` must be `auto`, `environment`, `workload-identity`, `managed-identity` or `cli`",
        ),
        (&[("vault_name", "shop"), ("auth", "managed-identity"), ("client_id", guid)], "One"),
        (
            &[("vault_name", "shop"), ("client_id", "me")],
            "its setting `client_id` must be the client id of an identity: 32 hexadecimal digits with `-` between",
        ),
        (
            &[("vault_name", "shop"), ("auth", "cli"), ("client_id", guid)],
            "its setting `client_id` is for a managed or workload identity, and `auth` says that it is none",
        ),
        (
            &[("vault_name", "shop"), ("prefix", "a_")],
            "its setting `prefix` must have letters, digits and `-`, 100 at most: a secret in Azure has no others",
        ),
        (
            &[("vault_name", "shop"), ("client_secret", "hunter2")],
            "its setting `client_secret` would be a secret in plain text in git: `auth` and `docs/stores/azure-key-vault.md` \
             say how a login goes without (`AZURE_CLIENT_SECRET` at worst)",
        ),
        (
            &[("vault_name", "shop"), ("tenant", guid)],
            "it has no setting `tenant`; it has: client_secret, password, token, access_token, vault_name, auth, client_id, prefix, ca_file, keys",
        ),
    ] {
        assert_eq!(refused(settings), words);
    }
}
