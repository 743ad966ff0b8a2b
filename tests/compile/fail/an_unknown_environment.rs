//@ env: STRONGROOM_ENV=stagin
#[strongroom::secrets]
struct Secrets {
    //~^ error: STRONGROOM_ENV: unknown environment `stagin`; did you mean `staging`?
    //~| and: known here: production, development, preview, local, qa, staging (short: prod, dev, pr)
    //~| at: Secrets
    sentry_dsn: String,
}

fn main() {}
