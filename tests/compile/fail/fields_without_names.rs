#[strongroom::secrets]
struct Tuple(String);
//~^ error: the fields of a struct of secrets have names
//~| and: write it like this: struct Secrets { github_api_token: String }
//~| at: Tuple

#[strongroom::secrets]
struct Unit;
//~^ error: a struct of secrets has named fields
//~| and: write it like this: struct Secrets { github_api_token: String }
//~| at: Unit

fn main() {}
