//@ vault: deposits.toml
//@ env: STRONGROOM_ENV=production
#[strongroom::secrets(embed)]
struct Secrets {
    stripe_api_key: String,
    //~^ error: secret `stripe_api_key` has no value for environment types `production` and `local`
    //~| and: only a deposit waits for `production` (since 2026-11-20) and `staging` (since 2026-11-22)
    //~| and: a holder types: strongroom accept
}

fn main() {}
