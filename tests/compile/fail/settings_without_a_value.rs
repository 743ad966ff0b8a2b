//@ vault: settings.toml
#[strongroom::settings]
struct Settings {
    max_retries: u32,
    //~^ error: setting `max_retries` has no value for environment types `local` and `production` and environment `staging` (type `development`)
    //~| and: there is a setting `max_retires`: did you mean it? rename the field, or: #[setting(name = "max_retires")]
    //~| and: set one with: strongroom setting set --type local,production --env staging max_retries VALUE
    //~| at: max_retries
    ONLY_LOCAL: bool,
    //~^ error: setting `ONLY_LOCAL` has no value for environment type `production` and environment `staging` (type `development`)
    //~| and: set one with: strongroom setting set --type production --env staging only_local VALUE
    stripe_key: String,
    //~^ error: `stripe_key` is a secret in the vault, and no setting
    //~| and: declare it in a struct with #[strongroom::secrets]
    optional: Option<u8>,
    #[setting(default = "3")]
    with_a_default: u8,
}

#[strongroom::secrets]
struct Secrets {
    retries: String,
    //~^ error: `retries` is a setting in the vault, and no secret
    //~| and: declare it in a struct with #[strongroom::settings]
}

fn main() {
    let _ = Settings::load();
}
