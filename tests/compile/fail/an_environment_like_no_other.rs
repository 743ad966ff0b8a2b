//@ env: STRONGROOM_ENV=nightly
#[strongroom::secrets]
struct Secrets {
    //~^ error: STRONGROOM_ENV: unknown environment `nightly`
    //~| and: known here: production, development, preview, local, qa, staging (short: prod, dev, pr)
    //~| and: declare it with: strongroom env add nightly --type development
    //~| at: Secrets
    sentry_dsn: String,
}

fn main() {}
