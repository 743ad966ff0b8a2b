//@ vault: checked.toml
//@ env: STRONGROOM_ENV=nowhere
#[strongroom::secrets]
struct Secrets { //~ error: STRONGROOM_ENV: unknown environment `nowhere`
    //~| and: known here: production, development, preview, local, qa, staging (short: prod, dev, pr)
    //~| and: declare it with: strongroom env add nowhere --type development
    github_api_token: String,
    //~^ error: secret `github_api_token` has no value for environment type `production` and environment `staging`
}

fn main() {}
