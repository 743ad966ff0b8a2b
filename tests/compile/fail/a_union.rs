#[strongroom::secrets]
union Secrets {
//~^ error: `#[secrets]` goes on a struct
//~| and: write it like this: struct Secrets { github_api_token: String }
//~| at: union
    a: u8,
}

fn main() {}
