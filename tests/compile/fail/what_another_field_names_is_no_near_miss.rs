#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    github_api_tokens: String,
    //~^ error: secret `github_api_tokens` has no value for environment type `local`\nset one with: 
}

fn main() {}
