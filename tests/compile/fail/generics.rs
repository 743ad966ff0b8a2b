#[strongroom::secrets]
struct Types<T> {
    //~^ error: a struct of secrets has no generics
    //~| and: write the types out
    //~| at: T
    github_api_token: T,
}

#[strongroom::secrets]
struct Where
where
    String: Clone,
    //~^^ error: a struct of secrets has no `where`
    //~| and: delete it
{
    github_api_token: String,
}

fn main() {}
