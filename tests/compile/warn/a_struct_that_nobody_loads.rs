#[strongroom::secrets]
struct Secrets {
    //~^ warning: struct `Secrets` is never constructed
    //~| at: Secrets
    github_api_token: String,
}

fn main() {}
