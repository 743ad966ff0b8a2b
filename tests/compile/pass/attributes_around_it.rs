#[allow(dead_code)]
#[strongroom::secrets(any_vault)]
/// A doc comment after the attribute.
#[derive(Clone, PartialEq, Eq, Default)]
#[must_use]
struct Secrets {
    #[doc(alias = "password")]
    #[secret(name = "github-api-token",)]
    #[deprecated]
    token: String,
}

#[derive(Clone)]
#[strongroom::secrets(any_vault, vault = "../../vaults/checked.toml",)]
struct Others {
    #[secret(name = "GITHUB_API_TOKEN")]
    token: Option<String>,
}

#[strongroom::secrets()]
struct Plain {
    github_api_token: String,
}

fn main() {
    let _ = Secrets::default().clone() == Secrets::default();
    let _ = Others::load().map(|secrets| secrets.clone().token.take());
    let _ = Plain::load().map(|secrets| secrets.github_api_token.len());
}
