//@ env: STRONGROOM_VAULT=examples
#[strongroom::secrets]
struct Secrets { //~ error: cannot read the vault /
    github_api_token: String,
}

fn main() {}
