//@ package: bare
#[strongroom::secrets]
struct Secrets {
    //~^ error: no strongroom.toml found
    //~| and: looked in: /
    //~| and: make one with: strongroom init
    //~| and: build without one (a container stage, docs) with: STRONGROOM_BUILD_CHECK=off
    //~| at: Secrets
    github_api_token: String,
}

fn main() {
    let _ = Secrets::load();
}
