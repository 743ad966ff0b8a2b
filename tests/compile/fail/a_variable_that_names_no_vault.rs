//@ env: STRONGROOM_VAULT=../elsewhere/strongroom.toml
#[strongroom::secrets]
struct Secrets {
    //~^ error: there is no vault at /
    //~| and: make one with: strongroom init
    //~| and: named by: STRONGROOM_VAULT
    //~| at: Secrets
    github_api_token: String,
}

fn main() {}
