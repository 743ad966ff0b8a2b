#![allow(unused_parens)]

use std::path::PathBuf;

use strongroom::FromSecret;

#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    ssh_private_key: Vec<u8>,
    /// May be missing, and is.
    sentry_dsn: Option<String>,
    may_be_missing: std::option::Option<Vec<u8>>,
    port: u16,
    data_folder: PathBuf,
    r#type: String,
    #[secret(name = "smtp/password")]
    smtp: (String),
    password: Password,
    values: String,
}

struct Password(String);

impl FromSecret for Password {
    fn from_secret(value: strongroom::Plaintext) -> Result<Self, strongroom::InvalidSecret> {
        String::from_secret(value).map(Self)
    }

    fn wipe(&mut self) {
        self.0.wipe();
    }
}

fn main() {
    let secrets = Secrets::load().expect("values");
    let _: (&String, &Vec<u8>) = (&secrets.github_api_token, &secrets.ssh_private_key);
    let _: (&Option<String>, &Option<Vec<u8>>) = (&secrets.sentry_dsn, &secrets.may_be_missing);
    let _: (u16, &PathBuf, &String) = (secrets.port, &secrets.data_folder, &secrets.r#type);
    let _: (&String, &String) = (&secrets.smtp, &secrets.values);
    let _: &str = &secrets.password.0;
    let _: String = format!("{secrets:?}");
}
