#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
//! A program that carries its secrets.

/// One value, and one that is missing.
#[strongroom::secrets(embed)]
struct Secrets {
    github_api_token: String,
    sentry_dsn: Option<String>,
}

fn main() {
    let secrets = Secrets::load().expect("values");
    let _: (&String, &Option<String>) = (&secrets.github_api_token, &secrets.sentry_dsn);
}
