//@ package: old
extern crate strongroom;

#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    ssh_private_key: Option<String>,
}

#[strongroom::settings]
struct Settings {
    max_retries: Option<u8>,
}

fn main() {
    let _ = Settings::load().map(|settings| settings.max_retries);
    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
    drop(Secrets::load_async());
    let _ = Secrets::get().map(|secrets| secrets.ssh_private_key.is_some());
}
