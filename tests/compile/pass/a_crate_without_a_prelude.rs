#![no_implicit_prelude]
#![deny(warnings)]

#[::strongroom::secrets]
struct Secrets {
    github_api_token: ::std::string::String,
    ssh_private_key: ::std::option::Option<::std::string::String>,
}

#[::strongroom::settings]
struct Settings {
    #[setting(default = "3")]
    max_retries: ::std::primitive::u32,
    public_url: ::std::option::Option<::std::string::String>,
}

fn main() {
    let _ = Settings::load().map(|settings| (settings.max_retries, settings.public_url));
    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
    let _ = Secrets::get().map(|secrets| ::std::option::Option::is_some(&secrets.ssh_private_key));
}
