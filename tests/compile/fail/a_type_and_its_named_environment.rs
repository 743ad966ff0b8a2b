//@ vault: both.toml
//@ env: STRONGROOM_ENV=prod
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    //~^ error: secret `github_api_token` has no value for environment type `development` and environments `staging` (type `development`) and `qa` (type `preview`)
    //~| and: set one with: strongroom set --type development --env qa github_api_token
}

fn main() {}
