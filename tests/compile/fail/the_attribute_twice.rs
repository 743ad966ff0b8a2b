#[strongroom::secrets]
#[strongroom::secrets(any_vault)]
//~^ error: `#[secrets]` a second time
//~| and: keep one of the two
//~| at: strongroom::secrets
struct Secrets {
    github_api_token: String,
}

fn main() {}
