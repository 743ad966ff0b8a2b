//@ env: STRONGROOM_VAULT=/dev/zero
#[strongroom::secrets]
struct Secrets { //~ error: cannot read the vault /dev/zero: it is a device or a socket, and no regular file
    github_api_token: String,
}

fn main() {}
