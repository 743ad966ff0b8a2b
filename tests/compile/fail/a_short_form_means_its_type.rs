//@ env: STRONGROOM_ENV=pr
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    //~^ error: secret `github_api_token` has no value for environment type `preview`
    //~| and: set one with: strongroom set --type preview github_api_token
}

fn main() {}
