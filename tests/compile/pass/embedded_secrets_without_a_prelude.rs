//@ env: STRONGROOM_ENV=staging
#![no_implicit_prelude]
#![deny(warnings)]

#[::strongroom::secrets(embed)]
struct Secrets {
    github_api_token: ::std::string::String,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
}
