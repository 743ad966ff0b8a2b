//@ vault: expired_twice.toml
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    //~^ error: the value of `github_api_token` for `local` expired on 2020-02-29
    //~| and: set a new one with: strongroom set --type local github_api_token
    //~| and: the value of `github_api_token` for `production` expired on 2021-03-01
    //~| and: set a new one with: strongroom set --type production github_api_token
    //~| at: github_api_token
}

fn main() {}
