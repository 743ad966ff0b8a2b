//@ vault: faulty.toml
#[strongroom::secrets]
struct Secrets {
    //~^ error: cannot use the vault /
    //~| and: faulty.toml:36:1: unknown key `abuot`
    //~| and: did you mean `about`?
    //~| at: Secrets
    github_api_token: String,
}

fn main() {}
