#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    sentry_dsn: String,
    //~^ error: secret `sentry_dsn` has no value for environment type `local`
    //~| and: set one with: strongroom set --type local sentry_dsn
    //~| at: sentry_dsn
}

fn main() {}
