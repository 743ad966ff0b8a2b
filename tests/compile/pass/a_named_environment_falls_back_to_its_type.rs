//@ env: STRONGROOM_ENV=staging
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
}
