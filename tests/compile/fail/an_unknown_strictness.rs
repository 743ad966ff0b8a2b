//@ env: STRONGROOM_BUILD_CHECK=wran
#[strongroom::secrets]
struct Secrets {
    //~^ error: STRONGROOM_BUILD_CHECK is `wran`
    //~| and: set it to one of: error, warn, off
    //~| at: Secrets
    sentry_dsn: String, //~ error: secret `sentry_dsn` has no value
}

fn main() {}
