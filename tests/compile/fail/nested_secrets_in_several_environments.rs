//@ vault: checked.toml
#[strongroom::secrets(nested)]
struct Part {
    sentry_dsn: String,
    smtp_password: String,
    moved: Option<String>,
}

#[strongroom::secrets]
struct Secrets {
    #[secret(nested)]
    part: Part,
    //~^ error: secret `sentry_dsn` (field `sentry_dsn` of `Part`) has no value for environment types `local` and `production` and environment `staging` (type `development`)
    //~| and: set one with: strongroom set --type local,production --env staging sentry_dsn
    //~| and: secret `smtp_password` (field `smtp_password` of `Part`) has no value for environment types `local` and `production`
    //~| and: set one with: strongroom set --type local,production smtp_password
    //~| and: the value of `moved` (field `moved` of `Part`) for `local` lies under another data key
    //~| and: look who set it, then seal it again: strongroom reseal moved
    //~| and: or set another value with: strongroom set --type local moved
    //~| and: or set another value with: strongroom set --type development moved
    //~| at: part
}

fn main() {}
