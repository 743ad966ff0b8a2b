//@ vault: deposits.toml
#[strongroom::secrets]
struct Secrets {
    stripe_api_key: String,
    //~^ error: secret `stripe_api_key` has no value for environment types `local` and `production` and environment `staging` (type `development`)\nonly a deposit waits for `production` (since 2026-11-20) and `staging` (since 2026-11-22)\na holder types: strongroom accept Stripe-API-Key\nor set one with: strongroom set --type local,production --env staging stripe_api_key
    //~| at: stripe_api_key
    session_key: String,
    //~^ error: secret `session_key` has no value for environment types `local` and `production` and environment `staging` (type `development`)\nonly a deposit waits for `development` (since 2026-11-20)\na holder types: strongroom accept session_key
    sentry_dsn: Option<String>,
    unknown: String,
    //~^ error: secret `unknown` has no value for environment types `local` and `production` and environment `staging` (type `development`)\nset one with
    #[secret(nested, prefix = "smtp/")]
    smtp: Smtp,
    //~^ error: secret `smtp/url` (field `url` of `Smtp`) has no value for environment types `local` and `production` and environment `staging` (type `development`)\nonly a deposit waits for environment type `local`\na holder types: strongroom accept smtp/url\nor set one with: strongroom set --type local,production --env staging smtp/url\nsecret `smtp/user` (field `user` of `Smtp`) has no value for environment types `local` and `production` and environment `staging` (type `development`)\nset one with
}

#[strongroom::secrets(nested)]
struct Smtp {
    url: String,
    user: String,
}

fn main() {}
