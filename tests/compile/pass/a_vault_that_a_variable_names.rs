//@ vault: checked.toml
#[strongroom::secrets]
struct Secrets {
    #[cfg(any())]
    sentry_dsn: String,
    may_be_missing: Option<String>,
}

/// The option beats the variable.
#[strongroom::secrets(vault = "../strongroom.toml")]
struct Others {
    github_api_token: String,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.may_be_missing.is_some());
    let _ = Others::load().map(|secrets| secrets.github_api_token.len());
}
