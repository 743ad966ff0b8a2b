#[strongroom::secrets(vault = "elsewhere.toml")]
//~^ error: there is no vault at /
//~| and: usual/examples/elsewhere.toml
//~| at: "elsewhere.toml"
struct Secrets {
    github_api_token: String,
}

fn main() {}
