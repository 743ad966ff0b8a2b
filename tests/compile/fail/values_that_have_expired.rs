//@ vault: expired.toml
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    //~^ error: the value of `github_api_token` for `local` expired on 2020-02-29
    //~| and: set a new one with: strongroom set --type local github_api_token
    //~| at: github_api_token
    password: Option<String>, //~ error: the value of `password` for `local` expired on 2026-01-01
    port: u16,
    #[secret(nested)]
    part: Part,
    //~^ error: the value of `password` (field `password` of `Part`) for `local` has expired
    //~| and: set a new one with: strongroom set --type local password
    //~| at: part
    #[secret(nested)]
    good: Good,
}

#[strongroom::secrets(nested)]
struct Part {
    password: Option<String>,
    port: u16,
}

/// What has a day that has not come, and what has none.
#[strongroom::secrets(nested)]
struct Good {
    port: u16,
    access_key: String,
}

fn main() {}
