//! The settings of stores in AWS: what they say, and what is refused because it would be a secret or a danger.

use std::path::Path;

use strongroom_stores::{OpenError, Setting, Settings, open};

use crate::service::{PARAMETERS, SECRETS};

fn opened(kind: &str, settings: &[(&str, Setting)]) -> Result<(), String> {
    let settings = settings.iter().map(|(name, setting)| ((*name).to_owned(), setting.clone()));
    match open(kind, Settings::new(settings), Path::new("/nowhere")) {
        Ok(_) => Ok(()),
        Err(OpenError::Settings(error)) => Err(error.to_string()),
        Err(error) => panic!("{error}"),
    }
}

fn text(text: &str) -> Setting {
    Setting::Text(text.to_owned())
}

#[test]
fn a_store_needs_no_settings_and_takes_these() {
    for kind in [SECRETS, PARAMETERS] {
        assert_eq!(opened(kind, &[]), Ok(()));
        let common = [
            ("region", text("eu-central-1")),
            ("profile", text("shop production")),
            ("role", text("arn:aws:iam::111122223333:role/team/shop")),
            ("endpoint", text("https://vpce-1.example.com:8443")),
            ("ca_file", text("ca.pem")),
            ("prefix", text("/shop/production")),
        ];
        assert_eq!(opened(kind, &common), Ok(()));
    }
    assert_eq!(opened(SECRETS, &[("keys", Setting::Boolean(true))]), Ok(()));
    for tier in ["standard", "advanced"] {
        assert_eq!(opened(PARAMETERS, &[("tier", text(tier))]), Ok(()));
    }
}

#[test]
fn a_secret_is_no_setting() {
    for kind in [SECRETS, PARAMETERS] {
        for name in ["access_key_id", "secret_access_key", "session_token", "token", "password"] {
            let said = opened(kind, &[(name, text("hunter2"))]).expect_err("it is refused");
            assert!(said.contains(name) && said.contains("in plain text in git"), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    for (kind, name, value, why) in [
        (SECRETS, "region", "eu-west-1.evil.example/", "is no region such as `eu-west-1`"),
        (SECRETS, "region", "EU", "is no region such as `eu-west-1`"),
        (SECRETS, "role", "shop", "is no ARN such as"),
        (SECRETS, "role", "arn:aws:iam::1:user/shop", "is no ARN such as"),
        (SECRETS, "endpoint", "http://aws.example.com", "is `http://` to another machine"),
        (SECRETS, "endpoint", "ftp://localhost", "must begin with `https://`"),
        (
            SECRETS,
            "endpoint",
            "https://user:hunter2@aws.example.com",
            "has a user or a password in it",
        ),
        (SECRETS, "endpoint", "aws.example.com", "is no address such as"),
        (SECRETS, "endpoint", "https://aws.example.com/?a=b", "is no address such as"),
        (SECRETS, "prefix", "größe", "must be of letters, digits"),
        (PARAMETERS, "prefix", "/aws/x", "must not begin with `aws` or `ssm`"),
        (PARAMETERS, "tier", "free", "`standard` or `advanced`"),
        (PARAMETERS, "keys", "true", "keys"),
    ] {
        let said = opened(kind, &[(name, text(value))]).expect_err("it is refused");
        assert!(said.contains(name) && said.contains(why), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    for endpoint in
        ["http://localhost:4566", "http://127.0.0.1:1", "http://[::1]:1/", "https://x.example/path"]
    {
        assert_eq!(opened(SECRETS, &[("endpoint", text(endpoint))]), Ok(()), "{endpoint}");
    }
}
