//@ env: STRONGROOM_ENV=prdo
#[strongroom::secrets(embed)]
//~^ error: there is nothing to embed: STRONGROOM_ENV: unknown environment `prdo`
//~| at: embed
struct Secrets {
    github_api_token: String,
}

fn main() {}
