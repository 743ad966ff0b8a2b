#[strongroom::secrets]
struct Secrets {
    stripe_api_key: String,
    //~^ error: secret `stripe_api_key` has no value for environment type `local`
    //~| and: there is a secret `stripe_api_kye`: did you mean it? rename the field, or: #[secret(name = "stripe_api_kye")]
    //~| and: set one with: strongroom set --type local stripe_api_key
    #[secret(name = "smtp/pasword")]
    smtp: String,
    //~^ error: secret `smtp/pasword` has no value for environment type `local`
    //~| and: there is a secret `smtp/password`: did you mean it? write: #[secret(name = "smtp/password")]
}

fn main() {}
