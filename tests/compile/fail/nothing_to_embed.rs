//@ package: bare
//@ env: STRONGROOM_BUILD_CHECK=off
#[strongroom::secrets(embed)]
//~^ error: there is nothing to embed: no strongroom.toml found
//~| and: make one with: strongroom init
//~| at: embed
struct Secrets {
    github_api_token: String,
}

fn main() {}
