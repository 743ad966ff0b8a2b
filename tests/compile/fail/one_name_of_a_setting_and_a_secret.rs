//@ vault: one_name.toml
#[strongroom::settings]
struct Settings {
    //~^ error: cannot use the vault /
    //~| and: one_name.toml:9:11: `Stripe-Key` is a setting here, and a secret in line 7 as `stripe_key`
    //~| and: delete the table of the other, then: strongroom check
    //~| at: Settings
    stripe_key: String,
}

fn main() {}
