//@ vault: checked.toml
#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String,
    //~^ error: secret `sentry_dsn` has no value for environment types `local` and `production` and environment `staging` (type `development`)
    //~| and: set one with: strongroom set --type local,production --env staging sentry_dsn
    github_api_token: String,
    //~^ error: secret `github_api_token` has no value for environment type `production` and environment `staging` (type `development`)
    //~| and: set one with: strongroom set --type production --env staging github_api_token
    smtp_password: String,
    //~^ error: secret `smtp_password` has no value for environment types `local` and `production`
    //~| and: set one with: strongroom set --type local,production smtp_password
}

fn main() {}
