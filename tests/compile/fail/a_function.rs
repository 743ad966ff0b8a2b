#[strongroom::secrets]
pub(crate) fn secrets() {}
//~^ error: `#[secrets]` goes on a struct
//~| and: write it like this: struct Secrets { github_api_token: String }
//~| at: fn

fn main() { secrets(); }
