//@ env: STRONGROOM_ENV=Staging
#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    sentry_dsn: String,
    //~^ error: secret `sentry_dsn` has no value for environment `staging` (type `development`)
    //~| and: set one with: strongroom set --env staging sentry_dsn
}

fn main() {}
