//@ vault: one_name.toml
#[strongroom::secrets]
struct Secrets {
    //~^ error: cannot use the vault /
    //~| and: one_name.toml:9:11: `Stripe-Key` is a setting here, and a secret in line 7 as `stripe_key`
    //~| and: delete the table of the other, then: strongroom check
    //~| at: Secrets
    stripe_key: String,
}

fn main() {}
