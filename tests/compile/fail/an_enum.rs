#[strongroom::secrets]
pub enum Secrets {
//~^ error: `#[secrets]` goes on a struct
//~| and: write it like this: struct Secrets { github_api_token: String }
//~| at: enum
    A,
}

fn main() {}
