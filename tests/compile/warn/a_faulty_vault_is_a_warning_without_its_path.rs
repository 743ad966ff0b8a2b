//@ vault: faulty.toml
//@ env: STRONGROOM_BUILD_CHECK=warn
#[strongroom::secrets]
struct Secrets {
    //~^ warning: cannot use the vault strongroom.toml:36:1: unknown key `abuot`
    //~| at: Secrets
    github_api_token: String,
}

fn main() {
    let _ = Secrets::load();
}
