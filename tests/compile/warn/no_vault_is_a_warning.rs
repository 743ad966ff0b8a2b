//@ package: bare
//@ env: STRONGROOM_BUILD_CHECK=warn
#[strongroom::secrets]
struct Secrets {
    //~^ warning: no strongroom.toml found\nmake one with: strongroom init
    //~| at: Secrets
    github_api_token: String,
}

fn main() {
    let _ = Secrets::load();
}
