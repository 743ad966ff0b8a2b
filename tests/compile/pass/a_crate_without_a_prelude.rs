#![no_implicit_prelude]
#![deny(warnings)]

#[::strongroom::secrets]
struct Secrets {
    github_api_token: ::std::string::String,
    ssh_private_key: ::std::option::Option<::std::string::String>,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
    let _ = Secrets::get().map(|secrets| ::std::option::Option::is_some(&secrets.ssh_private_key));
}
