//@ vault: expired.toml
//@ env: STRONGROOM_BUILD_CHECK=off
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    port: u16,
}

fn main() {
    let _ = Secrets::load().map(|secrets| (secrets.github_api_token.len(), secrets.port));
}
